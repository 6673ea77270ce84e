//! Texts.

use super::super::args::{Bound, Truth};
use super::super::error::{Answer, Fault};
use super::super::machine::Machine;
use super::super::markup::{escaped, is_marked, mark_all};
use super::super::operators::sized_text;
use super::super::table::Function;
use super::words::{capitalize, center, replace, split, stripped};
use super::{filter, keeping, marking};
use crate::Value;

pub(super) fn filters() -> Vec<Function> {
    vec![
        keeping("string", "The value as text.", |_, value, _| sized_text(value.to_text())),
        keeping("upper", "Text in capital letters.", |_, value, _| {
            sized_text(value.to_text().to_uppercase())
        }),
        keeping("lower", "Text in small letters.", |_, value, _| {
            sized_text(value.to_text().to_lowercase())
        }),
        keeping(
            "capitalize",
            "Text with its first letter capital and the others small.",
            |_, value, _| Ok(Value::from(capitalize(&value.to_text()))),
        ),
        filter("title", "Text in which every word begins with a capital letter.", |_, value, _| {
            Ok(Value::from(title(&value.to_text())))
        }),
        keeping(
            "trim(chars=none)",
            "Text without white space, or other characters, at its ends.",
            |_, value, args| {
                let chars = args
                    .get(0)
                    .filter(|it| !matches!(it, Value::Null))
                    .map(|_| args.text(0, ""))
                    .transpose()?;
                Ok(Value::from(stripped(&value.to_text(), chars)))
            },
        ),
        marking(
            "replace(old, new, count=none)",
            "Text with one part replaced by another, everywhere or so many times.",
            |machine, value, args| {
                let count = match args.get(2) {
                    None | Some(Value::Null) => usize::MAX,
                    Some(_) => usize::try_from(args.int(2, 0)?).unwrap_or(usize::MAX),
                };
                let (old, new) = (args.value(0), args.value(1));
                if !machine.escaping || ![value, old, new].into_iter().any(is_marked) {
                    return replace(&value.to_text(), &old.to_text(), &new.to_text(), count)
                        .and_then(sized_text);
                }
                replace(&escaped(value), &old.to_text(), &escaped(new), count)
                    .and_then(sized_text)
                    .map(mark_all)
            },
        ),
        filter(
            "split(sep=' ', maxsplit=-1)",
            "The parts of a text between separators; what is no text has none.",
            |_, value, args| {
                let Value::Text(text) = value else { return Ok(Value::list(Vec::new())) };
                let most = usize::try_from(args.int(1, -1)?).ok();
                let separator = match args.get(0) {
                    Some(Value::Null) => None,
                    _ => Some(args.text(0, " ")?),
                };
                split(text, separator, most).map(Value::list)
            },
        ),
        marking(
            "truncate(length=255, killwords=false, end='...', leeway=5)",
            "Text cut to a length, at a word unless `killwords`.",
            truncate,
        ),
        filter(
            "truncate_words(count=50)",
            "The first words of a text, with `...` where some are left out.",
            |_, value, args| {
                let (text, count) = (value.to_text(), args.size(0, 50)?);
                let words: Vec<&str> = text.split_whitespace().collect();
                Ok(if words.len() <= count {
                    Value::from(text)
                } else {
                    Value::from(words.get(..count).unwrap_or_default().join(" ") + "...")
                })
            },
        ),
        filter("wordcount", "How many words a text has.", |_, value, _| {
            let text = value.to_text();
            let words = text
                .split(|it: char| !(it.is_alphanumeric() || it == '_'))
                .filter(|it| !it.is_empty());
            Ok(Value::Int(words.count() as i128))
        }),
        filter(
            "wordwrap(width=79, break_long_words=true, wrapstring='\\n', break_on_hyphens=true)",
            "Text in lines of so many characters at most.",
            wordwrap,
        ),
        keeping(
            "center(width=80)",
            "Text in the middle of so many characters.",
            |_, value, args| {
                let width = args.size(0, 80)?;
                if width > 1_000_000 {
                    return Err(Fault::limit("a text is filled up to 1000000 characters at most"));
                }
                Ok(Value::from(center(&value.to_text(), width, ' ')))
            },
        ),
        keeping(
            "indent(width=4, first=false, blank=false)",
            "Text with its lines indented, except the first unless told.",
            indent,
        ),
    ]
}

/// Words begin behind white space, dashes and opening brackets.
fn title(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut begins = true;
    for c in text.chars() {
        if begins {
            out.extend(c.to_uppercase())
        } else {
            out.extend(c.to_lowercase())
        }
        begins = c.is_whitespace() || matches!(c, '-' | '(' | '{' | '[' | '<');
    }
    out
}

