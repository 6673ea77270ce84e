//! Texts that stand for nothing.

/// Words for "there is nothing", as programs and models write them. `none` is not among them: it answers questions.
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

/// Whether nothing is left of a text but white space and a word for nothing, in quotes or brackets as well.
pub(super) fn stands_for_nothing(text: &str) -> bool {
    let text = text.trim();
    let is_around =
        |it: char| matches!(it, '"' | '\'' | '`' | '(' | ')' | '<' | '>') || it.is_whitespace();
    let bare = text.trim_matches(is_around);
    let is_nothing = |text: &str| NOTHING.iter().any(|word| text.eq_ignore_ascii_case(word));
    is_nothing(text) || is_nothing(bare) || is_nothing(bare.trim_end_matches('.'))
}
