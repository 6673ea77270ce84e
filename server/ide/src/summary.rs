//! A pipeline in words: its purpose as its author states it, and the rest as it follows from the text.
//!
//! The editor shows it over the pipeline's name, the command line prints it for `explain`.

use pipeline::insight::{Sheet, intention};
use pipeline::{Pipeline, Plan, catalogue::Catalogue, names::Names};

/// What a pipeline is for and what it will do, in Markdown. `names` and `plan` are its own.
#[must_use]
pub fn summary(pipeline: &Pipeline, names: &Names, plan: &Plan, catalogue: &Catalogue) -> String {
    intention(&Sheet::of(pipeline, names, plan, catalogue))
}
