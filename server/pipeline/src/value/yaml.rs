//! Plain YAML as JSON, for files that are data and no pipelines.

use serde_json::{Map, Number, Value as Json};
use syntax::{Node, NodeKind, ScalarType, Span};

/// How deep data may nest.
const DEPTH: usize = 200;

/// A node as JSON. Whole numbers keep all their digits as far as JSON numbers do.
///
/// # Errors
/// Where an alias stands, or what nests too deeply: neither is read.
pub fn plain_json(node: Node<'_>) -> Result<Json, Span> {
    at_depth(node, DEPTH)
}

fn at_depth(node: Node<'_>, left: usize) -> Result<Json, Span> {
    let Some(left) = left.checked_sub(1) else { return Err(node.span()) };
    Ok(match node.kind() {
        NodeKind::Null => Json::Null,
        NodeKind::Scalar => node.scalar().map_or(Json::Null, |scalar| match scalar.ty() {
            ScalarType::Null => Json::Null,
            ScalarType::Bool(value) => Json::Bool(value),
            ScalarType::Int(value) => Number::from_i128(value)
                .map_or_else(|| Json::String(scalar.value().into_owned()), Json::Number),
            ScalarType::Float(value) => Json::from(value),
            ScalarType::Str => Json::String(scalar.value().into_owned()),
        }),
        NodeKind::Sequence => {
            Json::Array(node.items().map(|item| at_depth(item, left)).collect::<Result<_, _>>()?)
        }
        NodeKind::Mapping => {
            let entry = |entry: syntax::Entry<'_>| {
                Ok((entry.name().into_owned(), at_depth(entry.value, left)?))
            };
            Json::Object(node.entries().map(entry).collect::<Result<Map<_, _>, Span>>()?)
        }
        NodeKind::Alias => return Err(node.span()),
    })
}
