use pipeline::names::Meaning;
use pipeline::{Input, Step};

use super::{quoted, short, some};
use crate::Snapshot;

/// A declared input.
pub(super) fn about(snapshot: &Snapshot, index: usize) -> Option<String> {
    let input = snapshot.pipeline.inputs.get(index)?;
    let mut text = text(input);
    let readers = readers(snapshot, index, &input.name.value);
    let read = if readers.is_empty() { "nothing".to_owned() } else { some(&readers) };
    text.push_str(&format!("\n\nRead by {read}"));
    Some(text)
}

fn text(input: &Input) -> String {
    let ty = input.ty.as_ref().map_or("any type", |ty| ty.value.as_str());
    let mut text = format!(
        "**input `{}`** ({ty}{}{})",
        input.name.value,
        if input.required { ", required" } else { "" },
        if input.secret { ", secret" } else { "" }
    );
    if let Some(description) = &input.description {
        text.push_str(&format!("\n\n{description}"));
    }
    if let Some(default) = &input.default {
        match short(&default.value) {
            _ if input.secret => text.push_str("\n\nDefault: not shown, it is secret"),
            Some(default) => text.push_str(&format!("\n\nDefault: `{default}`")),
            None => text.push_str(&format!("\n\nDefault: {}", default.value.kind())),
        }
    }
    if let Some(choices) = &input.choices {
        let choices: Vec<_> =
            choices.iter().filter_map(|it| short(&it.value)).map(|it| format!("`{it}`")).collect();
        text.push_str(&format!("\n\nOne of {}", choices.join(", ")));
    }
    match (input.min, input.max) {
        (Some(min), Some(max)) => text.push_str(&format!("\n\nFrom {min} to {max}")),
        (Some(min), None) => text.push_str(&format!("\n\nAt least {min}")),
        (None, Some(max)) => text.push_str(&format!("\n\nAt most {max}")),
        (None, None) => {}
    }
    match (input.shortest, input.longest) {
        (Some(least), Some(most)) => {
            text.push_str(&format!("\n\nOf {least} to {most} characters or items"))
        }
        (Some(least), None) => {
            text.push_str(&format!("\n\nOf at least {least} characters or items"))
        }
        (None, Some(most)) => text.push_str(&format!("\n\nOf at most {most} characters or items")),
        (None, None) => {}
    }
    if let Some(pattern) = &input.pattern {
        text.push_str(&format!("\n\nMust match `{}`", pattern.value));
    }
    text
}

/// The steps that read an input, and the outputs, in order.
fn readers(snapshot: &Snapshot, index: usize, name: &str) -> Vec<String> {
    let pipeline = &snapshot.pipeline;
    let mut found = Vec::new();
    for step in &pipeline.steps {
        if reads(snapshot, &mut vec![&step.item], index, name) {
            found.push(quoted(step.id_text()));
        }
    }
    let is_read = |it: &&pipeline::Placed<pipeline::Output>| {
        let mut names = it.references.iter().filter(|it| *it.root == *name);
        names.any(|it| snapshot.names.meaning(pipeline, &[], it) == Meaning::Input(index))
    };
    found.extend(
        pipeline.outputs.iter().filter(is_read).map(|it| format!("output `{}`", it.name.value)),
    );
    found
}

fn reads<'s>(snapshot: &'s Snapshot, path: &mut Vec<&'s Step>, index: usize, name: &str) -> bool {
    let Some(step) = path.last().copied() else { return false };
    let mut named = step.references.iter().filter(|it| *it.root == *name);
    if named.any(|it| snapshot.names.meaning(&snapshot.pipeline, path, it) == Meaning::Input(index))
    {
        return true;
    }
    step.body.iter().any(|inner| {
        path.push(inner);
        let reads = reads(snapshot, path, index, name);
        path.pop();
        reads
    })
}
