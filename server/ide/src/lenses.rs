//! What can be started from a line.

use syntax::Span;

use crate::Snapshot;

/// A line over the text that starts something, absolute.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lens {
    /// Where it stands.
    pub span: Span,
    /// What it starts.
    pub start: Start,
}

/// What a lens starts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Start {
    /// The whole pipeline.
    Run,
    /// The pipeline from this step on.
    From(String),
    /// This step alone.
    Only(String),
}

/// The lenses of a document: one for the pipeline, two for each of its steps.
#[must_use]
pub fn lenses(snapshot: &Snapshot) -> Vec<Lens> {
    let pipeline = &snapshot.pipeline;
    if pipeline.steps.is_empty() {
        return Vec::new();
    }
    let first =
        pipeline.entries.first().map_or(Span::empty(0), |entry| entry.absolute(entry.key.span));
    let mut lenses = vec![Lens { span: first, start: Start::Run }];
    for step in &pipeline.steps {
        let Some(id) = &step.id else { continue };
        let span = step.absolute(id.span);
        lenses.push(Lens { span, start: Start::From(id.value.to_string()) });
        lenses.push(Lens { span, start: Start::Only(id.value.to_string()) });
    }
    lenses
}
