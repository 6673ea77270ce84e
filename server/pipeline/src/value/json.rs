//! Values from and to JSON, and JSON as Python's `json.dumps` lays it out.

use std::fmt::Write as _;
use std::sync::Arc;

use super::{Value, number::float_text};
use crate::eval::Native;

impl Value {
    /// The value of a JSON document; integers keep all their digits as far as `serde_json` does.
    #[must_use]
    pub fn from_json(json: &serde_json::Value) -> Self {
        use serde_json::Value as Json;
        match json {
            Json::Null => Self::Null,
            Json::Bool(value) => Self::Bool(*value),
            Json::Number(number) => match number.as_i128() {
                Some(value) => Self::Int(value),
                None => Self::Float(number.as_f64().unwrap_or(f64::NAN)),
            },
            Json::String(text) => Self::text(text.as_str()),
            Json::Array(items) => Self::list(items.iter().map(Self::from_json).collect()),
            Json::Object(entries) => Self::map(
                entries
                    .iter()
                    .map(|(key, value)| (Arc::from(key.as_str()), Self::from_json(value)))
                    .collect(),
            ),
        }
    }

    /// Sets and tuples become lists; undefined, infinite and objects of the evaluator null; a step its value.
    #[must_use]
    pub fn to_json(&self) -> serde_json::Value {
        use serde_json::Value as Json;
        match self {
            Self::Native(Native::Markup(text)) => text.to_json(),
            Self::Native(Native::Dict(entries)) => entries.with_text_keys().to_json(),
            Self::Undefined(_) | Self::Absent(_) | Self::Null | Self::Native(_) => Json::Null,
            Self::Bool(value) => Json::Bool(*value),
            Self::Int(value) => serde_json::Number::from_i128(*value)
                .map_or_else(|| Json::from(*value as f64), Json::Number),
            Self::Float(value) => Json::from(*value),
            Self::Text(text) => Json::String(text.as_ref().to_owned()),
            Self::List(items) | Self::Tuple(items) | Self::Set(items) => {
                Json::Array(items.iter().map(Self::to_json).collect())
            }
            Self::Map(entries) => Json::Object(
                entries
                    .iter()
                    .map(|(key, value)| (key.as_ref().to_owned(), value.to_json()))
                    .collect(),
            ),
            Self::Step(step) => step.value.to_json(),
        }
    }

    /// JSON text in a layout.
    #[must_use]
    pub fn to_json_text(&self, json: Json) -> String {
        let mut out = String::new();
        write(self, json, 0, &mut out);
        out
    }
}

/// How JSON is laid out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Layout {
    /// One line, a space behind `,` and `:`.
    Line,
    /// One item a line, indented by that many spaces a level.
    Indented(u8),
}

/// How JSON is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Json {
    /// Everything beyond ASCII is escaped, as `json.dumps` does.
    Ascii(Layout),
    /// As it is.
    Unicode(Layout),
}

impl Json {
    const fn layout(self) -> Layout {
        match self {
            Self::Ascii(layout) | Self::Unicode(layout) => layout,
        }
    }
}

fn write(value: &Value, json: Json, depth: usize, out: &mut String) {
    match value {
        Value::Undefined(_) | Value::Absent(_) | Value::Null => out.push_str("null"),
        Value::Bool(value) => out.push_str(if *value { "true" } else { "false" }),
        Value::Int(value) => {
            let _ = write!(out, "{value}");
        }
        Value::Float(value) if value.is_nan() => out.push_str("NaN"),
        Value::Float(value) if value.is_infinite() => {
            out.push_str(if *value > 0.0 { "Infinity" } else { "-Infinity" })
        }
        Value::Float(value) => out.push_str(&float_text(*value)),
        Value::Text(text) => quote(text, json, out),
        Value::List(items) | Value::Tuple(items) | Value::Set(items) => {
            let items =
                items.iter().map(|item| move |out: &mut String| write(item, json, depth + 1, out));
            enclose(['[', ']'], items, json.layout(), depth, out);
        }
        Value::Map(entries) => {
            let items = entries.iter().map(|(key, value)| {
                move |out: &mut String| {
                    quote(key, json, out);
                    out.push_str(": ");
                    write(value, json, depth + 1, out);
                }
            });
            enclose(['{', '}'], items, json.layout(), depth, out);
        }
        Value::Step(step) => write(&step.value, json, depth, out),
        Value::Native(Native::Markup(text)) => write(text, json, depth, out),
        Value::Native(Native::Dict(entries)) => write(&entries.with_text_keys(), json, depth, out),
        Value::Native(_) => quote(&value.repr(), json, out),
    }
}

fn enclose<F: FnOnce(&mut String)>(
    [open, close]: [char; 2],
    items: impl ExactSizeIterator<Item = F>,
    layout: Layout,
    depth: usize,
    out: &mut String,
) {
    out.push(open);
    let empty = items.len() == 0;
    let line = |depth: usize, out: &mut String| {
        if let Layout::Indented(width) = layout {
            out.push('\n');
            out.extend(std::iter::repeat_n(' ', usize::from(width) * depth));
        }
    };
    for (index, item) in items.enumerate() {
        if index > 0 {
            out.push_str(if layout == Layout::Line { ", " } else { "," });
        }
        line(depth + 1, out);
        item(out);
    }
    if !empty {
        line(depth, out);
    }
    out.push(close);
}

fn quote(text: &str, json: Json, out: &mut String) {
    out.push('"');
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            '\u{8}' => out.push_str("\\b"),
            '\u{c}' => out.push_str("\\f"),
            _ if c < ' ' || (matches!(json, Json::Ascii(_)) && !c.is_ascii()) => {
                for unit in c.encode_utf16(&mut [0; 2]) {
                    let _ = write!(out, "\\u{unit:04x}");
                }
            }
            _ => out.push(c),
        }
    }
    out.push('"');
}
