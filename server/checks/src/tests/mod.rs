//! The pages are the tests of their rules; the memo and the fixes are held to properties.

mod fixes;
mod memo;
#[expect(clippy::string_slice, reason = "pages are ours, and their marks stand between characters")]
mod page;
#[expect(clippy::string_slice, reason = "spans that split a character fail the test")]
mod pages;

use pipeline::{Plan, catalogue::Catalogue, models::Roster, names::Names};
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

#[test]
fn a_prompt_that_no_window_holds() {
    let about = |length: usize| {
        let prompt = "word ".repeat(length);
        let text = format!(
            "name: x\nsteps:\n  - id: s\n    model: gpt-4\n    prompt: \"{prompt}{{{{ steps }}}}\"\n"
        );
        let found = check_text(&text);
        found.into_iter().find(|it| it.code == "too-many-tokens").map(|it| it.message)
    };
    assert_eq!(about(6_500), None);
    assert_eq!(
        about(7_000).as_deref(),
        Some("the prompt has about 8750 tokens; `gpt-4` reads at most 8192")
    );
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
        roster: &Roster::default(),
        files: &Beside,
        settings: &Settings::default(),
    })
}
