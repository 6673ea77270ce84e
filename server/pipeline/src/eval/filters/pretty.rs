//! `pprint`: a value over as many lines as it needs, as Python's module `pprint` lays it out.

use std::borrow::Cow;
use std::cmp::Ordering;
use std::sync::Arc;

use super::super::error::Answer;
use super::super::machine::Machine;
use super::super::native::Native;
use super::super::operators::sized_text;
use super::super::table::Function;
use super::filter;
use crate::Value;
use crate::value::Entries;

/// Characters of a line.
const WIDTH: usize = 80;

pub(super) fn filters() -> Vec<Function> {
    vec![filter(
        "pprint",
        "The value as it is spelled inside a list, keys in order, on several lines where it is long.",
        |machine, value, _| {
            let mut pretty = Pretty { machine, out: String::new() };
            pretty.value(&ordered(value), 0, 0, true)?;
            let text = pretty.out;
            sized_text(text)
        },
    )]
}

/// The value with its keys and the items of its sets in order, and without records of steps around results.
fn ordered(value: &Value) -> Value {
    let each = |items: &[Value]| items.iter().map(ordered).collect::<Vec<_>>();
    match value {
        Value::Map(entries) => {
            let mut entries: Entries =
                entries.iter().map(|(key, value)| (key.clone(), ordered(value))).collect();
            entries.sort_keys();
            Value::map(entries)
        }
        Value::List(items) => Value::list(each(items)),
        Value::Tuple(items) => Value::Tuple(each(items).into()),
        Value::Set(items) => {
            let mut items = each(items);
            items.sort_by(compare);
            Value::Set(items.into())
        }
        Value::Step(step) => ordered(step.primary()),
        other => other.clone(),
    }
}

/// The order of two keys; those that have none stand by the name of their type.
fn compare(a: &Value, b: &Value) -> Ordering {
    match a.order(b) {
        Ok(order) => order.unwrap_or(Ordering::Equal),
        Err(_) => a.type_name().cmp(b.type_name()),
    }
}

/// One element of a collection: with what stands before it, the key of a map or nothing.
type Element<'v> = (String, Cow<'v, Value>);

struct Pretty<'m, 'a> {
    machine: &'m mut Machine<'a>,
    out: String,
}

impl Pretty<'_, '_> {
    /// Writes a value that begins in column `indent` and is followed by `allowance` characters; `alone` is a value in no other.
    fn value(&mut self, value: &Value, indent: usize, allowance: usize, alone: bool) -> Answer<()> {
        let line = value.repr();
        self.machine.spend(1 + line.len() / 32)?;
        if line.chars().count() <= WIDTH.saturating_sub(indent + allowance) {
            self.out.push_str(&line);
            return Ok(());
        }
        let single = |items: &[Value]| {
            items.iter().map(|it| (String::new(), Cow::Owned(it.clone()))).collect()
        };
        match value {
            Value::Map(entries) => {
                let key = |key: &Arc<str>| Value::Text(key.clone()).repr() + ": ";
                let all = entries.iter().map(|(name, it)| (key(name), Cow::Borrowed(it))).collect();
                self.collection(["{", "}"], all, indent, allowance)
            }
            Value::Native(Native::Dict(entries)) => {
                let mut all: Vec<_> = entries.iter().collect();
                all.sort_by(|a, b| compare(a.0, b.0));
                let all = all.iter().map(|(key, it)| (key.repr() + ": ", Cow::Owned(ordered(it))));
                self.collection(["{", "}"], all.collect(), indent, allowance)
            }
            Value::List(items) => self.collection(["[", "]"], single(items), indent, allowance),
            Value::Set(items) => self.collection(["{", "}"], single(items), indent, allowance),
            Value::Tuple(items) => {
                let end = if items.len() == 1 { ",)" } else { ")" };
                self.collection(["(", end], single(items), indent, allowance)
            }
            Value::Text(text) => self.text(text, indent, allowance, alone),
            _ => {
                self.out.push_str(&line);
                Ok(())
            }
        }
    }

    fn collection(
        &mut self,
        [open, close]: [&str; 2],
        elements: Vec<Element<'_>>,
        indent: usize,
        allowance: usize,
    ) -> Answer<()> {
        self.out.push_str(open);
        let last = elements.len().saturating_sub(1);
        for (at, (key, value)) in elements.iter().enumerate() {
            if at > 0 {
                self.out.push(',');
                self.new_line(indent + 1);
            }
            self.out.push_str(key);
            let behind = if at == last { allowance + close.len() } else { 1 };
            self.value(value, indent + 1 + key.chars().count(), behind, false)?;
        }
        self.out.push_str(close);
        Ok(())
    }

    /// Text in pieces that Python joins: one for each of its lines, and those cut between words.
    fn text(&mut self, text: &str, indent: usize, allowance: usize, alone: bool) -> Answer<()> {
        let own = usize::from(alone);
        let (indent, allowance) = (indent + own, allowance + own);
        let mut pieces = Vec::new();
        let mut lines = text.split_inclusive('\n').peekable();
        while let Some(line) = lines.next() {
            let behind = if lines.peek().is_none() { allowance } else { 0 };
            self.machine.spend(1 + line.len() / 8)?;
            cut(line, WIDTH.saturating_sub(indent), behind, &mut pieces);
        }
        let is_wrapped = alone && pieces.len() > 1;
        if is_wrapped {
            self.out.push('(');
        }
        for (at, piece) in pieces.iter().enumerate() {
            if at > 0 {
                self.new_line(indent);
            }
            self.out.push_str(piece);
        }
        if is_wrapped {
            self.out.push(')');
        }
        Ok(())
    }

    fn new_line(&mut self, indent: usize) {
        self.out.push('\n');
        self.out.extend(std::iter::repeat_n(' ', indent));
    }
}

/// Words with the white space behind them; white space in front of the first stands alone.
fn words(line: &str) -> Vec<&str> {
    let starts = line.char_indices().scan(true, |before, (at, c)| {
        let starts = *before && !c.is_whitespace() && at > 0;
        *before = c.is_whitespace();
        Some(starts.then_some(at))
    });
    let mut found = Vec::new();
    let mut from = 0;
    for at in starts.flatten().chain([line.len()]) {
        found.extend(line.get(from..at));
        from = at;
    }
    found
}

/// Adds the line as literals of at most `width` characters, the last one shorter by `behind`; a long word stands alone.
fn cut(line: &str, width: usize, behind: usize, pieces: &mut Vec<String>) {
    let literal = |text: &str| Value::text(text).repr();
    let fits = |literal: &str, width: usize| literal.chars().count() <= width;
    let whole = literal(line);
    if fits(&whole, width.saturating_sub(behind)) {
        pieces.push(whole);
        return;
    }
    let mut current = String::new();
    let mut words = words(line).into_iter().peekable();
    while let Some(word) = words.next() {
        let room = if words.peek().is_none() { width.saturating_sub(behind) } else { width };
        let candidate = format!("{current}{word}");
        if !current.is_empty() && !fits(&literal(&candidate), room) {
            pieces.push(literal(&current));
            current = word.to_owned();
        } else {
            current = candidate;
        }
    }
    if !current.is_empty() {
        pieces.push(literal(&current));
    }
}
