//! Choosing and ordering items.

use std::cmp::Ordering;

use super::super::access::{self, items};
use super::super::args::{Args, Bound, Truth};
use super::super::error::{Answer, Code, Fault};
use super::super::machine::{Machine, with_nearest};
use super::super::table::{self, Function};
use super::filter;
use crate::Value;

pub(super) fn filters() -> Vec<Function> {
    vec![
        filter("first", "The first item.", |_, value, _| {
            items(value)?.into_iter().next().ok_or_else(|| nothing("first"))
        }),
        filter("last", "The last item; none where there is none.", |_, value, _| {
            if !value.is_truthy() {
                return Ok(Value::Null);
            }
            Ok(items(value)?.pop().unwrap_or(Value::Null))
        }),
        filter(
            "random",
            "An item at random: always the same one in the same run.",
            |machine, value, _| {
                let items = items(value)?;
                let seed = machine.scope.now().to_bits() as usize;
                items.get(seed % items.len().max(1)).cloned().ok_or_else(|| nothing("random"))
            },
        ),
        filter("min(case_sensitive=false, attribute=none)", "The least item.", |_, value, args| {
            least(value, args, Ordering::Less)
        }),
        filter(
            "max(case_sensitive=false, attribute=none)",
            "The greatest item.",
            |_, value, args| least(value, args, Ordering::Greater),
        ),
        filter(
            "sort(reverse=false, case_sensitive=false, attribute=none)",
            "The items in order; `attribute` may name several fields with commas.",
            |machine, value, args| {
                let items = items(value)?;
                machine.spend(items.len())?;
                let attributes = attributes(args, 2)?;
                let case = case(args, 1);
                let mut items = sorted_by(items, |it| keys(it, &attributes, case))?;
                if args.truth(0, Truth::False) {
                    // Python keeps equal items in their order also when it reverses
                    items = sorted_by(items.into_iter().rev().collect(), |it| {
                        keys(it, &attributes, case)
                    })?;
                    items.reverse();
                }
                Ok(Value::list(items))
            },
        ),
        filter(
            "unique(case_sensitive=false, attribute=none)",
            "The items, each once.",
            |machine, value, args| {
                let attributes = attributes(args, 1)?;
                let mut seen: Vec<Value> = Vec::new();
                let mut unique = Vec::new();
                for item in items(value)? {
                    machine.spend(1 + seen.len() / 8)?;
                    let key = keys(&item, &attributes, case(args, 0))?;
                    if !seen.contains(&key) {
                        seen.push(key);
                        unique.push(item);
                    }
                }
                Ok(Value::list(unique))
            },
        ),
        filter(
            "select(*test)",
            "The items that pass a test, such as `select('odd')`; without one, the true items.",
            |machine, value, args| {
                chosen(machine, value, args, 0, |it, _| Ok(it.clone()), Keep::Passing)
            },
        ),
        filter("reject(*test)", "The items that do not pass a test.", |machine, value, args| {
            chosen(machine, value, args, 0, |it, _| Ok(it.clone()), Keep::Failing)
        }),
        filter(
            "selectattr(*field_and_test)",
            "The items whose field passes a test: `selectattr('size', 'gt', 10)`.",
            |machine, value, args| {
                chosen(machine, value, args, 1, field_or_undefined, Keep::Passing)
            },
        ),
        filter(
            "rejectattr(*field_and_test)",
            "The items whose field does not pass a test.",
            |machine, value, args| {
                chosen(machine, value, args, 1, field_or_undefined, Keep::Failing)
            },
        ),
        filter(
            "map(*filter)",
            "Each item through a filter, `map('upper')`, or its field, `map(attribute='name', default='')`.",
            map,
        ),
        filter(
            "groupby(attribute, default=none, case_sensitive=false)",
            "Pairs of a field's value and the items that have it, in order.",
            groupby,
        ),
        filter(
            "loop_get(index)",
            "The item at a position; none where there is none.",
            |_, value, args| at(value, args.int(0, 0)?),
        ),
        filter(
            "next_in_loop(index)",
            "The item behind a position; none where there is none.",
            |_, value, args| at(value, args.int(0, 0)?.saturating_add(1)),
        ),
        filter(
            "prev_in_loop(index)",
            "The item before a position; none where there is none.",
            |_, value, args| at(value, args.int(0, 0)?.saturating_sub(1)),
        ),
    ]
}

fn nothing(which: &str) -> Fault {
    Fault::new(Code::Undefined, format!("there is no {which} item: the list is empty"))
}

fn at(value: &Value, index: i128) -> Answer {
    Ok(usize::try_from(index)
        .ok()
        .and_then(|it| value.as_items()?.get(it).cloned())
        .unwrap_or(Value::Null))
}

