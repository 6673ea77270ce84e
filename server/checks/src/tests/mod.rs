//! The pages are the tests of their rules; the memo and the fixes are held to properties.

mod fixes;
mod memo;
#[expect(clippy::string_slice, reason = "pages are ours, and their marks stand between characters")]
mod page;
#[expect(clippy::string_slice, reason = "spans that split a character fail the test")]
mod pages;

use pipeline::{Plan, catalogue::Catalogue, names::Names};
use syntax::Document;

use crate::{Diagnostic, Files, Input, check, configuration::Settings};

/// The files beside the examples: all but those below `missing/` and personalities.
#[derive(Debug)]
struct Beside;

impl Files for Beside {
    fn exists(&self, path: &str) -> Option<bool> {
        Some(!path.starts_with("missing/") && !path.starts_with("personalities/"))
    }
}

/// All findings of `text`, with all tools known.
fn check_text(text: &str) -> Vec<Diagnostic> {
    let catalogue = Catalogue::declared();
    let pipeline = pipeline::lower(&Document::new(text), &catalogue);
    let names = Names::new(&pipeline);
    let plan = Plan::new(&pipeline, &names);
    check(&Input {
        pipeline: &pipeline,
        plan: &plan,
        names: &names,
        catalogue: &catalogue,
        files: &Beside,
        settings: &Settings::default(),
    })
}
