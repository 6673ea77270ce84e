//! YAML data as JSON.

use pipeline::{Data, Located};
use serde_json::Value as Json;
use syntax::{Node, NodeKind, ScalarType};

/// The data, templates as they are written; whole numbers beyond 64 bits become floats, infinities and `NaN` null.
#[must_use]
pub fn json(data: &Data) -> Json {
    match data {
        Data::Null => Json::Null,
        Data::Bool(value) => (*value).into(),
        Data::Int(value) => whole(*value),
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

fn whole(value: i128) -> Json {
    i64::try_from(value).map_or_else(|_| Json::from(value as f64), Json::from)
}

/// The same of a node; an alias is its name with the `*`.
pub(crate) fn node(node: Node<'_>) -> Json {
    match node.kind() {
        NodeKind::Mapping => Json::Object(
            node.entries().map(|it| (it.name().into_owned(), self::node(it.value))).collect(),
        ),
        NodeKind::Sequence => node.items().map(self::node).collect(),
        NodeKind::Alias => format!("*{}", node.alias().unwrap_or_default()).into(),
        NodeKind::Null => Json::Null,
        NodeKind::Scalar => node.scalar().map_or(Json::Null, |scalar| match scalar.ty() {
            ScalarType::Null => Json::Null,
            ScalarType::Bool(value) => value.into(),
            ScalarType::Int(value) => whole(value),
            ScalarType::Float(value) => value.into(),
            ScalarType::Str => scalar.value().into(),
        }),
    }
}
