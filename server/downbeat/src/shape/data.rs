//! YAML data as JSON.

use pipeline::catalogue::Type;

pub(crate) use ide::json;

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
