//! Functions that may be called by name.

use std::sync::{Arc, Mutex};

use super::access;
use super::args::{Bound, Truth};
use super::dict::Dict;
use super::error::{Answer, Fault};
use super::filters::{as_float, as_int, extreme, rounded, sorted, summed};
use super::machine::{MAX_ITEMS, Machine};
use super::native::Native;
use super::table::{Function, Run, entry};
use crate::Value;
use crate::value::Entries;

fn call(
    signature: &'static str,
    doc: &'static str,
    run: fn(&mut Machine<'_>, &Bound) -> Answer,
) -> Function {
    entry(signature, doc, Run::Call(run))
}

/// Functions of templates and conditions.
pub(super) fn globals() -> Vec<Function> {
    vec![
        call(
            "now()",
            "The start of the run as a date: `now().year`, `now().strftime('%d.%m.%Y')`. Prefer `execution.timestamp`.",
            |machine, _| Ok(Value::Native(Native::Time(machine.scope.now()))),
        ),
        call("file_exists(path, base_dir=none)", "Whether a file is there.", |machine, args| {
            let found = machine.scope.read_file(args.text(0, "")?, base(args)?);
            Ok(Value::Bool(matches!(found, Some(Ok(_)))))
        }),
        call(
            "include_file(path, base_dir=none)",
            "The text of a file, not rendered.",
            |machine, args| super::filters::include_file(machine, args.text(0, "")?, base(args)?),
        ),
        call(
            "loop_var(loop_name, name)",
            "A binding of a named loop, such as `loop_var('outer', 'item')`; none where there is no such loop.",
            |machine, args| {
                let found = machine
                    .scope
                    .lookup(args.text(0, "")?)
                    .and_then(|it| it.get(args.text(1, "").ok()?));
                Ok(found.unwrap_or(Value::Null))
            },
        ),
        call(
            "loop_item_at(loop_name, index)",
            "An item of a named loop by position; none where there is no such item.",
            |machine, args| {
                let items = machine.scope.lookup(args.text(0, "")?).and_then(|it| it.get("items"));
                Ok(items
                    .and_then(|it| access::index(&it, args.value(1)).ok().flatten())
                    .unwrap_or(Value::Null))
            },
        ),
        call(
            "current_loop_name()",
            "The name of the innermost loop; none outside loops.",
            |machine, _| Ok(machine.scope.loops().pop().map_or(Value::Null, Value::Text)),
        ),
        call(
            "active_loops()",
            "The names of the loops around the step, outermost first.",
            |machine, _| Ok(names(machine.scope.loops())),
        ),
        call(
            "historical_loops()",
            "The names of the named loops that have ended.",
            |machine, _| Ok(names(machine.scope.ended_loops())),
        ),
        call(
            "range(start, stop=none, step=1)",
            "A list of integers: `range(3)` is `[0, 1, 2]`, `range(1, 7, 2)` is `[1, 3, 5]`.",
            range,
        ),
        call("dict(*entries)", "A map of named arguments: `dict(a=1)`.", |_, args| {
            let mut entries = match args.rest.first() {
                Some(value) => super::filters::map_of(value)?,
                None => Dict::default(),
            };
            for (name, value) in &args.named {
                entries.insert(Value::from(name.as_str()), value.clone())?;
            }
            Ok(entries.into_value())
        }),
        call(
            "namespace(*fields)",
            "An object whose fields `{% set ns.field = value %}` writes, also from inside a loop.",
            |_, args| {
                let mut entries = match args.rest.first() {
                    Some(Value::Map(entries)) => entries.as_ref().clone(),
                    _ => Entries::new(),
                };
                entries.extend(
                    args.named
                        .iter()
                        .map(|(name, value)| (Arc::from(name.as_str()), value.clone())),
                );
                Ok(Value::Native(Native::Namespace(Arc::new(Mutex::new(entries)))))
            },
        ),
        call(
            "cycler(*items)",
            "An object whose `next()` gives one item after another, over and over; `current`, `reset()`.",
            |_, args| {
                if args.rest.is_empty() {
                    return Err(Fault::arguments("`cycler` needs at least one item"));
                }
                Ok(Value::Native(Native::Cycler(Arc::new((args.rest.clone(), Mutex::new(0))))))
            },
        ),
        call(
            "joiner(sep=', ')",
            "An object that gives nothing when first called and the separator from then on.",
            |_, args| {
                Ok(Value::Native(Native::Joiner(Arc::new((
                    Arc::from(args.text(0, ", ")?),
                    Mutex::new(false),
                )))))
            },
        ),
        call(
            "lipsum(n=5, html=false)",
            "Filler text of `n` paragraphs, the same each time.",
            |_, args| {
                const WORDS: &str = "Lorem ipsum dolor sit amet, consectetur adipiscing elit, sed do eiusmod tempor.";
                let (n, html) = (args.size(0, 5)?.min(100), args.truth(1, Truth::False));
                let paragraph = if html { format!("<p>{WORDS}</p>") } else { WORDS.to_owned() };
                let text = Value::from(vec![paragraph; n].join("\n\n"));
                Ok(if html { super::markup::mark_all(text) } else { text })
            },
        ),
    ]
}

fn base(args: &Bound) -> Answer<Option<&str>> {
    args.get(1).filter(|it| !matches!(it, Value::Null)).map(|_| args.text(1, "")).transpose()
}

fn range(machine: &mut Machine<'_>, args: &Bound) -> Answer {
    let (start, stop) = match args.get(1) {
        None | Some(Value::Null) => (0, args.int(0, 0)?),
        Some(_) => (args.int(0, 0)?, args.int(1, 0)?),
    };
    let step = args.int(2, 1)?;
    if step == 0 {
        return Err(Fault::type_error("the step of `range` cannot be zero"));
    }
    let mut items = Vec::new();
    let mut at = start;
    while if step > 0 { at < stop } else { at > stop } {
        if items.len() >= 100_000 {
            return Err(Fault::limit("`range` has 100000 items at most"));
        }
        items.push(Value::Int(at));
        at = at.saturating_add(step);
    }
    machine.spend(items.len() / 16)?;
    Ok(Value::list(items))
}

/// Functions of conditions, as Python has them.
pub(super) fn of_conditions() -> Vec<Function> {
    vec![
        call("len(value)", "How many items, keys or characters a value has.", |_, args| {
            access::length(args.value(0)).map(|it| Value::Int(it as i128))
        }),
        call("str(value='')", "The value as text.", |_, args| {
            Ok(args.get(0).map_or_else(|| Value::from(""), |it| Value::from(it.to_text())))
        }),
        call("int(value=0)", "The value as an integer; an error where it is none.", |_, args| {
            match args.get(0) {
                None => Ok(Value::Int(0)),
                Some(value) => whole(value)
                    .ok_or_else(|| Fault::type_error(format!("{} is no integer", value.repr()))),
            }
        }),
        call(
            "float(value=0.0)",
            "The value as a floating point number; an error where it is none.",
            |_, args| match args.get(0) {
                None => Ok(Value::Float(0.0)),
                Some(value) => as_float(value)
                    .map(Value::Float)
                    .ok_or_else(|| Fault::type_error(format!("{} is no number", value.repr()))),
            },
        ),
        call(
            "bool(value=false)",
            "The truth of a value: false are nothing, zero and what is empty.",
            |_, args| Ok(Value::Bool(args.truth(0, Truth::False))),
        ),
        call("list(value=[])", "The items of a value as a list.", |_, args| match args.get(0) {
            None => Ok(Value::list(Vec::new())),
            Some(value) => access::items(value).map(Value::list),
        }),
        call("dict(value={})", "A map of a map or of pairs.", |_, args| match args.get(0) {
            None => Ok(Value::map(Entries::new())),
            Some(Value::Map(entries)) => Ok(Value::Map(Arc::clone(entries))),
            Some(value) => super::filters::map_of(value).map(Dict::into_value),
        }),
        call("abs(value)", "A number without its sign.", |_, args| {
            super::filters::absolute(args.value(0))
        }),
        call(
            "min(value, *more)",
            "The least item of a list, or the least of several values.",
            |_, args| extreme_of(args, std::cmp::Ordering::Less),
        ),
        call(
            "max(value, *more)",
            "The greatest item of a list, or the greatest of several values.",
            |_, args| extreme_of(args, std::cmp::Ordering::Greater),
        ),
        call(
            "round(value, ndigits=none)",
            "A number rounded, halves to even; without digits an integer.",
            |_, args| rounded(args.value(0), args.get(1)),
        ),
        call("sorted(value)", "The items of a value in ascending order.", |machine, args| {
            let items = access::items(args.value(0))?;
            machine.spend(items.len())?;
            sorted(items, Clone::clone).map(Value::list)
        }),
        call("sum(value, start=0)", "The sum of the items of a list.", |machine, args| {
            let items = access::items(args.value(0))?;
            machine.spend(items.len())?;
            summed(items, args.get(1).cloned().unwrap_or(Value::Int(0)))
        }),
        call("any(value)", "Whether any item is true.", |_, args| {
            Ok(Value::Bool(access::items(args.value(0))?.iter().any(Value::is_truthy)))
        }),
        call("all(value)", "Whether all items are true.", |_, args| {
            Ok(Value::Bool(access::items(args.value(0))?.iter().all(Value::is_truthy)))
        }),
    ]
}

/// An integer of a number or of a text that spells one; unlike the filter, a text with a fraction is none.
fn whole(value: &Value) -> Option<Value> {
    let fraction = value.primary().as_text().is_some_and(|it| it.contains(['.', 'e', 'E']));
    as_int(value, 10).filter(|_| !fraction)
}

fn extreme_of(args: &Bound, wanted: std::cmp::Ordering) -> Answer {
    let items = if args.rest.is_empty() {
        access::items(args.value(0))?
    } else {
        std::iter::once(args.value(0)).chain(&args.rest).cloned().collect()
    };
    debug_assert!(items.len() <= MAX_ITEMS + 1);
    extreme(items, wanted, Clone::clone)?
        .ok_or_else(|| Fault::type_error("an empty list has no least or greatest item"))
}

fn names(names: Vec<Arc<str>>) -> Value {
    Value::list(names.into_iter().map(Value::Text).collect())
}
