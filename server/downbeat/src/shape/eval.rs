//! An answer of `downbeat eval`.

use schemars::JsonSchema;
use serde::Serialize;
use serde_json::Value as Json;

/// One line of what `downbeat eval` prints.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum EvalAnswer {
    /// The value; of a condition `true` or `false`.
    Ok(Json),
    /// Why there is none.
    Error {
        /// Kebab-case and stable.
        code: String,
        /// One line for people.
        message: String,
    },
}

impl EvalAnswer {
    pub(crate) fn error(code: &str, message: &str) -> Self {
        Self::Error { code: code.to_owned(), message: message.to_owned() }
    }
}
