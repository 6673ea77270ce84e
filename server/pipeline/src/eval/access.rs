//! Reading into values: fields, positions, slices, items.

use std::sync::Arc;

use super::error::{Answer, Code, Fault};
use super::native::{LoopState, Native};
use crate::Value;
use crate::value::Entries;

/// The field of a value, or nothing. A map's own key comes before everything.
pub(super) fn attribute(base: &Value, name: &str) -> Answer<Option<Value>> {
    let found = match base {
        Value::Map(_) | Value::Step(_) => base.get(name),
        Value::Native(native) => native_field(native, name),
        Value::Int(_) | Value::Float(_) | Value::Bool(_) if name == "real" => Some(base.clone()),
        Value::Int(_) | Value::Bool(_) if name == "imag" => Some(Value::Int(0)),
        Value::Float(_) if name == "imag" => Some(Value::Float(0.0)),
        Value::List(items) => list_field(items, name),
        Value::Tuple(items) => group_field(items, name),
        _ => None,
    };
    if found.is_none() && name.starts_with('_') {
        return Err(Fault::new(
            Code::Forbidden,
            format!("`{name}` cannot be read: names with a leading `_` are internal"),
        ));
    }
    Ok(found)
}

fn list_field(items: &[Value], name: &str) -> Option<Value> {
    match name {
        "first" => items.first(),
        "last" => items.last(),
        "second" => items.get(1),
        "middle" => items.get(items.len() / 2),
        _ => None,
    }
    .cloned()
}

/// What `groupby` gives is a pair whose parts also have names.
fn group_field(items: &[Value], name: &str) -> Option<Value> {
    match (items, name) {
        ([grouper, _], "grouper") => Some(grouper.clone()),
        ([_, list], "list") => Some(list.clone()),
        _ => None,
    }
}

fn native_field(native: &Native, name: &str) -> Option<Value> {
    match native {
        Native::Namespace(entries) => entries.lock().ok()?.get(name).cloned(),
        Native::Loop(state) => loop_field(state, name),
        Native::Cycler(cycler) if name == "current" => {
            let at = *cycler.1.lock().ok()?;
            cycler.0.get(at).cloned()
        }
        Native::Time(seconds) => super::filters::time_field(*seconds, name),
        Native::Dict(entries) => entries.get(&Value::from(name)).ok()?.cloned(),
        _ => None,
    }
}

fn loop_field(state: &LoopState, name: &str) -> Option<Value> {
    let (index, len) = (state.index as i128, state.items.len() as i128);
    Some(match name {
        "index" => Value::Int(index + 1),
        "index0" => Value::Int(index),
        "revindex" => Value::Int(len - index),
        "revindex0" => Value::Int(len - index - 1),
        "first" => Value::Bool(index == 0),
        "last" => Value::Bool(index + 1 == len),
        "length" => Value::Int(len),
        "depth" => Value::Int(state.depth as i128 + 1),
        "depth0" => Value::Int(state.depth as i128),
        "previtem" => state.items.get(state.index.checked_sub(1)?)?.clone(),
        "nextitem" => state.items.get(state.index + 1)?.clone(),
        _ => return None,
    })
}

/// `base[index]`, or nothing.
pub(super) fn index(base: &Value, index: &Value) -> Answer<Option<Value>> {
    let index = index.primary();
    match (base, index) {
        (Value::Native(Native::Dict(entries)), key) => Ok(entries.get(key)?.cloned()),
        (Value::Native(Native::Markup(text)), _) => {
            Ok(self::index(text, index)?.map(super::markup::mark_all))
        }
        (Value::Map(_) | Value::Native(_), Value::Text(key)) => attribute(base, key),
        (Value::Map(entries), key) => Ok(entry(entries, key).cloned()),
        (Value::Step(step), Value::Text(key)) => Ok(step.field(key)),
        (Value::Step(step), _) if step.skipped => {
            Ok(Some(Value::Absent(format!("{}[..]", step.id).into())))
        }
        (Value::Step(step), _) => self::index(step.primary(), index),
        (Value::List(items) | Value::Tuple(items), Value::Int(_) | Value::Bool(_)) => {
            Ok(position(index, items.len()).and_then(|it| items.get(it)).cloned())
        }
        (Value::Text(text), Value::Int(_) | Value::Bool(_)) => {
            let at = position(index, text.chars().count());
            Ok(at.and_then(|it| text.chars().nth(it)).map(|it| Value::from(it.to_string())))
        }
        (Value::List(_) | Value::Tuple(_) | Value::Text(_), Value::Text(name)) => {
            attribute(base, name)
        }
        (Value::Null | Value::Bool(_) | Value::Int(_) | Value::Float(_) | Value::Set(_), _) => {
            Ok(None)
        }
        _ => Ok(None),
    }
}

/// The value of a map's key. The keys of data are texts: a number, `true` or `none` finds the one that spells it.
pub(super) fn entry<'e>(entries: &'e Entries, key: &Value) -> Option<&'e Value> {
    let key = key.primary();
    let spelled = |text: &str| entries.get(text);
    match key {
        Value::Text(text) => spelled(text),
        Value::Null => ["None", "null", "~"].into_iter().find_map(spelled),
        Value::Bool(value) => spelled(&key.to_text()).or_else(|| spelled(&value.to_string())),
        _ => spelled(&key.to_text()),
    }
}

