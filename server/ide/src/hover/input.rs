use pipeline::{Data, Input};

use crate::{Snapshot, facts};

/// A declared input.
pub(super) fn about(snapshot: &Snapshot, index: usize) -> Option<String> {
    Some(text(snapshot.pipeline.inputs.get(index)?))
}

fn text(input: &Input) -> String {
    let ty = input.ty.as_ref().map_or("any type", |ty| ty.value.as_str());
    let mut text = format!(
        "**input `{}`** ({ty}{})",
        input.name.value,
        if input.required { ", required" } else { "" }
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
    text
}

/// A scalar in one line.
pub(super) fn short(data: &Data) -> Option<String> {
    match data {
        Data::Null => Some("null".to_owned()),
        Data::Bool(value) => Some(value.to_string()),
        Data::Int(value) => Some(value.to_string()),
        Data::Float(value) => Some(value.to_string()),
        Data::Text(text) => Some(facts::one_line(&text.value)),
        Data::List(_) | Data::Map(_) => None,
    }
}
