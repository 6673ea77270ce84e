//! Text that is marked as safe in HTML, as Jinja marks it: `escape`, `safe` and what is captured under `autoescape`.
//!
//! The mark spreads: what is joined to marked text is escaped first. It ends with the evaluation.

use std::sync::Arc;

use super::Native;
use super::args::Args;
use super::dict::Dict;
use super::error::Answer;
use crate::Value;
use crate::value::Entries;

/// A text, marked.
pub(super) fn marked(text: impl Into<Arc<str>>) -> Value {
    Value::Native(Native::Markup(Arc::new(Value::text(text))))
}

/// Whether a value is a marked text.
pub(super) const fn is_marked(value: &Value) -> bool {
    matches!(value, Value::Native(Native::Markup(_)))
}

/// The texts of what was made of a marked text, marked themselves; a list of them stays a list.
pub(super) fn mark_all(value: Value) -> Value {
    match value {
        Value::Text(text) => marked(text),
        Value::List(items) => Value::list(items.iter().cloned().map(mark_all).collect()),
        Value::Tuple(items) => {
            Value::Tuple(Arc::new(items.iter().cloned().map(mark_all).collect()))
        }
        other => other,
    }
}

/// The text of a value for HTML: a marked one as it is, any other escaped.
pub(super) fn escaped(value: &Value) -> String {
    if is_marked(value) { value.to_text() } else { escape(&value.to_text()) }
}

/// Text with `&`, `<`, `>` and quotes as entities.
pub(super) fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&#34;"),
            '\'' => out.push_str("&#39;"),
            _ => out.push(c),
        }
    }
    out
}

/// Arguments that are put into marked text: numbers as they are, the text of everything else escaped.
pub(super) fn escaped_args(args: Args) -> Args {
    Args {
        positional: args.positional.iter().map(escaped_arg).collect(),
        named: args.named.into_iter().map(|(name, it)| (name, escaped_arg(&it))).collect(),
    }
}

/// What is put into marked text with `%`: a tuple's items, a map's values, or the one value.
pub(super) fn escaped_operand(value: &Value) -> Value {
    match value {
        Value::Tuple(items) => Value::Tuple(Arc::new(items.iter().map(escaped_arg).collect())),
        Value::Map(entries) => Value::map(
            entries.iter().map(|(key, it)| (Arc::clone(key), escaped_arg(it))).collect::<Entries>(),
        ),
        other => escaped_arg(other),
    }
}

fn escaped_arg(value: &Value) -> Value {
    match value.primary() {
        Value::Null | Value::Bool(_) | Value::Int(_) | Value::Float(_) => value.clone(),
        _ => Value::from(escaped(value)),
    }
}

/// The value without marks and with text keys in every map: what may leave an evaluation.
pub(super) fn plain(value: Value) -> Value {
    if !is_of_evaluation(&value) {
        return value;
    }
    match value {
        Value::Native(Native::Markup(text)) => text.as_ref().clone(),
        Value::Native(Native::Dict(entries)) => plain(Dict::with_text_keys(&entries)),
        Value::List(items) => Value::list(items.iter().cloned().map(plain).collect()),
        Value::Set(items) => Value::Set(Arc::new(items.iter().cloned().map(plain).collect())),
        Value::Tuple(items) => Value::Tuple(Arc::new(items.iter().cloned().map(plain).collect())),
        Value::Map(entries) => Value::map(
            entries.iter().map(|(key, it)| (Arc::clone(key), plain(it.clone()))).collect(),
        ),
        other => other,
    }
}

fn is_of_evaluation(value: &Value) -> bool {
    match value {
        Value::Native(Native::Markup(_) | Native::Dict(_)) => true,
        Value::List(items) | Value::Tuple(items) | Value::Set(items) => {
            items.iter().any(is_of_evaluation)
        }
        Value::Map(entries) => entries.values().any(is_of_evaluation),
        _ => false,
    }
}

/// The items as one text with a separator between them: escaped and marked where the separator or an item is marked.
pub(super) fn joined(separator: &Value, items: &[Value]) -> Answer {
    let any = is_marked(separator) || items.iter().any(is_marked);
    let spelled = |value: &Value| if any { escaped(value) } else { value.to_text() };
    let separator = spelled(separator);
    let mut out = String::new();
    for (index, item) in items.iter().enumerate() {
        if index > 0 {
            out.push_str(&separator);
        }
        out.push_str(&spelled(item));
        if out.len() > super::machine::MAX_TEXT {
            break;
        }
    }
    let text = super::operators::sized_text(out)?;
    Ok(if any { mark_all(text) } else { text })
}
