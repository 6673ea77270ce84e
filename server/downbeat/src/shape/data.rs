//! YAML data as JSON.

use pipeline::{Data, Located, catalogue::Type};
use serde_json::Value as Json;

/// The data, templates as they are written; whole numbers beyond 64 bits become floats, infinities and `NaN` null.
pub(crate) fn json(data: &Data) -> Json {
    match data {
        Data::Null => Json::Null,
        Data::Bool(value) => (*value).into(),
        Data::Int(value) => {
            i64::try_from(*value).map_or_else(|_| Json::from(*value as f64), Json::from)
        }
        Data::Float(value) => (*value).into(),
        Data::Text(text) => text.value.as_ref().into(),
        Data::List(items) => items.iter().map(|item| json(&item.value)).collect(),
        Data::Map(entries) => {
            Json::Object(entries.iter().map(|(key, value)| entry(key, value)).collect())
        }
    }
}

fn entry(key: &Located<String>, value: &Located<Data>) -> (String, Json) {
    (key.value.clone(), json(&value.value))
}

/// How declarations spell a type.
pub(crate) const fn input_type(ty: Type) -> &'static str {
    match ty {
        Type::Any => "any",
        Type::Text | Type::Model => "string",
        Type::Path => "path",
        Type::Integer => "integer",
        Type::Number => "number",
        Type::Bool => "boolean",
        Type::List => "array",
        Type::Map => "object",
    }
}
