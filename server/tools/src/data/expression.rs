//! Expressions over rows and data: the grammar of conditions.

use std::sync::LazyLock;

use pipeline::eval::parse_condition;
use pipeline::{
    Value,
    eval::{Scope, evaluate},
};
use regex::Regex;
use serde_json::{Map, Value as Json};

use super::{Form, Row, input, numbers};
use crate::answer::spelled;

/// The fields of a row; text that is a number counts as one.
struct Fields<'a>(&'a Row);

impl Scope for Fields<'_> {
    fn lookup(&self, name: &str) -> Option<Value> {
        let value = self.0.get(name)?;
        Some(match (value, numbers::number(value)) {
            (Json::String(_), Some(number)) => Value::Float(number),
            _ => Value::from_json(value),
        })
    }
}

/// The value of an expression for a row.
pub(super) fn of_row(expression: &str, row: &Row) -> Result<Json, String> {
    match date_format(expression, row) {
        Some(text) => text.map(Json::from),
        None => value(expression, &Fields(row)).map(|value| value.to_json()),
    }
}

/// Whether a condition holds for a row.
pub(super) fn holds(condition: &str, row: &Row) -> Result<bool, String> {
    value(condition, &Fields(row)).map(|value| value.is_truthy())
}

fn value(expression: &str, scope: &dyn Scope) -> Result<Value, String> {
    evaluate(&parse_condition(expression), expression, scope)
        .map_err(|error| format!("`{expression}` cannot be evaluated: {}", error.message))
}

/// `DATE_FORMAT(field, '%Y-%m')` over dates such as `2026-01-31`.
fn date_format(expression: &str, row: &Row) -> Option<Result<String, String>> {
    static CALL: LazyLock<Option<Regex>> = LazyLock::new(|| {
        Regex::new(r#"^\s*DATE_FORMAT\(\s*(\w+)\s*,\s*['"]([^'"]*)['"]\s*\)\s*$"#).ok()
    });
    let call = CALL.as_ref()?.captures(expression)?;
    let (field, format) = (call.get(1)?.as_str(), call.get(2)?.as_str());
    let date = row.get(field).map(spelled).unwrap_or_default();
    let mut parts = date.split(['-', 'T', ' ']);
    let (year, month, day) = (parts.next(), parts.next(), parts.next());
    let number = |part: Option<&str>| part.is_some_and(|part| part.parse::<u32>().is_ok());
    if !number(year) || !number(month) {
        return Some(Err(format!("`{date}` in `{field}` is no date such as 2026-01-31")));
    }
    let text =
        format.replace("%Y", year.unwrap_or_default()).replace("%m", month.unwrap_or_default());
    Some(Ok(text.replace("%d", day.unwrap_or("01"))))
}

/// `data` and `parsed_data` of a `transform_spec`.
struct Data<'a> {
    data: &'a Json,
    parsed: &'a Json,
}

impl Scope for Data<'_> {
    fn lookup(&self, name: &str) -> Option<Value> {
        match name {
            "data" => Some(Value::from_json(self.data)),
            "parsed_data" => Some(Value::from_json(self.parsed)),
            _ => None,
        }
    }
}

/// From field to what its expression gives over `data` (as it is) and `parsed_data` (read as JSON).
pub(super) fn apply_spec(spec: &Json, data: &Json) -> Result<Json, String> {
    static LOADS: LazyLock<Option<Regex>> =
        LazyLock::new(|| Regex::new(r"json\.loads\(\s*data\s*\)").ok());
    let Json::Object(spec) = spec else { return Err("`transform_spec` must be a map".to_owned()) };
    let parsed = match data {
        Json::String(text) => input::parse(text, Form::Json).unwrap_or_else(|_| data.clone()),
        other => other.clone(),
    };
    let scope = Data { data, parsed: &parsed };
    let mut result = Map::new();
    for (field, expression) in spec {
        let Json::String(expression) = expression else {
            result.insert(field.clone(), expression.clone());
            continue;
        };
        let expression = match LOADS.as_ref() {
            Some(loads) => loads.replace_all(expression, "parsed_data").into_owned(),
            None => expression.clone(),
        };
        let value = value(&expression, &scope)
            .map_err(|error| format!("`transform_spec.{field}`: {error}"))?;
        result.insert(field.clone(), value.to_json());
    }
    Ok(Json::Object(result))
}
