//! What can be folded away: sections, steps, and long values in steps.

use pipeline::Step;
use syntax::Span;

use crate::Snapshot;

/// Spans that can be folded, absolute, each of more than one line, by position.
#[must_use]
pub fn folds(snapshot: &Snapshot) -> Vec<Span> {
    let mut spans = of_entries(snapshot);
    let mut steps = snapshot.pipeline.steps.iter().peekable();
    for (base, segment) in snapshot.document.segments() {
        while let Some(step) = steps.next_if(|step| step.base <= base) {
            add(step, segment.tree.text(), base, &mut spans);
        }
    }
    spans.sort_unstable();
    spans.dedup();
    spans
}

/// Top-level entries, with the steps that are segments of their own.
fn of_entries(snapshot: &Snapshot) -> Vec<Span> {
    let pipeline = &snapshot.pipeline;
    let whole = pipeline.entries.iter().map(|entry| {
        let span = entry.absolute(entry.key.span).join(entry.absolute(entry.value.span));
        let is_steps = entry.known.is_some_and(|key| key.name == "steps");
        match pipeline.steps.last().filter(|_| is_steps) {
            Some(last) => span.join(last.absolute(last.span)),
            None => span,
        }
    });
    let line = |offset| snapshot.document.line_of(offset);
    whole.filter(|span| line(span.start) < line(span.end)).collect()
}

/// A step, its long values and its body steps. `text` is that of its segment, which starts at `base`.
fn add(step: &Step, text: &str, base: u32, spans: &mut Vec<Span>) {
    let values = step.keys.iter().map(|entry| entry.key.span.join(entry.value.span));
    let is_long = |span: &Span| {
        let source = text.as_bytes().get(span.range()).unwrap_or_default();
        memchr::memchr2(b'\n', b'\r', source).is_some()
    };
    let long = std::iter::once(step.span).chain(values).filter(is_long);
    spans.extend(long.map(|span| span.shift(base)));
    for inner in &step.body {
        add(inner, text, base, spans);
    }
}
