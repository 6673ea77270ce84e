//! Texts that stand for nothing.

use std::sync::LazyLock;

use regex::Regex;

use super::{pattern, plain::is_fence};

/// Words for "there is nothing", as programs and models write them.
const NOTHING: [&str; 13] = [
    "",
    "nil",
    "n/a",
    "{}",
    "[]",
    "...",
    "…",
    "-",
    "--",
    "—",
    "no output",
    "no content",
    "no response",
];

/// Words that answer a question, and stand for nothing where a text was to be written.
const ANSWERS: [&str; 3] = ["none", "nothing", "no answer"];

/// Says that there is no text where a text was to be written: `No content available.`, `[empty response]`.
static NO_TEXT: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"(?i)^(?:there\s(?:is|was)\s)?no\s(?:[a-z]+\s)?(?:content|text|output|response|answer|summary|description|translation|information|data)(?:\s(?:is|was|were|has\sbeen|could\sbe|to))?\s(?:available|found|provided|generated|given|returned|produced|present|display|show|report)$|^(?:the\s)?(?:empty|blank|null|missing)\s(?:response|answer|output|text|string|content|result|reply)$|^(?:the\s)?(?:response|answer|output|text|content|result|reply)\s(?:is|was)\s(?:empty|blank|missing)$|^(?:intentionally\s)?(?:left\s)?(?:empty|blank)$",
    )
});

/// Tags that only hold what stands between them.
static BARE_TAG: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"(?i)</?(?:html|head|body|main|section|article|header|footer|div|span|p|b|i|em|strong|h[1-6]|ul|ol|li|dl|dt|dd|table|thead|tbody|tr|td|th|pre|code|blockquote|title)\s*>|<br\s*/?>|&nbsp;|<!doctype[^>]*>",
    )
});

/// What stands behind the name of what was asked for: `Description: N/A`.
static LABELLED: LazyLock<Regex> =
    LazyLock::new(|| pattern(r"^\p{L}[\p{L} ]{1,30}:\s*(\S[^\n]{0,20}?)\.?$"));

/// A call that begins as one for a text does.
static WANTS_TEXT: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"(?i)^\s*(?:please\s|can\syou\s|could\syou\s)?(?:write|summari[sz]e|sum\sup|explain|describe|translate|rewrite|draft|compose|paraphrase|outline|review|create|generate)\b",
    )
});

/// A call that says what stands for nothing.
static ALLOWS_NOTHING: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"(?i)\b(?:none|nothing|empty|blank|nil|null|n/a|dash)\b|\b(?:if|when|where)\b[^.\n]{0,40}\b(?:no|not|isn't|without|missing|absent)\b",
    )
});

/// A call that wants a list, which may be empty.
static WANTS_LIST: LazyLock<Regex> = LazyLock::new(|| pattern(r"(?i)\b(?:lists?|arrays?)\b"));

/// Whether nothing is left of a text but white space, marks, or a word for nothing that the call which `asked` did not name.
pub(super) fn stands_for_nothing(text: &str, asked: &str) -> bool {
    let text = text.trim();
    let is_around = |it: char| {
        matches!(it, '"' | '\'' | '`' | '(' | ')' | '<' | '>' | '*' | '_') || it.is_whitespace()
    };
    let is_bracket = |it: char| is_around(it) || matches!(it, '[' | ']' | '.');
    let bare = text.trim_matches(is_around);
    let said = LABELLED.captures(bare).and_then(|it| it.get(1)).map_or(bare, |it| it.as_str());
    let is_one_of = |words: &[&str]| {
        [text, bare, bare.trim_end_matches('.'), said]
            .iter()
            .any(|text| words.iter().any(|word| text.eq_ignore_ascii_case(word)))
    };
    if bare.is_empty() || is_empty_block(text) {
        return true;
    }
    let wants_text = WANTS_TEXT.is_match(asked);
    let is_nothing = is_one_of(&NOTHING)
        || wants_text && (is_one_of(&ANSWERS) || NO_TEXT.is_match(text.trim_matches(is_bracket)))
        || is_hollow_markup(text);
    let is_wanted = if text == "[]" { may_be_no_items(asked) } else { may_be_nothing(asked) };
    is_nothing && !is_wanted
}

/// Whether a text is markup in which nothing stands.
fn is_hollow_markup(text: &str) -> bool {
    text.starts_with('<') && BARE_TAG.replace_all(text, "").trim().is_empty()
}

/// Whether a call says what to answer where there is nothing.
pub(super) fn may_be_nothing(asked: &str) -> bool {
    ALLOWS_NOTHING.is_match(asked)
}

/// Whether a call wants a list, which may have no items, or says what to answer where there is nothing.
pub(super) fn may_be_no_items(asked: &str) -> bool {
    WANTS_LIST.is_match(asked) || may_be_nothing(asked)
}

/// Whether a text is a block of code with nothing in it.
fn is_empty_block(text: &str) -> bool {
    let mut lines = text.lines().filter(|line| !line.trim().is_empty());
    text.lines().next().is_some_and(is_fence) && lines.all(is_fence)
}
