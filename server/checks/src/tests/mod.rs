//! The pages are the tests of their rules; the memo and the fixes are held to properties.

mod page;
mod pages;

use pipeline::{Pipeline, Plan, catalogue::Catalogue, names::Names};
use syntax::Document;

use crate::{Diagnostic, Files, Input, NoFiles, check};

/// All findings of `text`, with all tools known.
pub(crate) fn check_text(text: &str) -> Vec<Diagnostic> {
    check_text_beside(text, &NoFiles)
}

pub(crate) fn check_text_beside(text: &str, files: &dyn Files) -> Vec<Diagnostic> {
    let catalogue = Catalogue::declared();
    let pipeline = pipeline::lower(&Document::new(text), &catalogue);
    check_pipeline(&pipeline, &catalogue, files)
}

fn check_pipeline(
    pipeline: &Pipeline,
    catalogue: &Catalogue,
    files: &dyn Files,
) -> Vec<Diagnostic> {
    let names = Names::new(pipeline);
    let plan = Plan::new(pipeline, &names);
    check(&Input { pipeline, plan: &plan, names: &names, catalogue, files })
}
