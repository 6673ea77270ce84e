//! An answer of `downbeat eval`.

use pipeline::Value;
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::{Value as Json, value::RawValue};

/// One line of what `downbeat eval` prints.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum EvalAnswer {
    /// The value; of a condition `true` or `false`.
    Ok(#[schemars(with = "Json")] Box<RawValue>),
    /// Why there is none.
    Error {
        /// Kebab-case and stable.
        code: String,
        /// One line for people.
        message: String,
    },
}

impl EvalAnswer {
    /// Whole numbers keep all their digits; `NaN` and infinities, which JSON lacks, are null.
    pub(crate) fn ok(value: &Value) -> Self {
        let text = value.to_json_text(pipeline::Json::Unicode(pipeline::Layout::Line));
        Self::Ok(RawValue::from_string(text).unwrap_or_else(|_| RawValue::NULL.to_owned()))
    }

    pub(crate) fn error(code: &str, message: &str) -> Self {
        Self::Error { code: code.to_owned(), message: message.to_owned() }
    }
}
