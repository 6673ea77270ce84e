//! Inputs: presence, type, choices, range, pattern, and defaults.

use std::collections::BTreeSet;

use pipeline::{Input, Pipeline, Placed, Value, catalogue::Type, facts, limits::accept};
use serde_json::{Map, Value as Json};

use super::Refusal;
use crate::{
    render,
    scope::{Entries, Facts, Inputs},
    secrets::{Secret, texts},
};

/// The value of every declared input that has one; what is wrong goes into `refusals`.
pub(super) fn resolve(
    pipeline: &Pipeline,
    values: &Map<String, Json>,
    facts: &Facts,
    refusals: &mut Vec<Refusal>,
) -> Entries {
    refusals.extend(
        values
            .keys()
            .filter(|name| declared(pipeline, name).is_none())
            .map(|name| unknown(pipeline, name)),
    );
    let mut given = Entries::new();
    let mut open = Vec::new();
    let mut refused = BTreeSet::new();
    for input in facts::inputs(pipeline) {
        match values.get(&input.name.value).filter(|value| !value.is_null()) {
            Some(value) => match accept(input, supplied(input, value)) {
                Ok(value) => drop(given.insert(input.name.value.as_str().into(), value)),
                Err(message) => {
                    refused.insert(input.name.value.as_str());
                    refusals.push(invalid(input, message, None));
                }
            },
            None if input.default.is_some() => open.push(input),
            None if input.required => {
                refused.insert(input.name.value.as_str());
                refusals.push(missing(input));
            }
            None => {}
        }
    }
    defaults(open, facts, refused, &mut given, refusals);
    in_declared_order(pipeline, given)
}

/// The texts in the values of secret inputs, by the place that they have there (`login.password`).
pub(super) fn secrets(pipeline: &Pipeline, values: &Entries) -> Vec<Secret> {
    let mut secrets = Vec::new();
    for input in facts::inputs(pipeline).filter(|input| input.secret) {
        let name = input.name.value.as_str();
        if let Some(value) = values.get(name) {
            texts(name, &value.to_json(), &mut secrets);
        }
    }
    secrets
}

fn declared<'p>(pipeline: &'p Pipeline, name: &str) -> Option<&'p Placed<Input>> {
    pipeline.inputs.iter().find(|input| input.name.value == name)
}

/// Renders defaults. One that reads other inputs waits for theirs; one that reads a refused input is not looked at.
fn defaults<'p>(
    mut open: Vec<&'p Placed<Input>>,
    facts: &Facts,
    mut refused: BTreeSet<&'p str>,
    given: &mut Entries,
    refusals: &mut Vec<Refusal>,
) {
    while !open.is_empty() {
        let waits = |input: &&Placed<Input>| {
            input.references.iter().any(|reference| {
                open.iter().any(|other| {
                    other.name.value == *reference.root && other.name.value != input.name.value
                })
            })
        };
        let (waiting, ready): (Vec<_>, Vec<_>) = open.iter().copied().partition(waits);
        if ready.is_empty() {
            refusals.extend(waiting.iter().map(|input| {
                invalid(input, "its default and that of another input need each other".into(), None)
            }));
            return;
        }
        let scope = facts.with_inputs(Inputs::new(given.clone())).alone();
        for input in ready {
            let Some(default) = &input.default else { continue };
            let name = input.name.value.as_str();
            if input.references.iter().any(|it| refused.contains(&*it.root)) {
                refused.insert(name);
                continue;
            }
            let value = render::data(&default.value, &scope)
                .map_err(|error| invalid(input, error.to_string(), error.span));
            let checked = value.and_then(|value| {
                accept(input, value).map_err(|message| invalid(input, message, None))
            });
            match checked {
                Ok(value) => drop(given.insert(name.into(), value)),
                Err(refusal) => {
                    refused.insert(name);
                    refusals.push(refusal);
                }
            }
        }
        open = waiting;
    }
}

fn in_declared_order(pipeline: &Pipeline, mut values: Entries) -> Entries {
    let names = pipeline.inputs.iter().map(|input| input.name.value.as_str());
    names.filter_map(|name| values.shift_remove_entry(name)).collect()
}

/// A caller's JSON; for a text input it is spelled as JSON, since `-i name=1` reads like a number.
fn supplied(input: &Input, value: &Json) -> Value {
    match (facts::input_type(input), value) {
        (Type::Text | Type::Path, Json::String(_)) => Value::from_json(value),
        (Type::Text | Type::Path, other) => Value::Text(other.to_string().into()),
        _ => Value::from_json(value),
    }
}

fn unknown(pipeline: &Pipeline, name: &str) -> Refusal {
    let near = pipeline::names::nearest(
        name,
        pipeline.inputs.iter().map(|input| input.name.value.as_str()),
    );
    let help = match near {
        Some(near) => format!("did you mean `{near}`?"),
        None if pipeline.inputs.is_empty() => "the pipeline declares no inputs".to_owned(),
        None => {
            let list: Vec<_> =
                facts::inputs(pipeline).map(|input| format!("`{}`", input.name.value)).collect();
            format!("it declares {}", list.join(", "))
        }
    };
    Refusal {
        code: "unknown-input",
        message: format!("the pipeline has no input `{name}`"),
        help: Some(help),
        step: None,
        span: None,
        within: None,
    }
}

fn missing(input: &Placed<Input>) -> Refusal {
    Refusal {
        code: "missing-input",
        message: format!("the input `{}` is required", input.name.value),
        help: Some(format!("supply it: `-i {}=...`", input.name.value)),
        step: None,
        span: Some(input.absolute(input.name.span)),
        within: None,
    }
}

fn invalid(input: &Placed<Input>, message: String, span: Option<syntax::Span>) -> Refusal {
    let message =
        if input.secret { "its value does not fit its declaration".to_owned() } else { message };
    Refusal {
        code: "invalid-input",
        message: format!("the input `{}`: {message}", input.name.value),
        help: input.description.as_ref().map(|words| words.trim().to_owned()),
        step: None,
        span: Some(input.absolute(span.unwrap_or(input.name.span))),
        within: None,
    }
}
