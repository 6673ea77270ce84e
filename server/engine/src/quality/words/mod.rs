//! Texts that say nothing, decline, were left unfinished, or claim what they were not told.
//!
//! Every check is about words alone and prefers silence: what reads like an ordinary text is left alone.

mod announcement;
mod citations;
mod cut_off;
mod declining;
mod error;
mod json;
mod language;
mod links;
mod material;
mod placeholder;
mod plain;
mod refusal;
mod repetition;
mod tables;
pub(super) mod targets;
mod tongues;
mod void;

use regex::Regex;
use serde_json::Value as Json;

use super::{Issue, IssueCode};

/// How much of a text is searched.
const SEARCHED: usize = 256 * 1024;
/// How many texts inside a structure are looked at.
const MOST_TEXTS: usize = 256;

/// What is held against the words of a value. `asked`: what its call was given, as text. Numbers and truth values have
/// no words.
pub(super) fn issues(thing: &Json, asked: &str) -> Vec<Issue> {
    match thing {
        _ if is_empty(thing, asked) => vec![Issue::new(IssueCode::Empty, "there is nothing in it")],
        Json::Object(_) if ends(thing) > 1 && is_hollow(thing) => {
            vec![Issue::new(IssueCode::Empty, "there is nothing in any of its fields")]
        }
        Json::Array(items) if !items.is_empty() && is_hollow(thing) => {
            vec![Issue::new(IssueCode::Empty, "there is nothing in any of its items")]
        }
        Json::String(text) => of_text(text, asked),
        Json::Object(fields) if error::is_report(fields) => {
            vec![Issue::new(
                IssueCode::ErrorText,
                "its fields tell of an error, and of nothing else",
            )]
        }
        Json::Array(_) | Json::Object(_) => of_texts(thing, asked),
        _ => Vec::new(),
    }
}

/// What is held against a text that only says again what it was `asked`.
pub(super) fn echo(thing: &Json, asked: &str) -> Option<Issue> {
    announcement::echo(thing.as_str()?, searched(asked))
}

fn is_empty(thing: &Json, asked: &str) -> bool {
    match thing {
        Json::Null => true,
        Json::String(text) => void::stands_for_nothing(text, asked),
        Json::Array(items) => items.is_empty() && !void::may_be_no_items(asked),
        Json::Object(fields) => fields.is_empty() && !void::may_be_nothing(asked),
        Json::Bool(_) | Json::Number(_) => false,
    }
}

/// Whether nothing is in it, however deep one looks.
fn is_hollow(thing: &Json) -> bool {
    match thing {
        Json::Array(items) => items.iter().all(is_hollow),
        Json::Object(fields) => fields.values().all(is_hollow),
        other => is_empty(other, ""),
    }
}

/// How many values without parts of their own it has.
fn ends(thing: &Json) -> usize {
    match thing {
        Json::Array(items) if !items.is_empty() => items.iter().map(ends).sum(),
        Json::Object(fields) if !fields.is_empty() => fields.values().map(ends).sum(),
        _ => 1,
    }
}

fn of_text(text: &str, asked: &str) -> Vec<Issue> {
    let (text, asked) = (searched(text.trim()), searched(asked));
    if let Some(issues) = of_json(text, asked) {
        return issues;
    }
    let (written, prose) = (plain::without_blocks(text), plain::without_code(text));
    let declined = error::find(text, asked).or_else(|| refusal::find(text, asked));
    // What declines answers nothing, in whichever language.
    let language = if declined.is_some() { None } else { language::find(&prose, asked) };
    let cut = cut_off::find(text, asked);
    // A row that is cut off is so for one reason.
    let uneven = if cut.is_some() { None } else { tables::find(&written) };
    let found = [
        declined,
        placeholder::find(text, &prose, asked),
        error::leftover(&prose, asked),
        cut,
        json::find(text),
        uneven,
        // Structures have their own, and their fields come again.
        if is_structure(text) { None } else { repetition::find(&written, asked) },
        language,
        citations::find(&prose, asked),
        links::find(&written),
    ];
    found.into_iter().flatten().collect()
}

/// Whether a text is a structure in JSON.
fn is_structure(text: &str) -> bool {
    text.starts_with(['{', '[']) && serde_json::from_str::<serde::de::IgnoredAny>(text).is_ok()
}

/// The same as of the structure that a text spells, where there is something to be held against that.
fn of_json(text: &str, asked: &str) -> Option<Vec<Issue>> {
    if !text.starts_with(['{', '[']) {
        return None;
    }
    let thing: Json = serde_json::from_str(text).ok()?;
    let found = issues(&thing, asked);
    let is_report = found.iter().any(|it| it.code == IssueCode::ErrorText);
    (!found.is_empty() && !is_report).then_some(found)
}

/// Of a structure only what a single text in it can show, each kind once.
fn of_texts(thing: &Json, asked: &str) -> Vec<Issue> {
    let mut found: [Option<Issue>; 4] = [None, None, None, None];
    let (mut open, mut seen) = (vec![thing], 0);
    while let Some(next) = open.pop() {
        match next {
            Json::String(text) if seen < MOST_TEXTS => {
                seen += 1;
                let text = searched(text.trim());
                let prose = plain::without_code(text);
                let [refusal, placeholder, leftover, _] = &mut found;
                *refusal = refusal.take().or_else(|| refusal::find(text, asked));
                *placeholder =
                    placeholder.take().or_else(|| placeholder::find(text, &prose, asked));
                *leftover = leftover.take().or_else(|| error::leftover(&prose, ""));
            }
            Json::Array(items) => {
                let [.., again] = &mut found;
                *again = again.take().or_else(|| repetition::of_items(items, asked));
                open.extend(items.iter().rev());
            }
            Json::Object(fields) => open.extend(fields.values().rev()),
            _ => {}
        }
    }
    found.into_iter().flatten().collect()
}

/// Letters, as many as a text of an alphabet would have: a character that stands for a syllable or a word counts as three.
fn letters(text: &str) -> usize {
    let weight = |it: char| match it {
        '\u{3040}'..='\u{30ff}' | '\u{3400}'..='\u{9fff}' | '\u{ac00}'..='\u{d7af}' => 3,
        it => usize::from(it.is_alphabetic()),
    };
    text.chars().map(weight).sum()
}

fn searched(text: &str) -> &str {
    text.get(..text.floor_char_boundary(SEARCHED)).unwrap_or(text)
}

fn pattern(text: &str) -> Regex {
    Regex::new(text).expect("the patterns of this folder are well-formed")
}

/// The beginning of a text, to quote.
fn quoted(text: &str) -> String {
    const LONGEST: usize = 60;
    let short: String = text.chars().take(LONGEST).collect();
    if short.len() == text.len() { short } else { format!("{}…", short.trim_end()) }
}

#[cfg(test)]
mod further;
#[cfg(test)]
mod results;
#[cfg(test)]
mod shapes;
#[cfg(test)]
mod tests;
