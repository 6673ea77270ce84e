//! Methods of values. Values never change, so what would change them is refused.

use std::sync::Arc;

use super::access;
use super::args::Args;
use super::error::{Answer, Code, Fault};
use super::expressions::set;
use super::filters::words;
use super::machine::{Language, Machine, with_nearest};
use super::markup;
use super::native::Native;
use super::operators::sized_text;
use crate::Value;

/// Methods by type; conditions have only those before the bar.
const TEXT: (&[&str], &[&str]) = (
    &[
        "startswith",
        "endswith",
        "lower",
        "upper",
        "strip",
        "lstrip",
        "rstrip",
        "split",
        "replace",
        "find",
        "count",
        "isdigit",
        "isalpha",
        "isnumeric",
        "title",
        "casefold",
    ],
    &[
        "capitalize",
        "swapcase",
        "rsplit",
        "splitlines",
        "join",
        "format",
        "center",
        "ljust",
        "rjust",
        "zfill",
        "isalnum",
        "isspace",
        "islower",
        "isupper",
        "index",
        "rfind",
        "rindex",
        "isdecimal",
        "isascii",
        "istitle",
        "expandtabs",
        "removeprefix",
        "removesuffix",
        "partition",
        "rpartition",
    ],
);
const LIST: (&[&str], &[&str]) = (&["index", "count", "copy"], &["get", "find"]);
const TUPLE: (&[&str], &[&str]) = (&["index", "count"], &[]);
const MAP: (&[&str], &[&str]) = (&["get", "keys", "values", "items", "copy"], &[]);
const SET: (&[&str], &[&str]) =
    (&["issubset", "issuperset", "union", "intersection", "difference"], &["copy"]);

/// Methods that change their value in Python.
const CHANGING: &[&str] = &[
    "append",
    "extend",
    "insert",
    "remove",
    "pop",
    "clear",
    "sort",
    "reverse",
    "update",
    "setdefault",
    "popitem",
    "add",
    "discard",
];

/// Kinds of values that have methods.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Text.
    Text,
    /// A list.
    List,
    /// A map.
    Map,
}

/// Names of the methods of a kind of values: those that may be called everywhere, and those of templates alone.
#[must_use]
pub const fn methods(kind: Kind) -> (&'static [&'static str], &'static [&'static str]) {
    match kind {
        Kind::Text => TEXT,
        Kind::List => LIST,
        Kind::Map => MAP,
    }
}

/// Whether some value has a method of that name, the objects of the evaluator among them.
#[must_use]
pub fn is_method(name: &str) -> bool {
    const NATIVE: &[&str] =
        &["next", "reset", "cycle", "changed", "strftime", "isoformat", "timestamp"];
    [TEXT, LIST, TUPLE, MAP, SET]
        .iter()
        .any(|(always, further)| always.contains(&name) || further.contains(&name))
        || NATIVE.contains(&name)
}

/// Whether a method of that name would change its value, which none may.
#[must_use]
pub fn changes(name: &str) -> bool {
    CHANGING.contains(&name)
}

