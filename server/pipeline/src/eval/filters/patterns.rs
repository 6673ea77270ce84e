//! Regular expressions, and texts made regular.

use super::super::error::{Answer, Fault};
use super::super::machine::MAX_TEXT;
use super::super::operators::sized_text;
use super::super::pattern::{Endless, Pattern};
use super::super::table::Function;
use super::filter;
use crate::Value;

pub(super) fn filters() -> Vec<Function> {
    vec![
        filter(
            "regex_search(pattern)",
            "The first match of a pattern in the text; none where there is none.",
            |machine, value, args| {
                let text = value.to_text();
                machine.spend(text.len() / 32)?;
                let found = compiled(args.text(0, "")?)?.find(&text).map_err(endless)?;
                Ok(found.map_or(Value::Null, Value::from))
            },
        ),
        filter(
            "regex_replace(pattern, replacement='')",
            "The text with every match replaced; `\\1` is the first group. What is no text stays as it is.",
            |machine, value, args| {
                let Value::Text(text) = value else { return Ok(value.clone()) };
                machine.spend(text.len() / 16)?;
                let pattern = compiled(args.text(0, "")?)?;
                replaced(&pattern, text, args.text(1, "")?).and_then(sized_text)
            },
        ),
        filter(
            "slugify",
            "Text for a file name or address: small letters, digits and single dashes.",
            |_, value, _| Ok(Value::from(slug(&value.to_text()))),
        ),
        filter(
            "striptags",
            "Text without HTML elements and comments, white space made single.",
            |machine, value, _| {
                let text = value.to_text();
                machine.spend(text.len() / 16)?;
                Ok(Value::from(without_tags(&text)))
            },
        ),
        filter(
            "markdown_format",
            "Text with a blank line before headings and lists, trimmed.",
            |_, value, _| sized_text(markdown(&value.to_text())),
        ),
    ]
}

fn compiled(pattern: &str) -> Answer<Pattern> {
    Pattern::new(pattern).map_err(|reason| {
        Fault::type_error(format!("`{pattern}` is no regular expression: {reason}"))
    })
}

fn endless(_: impl Sized) -> Fault {
    Fault::limit("the search for a pattern takes too long")
}

/// Python's `re.sub`.
fn replaced(pattern: &Pattern, text: &str, replacement: &str) -> Answer<String> {
    let pieces = pieces(pattern, replacement)?;
    let (mut out, mut from) = (String::new(), 0);
    for found in pattern.captures(text) {
        let found = found.map_err(|_| endless(Endless))?;
        let Some(whole) = found.get(0) else { continue };
        out.push_str(text.get(from..whole.start()).unwrap_or_default());
        for piece in &pieces {
            match piece {
                Piece::Text(text) => out.push_str(text),
                Piece::Group(group) => out.push_str(found.get(*group).map_or("", |it| it.as_str())),
            }
        }
        if out.len() > MAX_TEXT {
            return Err(Fault::limit("the text would become too long"));
        }
        from = whole.end();
    }
    out.push_str(text.get(from..).unwrap_or_default());
    Ok(out)
}

/// A part of what a match is replaced by.
enum Piece {
    Text(String),
    Group(usize),
}

/// Reads `\1`, `\g<name>` and `\n` of a replacement.
fn pieces(pattern: &Pattern, replacement: &str) -> Answer<Vec<Piece>> {
    let mut pieces = Vec::new();
    let mut text = String::new();
    let mut chars = replacement.chars().peekable();
    while let Some(c) = chars.next() {
        let name: String = match (c, chars.peek()) {
            ('\\', Some('0'..='9')) => {
                let mut name = String::new();
                while let Some(digit) = chars.next_if(|it| it.is_ascii_digit() && name.len() < 2) {
                    name.push(digit);
                }
                name
            }
            ('\\', Some('g')) => {
                chars.next();
                chars.by_ref().skip_while(|it| *it == '<').take_while(|it| *it != '>').collect()
            }
            ('\\', Some('n')) => {
                chars.next();
                text.push('\n');
                continue;
            }
            ('\\', Some('\\')) => {
                chars.next();
                text.push('\\');
                continue;
            }
            _ => {
                text.push(c);
                continue;
            }
        };
        let group = name.parse().ok().filter(|it| *it < pattern.groups());
        let group = group.or_else(|| pattern.group(&name)).ok_or_else(|| {
            Fault::type_error(format!("the pattern `{}` has no group `{name}`", pattern.as_str()))
        })?;
        pieces.push(Piece::Text(std::mem::take(&mut text)));
        pieces.push(Piece::Group(group));
    }
    pieces.push(Piece::Text(text));
    Ok(pieces)
}

fn slug(text: &str) -> String {
    let kept = text.to_lowercase();
    let kept = kept
        .chars()
        .filter(|it| it.is_alphanumeric() || *it == '_' || *it == '-' || it.is_whitespace());
    let mut out = String::new();
    for c in kept {
        let c = if c.is_whitespace() { '-' } else { c };
        if c != '-' || !out.ends_with('-') {
            out.push(c);
        }
    }
    out.trim_matches('-').to_owned()
}

fn without_tags(text: &str) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some(at) = rest.find('<') {
        let (before, tag) = rest.split_at_checked(at).unwrap_or((rest, ""));
        out.push_str(before);
        let end = if tag.starts_with("<!--") {
            tag.find("-->").map(|it| it + 3)
        } else {
            tag.find('>').map(|it| it + 1)
        };
        match end {
            Some(end) => rest = tag.get(end..).unwrap_or_default(),
            None => {
                rest = tag;
                break;
            }
        }
    }
    out.push_str(rest);
    let text = out.split_whitespace().collect::<Vec<_>>().join(" ");
    text.replace("&lt;", "<")
        .replace("&gt;", ">")
        .replace("&quot;", "\"")
        .replace("&#34;", "\"")
        .replace("&#39;", "'")
        .replace("&amp;", "&")
}

fn markdown(text: &str) -> String {
    let is_item = |line: &str| {
        let line = line.trim_start();
        let digits = line.trim_start_matches(|it: char| it.is_ascii_digit());
        line.starts_with("- ")
            || line.starts_with("* ")
            || (digits.len() < line.len() && digits.starts_with(". "))
    };
    let mut out: Vec<&str> = Vec::new();
    for line in text.trim().lines() {
        let starts =
            line.starts_with('#') || (is_item(line) && !out.last().is_some_and(|it| is_item(it)));
        if starts && out.last().is_some_and(|it| !it.trim().is_empty()) {
            out.push("");
        }
        out.push(line);
    }
    out.join("\n")
}
