//! Values to declared types: what a template or a caller gave as text may mean a number.

use super::Value;
use crate::catalogue::Type;

/// The value as that type.
///
/// # Errors
/// In words what it is instead, when it cannot be one.
pub fn convert(value: Value, ty: Type) -> Result<Value, String> {
    if matches!(value, Value::Null) {
        return Ok(value);
    }
    let converted = match ty {
        Type::Any => return Ok(value),
        Type::Text | Type::Path | Type::Model => text(&value),
        Type::Integer => integer(&value),
        Type::Number => number(&value),
        Type::Bool => boolean(&value),
        Type::List => list(&value),
        Type::Map => map(&value),
    };
    converted.ok_or_else(|| format!("{}, not {}", describe(&value), ty.words()))
}

fn text(value: &Value) -> Option<Value> {
    match value {
        Value::Text(_) => Some(value.clone()),
        other => Some(Value::Text(other.to_text().into())),
    }
}

fn integer(value: &Value) -> Option<Value> {
    match value {
        Value::Int(_) => Some(value.clone()),
        Value::Float(float) => whole(*float),
        Value::Text(text) => {
            let text = text.trim();
            text.parse().map(Value::Int).ok().or_else(|| text.parse().ok().and_then(whole))
        }
        Value::Step(_) => integer(&Value::Text(value.to_text().into())),
        _ => None,
    }
}

/// A float without fraction, as far as floats are exact.
#[expect(clippy::cast_possible_truncation, reason = "within 2^53 nothing is cut")]
fn whole(float: f64) -> Option<Value> {
    (float.fract() == 0.0 && float.abs() <= 9_007_199_254_740_992.0)
        .then_some(Value::Int(float as i128))
}

fn number(value: &Value) -> Option<Value> {
    match value {
        Value::Int(_) | Value::Float(_) => Some(value.clone()),
        Value::Text(text) => {
            let text = text.trim();
            let float =
                || text.parse::<f64>().ok().filter(|float| float.is_finite()).map(Value::Float);
            text.parse().map(Value::Int).ok().or_else(float)
        }
        Value::Step(_) => number(&Value::Text(value.to_text().into())),
        _ => None,
    }
}

fn boolean(value: &Value) -> Option<Value> {
    match value {
        Value::Bool(_) => Some(value.clone()),
        Value::Int(0) => Some(Value::Bool(false)),
        Value::Int(1) => Some(Value::Bool(true)),
        Value::Text(text) => match text.trim().to_lowercase().as_str() {
            "true" | "yes" | "on" | "1" => Some(Value::Bool(true)),
            "false" | "no" | "off" | "0" => Some(Value::Bool(false)),
            _ => None,
        },
        Value::Step(_) => boolean(&Value::Text(value.to_text().into())),
        _ => None,
    }
}

fn list(value: &Value) -> Option<Value> {
    match value {
        Value::List(_) => Some(value.clone()),
        Value::Tuple(items) | Value::Set(items) => Some(Value::List(items.clone())),
        Value::Text(text) => parsed(text).filter(|value| matches!(value, Value::List(_))),
        Value::Step(step) => list(&step.value),
        _ => None,
    }
}

fn map(value: &Value) -> Option<Value> {
    match value {
        Value::Map(_) => Some(value.clone()),
        Value::Text(text) => parsed(text).filter(|value| matches!(value, Value::Map(_))),
        Value::Step(step) => map(&step.value),
        _ => None,
    }
}

fn parsed(text: &str) -> Option<Value> {
    serde_json::from_str(text).ok().map(|json: serde_json::Value| Value::from_json(&json))
}

/// What a value is, with a short look at it.
fn describe(value: &Value) -> String {
    let text = value.to_text();
    let start: String = text.chars().take(40).collect();
    if start.len() < text.len() { format!("`{start}...`") } else { format!("`{start}`") }
}
