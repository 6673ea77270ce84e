//! The pipeline that a step runs: written out in it, or in a file.

use std::{path::PathBuf, sync::Arc};

use pipeline::{
    Data, Located, Pipeline, Step, StepKind, Text, catalogue::Catalogue, facts::called_endings,
    lower,
};
use syntax::Document;

use crate::{FileRole, Files};

/// Bytes of a pipeline that are looked at.
pub(crate) const MAX_BYTES: usize = 1 << 20;

/// Where the pipeline of a `pipeline-executor` is.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Called<'a> {
    /// Written out as YAML.
    Inline(&'a Text),
    /// In a file of that path, or a file that is called by that id.
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
    (text.is_static() && !trimmed.is_empty()).then_some((Called::File(trimmed), value))
}

/// Names of files that a called pipeline may be in.
pub(crate) fn file_names(name: &str) -> impl Iterator<Item = String> {
    called_endings(name).iter().map(move |ending| format!("{name}{ending}"))
}

/// The pipeline itself, where it can be had.
pub(crate) fn load(
    called: Called<'_>,
    files: &dyn Files,
    catalogue: &Catalogue,
) -> Option<Pipeline> {
    open(called, files, catalogue).map(|it| it.pipeline)
}

/// A pipeline that a step runs.
#[derive(Clone, Debug)]
pub struct Callee {
    /// What it means.
    pub pipeline: Pipeline,
    /// Its text.
    pub document: Document,
    /// The file that it is in, absolute; `None` where it is written out in the step.
    pub file: Option<PathBuf>,
}

/// The pipeline that `step` runs; `None` where the step does not say outright which one, or it cannot be read.
#[must_use]
pub fn callee(step: &Step, files: &dyn Files, catalogue: &Catalogue) -> Option<Callee> {
    open(called(step)?.0, files, catalogue).filter(|it| it.pipeline.is_pipeline)
}

fn open(called: Called<'_>, files: &dyn Files, catalogue: &Catalogue) -> Option<Callee> {
    let (text, file): (Arc<str>, _) = match called {
        Called::Inline(text) => (Arc::clone(&text.value), None),
        Called::File(name) => file_names(name)
            .find_map(|file| Some((files.read(&file)?, files.find(&file, FileRole::Part))))?,
    };
    if text.len() > MAX_BYTES {
        return None;
    }
    let document = Document::new(&text);
    Some(Callee { pipeline: lower(&document, catalogue), document, file })
}
