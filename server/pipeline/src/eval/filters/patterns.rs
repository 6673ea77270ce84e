//! Regular expressions, and texts made regular.

use regex::{Regex, RegexBuilder};

use super::super::error::{Answer, Fault};
use super::super::operators::sized_text;
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
                Ok(compiled(args.text(0, "")?)?
                    .find(&text)
                    .map_or(Value::Null, |it| Value::from(it.as_str())))
            },
        ),
        filter(
            "regex_replace(pattern, replacement='')",
            "The text with every match replaced; `\\1` is the first group. What is no text stays as it is.",
            |machine, value, args| {
                let Value::Text(text) = value else { return Ok(value.clone()) };
                machine.spend(text.len() / 16)?;
                let pattern = compiled(args.text(0, "")?)?;
                let replacement = replacement(args.text(1, "")?);
                let mut room = super::super::machine::MAX_TEXT;
                let replaced = pattern.replace_all(text, |found: &regex::Captures<'_>| {
                    let mut out = String::new();
                    if room > 0 {
                        found.expand(&replacement, &mut out);
                        room = room.saturating_sub(out.len());
                    }
                    out
                });
                if room == 0 {
                    return Err(Fault::limit("the text would become too long"));
                }
                sized_text(replaced.into_owned())
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

/// A pattern, bounded in size. The engine takes linear time, so look-around and back-references do not exist.
/// Why a text is no regular expression, in one line; `None` where it is one.
#[must_use]
pub fn pattern_error(pattern: &str) -> Option<String> {
    RegexBuilder::new(pattern).size_limit(MAX_COMPILED).build().err().map(|error| reason(&error))
}

/// Bytes that a compiled pattern may take.
const MAX_COMPILED: usize = 1 << 20;

fn compiled(pattern: &str) -> Answer<Regex> {
    RegexBuilder::new(pattern).size_limit(MAX_COMPILED).build().map_err(|error| {
        let reason = reason(&error);
        Fault::type_error(format!("`{pattern}` is no regular expression: {reason}"))
    })
}

fn reason(error: &regex::Error) -> String {
    let text = error.to_string();
    text.lines().last().unwrap_or_default().trim_start_matches("error: ").to_owned()
}

/// Python's `\1` and `\g<name>` in the words of this engine.
fn replacement(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        match (c, chars.peek()) {
            ('$', _) => out.push_str("$$"),
            ('\\', Some('0'..='9')) => {
                let mut group = String::new();
                while let Some(digit) = chars.next_if(|it| it.is_ascii_digit() && group.len() < 2) {
                    group.push(digit);
                }
                out.push_str(&format!("${{{group}}}"));
            }
            ('\\', Some('g')) => {
                chars.next();
                let name: String = chars
                    .by_ref()
                    .skip_while(|it| *it == '<')
                    .take_while(|it| *it != '>')
                    .collect();
                out.push_str(&format!("${{{name}}}"));
            }
            ('\\', Some('n')) => {
                chars.next();
                out.push('\n');
            }
            ('\\', Some('\\')) => {
                chars.next();
                out.push('\\');
            }
            _ => out.push(c),
        }
    }
    out
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
