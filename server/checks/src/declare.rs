//! The fix that declares an input.

use pipeline::{InputSection, Pipeline};
use syntax::Span;

use crate::Fix;

/// Declares `name` beside the inputs that are there, else in a section of its own at the top.
pub(crate) fn declare_input(pipeline: &Pipeline, name: &str) -> Fix {
    declare(pipeline, name, &["type: string"])
}

/// The same for an input that reaches no journal and no log.
pub(crate) fn declare_secret(pipeline: &Pipeline, name: &str) -> Fix {
    declare(pipeline, name, &["type: string", "secret: true", "required: true"])
}

fn declare(pipeline: &Pipeline, name: &str, says: &[&str]) -> Fix {
    let title = format!("declare the input `{name}`");
    let lines = |margin: &str| says.iter().map(|it| format!("{margin}{it}\n")).collect::<String>();
    if let Some((at, indent)) = place(pipeline) {
        let margin = " ".repeat(indent);
        return Fix::suggestion(
            title,
            Span::empty(at),
            format!("{name}:\n{}{margin}", lines(&format!("{margin}  "))),
        );
    }
    let has_inputs = pipeline.inputs.iter().any(|input| input.section == InputSection::Inputs);
    let section = if has_inputs { "parameters" } else { "inputs" };
    let at = pipeline
        .entries
        .iter()
        .find(|entry| entry.key.value == "steps")
        .or(pipeline.entries.first());
    let at = at.map_or(0, |entry| entry.base);
    Fix::suggestion(title, Span::empty(at), format!("{section}:\n  {name}:\n{}", lines("    ")))
}

/// Start of the first input's name and its indentation, where that is certain: two inputs on lines of their own, the
/// first one a plain value or both equally far from what stands before.
fn place(pipeline: &Pipeline) -> Option<(u32, usize)> {
    let first = pipeline.inputs.first()?;
    let start = first.absolute(first.name.span).start;
    let section =
        pipeline.entries.iter().rev().find(|entry| entry.absolute(entry.key.span).start < start)?;
    let colon_and_break = 2;
    let indent = start.checked_sub(section.absolute(section.key.span).end + colon_and_break)?;
    matches!(indent, 2 | 4).then_some((start, indent as usize))
}
