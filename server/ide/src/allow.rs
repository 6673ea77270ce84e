//! Comments that allow a finding: `# downbeat: allow(rule)`.

use checks::{Edit, Severity, rule};
use pipeline::Step;
use syntax::Span;

use crate::{Snapshot, fixes::Action, lines};

/// Writes the comment above the key that the finding stands in, else above its step or top-level key. Nothing where the
/// rule cannot be allowed.
pub(crate) fn allow(
    snapshot: &Snapshot,
    code: &'static str,
    severity: Severity,
    place: Span,
) -> Option<Action> {
    let is_firm = rule(code).is_none_or(|rule| rule.is_firm());
    if is_firm && severity == Severity::Error || code == "unused-allow" {
        return None;
    }
    let at = anchor(snapshot, place.start);
    let line = lines::line(&snapshot.document, lines::number_at(&snapshot.document, at))?;
    let indentation: String = line.text.chars().take_while(|c| *c == ' ').collect();
    let text = format!("{indentation}# downbeat: allow({code})\n");
    Some(Action {
        title: format!("allow `{code}` here"),
        code,
        span: place,
        is_preferred: false,
        edits: vec![Edit { span: Span::empty(line.start), text }],
    })
}

/// Start of the innermost key that holds an offset and begins its line, so that a comment can stand above it.
fn anchor(snapshot: &Snapshot, offset: u32) -> u32 {
    let pipeline = &snapshot.pipeline;
    let step = pipeline.steps.iter().find(|step| covers(step.absolute(step.span), offset));
    if let Some(placed) = step {
        let relative = offset - placed.base;
        let mut best = placed.span.start;
        inner_keys(placed, relative, &mut |start| best = start);
        return best + placed.base;
    }
    let keys = pipeline.entries.iter().map(|entry| entry.absolute(entry.key.span).start);
    keys.filter(|start| *start <= offset).max().unwrap_or(0)
}

/// The keys of a step, and of its body steps, that hold an offset; the innermost last.
fn inner_keys(step: &Step, offset: u32, found: &mut dyn FnMut(u32)) {
    let own = step.keys.iter().filter(|entry| entry.key.span.start < entry.value.span.end);
    for entry in own.filter(|it| covers(Span::new(it.key.span.start, it.value.span.end), offset)) {
        found(entry.key.span.start);
    }
    for inner in step.body.iter().filter(|inner| covers(inner.span, offset)) {
        found(inner.span.start);
        inner_keys(inner, offset, found);
    }
}

fn covers(span: Span, offset: u32) -> bool {
    span.start <= offset && offset < span.end.max(span.start + 1)
}
