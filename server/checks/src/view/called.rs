//! The pipeline that a step runs: written out in it, or in a file.

use std::sync::Arc;

use pipeline::{Data, Located, Pipeline, Step, StepKind, Text, catalogue::Catalogue, lower};
use syntax::Document;

use crate::Files;

/// Bytes of a pipeline that are looked at.
pub(crate) const MAX_BYTES: usize = 1 << 20;

/// Where the pipeline of a `pipeline-executor` is.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Called<'a> {
    /// Written out as YAML.
    Inline(&'a Text),
    /// In a file of that name.
    File(&'a str),
}

/// The pipeline that a step runs, as far as the step says so outright.
pub(crate) fn called(step: &Step) -> Option<(Called<'_>, &Located<Data>)> {
    let StepKind::Tool { tool, .. } = &step.kind else { return None };
    let value = &step.parameter("pipeline").filter(|_| tool.value == "pipeline-executor")?.value;
    let text = value.value.as_text()?;
    let trimmed = text.value.trim();
    if trimmed.contains('\n') {
        return Some((Called::Inline(text), value));
    }
    let is_path = text.is_static() && (trimmed.ends_with(".yaml") || trimmed.ends_with(".yml"));
    is_path.then_some((Called::File(trimmed), value))
}

/// The pipeline itself, where it can be had.
pub(crate) fn load(
    called: Called<'_>,
    files: &dyn Files,
    catalogue: &Catalogue,
) -> Option<Pipeline> {
    let text: Arc<str> = match called {
        Called::Inline(text) => Arc::clone(&text.value),
        Called::File(path) => files.read(path)?,
    };
    (text.len() <= MAX_BYTES).then(|| lower(&Document::new(&text), catalogue))
}
