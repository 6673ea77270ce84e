//! Texts: case, words, parts; what filters and methods share.

use std::sync::LazyLock;

use regex::Regex;

use super::super::calls::wrong;
use super::super::error::{Answer, Fault};
use super::super::operators::sized_text;
use super::percent::brace_format;
use crate::Value;

/// First letter capital, the others small.
pub(in super::super) fn capitalize(text: &str) -> String {
    let mut chars = text.chars();
    let first: String = chars.next().map(|it| it.to_uppercase().collect()).unwrap_or_default();
    first + &chars.as_str().to_lowercase()
}

/// Python's `str.title`: each run of letters begins with a capital.
pub(in super::super) fn title_runs(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut inside = false;
    for c in text.chars() {
        if inside {
            out.extend(c.to_lowercase())
        } else {
            out.extend(c.to_uppercase())
        }
        inside = c.is_alphabetic();
    }
    out
}

/// Python's `str.strip` without arguments, or of a set of characters.
pub(in super::super) fn stripped<'t>(text: &'t str, chars: Option<&str>) -> &'t str {
    match chars {
        None => text.trim(),
        Some(chars) => text.trim_matches(|it| chars.contains(it)),
    }
}

/// Python's `str.split`: at white space, or at a separator; at most `most` times.
pub(in super::super) fn split(
    text: &str,
    separator: Option<&str>,
    most: Option<usize>,
) -> Answer<Vec<Value>> {
    let pieces: Vec<&str> = match (separator, most) {
        (Some(""), _) => {
            return Err(Fault::type_error("a text cannot be split at an empty separator"));
        }
        (Some(separator), None) => text.split(separator).collect(),
        (Some(separator), Some(most)) => text.splitn(most.saturating_add(1), separator).collect(),
        (None, None) => text.split_whitespace().collect(),
        (None, Some(most)) => {
            let mut pieces = Vec::new();
            let mut rest = text.trim_start();
            while !rest.is_empty() {
                let end = rest
                    .find(char::is_whitespace)
                    .filter(|_| pieces.len() < most)
                    .unwrap_or(rest.len());
                let (piece, behind) = rest.split_at_checked(end).unwrap_or((rest, ""));
                pieces.push(if behind.is_empty() { piece.trim_end() } else { piece });
                rest = behind.trim_start();
            }
            pieces
        }
    };
    Ok(pieces.into_iter().map(Value::from).collect())
}

/// Python's `str.splitlines`.
fn lines(text: &str, ends: &Value) -> Value {
    let pieces = text.split_inclusive(['\n', '\r']);
    let mut lines: Vec<String> = Vec::new();
    for piece in pieces {
        match lines.last_mut() {
            Some(last) if piece == "\n" && last.ends_with('\r') => last.push('\n'),
            _ => lines.push(piece.to_owned()),
        }
    }
    let kept = ends.is_truthy();
    let line = |it: String| Value::from(if kept { &it } else { it.trim_end_matches(['\n', '\r']) });
    Value::list(lines.into_iter().map(line).collect())
}

/// The part of a text between two bounds, as `find` and its like take them, and how many characters stand before it.
fn within<'t>(text: &'t str, bounds: &[Value]) -> Answer<Option<(usize, &'t str)>> {
    let len = text.chars().count();
    let position = |at: usize, default: usize| match bounds.get(at) {
        None | Some(Value::Null) => Ok(default),
        Some(Value::Int(value)) => {
            let from_end = if *value < 0 { value.saturating_add(len as i128) } else { *value };
            Ok(usize::try_from(from_end.max(0)).unwrap_or(usize::MAX))
        }
        Some(other) => {
            Err(Fault::type_error(format!("expected an integer, found {}", other.type_name())))
        }
    };
    let (start, stop) = (position(0, 0)?, position(1, len)?.min(len));
    if start > stop {
        return Ok(None);
    }
    let byte = |at: usize| text.char_indices().nth(at).map_or(text.len(), |it| it.0);
    Ok(text.get(byte(start)..byte(stop)).map(|it| (start, it)))
}

/// Whether a text is in title case: capitals begin words and stand nowhere else.
fn is_title(text: &str) -> bool {
    let mut inside = false;
    let mut any = false;
    for c in text.chars() {
        let fits = if inside { !c.is_uppercase() } else { !c.is_lowercase() };
        if !fits {
            return false;
        }
        inside = c.is_alphabetic();
        any |= c.is_uppercase();
    }
    any
}

/// Python's `str.expandtabs`.
fn expand_tabs(text: &str, size: usize) -> String {
    let mut out = String::new();
    let mut column = 0;
    for c in text.chars() {
        match c {
            '\t' if size > 0 => {
                let width = size - column % size;
                out.extend(std::iter::repeat_n(' ', width));
                column += width;
            }
            '\t' => {}
            '\n' | '\r' => {
                out.push(c);
                column = 0;
            }
            _ => {
                out.push(c);
                column += 1;
            }
        }
    }
    out
}

/// Decimal digits of any script.
static DECIMAL: LazyLock<Option<Regex>> = LazyLock::new(|| Regex::new(r"^\p{Nd}+$").ok());