/// Whether texts that differ only in case are the same.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Case {
    Heeded,
    Ignored,
}

fn case(args: &Bound, slot: usize) -> Case {
    if args.truth(slot, Truth::False) { Case::Heeded } else { Case::Ignored }
}

/// The fields that an argument names, each a dotted path.
fn attributes(args: &Bound, slot: usize) -> Answer<Vec<String>> {
    Ok(match args.get(slot) {
        None | Some(Value::Null) => Vec::new(),
        Some(Value::Int(index)) => vec![index.to_string()],
        Some(_) => args.text(slot, "")?.split(',').map(|it| it.trim().to_owned()).collect(),
    })
}

/// The value at a dotted path, or nothing.
pub(super) fn field(item: &Value, path: &str) -> Answer<Option<Value>> {
    let mut value = item.clone();
    for name in path.split('.') {
        let found = match name.parse::<i128>() {
            Ok(index) => access::index(&value, &Value::Int(index))?,
            Err(_) => access::attribute(&value, name)?,
        };
        match found {
            Some(found) => value = found,
            None => return Ok(None),
        }
    }
    Ok(Some(value))
}

fn required(item: &Value, path: &str) -> Answer {
    field(item, path)?.ok_or_else(|| {
        Fault::new(Code::Undefined, format!("{} has no field `{path}`", item.type_name()))
    })
}

fn field_or_undefined(item: &Value, path: &str) -> Answer {
    Ok(field(item, path)?
        .unwrap_or_else(|| Value::Undefined(format!("an item has no field `{path}`").into())))
}

/// What an item is ordered or told apart by.
fn keys(item: &Value, attributes: &[String], case: Case) -> Answer {
    let fold = |value: Value| match (&value, case) {
        (Value::Text(text), Case::Ignored) => Value::from(text.to_lowercase()),
        _ => value,
    };
    match attributes {
        [] => Ok(fold(item.clone())),
        [one] => required(item, one).map(fold),
        several => several
            .iter()
            .map(|it| required(item, it).map(fold))
            .collect::<Answer<Vec<_>>>()
            .map(Value::list),
    }
}

fn sorted_by(items: Vec<Value>, key: impl Fn(&Value) -> Answer) -> Answer<Vec<Value>> {
    let mut keyed = items.into_iter().map(|it| Ok((key(&it)?, it))).collect::<Answer<Vec<_>>>()?;
    let mut fault = None;
    keyed.sort_by(|a, b| {
        a.0.order(&b.0).map(|it| it.unwrap_or(Ordering::Equal)).unwrap_or_else(|_| {
            let (a, b) = (a.0.type_name(), b.0.type_name());
            fault.get_or_insert_with(|| Fault::type_error(format!("{a} and {b} have no order")));
            Ordering::Equal
        })
    });
    match fault {
        Some(fault) => Err(fault),
        None => Ok(keyed.into_iter().map(|it| it.1).collect()),
    }
}

/// Items in ascending order of a key.
pub(in super::super) fn sorted(
    items: Vec<Value>,
    key: impl Fn(&Value) -> Value,
) -> Answer<Vec<Value>> {
    sorted_by(items, |it| Ok(key(it)))
}

/// The item whose key is `wanted` against all others, the first of equals.
pub(in super::super) fn extreme(
    items: Vec<Value>,
    wanted: Ordering,
    key: impl Fn(&Value) -> Value,
) -> Answer<Option<Value>> {
    let mut best: Option<(Value, Value)> = None;
    for item in items {
        let found = key(&item);
        let better = match &best {
            None => true,
            Some((best, _)) => match found.order(best) {
                Ok(order) => order == Some(wanted),
                Err(_) => {
                    return Err(Fault::type_error(format!(
                        "{} and {} have no order",
                        best.type_name(),
                        found.type_name()
                    )));
                }
            },
        };
        if better {
            best = Some((found, item));
        }
    }
    Ok(best.map(|it| it.1))
}

