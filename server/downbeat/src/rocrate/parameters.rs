//! Declared inputs and outputs, and the values that a run had for them.

use serde_json::{Value as Json, json};

use super::{BIOSCHEMAS_PARAMETER, Facts, address, id};
use crate::shape;

fn input(name: &str) -> String {
    format!("#input-{}", address(name))
}

fn output(name: &str) -> String {
    format!("#output-{}", address(name))
}

fn value_of(parameter: &str) -> String {
    format!("{parameter}-value")
}

/// References to the declared inputs.
pub(super) fn inputs(facts: &Facts<'_>) -> Vec<Json> {
    ide::inputs(facts.pipeline).iter().map(|it| id(&input(it.name))).collect()
}

/// References to the outputs.
pub(super) fn outputs(facts: &Facts<'_>) -> Vec<Json> {
    facts.document.outputs.keys().map(|name| id(&output(name))).collect()
}

/// The declarations.
pub(super) fn declared(facts: &Facts<'_>) -> Vec<Json> {
    let mut all = Vec::new();
    for question in ide::inputs(facts.pipeline) {
        let mut parameter = formal(&input(question.name), question.name);
        parameter["additionalType"] = type_name(shape::input_type(question.ty)).into();
        parameter["valueRequired"] = question.required.into();
        if let Some(description) = question.description {
            parameter["description"] = description.into();
        }
        if let Some(default) = question.default {
            parameter["defaultValue"] = plain(&shape::json(default));
        }
        all.push(parameter);
    }
    for (name, value) in &facts.document.outputs {
        let mut parameter = formal(&output(name), name);
        parameter["additionalType"] = type_name(json_type(value)).into();
        all.push(parameter);
    }
    all
}

fn formal(address: &str, name: &str) -> Json {
    json!({
        "@id": address,
        "@type": "FormalParameter",
        "conformsTo": id(BIOSCHEMAS_PARAMETER),
        "name": name,
    })
}

/// The word of schema.org for a declared type; text where it has none of its own.
fn type_name(word: &str) -> &'static str {
    match word {
        "integer" => "Integer",
        "number" => "Number",
        "boolean" => "Boolean",
        "object" => "PropertyValue",
        "path" => "File",
        _ => "Text",
    }
}

const fn json_type(value: &Json) -> &'static str {
    match value {
        Json::Bool(_) => "boolean",
        Json::Number(_) => "number",
        Json::Object(_) => "object",
        Json::Null | Json::String(_) | Json::Array(_) => "string",
    }
}

/// What a run read and gave.
pub(super) fn values(facts: &Facts<'_>) -> Vec<Json> {
    let given = given(facts).into_iter().map(|(name, value)| (input(&name), name, value));
    let outputs = facts.document.outputs.iter();
    let made = outputs.map(|(name, value)| (output(name), name.clone(), value.clone()));
    let entity = |(parameter, name, value): (String, String, Json)| {
        json!({
            "@id": value_of(&parameter),
            "@type": "PropertyValue",
            "name": name,
            "value": plain(&value),
            "exampleOfWork": id(&parameter),
        })
    };
    given.chain(made).map(entity).collect()
}

/// References to the values of inputs.
pub(super) fn input_values(facts: &Facts<'_>) -> Vec<Json> {
    given(facts).iter().map(|(name, _)| id(&value_of(&input(name)))).collect()
}

/// References to the values of outputs.
pub(super) fn output_values(facts: &Facts<'_>) -> Vec<Json> {
    facts.document.outputs.keys().map(|name| id(&value_of(&output(name)))).collect()
}

/// Values of inputs by name: those that were given, else declared defaults as they are written.
fn given(facts: &Facts<'_>) -> Vec<(String, Json)> {
    let value = |question: &ide::Question<'_>| {
        if question.secret {
            return None;
        }
        let given = facts.given.get(question.name).cloned();
        given.or_else(|| question.default.map(shape::json))
    };
    let questions = ide::inputs(facts.pipeline).into_iter();
    questions.filter_map(|it| Some((it.name.to_owned(), value(&it)?))).collect()
}

/// A value as metadata may hold it: what is neither text, number nor truth is JSON text.
fn plain(value: &Json) -> Json {
    match value {
        Json::Null => "null".into(),
        Json::Array(_) | Json::Object(_) => value.to_string().into(),
        Json::Bool(_) | Json::Number(_) | Json::String(_) => value.clone(),
    }
}
