//! Lists and maps as a whole.

use std::sync::Arc;

use super::super::access::{self, items, length};
use super::super::args::{Bound, Truth};
use super::super::dict::Dict;
use super::super::error::{Answer, Code, Fault};
use super::super::machine::MAX_ITEMS;
use super::super::markup;
use super::super::native::Native;
use super::super::operators::sized_text;
use super::super::table::Function;
use super::choose::sorted;
use super::{filter, keeping, marking};
use crate::Value;
use crate::value::Entries;

const DEFAULT: &str = "Another value where this one is undefined; with `true` as second argument also where it is false or empty.";
const LENGTH: &str = "How many items, keys or characters the value has.";

pub(super) fn filters() -> Vec<Function> {
    vec![
        marking("default(default_value='', boolean=false)", DEFAULT, default),
        marking("d(default_value='', boolean=false)", DEFAULT, default),
        filter("length", LENGTH, |_, value, _| length(value).map(|it| Value::Int(it as i128))),
        filter("count", LENGTH, |_, value, _| length(value).map(|it| Value::Int(it as i128))),
        filter(
            "list",
            "The items of a value as a list; the characters of a text.",
            |_, value, _| items(value).map(Value::list),
        ),
        filter("join(sep=', ')", "The items as one text with a separator between them.", join),
        keeping("reverse", "The items, or the text, backwards.", |_, value, _| {
            if let Value::Text(text) = value {
                return Ok(Value::from(text.chars().rev().collect::<String>()));
            }
            let mut items = items(value)?;
            items.reverse();
            Ok(Value::list(items))
        }),
        filter(
            "batch(linecount, fill_with=none)",
            "Lists of so many items each.",
            |_, value, args| {
                let size = args.size(0, 1)?.max(1);
                let mut batches: Vec<Vec<Value>> =
                    items(value)?.chunks(size).map(<[Value]>::to_vec).collect();
                if let (Some(filler), Some(last)) =
                    (args.get(1).filter(|it| !matches!(it, Value::Null)), batches.last_mut())
                {
                    if size > MAX_ITEMS {
                        return Err(Fault::limit(format!("a batch has {MAX_ITEMS} items at most")));
                    }
                    last.resize(size, filler.clone());
                }
                Ok(Value::list(batches.into_iter().map(Value::list).collect()))
            },
        ),
        filter("slice(slices, fill_with=none)", "So many lists of about equal length.", slices),
        filter("items", "The pairs of a map's keys and values.", |_, value, _| match value {
            Value::Map(entries) => Ok(Value::list(pairs(entries))),
            Value::Native(Native::Dict(entries)) => Ok(Value::list(entries.pairs())),
            other => Err(Fault::type_error(format!("{} has no pairs", other.type_name()))),
        }),
        filter(
            "dictsort(case_sensitive=false, by='key', reverse=false)",
            "The pairs of a map in order of keys or values.",
            dictsort,
        ),
        filter(
            "attr(name)",
            "The field of that name of an object such as `loop`; a map's keys are read with `[..]`.",
            |_, value, args| {
                let name = args.text(0, "")?;
                let found = if matches!(value, Value::Map(_)) {
                    None
                } else {
                    access::attribute(value, name)?
                };
                found.ok_or_else(|| {
                    Fault::new(
                        Code::Undefined,
                        format!("{} has no field `{name}`", value.type_name()),
                    )
                })
            },
        ),
    ]
}

fn default(_: &mut super::super::machine::Machine<'_>, value: &Value, args: &Bound) -> Answer {
    let replaced = value.is_undefined() || (args.truth(1, Truth::False) && !value.is_truthy());
    if replaced {
        Ok(args.get(0).cloned().unwrap_or_else(|| Value::from("")))
    } else {
        Ok(value.clone())
    }
}

fn join(machine: &mut super::super::machine::Machine<'_>, value: &Value, args: &Bound) -> Answer {
    let separator = args.text(0, ", ")?;
    if !value.is_truthy() {
        return Ok(Value::from(""));
    }
    let items = items(value)?;
    if machine.escaping {
        machine.spend(items.len())?;
        return markup::joined(args.get(0).unwrap_or(&Value::from(separator)), &items);
    }
    let mut out = String::new();
    for (index, item) in items.into_iter().enumerate() {
        if index > 0 {
            out.push_str(separator);
        }
        let text = item.to_text();
        machine.spend(1 + (text.len() + separator.len()) / 64)?;
        out.push_str(&text);
    }
    sized_text(out)
}

fn slices(_: &mut super::super::machine::Machine<'_>, value: &Value, args: &Bound) -> Answer {
    let items = items(value)?;
    let count = args.size(0, 1)?.clamp(1, 100_000);
    let (each, further) = (items.len() / count, items.len() % count);
    let mut rest = items.into_iter();
    let mut columns = Vec::new();
    for column in 0..count {
        let longer = usize::from(column < further);
        let mut items: Vec<Value> = rest.by_ref().take(each + longer).collect();
        if let Some(filler) =
            args.get(1).filter(|it| !matches!(it, Value::Null) && longer == 0 && further > 0)
        {
            items.push(filler.clone());
        }
        columns.push(Value::list(items));
    }
    Ok(Value::list(columns))
}

/// Keys and values as tuples.
pub(in super::super) fn pairs(entries: &Entries) -> Vec<Value> {
    entries
        .iter()
        .map(|(key, value)| Value::Tuple(vec![Value::Text(Arc::clone(key)), value.clone()].into()))
        .collect()
}

/// A map of a map or of a list of pairs.
pub(in super::super) fn map_of(value: &Value) -> Answer<Dict> {
    let pairs = match value.primary() {
        Value::Map(entries) => pairs(entries),
        Value::Native(Native::Dict(entries)) => return Ok(entries.as_ref().clone()),
        other => items(other)?,
    };
    let entry = |pair: Value| match pair.as_items() {
        Some([key, value]) => Ok((key.clone(), value.clone())),
        _ => Err(Fault::type_error("a map is made of pairs")),
    };
    Dict::from_pairs(pairs.into_iter().map(entry).collect::<Answer<Vec<_>>>()?)
}

fn dictsort(
    machine: &mut super::super::machine::Machine<'_>,
    value: &Value,
    args: &Bound,
) -> Answer {
    let pairs = match value {
        Value::Map(entries) => pairs(entries),
        Value::Native(Native::Dict(entries)) => entries.pairs(),
        _ => {
            return Err(Fault::type_error(format!("{} has no keys to sort", value.type_name())));
        }
    };
    let by = match args.text(1, "key")? {
        "key" => 0,
        "value" => 1,
        _ => return Err(Fault::arguments("`by` is `key` or `value`")),
    };
    machine.spend(pairs.len())?;
    let heeded = args.truth(0, Truth::False);
    let mut sorted = sorted(pairs, |pair| {
        let part = pair.as_items().and_then(|it| it.get(by)).cloned().unwrap_or(Value::Null);
        match part {
            Value::Text(text) if !heeded => Value::from(text.to_lowercase()),
            other => other,
        }
    })?;
    if args.truth(2, Truth::False) {
        sorted.reverse();
    }
    Ok(Value::list(sorted))
}
