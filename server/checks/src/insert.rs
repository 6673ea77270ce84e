//! The fix that gives a step one key more.

use pipeline::Step;
use syntax::Span;

use crate::{Edit, Fix, Safety};

/// Puts `line` between the first two keys of an outermost step, where it is certain how far they are indented: both stand
/// in the column that the first one has behind its dash, and nothing else is between them. Relative to the step's base.
pub(crate) fn insert_key(step: &Step, title: String, line: &str) -> Option<Fix> {
    let [first, second, ..] = step.keys.as_slice() else { return None };
    let column = first.key.span.start;
    let line_break = 1;
    let indent = second.key.span.start.checked_sub(first.value.span.end + line_break)?;
    let is_plain = second.key.span.len() as usize == second.key.value.len();
    (indent == column && (2..=16).contains(&column) && is_plain).then(|| Fix {
        title,
        safety: Safety::Suggestion,
        edits: vec![Edit {
            span: Span::empty(second.key.span.start),
            text: format!("{line}\n{}", " ".repeat(column as usize)),
        }],
    })
}