/// Decimal digits, also raised, lowered and circled.
static DIGITS: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new(r"^[\p{Nd}²³¹⁰⁴-⁹₀-₉①-⑨]+$").ok());

/// Fills up to `width` characters on both sides; an odd one goes to the left when the text is odd and the width even.
pub(in super::super) fn center(text: &str, width: usize, fill: char) -> String {
    let len = text.chars().count();
    let Some(margin) = width.checked_sub(len) else { return text.to_owned() };
    let left = margin / 2 + (margin & width & 1);
    let filler = |count: usize| std::iter::repeat_n(fill, count).collect::<String>();
    format!("{}{text}{}", filler(left), filler(margin - left))
}

fn width(value: &Value) -> Answer<usize> {
    match value {
        Value::Int(value) if *value <= 1_000_000 => {
            Ok(usize::try_from((*value).max(0)).unwrap_or(0))
        }
        Value::Int(_) => Err(Fault::limit("a text is filled up to 1000000 characters at most")),
        other => {
            Err(Fault::type_error(format!("expected an integer, found {}", other.type_name())))
        }
    }
}

/// Calls a method of a text. The name is known to be one.
pub(in super::super) fn method(
    text: &str,
    name: &str,
    given: &[Value],
    named: &[(String, Value)],
) -> Answer {
    let is = |test: fn(char) -> bool| Ok(Value::Bool(!text.is_empty() && text.chars().all(test)));
    let all_are = |class: &LazyLock<Option<Regex>>| {
        Ok(Value::Bool(class.as_ref().is_some_and(|it| it.is_match(text))))
    };
    let fill = |given: &[Value]| {
        given.get(1).and_then(Value::as_text).and_then(|it| it.chars().next()).unwrap_or(' ')
    };
    let most = |given: &[Value]| match given.get(1) {
        Some(Value::Int(value)) => Ok(usize::try_from(*value).ok()),
        None => Ok(None),
        Some(other) => {
            Err(Fault::type_error(format!("expected an integer, found {}", other.type_name())))
        }
    };
    let texts: Option<Vec<&str>> = given.iter().map(Value::as_text).collect();
    match (name, given) {
        ("lower", []) => Ok(Value::from(text.to_lowercase())),
        ("casefold", []) => Ok(Value::from(text.to_lowercase().replace('ß', "ss"))),
        ("upper", []) => Ok(Value::from(text.to_uppercase())),
        ("title", []) => Ok(Value::from(title_runs(text))),
        ("capitalize", []) => Ok(Value::from(capitalize(text))),
        ("swapcase", []) => {
            let swap = |it: char| {
                if it.is_uppercase() {
                    it.to_lowercase().collect::<String>()
                } else {
                    it.to_uppercase().collect()
                }
            };
            Ok(Value::from(text.chars().map(swap).collect::<String>()))
        }
        ("isdecimal", []) => all_are(&DECIMAL),
        ("isdigit", []) => all_are(&DIGITS),
        ("isnumeric", []) => is(char::is_numeric),
        ("isascii", []) => Ok(Value::Bool(text.is_ascii())),
        ("istitle", []) => Ok(Value::Bool(is_title(text))),
        ("isalpha", []) => is(char::is_alphabetic),
        ("isalnum", []) => is(char::is_alphanumeric),
        ("isspace", []) => is(char::is_whitespace),
        ("islower", []) => Ok(Value::Bool(
            text.chars().any(char::is_lowercase) && !text.chars().any(char::is_uppercase),
        )),
        ("isupper", []) => Ok(Value::Bool(
            text.chars().any(char::is_uppercase) && !text.chars().any(char::is_lowercase),
        )),
        ("strip" | "lstrip" | "rstrip", [] | [_]) => {
            let chars = match given {
                [] | [Value::Null] => None,
                [Value::Text(chars)] => Some(chars.as_ref()),
                _ => return Err(Fault::type_error(format!("`{name}` takes text"))),
            };
            let wanted = |it: char| chars.map_or(it.is_whitespace(), |chars| chars.contains(it));
            Ok(Value::from(match name {
                "strip" => text.trim_matches(wanted),
                "lstrip" => text.trim_start_matches(wanted),
                _ => text.trim_end_matches(wanted),
            }))
        }
        ("startswith" | "endswith", [affix, bounds @ ..]) if bounds.len() <= 2 => {
            let affixes: Vec<&Value> = match affix {
                Value::Tuple(items) => items.iter().collect(),
                other => vec![other],
            };
            let affixes: Option<Vec<&str>> = affixes.into_iter().map(Value::as_text).collect();
            let affixes = affixes.ok_or_else(|| {
                Fault::type_error(format!("`{name}` takes text or a tuple of texts"))
            })?;
            let Some((_, text)) = within(text, bounds)? else { return Ok(Value::Bool(false)) };
            Ok(Value::Bool(affixes.iter().any(|it| {
                if name == "startswith" { text.starts_with(it) } else { text.ends_with(it) }
            })))
        }
        ("split" | "rsplit", [] | [_] | [_, _]) => {
            let separator = match given.first() {
                None | Some(Value::Null) => None,
                Some(Value::Text(separator)) => Some(separator.as_ref()),
                Some(other) => {
                    return Err(Fault::type_error(format!(
                        "`{name}` takes text, not {}",
                        other.type_name()
                    )));
                }
            };
            let most = most(given)?;
            if let ("rsplit", Some(separator), Some(most)) =
                (name, separator.filter(|it| !it.is_empty()), most)
            {
                let mut pieces: Vec<_> =
                    text.rsplitn(most.saturating_add(1), separator).map(Value::from).collect();
                pieces.reverse();
                return Ok(Value::list(pieces));
            }
            split(text, separator, most).map(Value::list)
        }
        ("splitlines", [] | [_]) => Ok(lines(text, given.first().unwrap_or(&Value::Null))),
        ("expandtabs", [] | [_]) => {
            let size = given.first().map_or(Ok(8), width)?;
            let tabs = text.matches('\t').count();
            if text.len().saturating_add(tabs.saturating_mul(size))
                > super::super::machine::MAX_TEXT
            {
                return Err(Fault::limit("the text would become too long"));
            }
            Ok(Value::from(expand_tabs(text, size)))
        }
        ("replace", [_, _] | [_, _, Value::Int(_)]) => {
            let (Some(Value::Text(from)), Some(Value::Text(to))) = (given.first(), given.get(1))
            else {
                return Err(Fault::type_error("`replace` takes texts"));
            };
            let count = match given.get(2) {
                Some(Value::Int(count)) => usize::try_from(*count).unwrap_or(usize::MAX),
                _ => usize::MAX,
            };
            replace(text, from, to, count).and_then(sized_text)
        }
        ("find" | "rfind" | "index" | "rindex", [Value::Text(part), bounds @ ..])
            if bounds.len() <= 2 =>
        {
            let found = within(text, bounds)?.and_then(|(before, text)| {
                let at = if name.starts_with('r') {
                    text.rfind(part.as_ref())
                } else {
                    text.find(part.as_ref())
                };
                Some(before + text.get(..at?)?.chars().count())
            });
            match found {
                Some(at) => Ok(Value::Int(at as i128)),
                None if name.ends_with("index") => Err(Fault::type_error("the text was not found")),
                None => Ok(Value::Int(-1)),
            }
        }
        ("count", [Value::Text(part), bounds @ ..]) if bounds.len() <= 2 => {
            let Some((_, text)) = within(text, bounds)? else { return Ok(Value::Int(0)) };
            let count = if part.is_empty() {
                text.chars().count() + 1
            } else {
                text.matches(part.as_ref()).count()
            };
            Ok(Value::Int(count as i128))
        }
        ("join", [items]) => {
            let items = super::super::access::items(items)?;
            let texts: Option<Vec<&str>> = items.iter().map(Value::as_text).collect();
            sized_text(
                texts.ok_or_else(|| Fault::type_error("`join` takes a list of texts"))?.join(text),
            )
        }
        ("format", _) => brace_format(text, given, named).and_then(sized_text),
        ("center", [size] | [size, _]) => Ok(Value::from(center(text, width(size)?, fill(given)))),
        ("ljust" | "rjust" | "zfill", [size] | [size, _]) => {
            let missing = width(size)?.saturating_sub(text.chars().count());
            let filler: String =
                std::iter::repeat_n(if name == "zfill" { '0' } else { fill(given) }, missing)
                    .collect();
            Ok(Value::from(match (name, text.strip_prefix('-')) {
                ("ljust", _) => format!("{text}{filler}"),
                ("zfill", Some(digits)) => format!("-{filler}{digits}"),
                _ => format!("{filler}{text}"),
            }))
        }
        ("removeprefix", [Value::Text(affix)]) => {
            Ok(Value::from(text.strip_prefix(affix.as_ref()).unwrap_or(text)))
        }
        ("removesuffix", [Value::Text(affix)]) => {
            Ok(Value::from(text.strip_suffix(affix.as_ref()).unwrap_or(text)))
        }
        ("partition" | "rpartition", [Value::Text(at)]) => {
            let found = if name == "partition" {
                text.split_once(at.as_ref())
            } else {
                text.rsplit_once(at.as_ref())
            };
            let parts = match (found, name) {
                (Some((before, after)), _) => [before, at, after],
                (None, "partition") => [text, "", ""],
                (None, _) => ["", "", text],
            };
            Ok(Value::Tuple(parts.map(Value::from).to_vec().into()))
        }
        _ if texts.is_none() => Err(Fault::type_error(format!("`{name}` takes text"))),
        _ => Err(wrong(name, given.len())),
    }
}

/// Replaces up to `count` times; the result is measured before it is made.
pub(in super::super) fn replace(text: &str, from: &str, to: &str, count: usize) -> Answer<String> {
    let found = text.matches(from).count().min(count);
    if text.len().saturating_add(found.saturating_mul(to.len())) > super::super::machine::MAX_TEXT {
        return Err(Fault::limit("the text would become too long"));
    }
    Ok(text.replacen(from, to, count))
}
