//! `validation` and `validate`: holds data against a schema, and scores it.

mod infer;
mod quality;
mod schema;
#[cfg(test)]
mod tests;

use async_trait::async_trait;
use engine::tool::{Call, Failure, Tool};
use pipeline::catalogue::{Signature, VALIDATE, VALIDATION};
use serde_json::{Map, Value as Json, json};

use crate::{
    answer::{blocking, done, failed, given, operation, text},
    data::{Form, parse, type_name},
};

/// `tool: validation`.
#[derive(Debug)]
pub(crate) struct Validation;

/// `action: validate`.
#[derive(Debug)]
pub(crate) struct Validate;

#[async_trait]
impl Tool for Validation {
    fn signature(&self) -> &'static Signature {
        &VALIDATION
    }

    async fn call(&self, call: Call) -> Result<Json, Failure> {
        blocking(call, act).await
    }
}

#[async_trait]
impl Tool for Validate {
    fn signature(&self) -> &'static Signature {
        &VALIDATE
    }

    async fn call(&self, call: Call) -> Result<Json, Failure> {
        blocking(call, act).await
    }
}

fn act(call: &Call) -> Result<Json, Failure> {
    let operation = operation(call, Some("validate"));
    dispatch(&operation, &call.parameters)
        .map(done)
        .map_err(|message| failed("ValueError", message, Json::Null))
}

fn dispatch(operation: &str, parameters: &Map<String, Json>) -> Result<Json, String> {
    match operation {
        "validate" => {
            let data = given(parameters, "data").ok_or("No data provided for validation")?;
            let schema = given(parameters, "schema").ok_or("No schema provided for validation")?;
            let mode = text(parameters, "mode").unwrap_or_else(|| "strict".to_owned());
            schema::validate(data, schema, schema::Mode::named(&mode)?)
        }
        "infer_schema" => {
            let data = given(parameters, "data").ok_or("No data provided for schema inference")?;
            Ok(json!({ "schema": infer::schema(data), "data_type": type_name(data) }))
        }
        "quality_check" => {
            let data = given(parameters, "data").ok_or("No data provided for quality check")?;
            let threshold = given(parameters, "threshold").and_then(Json::as_f64).unwrap_or(0.8);
            Ok(quality::score(&parsed(data)?.0, threshold))
        }
        "extract_structured" => {
            Err("`extract_structured` asks a model, and none is provided".to_owned())
        }
        other => Err(format!("Unknown action: {other}")),
    }
}

/// Where data came from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Origin {
    Value,
    Csv,
}

/// Text as JSON or CSV; other values as they are.
fn parsed(data: &Json) -> Result<(Json, Origin), String> {
    let Json::String(text) = data else { return Ok((data.clone(), Origin::Value)) };
    if let Ok(value) = serde_json::from_str(text) {
        return Ok((value, Origin::Value));
    }
    if text.contains(',') && text.contains('\n') {
        return Ok((parse(text, Form::Csv)?, Origin::Csv));
    }
    Err("Invalid data format: not JSON or CSV".to_owned())
}