fn least(value: &Value, args: &Bound, wanted: Ordering) -> Answer {
    let (attributes, case) = (attributes(args, 1)?, case(args, 0));
    let keyed = items(value)?
        .into_iter()
        .map(|it| Ok(Value::list(vec![keys(&it, &attributes, case)?, it])));
    let keyed = keyed.collect::<Answer<Vec<_>>>()?;
    let part = |pair: &Value, at: usize| {
        pair.as_items().and_then(|it| it.get(at)).cloned().unwrap_or(Value::Null)
    };
    match extreme(keyed, wanted, |it| part(it, 0))? {
        Some(pair) => Ok(part(&pair, 1)),
        None => Err(nothing(if wanted == Ordering::Less { "least" } else { "greatest" })),
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Keep {
    Passing,
    Failing,
}

/// The items whose subject passes or fails a test; the first `fixed` argument names the subject's field.
fn chosen(
    machine: &mut Machine<'_>,
    value: &Value,
    args: &Bound,
    fixed: usize,
    subject: fn(&Value, &str) -> Answer,
    keep: Keep,
) -> Answer {
    let mut given = args.rest.iter();
    let path = if fixed > 0 {
        match given.next() {
            Some(Value::Text(path)) => path.as_ref(),
            _ => return Err(Fault::arguments("the first argument names a field")),
        }
    } else {
        ""
    };
    let test = match given.next() {
        None => None,
        Some(name) => {
            let name = name.to_text();
            let test = table::test(&name).ok_or_else(|| {
                let names = table::tests().iter().map(|it| it.name);
                Fault::new(
                    Code::UnknownTest,
                    with_nearest(format!("unknown test `{name}`"), &name, names),
                )
            })?;
            Some(test)
        }
    };
    let rest: Vec<Value> = given.cloned().collect();
    let mut kept = Vec::new();
    for item in items(value)? {
        machine.spend(2)?;
        let subject = subject(&item, path)?;
        let passes = match test {
            None if matches!(subject, Value::Undefined(_)) => return Err(undefined(&subject)),
            None => subject.is_truthy(),
            Some(test)
                if subject.is_undefined()
                    && !matches!(
                        test.name,
                        "defined" | "undefined" | "none" | "string" | "empty"
                    ) =>
            {
                return Err(undefined(&subject));
            }
            Some(test) => machine.check(
                test,
                &subject,
                Args { positional: rest.clone(), named: args.named.clone() },
            )?,
        };
        if passes == (keep == Keep::Passing) {
            kept.push(item);
        }
    }
    Ok(Value::list(kept))
}

fn undefined(value: &Value) -> Fault {
    match value {
        Value::Undefined(message) => Fault::new(Code::Undefined, message.as_ref()),
        _ => Fault::new(Code::Undefined, "an item is undefined"),
    }
}

fn map(machine: &mut Machine<'_>, value: &Value, args: &Bound) -> Answer {
    let named = |name: &str| args.named.iter().find(|it| it.0 == name).map(|it| &it.1);
    let mut mapped = Vec::new();
    if let Some(attribute) = named("attribute") {
        let path = attribute.to_text();
        for item in items(value)? {
            machine.spend(1)?;
            mapped.push(match (field(&item, &path)?, named("default")) {
                (Some(value), _) => value,
                (None, Some(default)) => default.clone(),
                (None, None) => return Err(undefined(&field_or_undefined(&item, &path)?)),
            });
        }
        return Ok(Value::list(mapped));
    }
    let mut given = args.rest.iter();
    let Some(name) = given.next().map(Value::to_text) else {
        return Err(Fault::arguments("`map` needs a filter's name or `attribute=`"));
    };
    let Some(filter) = table::filter(&name) else {
        let names = table::filters().iter().map(|it| it.name);
        return Err(Fault::new(
            Code::UnknownFilter,
            with_nearest(format!("unknown filter `{name}`"), &name, names),
        ));
    };
    let rest: Vec<Value> = given.cloned().collect();
    for item in items(value)? {
        machine.spend(1)?;
        mapped.push(machine.apply(
            filter,
            &item,
            Args { positional: rest.clone(), named: args.named.clone() },
        )?);
    }
    Ok(Value::list(mapped))
}

fn groupby(machine: &mut Machine<'_>, value: &Value, args: &Bound) -> Answer {
    let path = args.value(0).to_text();
    let case = case(args, 2);
    let key = |item: &Value| match (field(item, &path)?, args.get(1)) {
        (Some(found), _) => Ok(found),
        (None, Some(default)) => Ok(default.clone()),
        (None, None) => required(item, &path),
    };
    let fold = |value: Value| match (&value, case) {
        (Value::Text(text), Case::Ignored) => Value::from(text.to_lowercase()),
        _ => value,
    };
    let items = items(value)?;
    machine.spend(items.len())?;
    let mut groups: Vec<(Value, Value, Vec<Value>)> = Vec::new();
    for item in sorted_by(items, |it| key(it).map(fold))? {
        let found = key(&item)?;
        let folded = fold(found.clone());
        match groups.last_mut() {
            Some(group) if group.0 == folded => group.2.push(item),
            _ => groups.push((folded, found, vec![item])),
        }
    }
    let groups = groups
        .into_iter()
        .map(|(_, key, items)| Value::Tuple(vec![key, Value::list(items)].into()));
    Ok(Value::list(groups.collect()))
}
