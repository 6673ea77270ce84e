use pipeline::catalogue::{Catalogue, Effect, Operation, Parameter, Signature, Type};
use pipeline::eval::Function;

use crate::facts;

/// A tool or an action.
pub(super) fn signature(catalogue: &Catalogue, signature: &Signature) -> String {
    let mut text = format!("**`{}`**\n\n{}", signature.name, signature.doc);
    if !signature.operations.is_empty() {
        let names: Vec<_> =
            signature.operations.iter().map(|it| format!("`{}`", it.name)).collect();
        text.push_str(&format!("\n\nOperations: {}", names.join(", ")));
    }
    if !signature.parameters.is_empty() {
        text.push_str("\n\nParameters:\n");
        for parameter in signature.parameters {
            text.push_str(&format!(
                "\n- `{}` ({}) {}",
                parameter.name,
                wanted(parameter),
                first_line(parameter.doc)
            ));
        }
    }
    text.push_str(&format!("\n\nEffects: {}", effects(signature.effects)));
    if !catalogue.provides(signature.name) {
        text.push_str("\n\nThis build checks it but cannot run it.");
    }
    text
}

/// An operation of a tool.
pub(super) fn operation(signature: &Signature, operation: &Operation) -> String {
    let required: Vec<_> = signature
        .required(Some(operation.name))
        .into_iter()
        .filter(|name| *name != "action")
        .map(|name| format!("`{name}`"))
        .collect();
    let mut text = format!("**`{}`** of `{}`\n\n{}", operation.name, signature.name, operation.doc);
    if !required.is_empty() {
        text.push_str(&format!("\n\nNeeds: {}", required.join(", ")));
    }
    text.push_str(&format!("\n\nEffects: {}", effects(operation.effects)));
    text
}

/// A parameter.
pub(super) fn parameter(signature: &Signature, parameter: &Parameter) -> String {
    let mut text = format!(
        "**`{}`** of `{}` ({})\n\n{}",
        parameter.name,
        signature.name,
        wanted(parameter),
        parameter.doc
    );
    if !parameter.choices.is_empty() {
        let choices: Vec<_> =
            parameter.choices.iter().map(|choice| format!("`{choice}`")).collect();
        text.push_str(&format!("\n\nOne of {}", choices.join(", ")));
    }
    text
}

/// A filter, test or function.
pub(super) fn function(function: &Function) -> String {
    format!("```jinja\n{}\n```\n\n{}", function.signature, function.doc)
}

/// Type and need of a parameter.
pub(crate) fn wanted(parameter: &Parameter) -> String {
    let ty = type_word(parameter.ty);
    match parameter.default {
        Some(default) => format!("{ty}, default `{default}`"),
        None if parameter.required => format!("{ty}, required"),
        None => ty.to_owned(),
    }
}

/// A type in a word.
pub(crate) const fn type_word(ty: Type) -> &'static str {
    match ty {
        Type::Any => "anything",
        Type::Text => "text",
        Type::Integer => "whole number",
        Type::Number => "number",
        Type::Bool => "true or false",
        Type::List => "list",
        Type::Map => "map",
        Type::Path => "path",
        Type::Model => "model",
    }
}

fn effects(effects: &[Effect]) -> String {
    let words: Vec<_> =
        effects.iter().filter(|it| **it != Effect::Pure).map(|it| facts::effect(*it)).collect();
    if words.is_empty() { "none".to_owned() } else { words.join(", ") }
}

fn first_line(text: &str) -> &str {
    text.lines().next().unwrap_or_default()
}
