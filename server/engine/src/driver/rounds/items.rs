//! What a loop goes over: a list, or text that means one.

use std::sync::Arc;

use pipeline::{Data, Value};

use crate::{render, scope::StepScope, tool::Failure};

/// More items than that are a mistake.
const MOST_ITEMS: usize = 100_000;

/// The items of `for_each` or `on`, or the ids in `depends_on`.
pub(in crate::driver) fn list(
    data: &Data,
    key: &str,
    scope: &StepScope,
) -> Result<Arc<Vec<Value>>, Failure> {
    let rendered = render::data(data, scope).map_err(|error| {
        let place =
            if error.place.is_empty() { key.to_owned() } else { format!("{key}{}", error.place) };
        Failure::permanent("TemplateError", format!("`{place}`: {}", error.message))
    })?;
    let items = of_value(rendered, key)?;
    if items.len() > MOST_ITEMS {
        let message = format!(
            "`{key}` has {} items; a loop takes {MOST_ITEMS}: work on larger lists in one step",
            items.len()
        );
        return Err(Failure::permanent("LoopError", message));
    }
    Ok(items)
}

fn of_value(value: Value, key: &str) -> Result<Arc<Vec<Value>>, Failure> {
    match value {
        Value::List(items) | Value::Tuple(items) | Value::Set(items) => Ok(items),
        Value::Step(step) => of_value(step.primary().clone(), key),
        Value::Text(text) => Ok(Arc::new(of_text(&text))),
        Value::Map(entries) => {
            let pair = |(name, value): (&Arc<str>, &Value)| {
                let pair = [("key", Value::Text(Arc::clone(name))), ("value", value.clone())];
                Value::map(pair.into_iter().map(|(name, value)| (name.into(), value)).collect())
            };
            Ok(Arc::new(entries.iter().map(pair).collect()))
        }
        Value::Null => Ok(Arc::default()),
        other => {
            let message = format!("`{key}` is {}, not a list", other.type_name());
            Err(Failure::permanent("LoopError", message))
        }
    }
}

/// A list as JSON or as templates print it; else what stands between commas, with or without brackets around; else the
/// text alone. Blank text has no items.
fn of_text(text: &str) -> Vec<Value> {
    let text = text.trim();
    if text.is_empty() {
        return Vec::new();
    }
    if let Some(inner) = text.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')) {
        let parsed = serde_json::from_str(text).ok().map(|json| Value::from_json(&json));
        if let Some(Value::List(items)) = parsed.or_else(|| render::literal(text)) {
            return items.to_vec();
        }
        return between_commas(inner);
    }
    if text.contains(',') { between_commas(text) } else { vec![text.into()] }
}

fn between_commas(text: &str) -> Vec<Value> {
    let bare = |item: &str| {
        let item = item.trim();
        let quoted = ['"', '\'']
            .iter()
            .find_map(|quote| item.strip_prefix(*quote).and_then(|rest| rest.strip_suffix(*quote)));
        quoted.unwrap_or(item).to_owned()
    };
    text.split(',').map(bare).filter(|item| !item.is_empty()).map(Value::from).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_means_a_list() {
        for (text, items) in [
            ("a", "['a']"),
            ("a, b,c", "['a', 'b', 'c']"),
            ("[a, 'b c', \"d\"]", "['a', 'b c', 'd']"),
            (r#"["x", 1, null, {"k": true}]"#, "['x', 1, None, {'k': True}]"),
            ("['c,d', True, None, {'n': 1}]", "['c,d', True, None, {'n': 1}]"),
            ("[]", "[]"),
            (" ", "[]"),
            ("a,,b,", "['a', 'b']"),
        ] {
            assert_eq!(Value::list(of_text(text)).to_text(), items, "{text}");
        }
    }

    #[test]
    fn other_values_are_lists_or_are_refused() {
        let map = Value::from_json(&serde_json::json!({"a": 1}));
        let items = of_value(map, "for_each").unwrap();
        assert_eq!(Value::List(items).to_text(), "[{'key': 'a', 'value': 1}]");
        assert_eq!(of_value(Value::Null, "on").unwrap().len(), 0);
        let refused = of_value(Value::Int(3), "for_each").unwrap_err();
        assert_eq!(refused.message, "`for_each` is int, not a list");
    }
}
