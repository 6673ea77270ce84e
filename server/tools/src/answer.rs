//! The forms of a tool's answer, and reading its parameters.

use engine::tool::{Call, Failure};
use pipeline::Value;
use serde_json::{Map, Value as Json, json};

/// `{result, success: true, error: null}`.
pub(crate) fn done(result: Json) -> Json {
    json!({ "result": result, "success": true, "error": null })
}

/// A raised failure whose value keeps what is known: `{result, success: false, error}`.
pub(crate) fn failed(
    error_type: &'static str,
    message: impl Into<String>,
    result: Json,
) -> Failure {
    let failure = Failure::permanent(error_type, message);
    let value = json!({ "result": result, "success": false, "error": failure.message });
    Failure { value: Some(value), ..failure }
}

/// Does `act`, which blocks, away from the threads that drive the run.
pub(crate) async fn blocking(
    call: Call,
    act: fn(&Call) -> Result<Json, Failure>,
) -> Result<Json, Failure> {
    let task = tokio::task::spawn_blocking(move || act(&call));
    task.await.unwrap_or_else(|error| Err(Failure::permanent("RuntimeError", error.to_string())))
}

/// A parameter that is there and not null.
pub(crate) fn given<'a>(parameters: &'a Map<String, Json>, name: &str) -> Option<&'a Json> {
    parameters.get(name).filter(|value| !value.is_null())
}

/// A parameter as text; what is no text is spelled as templates spell it.
pub(crate) fn text(parameters: &Map<String, Json>, name: &str) -> Option<String> {
    given(parameters, name).map(spelled)
}

/// A value as text.
pub(crate) fn spelled(value: &Json) -> String {
    match value {
        Json::String(text) => text.clone(),
        other => Value::from_json(other).to_text(),
    }
}

/// A parameter that says yes or no, `default` when it says neither.
pub(crate) fn flag(parameters: &Map<String, Json>, name: &str, default: Flag) -> Flag {
    match given(parameters, name).and_then(Json::as_bool) {
        Some(true) => Flag::On,
        Some(false) => Flag::Off,
        None => default,
    }
}

/// Yes or no.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Flag {
    On,
    Off,
}

/// The operation of a call: the step's, else the one in its parameters, else the tool's default.
pub(crate) fn operation(call: &Call, default: Option<&str>) -> String {
    let own = call.operation.clone();
    own.or_else(|| text(&call.parameters, "action"))
        .or_else(|| default.map(str::to_owned))
        .unwrap_or_default()
}

/// Seconds of a parameter as a time; nothing for 0 and for what is no number.
pub(crate) fn seconds(parameters: &Map<String, Json>, name: &str) -> Option<std::time::Duration> {
    let value = given(parameters, name)?.as_f64()?;
    std::time::Duration::try_from_secs_f64(value).ok().filter(|time| !time.is_zero())
}
