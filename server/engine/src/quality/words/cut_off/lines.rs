//! Last lines that differ from those before, or that leave something open.

use std::sync::LazyLock;

use regex::Regex;

use super::NO_SENTENCE;
use crate::quality::words::pattern;

/// Whether a line opens round brackets that it does not close.
pub(super) fn is_in_brackets(line: &str) -> bool {
    line.rfind('(').is_some_and(|open| !line.get(open..).unwrap_or_default().contains(')'))
}

/// Ends with a list of words, the last of which may be any: `not, or, and`.
static NAMED_WORDS: LazyLock<Regex> =
    LazyLock::new(|| pattern(r"(?::|\bare|\bwith)\s(?:[\p{L}-]+,\s)+(?:and\s|or\s)?[\p{L}-]+$"));

/// Whether a line is an item of one word, or ends with words that it names.
pub(super) fn is_label(line: &str) -> bool {
    let mark = |it: &char| it.is_ascii_punctuation() || it.is_ascii_digit() || it.is_whitespace();
    let rest = line.trim_start_matches(|it| mark(&it));
    let is_item = rest.len() < line.len() && !rest.contains(char::is_whitespace);
    is_item && rest.ends_with(char::is_alphanumeric) || NAMED_WORDS.is_match(line)
}

/// Whether a line opens bold text that it does not close.
pub(super) fn is_in_bold(line: &str) -> bool {
    let marks = line.matches("**").count();
    marks % 2 == 1
        && line.rfind("**").is_some_and(|at| at + 2 < line.len() && !line.contains("***"))
}

pub(super) fn ends_as_a_sentence(line: &str) -> bool {
    let line = line.trim_end().trim_end_matches(['"', '”', '’', ')', '*', '_', '»', ']']);
    line.ends_with(['.', '!', '?', '…', ':', '。', '！', '？', ';'])
}

/// The mark of an item of a list, and the item.
static ITEM: LazyLock<Regex> = LazyLock::new(|| pattern(r"^\s*(?:[-*+•]|\d+[.)])\s+(.+)$"));

/// Whether the last line is an item of some words without the end that all items before it have.
pub(super) fn is_unlike_items(text: &str, last: &str) -> bool {
    const FEWEST: usize = 2;
    let item =
        |line: &str| ITEM.captures(line).and_then(|it| it.get(1)).map(|it| it.as_str().to_owned());
    let Some(own) = item(last) else { return false };
    let before: Vec<String> = text
        .lines()
        .rev()
        .skip(1)
        .map_while(|line| match line.trim() {
            "" => Some(None),
            _ => item(line).map(Some),
        })
        .flatten()
        .collect();
    before.len() >= FEWEST
        && before.iter().all(|it| ends_as_a_sentence(it))
        && !ends_as_a_sentence(&own)
        && own.split_whitespace().count() >= 3
}

/// Whether the last line is a long paragraph without the end that every long paragraph before it has.
pub(super) fn is_unlike_paragraphs(text: &str, last: &str) -> bool {
    const LONG: usize = 8;
    let is_long =
        |line: &&str| line.split_whitespace().count() >= LONG && !NO_SENTENCE.is_match(line);
    let mut before = text.lines().rev().skip(1).filter(is_long).peekable();
    is_long(&last)
        && before.peek().is_some()
        && before.all(ends_as_a_sentence)
        && !ends_as_a_sentence(last)
}

/// Whether a line opens a quotation, or a quoted value, that it does not close.
pub(super) fn is_in_quotes(line: &str) -> bool {
    let Some(at) = line.rfind('"').filter(|_| line.matches('"').count() % 2 == 1) else {
        return false;
    };
    let before = line.get(..at).and_then(|it| it.chars().next_back());
    before.is_none_or(|it| it.is_whitespace() || matches!(it, '=' | ':' | '('))
}