/// Calls `value.name(args)`.
pub(super) fn method(machine: &mut Machine<'_>, value: &Value, name: &str, args: Args) -> Answer {
    let value = match value {
        Value::Step(_) => value.primary(),
        other => other,
    };
    let (always, templates) = match value {
        Value::Text(_) => TEXT,
        Value::List(_) => LIST,
        Value::Tuple(_) => TUPLE,
        Value::Map(_) => MAP,
        Value::Set(_) => SET,
        Value::Native(Native::Markup(text)) => return marked_method(machine, text, name, args),
        Value::Native(Native::Dict(_)) => MAP,
        Value::Native(native) => return native_method(native, name, args),
        _ => (&[][..], &[][..]),
    };
    let kind = value.type_name();
    if name.starts_with('_') {
        return Err(Fault::new(
            Code::Forbidden,
            format!("`{name}` cannot be called: names with a leading `_` are internal"),
        ));
    }
    if CHANGING.contains(&name) {
        return Err(Fault::new(
            Code::Forbidden,
            format!("`{name}` would change its value, which expressions cannot"),
        ));
    }
    if machine.language == Language::Condition && templates.contains(&name) {
        return Err(Fault::new(
            Code::Forbidden,
            format!("`{name}` of {kind} is not allowed in conditions"),
        ));
    }
    if !always.contains(&name) && !templates.contains(&name) {
        let message = with_nearest(
            format!("{kind} has no method `{name}`"),
            name,
            always.iter().chain(templates).copied(),
        );
        return Err(Fault::new(Code::UnknownFunction, message));
    }
    machine.spend(1 + access::cost(value))?;
    if !args.named.is_empty() && name != "format" {
        return named(machine, value, name, args);
    }
    let args = match value {
        Value::Text(_) => Args {
            positional: args.positional.into_iter().map(markup::plain).collect(),
            named: args.named.into_iter().map(|(name, it)| (name, markup::plain(it))).collect(),
        },
        _ => args,
    };
    let given = args.positional.as_slice();
    match value {
        Value::Text(text) => words::method(text, name, given, &args.named),
        Value::Map(entries) => match (name, given) {
            ("get", [key]) => Ok(access::entry(entries, key).cloned().unwrap_or(Value::Null)),
            ("get", [key, default]) => Ok(access::entry(entries, key).unwrap_or(default).clone()),
            ("keys", []) => {
                Ok(Value::list(entries.keys().map(|it| Value::Text(Arc::clone(it))).collect()))
            }
            ("values", []) => Ok(Value::list(entries.values().cloned().collect())),
            ("items", []) => Ok(Value::list(super::filters::pairs(entries))),
            ("copy", []) => Ok(value.clone()),
            _ => Err(wrong(name, given.len())),
        },
        Value::Native(Native::Dict(entries)) => match (name, given) {
            ("get", [key]) => Ok(entries.get(key)?.cloned().unwrap_or(Value::Null)),
            ("get", [key, default]) => Ok(entries.get(key)?.unwrap_or(default).clone()),
            ("keys", []) => Ok(Value::list(entries.iter().map(|it| it.0.clone()).collect())),
            ("values", []) => Ok(Value::list(entries.iter().map(|it| it.1.clone()).collect())),
            ("items", []) => Ok(Value::list(entries.pairs())),
            ("copy", []) => Ok(value.clone()),
            _ => Err(wrong(name, given.len())),
        },
        Value::Set(items) => set_method(value, items, name, given),
        _ => sequence_method(value, name, given),
    }
}

/// A method of marked text: what it makes is marked, and what is put into it escaped.
fn marked_method(machine: &mut Machine<'_>, text: &Value, name: &str, mut args: Args) -> Answer {
    match name {
        "join" => {
            let [items] = args.positional.as_slice() else {
                return Err(wrong(name, args.positional.len()));
            };
            let items = access::items(items)?;
            machine.spend(items.len())?;
            return markup::joined(&markup::mark_all(text.clone()), &items);
        }
        "format" => args = markup::escaped_args(args),
        "replace" => {
            if let Some(new) = args.positional.get_mut(1) {
                *new = Value::from(markup::escaped(new));
            }
        }
        _ => {}
    }
    method(machine, text, name, args).map(markup::mark_all)
}

/// The few methods whose arguments may be named.
fn named(machine: &mut Machine<'_>, value: &Value, name: &str, args: Args) -> Answer {
    if machine.language == Language::Condition {
        return Err(Fault::new(Code::Forbidden, "named arguments are not allowed in conditions"));
    }
    let order: &[&str] = match name {
        "split" | "rsplit" => &["sep", "maxsplit"],
        "splitlines" => &["keepends"],
        _ => &[],
    };
    let mut positional = args.positional;
    for (key, argument) in args.named {
        match order.iter().position(|it| *it == key) {
            Some(at) if at >= positional.len() => {
                positional.resize(at, Value::Null);
                positional.push(argument);
            }
            _ => return Err(Fault::arguments(format!("`{name}` has no parameter `{key}`"))),
        }
    }
    method(machine, value, name, Args { positional, named: Vec::new() })
}

