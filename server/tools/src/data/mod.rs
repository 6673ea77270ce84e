//! `data-processing` and `process`: works on tables and other structured data.

mod aggregate;
mod clean;
mod expression;
mod input;
mod merge;
mod numbers;
mod output;
mod pivot;
mod profile;
#[cfg(test)]
mod tests;
mod transform;

use async_trait::async_trait;
use engine::tool::{Call, Failure, Reliance, Tool};
use pipeline::catalogue::{DATA_PROCESSING, PROCESS, Signature};
use serde_json::{Map, Value as Json, json};

pub(crate) use input::{Form, parse, read as read_data, rows as rows_of, type_name};
pub(crate) use numbers::number;

use crate::answer::{blocking, given, operation, text};

/// A row of a table.
pub(crate) type Row = Map<String, Json>;

/// `tool: data-processing`.
#[derive(Debug)]
pub(crate) struct DataProcessing;

/// `action: process`.
#[derive(Debug)]
pub(crate) struct Process;

#[async_trait]
impl Tool for DataProcessing {
    fn signature(&self) -> &'static Signature {
        &DATA_PROCESSING
    }

    fn relies_on(&self, call: &Call) -> Reliance {
        relies_on(call)
    }

    async fn call(&self, call: Call) -> Result<Json, Failure> {
        blocking(call, act).await
    }
}

#[async_trait]
impl Tool for Process {
    fn signature(&self) -> &'static Signature {
        &PROCESS
    }

    fn relies_on(&self, call: &Call) -> Reliance {
        relies_on(call)
    }

    async fn call(&self, call: Call) -> Result<Json, Failure> {
        blocking(call, act).await
    }
}

/// Data may be given as the name of a file, also where several tables are.
fn relies_on(call: &Call) -> Reliance {
    let of_tables =
        given(&call.parameters, "datasets").and_then(Json::as_array).into_iter().flatten();
    let data =
        of_tables.filter_map(|table| table.get("data")).chain(given(&call.parameters, "data"));
    let files: Vec<_> =
        data.filter_map(|data| input::named(&call.place, data)).map(|reach| reach.path).collect();
    if files.is_empty() { Reliance::Nothing } else { Reliance::Files(files) }
}

fn act(call: &Call) -> Result<Json, Failure> {
    match dispatch(call) {
        Ok(processed) => Ok(json!({ "processed_data": processed, "success": true })),
        Err(message) => {
            let value = json!({ "processed_data": null, "success": false, "error": message });
            Err(Failure { value: Some(value), ..Failure::permanent("ValueError", message) })
        }
    }
}

fn dispatch(call: &Call) -> Result<Json, String> {
    let parameters = &call.parameters;
    let form = Form::named(&text(parameters, "format").unwrap_or_else(|| "json".to_owned()))?;
    let target = text(parameters, "output_format").map_or(Ok(form), |name| Form::named(&name))?;
    if let Some(spec) = given(parameters, "transform_spec") {
        return expression::apply_spec(spec, given(parameters, "data").unwrap_or(&Json::Null));
    }
    let operation = operation(call, Some("convert"));
    let input = || {
        let data = given(parameters, "data").ok_or("`data` is missing")?;
        input::read(&call.place, data, form)
    };
    let rows = || {
        let rows = input()?;
        input::rows(rows)
    };
    match operation.as_str() {
        "convert" => {
            let data = given(parameters, "data").ok_or("`data` is missing")?;
            output::convert(input::read_or_text(&call.place, data, form)?, target)
        }
        "filter" => transform::filter(input()?, given(parameters, "operation"), form),
        "aggregate" => aggregate::aggregate(&rows()?, parameters, target),
        "transform" => transform::transform(input()?, parameters, target),
        "profile" => profile::profile(&rows()?, parameters),
        "pivot" => pivot::pivot(&rows()?, parameters, target),
        "clean" => clean::clean(rows()?, parameters, form),
        "merge" => merge::merge(&call.place, parameters),
        other => Err(format!("Unknown data processing action: {other}")),
    }
}

/// A list of names; one name may stand alone.
fn names(parameters: &Map<String, Json>, name: &str) -> Vec<String> {
    match given(parameters, name) {
        Some(Json::Array(items)) => items.iter().map(crate::answer::spelled).collect(),
        Some(one) => vec![crate::answer::spelled(one)],
        None => Vec::new(),
    }
}
