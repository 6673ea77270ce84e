//! Declared outputs, rendered when everything else is over.

mod tags;

use std::{collections::BTreeMap, sync::Arc};

use pipeline::{Data, Output, Pipeline, Text, Value, eval::Scope, names::Names};
use serde_json::{Map, Value as Json};
use syntax::template::sole_expression;

use crate::{
    autos,
    document::Warning,
    render::{self, RenderError},
    scope::Entries,
};

pub(super) use tags::Asked;

/// The outputs of a run, what could not be rendered, and whether a required one is among that.
pub(super) struct Outputs {
    pub(super) values: Map<String, Json>,
    pub(super) warnings: Vec<Warning>,
    pub(super) missing: Option<String>,
}

/// Of each output with AUTO tags, by its place among all, the answers in order, or why there are none.
pub(super) type Decisions = BTreeMap<usize, Result<Vec<Value>, String>>;

/// Whether an output reads selected steps only.
fn is_in_reach(output: &Output, names: &Names, selected: impl Fn(usize) -> bool) -> bool {
    let mut read = output.references.iter().filter_map(|reference| names.step(&reference.root));
    read.all(selected)
}

/// Renders every output that reads selected steps only.
pub(super) fn render(
    pipeline: &Pipeline,
    names: &Names,
    selected: impl Fn(usize) -> bool,
    decisions: &Decisions,
    scope: &dyn Scope,
) -> Outputs {
    let mut outputs = Outputs { values: Map::new(), warnings: Vec::new(), missing: None };
    for (at, output) in pipeline.outputs.iter().enumerate() {
        let name = &output.name.value;
        if !is_in_reach(output, names, &selected) {
            continue;
        }
        match decided(output, decisions.get(&at), scope) {
            Ok(value) => drop(outputs.values.insert(name.clone(), value.to_json())),
            Err(error) => {
                outputs.values.insert(name.clone(), Json::Null);
                let message = format!("the output `{name}` could not be rendered: {error}");
                outputs.warnings.push(Warning {
                    code: "output-failed".into(),
                    message,
                    step: None,
                });
                if output.required && outputs.missing.is_none() {
                    outputs.missing = Some(name.clone());
                }
            }
        }
    }
    outputs
}

/// What an output comes to, with the answers of its AUTO tags.
fn decided(
    output: &Output,
    answers: Option<&Result<Vec<Value>, String>>,
    scope: &dyn Scope,
) -> Result<Value, String> {
    let data = &output.value.value;
    let rendered = match answers {
        Some(Err(why)) => return Err(why.clone()),
        Some(Ok(answers)) => value(&autos::put(data, &mut answers.iter().cloned()), scope),
        None if tags::of(output).is_empty() => value(data, scope),
        None => return Err("its AUTO tag was not asked".to_owned()),
    };
    rendered.map_err(|error| error.to_string())
}

fn value(data: &Data, scope: &dyn Scope) -> Result<Value, RenderError> {
    Ok(match data {
        Data::Text(text) => read(text, render::text(text, scope)?),
        Data::List(items) => Value::List(Arc::new(
            items.iter().map(|item| value(&item.value, scope)).collect::<Result<_, _>>()?,
        )),
        Data::Map(entries) => {
            let mut map = Entries::new();
            for (key, item) in entries.iter() {
                map.insert(key.value.as_str().into(), value(&item.value, scope)?);
            }
            Value::Map(Arc::new(map))
        }
        other => render::data(other, scope)?,
    })
}

/// Text that templates were mixed into is read again: `{{ a }}{{ b }}` may spell a number. A single expression keeps its
/// type, and text without templates is text.
fn read(written: &Text, value: Value) -> Value {
    match (&written.template, &value) {
        (Some(template), Value::Text(text)) if sole_expression(template).is_none() => {
            spelled(text).unwrap_or(value)
        }
        _ => value,
    }
}

/// What a text spells, if it is more than text.
fn spelled(text: &str) -> Option<Value> {
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    if digits(text) {
        return text.parse().ok().map(Value::Int);
    }
    if let Some((whole, fraction)) = text.split_once('.')
        && digits(whole)
        && digits(fraction)
    {
        return text.parse().ok().map(Value::Float);
    }
    match text.to_lowercase().as_str() {
        "true" => return Some(Value::Bool(true)),
        "false" => return Some(Value::Bool(false)),
        _ => {}
    }
    let bracketed = (text.starts_with('{') && text.ends_with('}'))
        || (text.starts_with('[') && text.ends_with(']'));
    if !bracketed {
        return None;
    }
    serde_json::from_str::<Json>(text)
        .ok()
        .map(|json| Value::from_json(&json))
        .or_else(|| render::literal(text))
}
