//! The form in which a tool's value reaches templates: `{result, success, error}`, unless its fields stand flat.

use pipeline::catalogue::Envelope;
use serde_json::{Map, Value as Json, json};

use crate::tool::Failure;

/// Puts a tool's value into its envelope.
pub(super) fn wrap(value: Json, envelope: Envelope) -> Json {
    match (envelope, value) {
        (Envelope::Flat, value) => value,
        (Envelope::Wrapped, Json::Null) => {
            json!({ "result": null, "success": false, "error": "the tool returned nothing" })
        }
        (Envelope::Wrapped, Json::Object(map)) => wrap_map(map),
        (Envelope::Wrapped, value) => json!({ "result": value, "success": true, "error": null }),
    }
}

fn wrap_map(mut map: Map<String, Json>) -> Json {
    let error = map.get("error").cloned().unwrap_or_default();
    if map.contains_key("success") && map.contains_key("result") {
        map.entry("error").or_insert(Json::Null);
        return Json::Object(map);
    }
    let success = map.shift_remove("success").unwrap_or_else(|| Json::Bool(!is_truthy(&error)));
    map.shift_remove("error");
    json!({ "result": map, "success": success, "error": error })
}

fn is_truthy(error: &Json) -> bool {
    match error {
        Json::Null | Json::Bool(false) => false,
        Json::String(text) => !text.is_empty(),
        _ => true,
    }
}

/// Whether a value says of itself that it is no success.
pub(super) fn succeeds(value: &Json) -> bool {
    value.get("success") != Some(&Json::Bool(false))
}

/// The error that a value reports.
pub(super) fn error(value: &Json) -> Option<String> {
    match value.get("error")? {
        Json::String(text) if !text.is_empty() => Some(text.clone()),
        error if is_truthy(error) && !error.is_string() => Some(error.to_string()),
        _ => None,
    }
}

/// The value of a raised failure: what the tool had, and the failure. One that is an envelope already says it all.
pub(super) fn of_failure(failure: &Failure) -> Json {
    let mut map = match &failure.value {
        Some(Json::Object(map)) => map.clone(),
        Some(value) => Map::from_iter([("result".to_owned(), value.clone())]),
        None => Map::new(),
    };
    let enveloped = map.contains_key("success") && map.contains_key("error");
    map.insert("success".into(), Json::Bool(false));
    map.insert("error".into(), failure.message.as_str().into());
    if !enveloped {
        map.insert("error_type".into(), failure.error_type.as_ref().into());
    }
    if let Some(code) = failure.code {
        map.entry("code").or_insert_with(|| code.into());
    }
    Json::Object(map)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_wrapped_once() {
        for (value, wrapped) in [
            (json!("x"), json!({"result": "x", "success": true, "error": null})),
            (json!({"a": 1}), json!({"result": {"a": 1}, "success": true, "error": null})),
            (
                json!({"a": 1, "success": false}),
                json!({"result": {"a": 1}, "success": false, "error": null}),
            ),
            (
                json!({"a": 1, "success": false, "error": "e"}),
                json!({"result": {"a": 1}, "success": false, "error": "e"}),
            ),
            (
                json!({"a": 1, "error": "e"}),
                json!({"result": {"a": 1}, "success": false, "error": "e"}),
            ),
            (
                json!({"a": 1, "error": ""}),
                json!({"result": {"a": 1}, "success": true, "error": ""}),
            ),
            (
                json!({"result": 1, "success": true}),
                json!({"result": 1, "success": true, "error": null}),
            ),
        ] {
            assert_eq!(wrap(value.clone(), Envelope::Wrapped), wrapped, "{value}");
            assert_eq!(wrap(wrapped.clone(), Envelope::Wrapped), wrapped);
            assert_eq!(wrap(value.clone(), Envelope::Flat), value);
        }
        assert!(!succeeds(&wrap(Json::Null, Envelope::Wrapped)));
    }

    #[test]
    fn a_failure_keeps_what_the_tool_had() {
        let failure =
            Failure { value: Some(json!({"stdout": "x"})), ..Failure::permanent("E", "m") };
        assert_eq!(
            of_failure(&failure),
            json!({"stdout": "x", "success": false, "error": "m", "error_type": "E"})
        );
    }
}
