//! What can be folded away: sections, steps, and long values in steps.

use pipeline::Step;
use syntax::Span;

use crate::Snapshot;

/// Spans that can be folded, absolute, each of more than one line, by position.
#[must_use]
pub fn folds(snapshot: &Snapshot) -> Vec<Span> {
    let pipeline = &snapshot.pipeline;
    let mut spans: Vec<Span> = pipeline
        .entries
        .iter()
        .map(|entry| {
            let span = entry.absolute(entry.key.span).join(entry.absolute(entry.value.span));
            let is_steps = entry.known.is_some_and(|key| key.name == "steps");
            match pipeline.steps.last().filter(|_| is_steps) {
                Some(last) => span.join(last.absolute(last.span)),
                None => span,
            }
        })
        .collect();
    for outermost in &pipeline.steps {
        for step in outermost.walk() {
            spans.extend(of_step(step).into_iter().map(|span| outermost.absolute(span)));
        }
    }
    let document = &snapshot.document;
    spans.retain(|span| {
        document.position_utf8(span.start).line < document.position_utf8(span.end).line
    });
    spans.sort_unstable();
    spans.dedup();
    spans
}

fn of_step(step: &Step) -> Vec<Span> {
    let mut spans = vec![step.span];
    spans.extend(step.keys.iter().map(|entry| entry.key.span.join(entry.value.span)));
    spans
}
