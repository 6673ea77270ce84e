//! A schema that data fits.

use serde_json::{Map, Value as Json, json};

/// The schema; the items of a list are judged by the first.
pub(super) fn schema(data: &Json) -> Json {
    match data {
        Json::Object(map) => {
            let properties: Map<String, Json> =
                map.iter().map(|(name, value)| (name.clone(), schema(value))).collect();
            let required: Vec<&String> =
                map.iter().filter(|(_, value)| !value.is_null()).map(|(name, _)| name).collect();
            json!({ "type": "object", "properties": properties, "required": required })
        }
        Json::Array(items) => {
            json!({ "type": "array", "items": items.first().map_or_else(|| json!({}), schema) })
        }
        Json::String(text) => match format(text) {
            Some(format) => json!({ "type": "string", "format": format }),
            None => json!({ "type": "string" }),
        },
        Json::Number(number) if number.is_f64() => json!({ "type": "number" }),
        Json::Number(_) => json!({ "type": "integer" }),
        Json::Bool(_) => json!({ "type": "boolean" }),
        Json::Null => json!({ "type": "null" }),
    }
}

fn format(text: &str) -> Option<&'static str> {
    if is_email(text) {
        Some("email")
    } else if is_date(text) {
        Some("date")
    } else if is_address(text) {
        Some("uri")
    } else {
        None
    }
}

/// `name@host.domain`, roughly.
pub(super) fn is_email(text: &str) -> bool {
    let parts = text.split_once('@');
    !text.contains(char::is_whitespace)
        && parts.is_some_and(|(name, host)| {
            !name.is_empty()
                && !host.contains('@')
                && host.split_once('.').is_some_and(|(a, b)| !a.is_empty() && !b.is_empty())
        })
}

/// `2026-01-31`, by its form.
pub(super) fn is_date(text: &str) -> bool {
    text.len() == 10
        && text
            .char_indices()
            .all(|(at, c)| if at == 4 || at == 7 { c == '-' } else { c.is_ascii_digit() })
}

pub(super) fn is_address(text: &str) -> bool {
    text.starts_with("http://") || text.starts_with("https://")
}