/// The position that a possibly negative index means.
fn position(index: &Value, len: usize) -> Option<usize> {
    let index = match index {
        Value::Int(value) => *value,
        Value::Bool(value) => i128::from(*value),
        _ => return None,
    };
    let index = if index < 0 { index + len as i128 } else { index };
    usize::try_from(index).ok().filter(|it| *it < len)
}

/// `base[start:stop:step]`, as Python slices.
pub(super) fn slice(base: &Value, bounds: [Option<Value>; 3]) -> Answer {
    if let Value::Native(Native::Markup(text)) = base {
        return slice(text, bounds).map(super::markup::mark_all);
    }
    let base = base.primary();
    let bound = |value: &Option<Value>| match value.as_ref().map(Value::primary) {
        None | Some(Value::Null) => Ok(None),
        Some(Value::Int(value)) => Ok(Some(*value)),
        Some(Value::Bool(value)) => Ok(Some(i128::from(*value))),
        Some(other) => {
            Err(Fault::type_error(format!("a slice takes integers, found {}", other.type_name())))
        }
    };
    let [start, stop, step] = [bound(&bounds[0])?, bound(&bounds[1])?, bound(&bounds[2])?];
    let step = step.unwrap_or(1);
    if step == 0 {
        return Err(Fault::type_error("the step of a slice cannot be zero"));
    }
    Ok(match base {
        Value::Text(text) => {
            let chars: Vec<char> = text.chars().collect();
            Value::from(
                positions(chars.len(), start, stop, step)
                    .filter_map(|it| chars.get(it))
                    .collect::<String>(),
            )
        }
        Value::List(items) => Value::list(
            positions(items.len(), start, stop, step)
                .filter_map(|it| items.get(it))
                .cloned()
                .collect(),
        ),
        Value::Tuple(items) => {
            let items = positions(items.len(), start, stop, step)
                .filter_map(|it| items.get(it))
                .cloned()
                .collect();
            Value::Tuple(Arc::new(items))
        }
        other => return Err(Fault::type_error(format!("{} cannot be sliced", other.type_name()))),
    })
}

fn positions(
    len: usize,
    start: Option<i128>,
    stop: Option<i128>,
    step: i128,
) -> impl Iterator<Item = usize> {
    let len = len as i128;
    let (low, high) = if step > 0 { (0, len) } else { (-1, len - 1) };
    let clamp =
        |value: i128| (if value < 0 { value.saturating_add(len) } else { value }).clamp(low, high);
    let start = start.map_or(if step > 0 { low } else { high }, clamp);
    let stop = stop.map_or(if step > 0 { high } else { low }, clamp);
    let mut at = start;
    std::iter::from_fn(move || {
        let inside = if step > 0 { at < stop } else { at > stop };
        let here = at;
        at = at.saturating_add(step);
        inside.then_some(here as usize)
    })
}

/// The items of a value that can be iterated: a list's, a map's keys, a text's characters.
pub(super) fn items(value: &Value) -> Answer<Vec<Value>> {
    match value.primary() {
        Value::List(items) | Value::Tuple(items) | Value::Set(items) => Ok(items.to_vec()),
        Value::Map(entries) => Ok(entries.keys().map(|it| Value::Text(Arc::clone(it))).collect()),
        Value::Native(Native::Dict(entries)) => Ok(entries.iter().map(|it| it.0.clone()).collect()),
        Value::Text(text) => Ok(text.chars().map(|it| Value::from(it.to_string())).collect()),
        other => Err(Fault::type_error(format!("{} cannot be iterated", other.type_name()))),
    }
}

/// How many items a value has.
pub(super) fn length(value: &Value) -> Answer<usize> {
    match value.primary() {
        Value::List(items) | Value::Tuple(items) | Value::Set(items) => Ok(items.len()),
        Value::Map(entries) => Ok(entries.len()),
        Value::Native(Native::Dict(entries)) => Ok(entries.len()),
        Value::Text(text) => Ok(text.chars().count()),
        other => Err(Fault::type_error(format!("{} has no length", other.type_name()))),
    }
}

/// Units of fuel for going through a value once: one for 16 items, or for 64 bytes of text.
pub(super) fn cost(value: &Value) -> usize {
    match value.primary() {
        Value::List(items) | Value::Tuple(items) | Value::Set(items) => items.len() / 16,
        Value::Map(entries) => entries.len() / 16,
        Value::Native(Native::Dict(entries)) => entries.len() / 16,
        Value::Text(text) => text.len() / 64,
        _ => 0,
    }
}

/// `item in container`
pub(super) fn contains(container: &Value, item: &Value) -> Answer<bool> {
    match container.primary() {
        Value::List(items) | Value::Tuple(items) | Value::Set(items) => Ok(items.contains(item)),
        Value::Map(entries) => match item.primary() {
            Value::List(_) | Value::Map(_) | Value::Set(_) => {
                Err(Fault::type_error(format!("{} cannot be a key", item.primary().type_name())))
            }
            key => Ok(entry(entries, key).is_some()),
        },
        Value::Native(Native::Dict(entries)) => Ok(entries.get(item)?.is_some()),
        Value::Text(text) => match item.primary() {
            Value::Text(part) => Ok(text.contains(part.as_ref())),
            other => Err(Fault::type_error(format!(
                "`in` looks for text in text, not for {}",
                other.type_name()
            ))),
        },
        other => Err(Fault::type_error(format!("`in` cannot look into {}", other.type_name()))),
    }
}
