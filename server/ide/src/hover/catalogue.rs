use pipeline::catalogue::{Catalogue, Effect, Operation, Parameter, Signature, Type};
use pipeline::eval::Function;
use pipeline::models::{Model, is_at_home};

use crate::facts;

/// A tool or an action.
pub(crate) fn signature(catalogue: &Catalogue, signature: &Signature) -> String {
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
    let fields: Vec<_> = signature.fields(None).iter().map(|it| format!("`{}`", it.name)).collect();
    if !fields.is_empty() {
        text.push_str(&format!("\n\nGives: {}", fields.join(", ")));
    }
    text.push_str(&format!("\n\nEffects: {}", effects(signature.effects)));
    if !catalogue.provides(signature.name) {
        text.push_str("\n\nThis build checks it but cannot run it.");
    }
    text
}

/// An operation of a tool.
pub(crate) fn operation(signature: &Signature, operation: &Operation) -> String {
    let needed = signature.required(Some(operation.name));
    let required: Vec<_> = needed
        .into_iter()
        .filter(|name| *name != "action")
        .map(|name| format!("`{name}`"))
        .collect();
    let mut text = format!("**`{}`** of `{}`\n\n{}", operation.name, signature.name, operation.doc);
    if !required.is_empty() {
        text.push_str(&format!("\n\nNeeds: {}", required.join(", ")));
    }
    let fields = signature.fields(Some(operation.name));
    if !fields.is_empty() {
        let fields: Vec<_> = fields.iter().map(|it| format!("`{}`", it.name)).collect();
        text.push_str(&format!("\n\nGives: {}", fields.join(", ")));
    }
    text.push_str(&format!("\n\nEffects: {}", effects(operation.effects)));
    text
}

/// A parameter.
pub(crate) fn parameter(signature: &Signature, parameter: &Parameter) -> String {
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
    let needed = signature.operations.iter().filter(|it| it.required.contains(&parameter.name));
    let needed: Vec<_> = needed.map(|it| format!("`{}`", it.name)).collect();
    if !needed.is_empty() {
        text.push_str(&format!("\n\nRequired by {}", needed.join(", ")));
    }
    text
}

/// A filter, test or function.
pub(crate) fn function(function: &Function) -> String {
    format!("```jinja\n{}\n```\n\n{}", function.signature, function.doc)
}

/// A model.
pub(crate) fn model(model: &Model) -> String {
    let context =
        model.context.map_or_else(|| "unknown".to_owned(), |it| format!("{} tokens", grouped(it)));
    let mut text = format!(
        "**`{}`**\n\n- served by: {}\n- window: {context}\n- price: {}",
        model.name,
        model.provider,
        cost(model)
    );
    let unknown = || "unknown".to_owned();
    let words = model.capabilities.as_ref().map_or_else(unknown, |all| {
        let words: Vec<_> = all.iter().map(|it| it.word()).collect();
        if words.is_empty() { "none beside text".to_owned() } else { words.join(", ") }
    });
    text.push_str(&format!("\n- capabilities: {words}"));
    if let Some((quality, level)) = model.quality.zip(model.level()) {
        text.push_str(&format!("\n- quality: {quality} of 100, expertise `{}`", level.word()));
    }
    if let Some(day) = &model.retires {
        text.push_str(&format!("\n- retires: {day}"));
    }
    text
}

/// Prices of a model in words.
pub(super) fn cost(model: &Model) -> String {
    let price = |it: Option<f64>| it.map_or_else(|| "unknown".to_owned(), |it| format!("${it}"));
    match (model.input_price, model.output_price) {
        (Some(0.0), Some(0.0)) if is_at_home(&model.provider, &model.name) => {
            "none, it runs on your own machine".to_owned()
        }
        (Some(0.0), Some(0.0)) => "none".to_owned(),
        (input, output) => {
            format!("{} read, {} written, a million tokens", price(input), price(output))
        }
    }
}

/// Window and price of a model in a few words.
pub(crate) fn price(model: &Model) -> String {
    let context = model.context.map_or_else(
        || "?".to_owned(),
        |it| match it {
            it if it >= 1_000_000 => format!("{}M", f64::from(it / 10_000) / 100.0),
            it => format!("{}k", it / 1_000),
        },
    );
    match (model.input_price, model.output_price) {
        (Some(0.0), Some(0.0)) => format!("{context}, local"),
        (Some(input), Some(output)) => format!("{context}, ${input} / ${output}"),
        _ => format!("{context}, price unknown"),
    }
}

fn grouped(number: u32) -> String {
    let digits = number.to_string();
    let head = digits.len() % 3;
    let mut out = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && at % 3 == head {
            out.push(',');
        }
        out.push(digit);
    }
    out
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

#[cfg(test)]
mod tests {
    use super::{grouped, model, price};
    use pipeline::models::{find, models};

    #[test]
    fn prices_and_windows_in_words() {
        assert_eq!(
            ["1", "1000", "131072", "1048576"].map(|it| grouped(it.parse().unwrap())),
            ["1", "1,000", "131,072", "1,048,576"]
        );
        let of = |name| find(models(), name).unwrap();
        assert_eq!(price(of("gpt-4o-mini")), "128k, $0.15 / $0.6");
        assert_eq!(price(of("gemini-2.5-pro")), "1.04M, $1.25 / $10");
        assert_eq!(price(of("llama3:8b")), "8k, local");
        assert_eq!(price(of("gemma-3-27b-it")), "131k, price unknown");
        assert!(model(of("gemma-3-27b-it")).contains("unknown read, unknown written"));
    }
}