fn truncate(_: &mut Machine<'_>, value: &Value, args: &Bound) -> Answer {
    let text = value.to_text();
    let (length, end, leeway) = (args.size(0, 255)?, args.text(2, "...")?, args.size(3, 5)?);
    let kept =
        |text: String| sized_text(text).map(|it| if is_marked(value) { mark_all(it) } else { it });
    let appended = match args.get(2) {
        Some(end) if is_marked(value) => escaped(end),
        _ => end.to_owned(),
    };
    let ending = end.chars().count();
    if length < ending {
        return Err(Fault::arguments(format!(
            "`length` is {ending} at least, the length of `end`"
        )));
    }
    if text.chars().count() <= length.saturating_add(leeway) {
        return kept(text);
    }
    let cut: String = text.chars().take(length - ending).collect();
    if args.truth(1, Truth::False) {
        return kept(cut + &appended);
    }
    let words = cut.rfind(' ').and_then(|it| cut.get(..it)).unwrap_or(&cut);
    kept(format!("{words}{appended}"))
}

fn indent(machine: &mut Machine<'_>, value: &Value, args: &Bound) -> Answer {
    let text = value.to_text();
    let prefix = match args.get(0) {
        Some(Value::Text(prefix)) => prefix.as_ref().to_owned(),
        _ => " ".repeat(args.size(0, 4)?.min(1000)),
    };
    let (first, blank) = (args.truth(1, Truth::False), args.truth(2, Truth::False));
    let mut out = String::new();
    for (index, line) in text.split('\n').enumerate() {
        if index > 0 {
            out.push('\n');
        }
        let is_first = index == 0;
        if (is_first && first) || (!is_first && (blank || !line.trim().is_empty())) {
            out.push_str(&prefix);
        }
        out.push_str(line);
        machine.spend(1 + (prefix.len() + line.len()) / 64)?;
    }
    sized_text(out)
}

fn wordwrap(_: &mut Machine<'_>, value: &Value, args: &Bound) -> Answer {
    let width = args.size(0, 79)?.max(1);
    let long = args.truth(1, Truth::True);
    let hyphens = args.truth(3, Truth::True);
    let separator = args.text(2, "\n")?;
    let text = value.to_text();
    let lines: Vec<String> =
        text.lines().flat_map(|line| wrapped(line, width, long, hyphens)).collect();
    sized_text(lines.join(separator))
}

/// Python's `textwrap`: runs of white space inside lines are kept, at the ends of lines dropped.
fn wrapped(line: &str, width: usize, long: bool, hyphens: bool) -> Vec<String> {
    let mut chunks: Vec<Vec<char>> = Vec::new();
    let chars: Vec<char> = line.chars().collect();
    for (index, c) in chars.iter().enumerate() {
        let before = index.checked_sub(1).and_then(|it| chars.get(it)).copied();
        let letters = |at: Option<&char>| at.is_some_and(|it| it.is_alphabetic());
        let hyphen = hyphens
            && before == Some('-')
            && letters(chars.get(index))
            && index > 1
            && letters(chars.get(index - 2));
        match chunks.last_mut() {
            Some(last)
                if last.last().is_some_and(|it| it.is_whitespace() == c.is_whitespace())
                    && !hyphen =>
            {
                last.push(*c)
            }
            _ => chunks.push(vec![*c]),
        }
    }
    chunks.reverse();
    let mut lines = Vec::new();
    while !chunks.is_empty() {
        let mut current: Vec<char> = Vec::new();
        let is_space = |it: &Vec<char>| it.iter().all(|c| c.is_whitespace());
        if !lines.is_empty() && chunks.last().is_some_and(is_space) {
            chunks.pop();
        }
        while let Some(chunk) = chunks.pop_if(|it| current.len() + it.len() <= width) {
            current.extend(chunk);
        }
        if let Some(chunk) = chunks.last_mut().filter(|it| it.len() > width) {
            let room = if long {
                let room = width - current.len();
                let dash = chunk.iter().take(room).rposition(|it| *it == '-');
                dash.filter(|at| hyphens && *at > 0).map_or(room, |at| at + 1)
            } else if current.is_empty() {
                chunk.len()
            } else {
                0
            };
            current.extend(chunk.drain(..room.min(chunk.len())));
            if chunk.is_empty() {
                chunks.pop();
            }
        }
        while current.last().is_some_and(|it| it.is_whitespace()) {
            current.pop();
        }
        if !current.is_empty() {
            lines.push(current.into_iter().collect());
        }
    }
    if lines.is_empty() { vec![String::new()] } else { lines }
}