pub(super) fn wrong(name: &str, given: usize) -> Fault {
    Fault::arguments(format!("`{name}` does not take {given} arguments"))
}

fn sequence_method(value: &Value, name: &str, given: &[Value]) -> Answer {
    let items = value.as_items().unwrap_or_default();
    match (name, given) {
        ("index", [item]) => match items.iter().position(|it| it == item) {
            Some(at) => Ok(Value::Int(at as i128)),
            None => Err(Fault::type_error(format!("{} is not in the list", item.repr()))),
        },
        ("find", [item]) => Ok(items.iter().find(|it| *it == item).cloned().unwrap_or(Value::Null)),
        ("count", [item]) => Ok(Value::Int(items.iter().filter(|it| *it == item).count() as i128)),
        ("copy", []) => Ok(value.clone()),
        ("get", [at]) => Ok(access::index(value, at)?.unwrap_or(Value::Null)),
        ("get", [at, default]) => Ok(access::index(value, at)?.unwrap_or_else(|| default.clone())),
        _ => Err(wrong(name, given.len())),
    }
}

fn set_method(value: &Value, items: &[Value], name: &str, given: &[Value]) -> Answer {
    if name == "copy" {
        return Ok(value.clone());
    }
    let [other] = given else { return Err(wrong(name, given.len())) };
    let other = access::items(other)?;
    match name {
        "issubset" => Ok(Value::Bool(items.iter().all(|it| other.contains(it)))),
        "issuperset" => Ok(Value::Bool(other.iter().all(|it| items.contains(it)))),
        "union" => set(items.iter().chain(&other).cloned().collect()),
        "intersection" => set(items.iter().filter(|it| other.contains(it)).cloned().collect()),
        _ => set(items.iter().filter(|it| !other.contains(it)).cloned().collect()),
    }
}

fn native_method(native: &Native, name: &str, args: Args) -> Answer {
    let given = args.positional;
    match (native, name) {
        (Native::Cycler(cycler), "next") => {
            let (items, at) = cycler.as_ref();
            let mut at = at.lock().map_err(|_| Fault::type_error("the cycler is broken"))?;
            let item = items.get(*at).cloned().unwrap_or(Value::Null);
            *at = (*at + 1) % items.len().max(1);
            Ok(item)
        }
        (Native::Cycler(cycler), "reset") => {
            if let Ok(mut at) = cycler.1.lock() {
                *at = 0;
            }
            Ok(Value::Null)
        }
        (Native::Loop(state), "cycle") if !given.is_empty() => {
            Ok(given.get(state.index % given.len()).cloned().unwrap_or(Value::Null))
        }
        (Native::Loop(state), "changed") => {
            let now = Value::list(given);
            let mut last =
                state.changed.lock().map_err(|_| Fault::type_error("the loop is broken"))?;
            let changed = last.as_ref() != Some(&now);
            *last = Some(now);
            Ok(Value::Bool(changed))
        }
        (Native::Time(seconds), "strftime") => {
            let format = given.first().and_then(Value::as_text).unwrap_or("%Y-%m-%d %H:%M:%S");
            super::filters::strftime(*seconds, format).and_then(sized_text)
        }
        (Native::Time(seconds), "isoformat") => {
            super::filters::strftime(*seconds, "%Y-%m-%dT%H:%M:%S%.6f").map(Value::from)
        }
        (Native::Time(seconds), "timestamp") => Ok(Value::Float(*seconds)),
        _ => Err(Fault::new(
            Code::UnknownFunction,
            format!("{} has no method `{name}`", native.type_name()),
        )),
    }
}
