//! What may stand in an expression.

mod functions;
mod locals;
mod members;
mod roots;
mod waiting;

use pipeline::eval;
use syntax::Span;
use waiting::Waiting;

use super::{Item, ItemKind};
use crate::expression::{self as words, Braces, Role};
use crate::{Snapshot, lines, place};

/// Words that begin or end a statement.
const STATEMENTS: [(&str, &str); 8] = [
    ("if", "Text that stands only under a condition, up to `endif`."),
    ("elif", "A further condition."),
    ("else", "What stands otherwise."),
    ("endif", "Ends `if`."),
    ("for", "Text once for each item of a list, up to `endfor`."),
    ("endfor", "Ends `for`."),
    ("set", "Gives a name to a value."),
    ("raw", "Text in which braces mean nothing, up to `endraw`."),
];

/// Words that may follow a value.
const OPERATORS: [(&str, &str); 8] = [
    ("and", "True if both are; else the first that is not."),
    ("or", "The first that is true."),
    ("in", "Whether the value is in a list, a map or a text."),
    ("not in", "Whether it is not."),
    ("is", "A test: `x is defined`."),
    ("is not", "The opposite of a test."),
    ("if", "This value only if what follows is true; `else` gives the other one."),
    ("else", "The other value of an `if`."),
];

/// Words that may stand where a value may.
const VALUES: [(&str, &str); 4] =
    [("not", "The opposite."), ("true", "True."), ("false", "False."), ("none", "Nothing.")];

/// What may stand in an expression whose text so far is `before`.
pub(super) fn items(
    snapshot: &Snapshot,
    offset: u32,
    braces: Option<Braces>,
    before: &str,
) -> Vec<Item> {
    let word = words::word_tail(before);
    let behind = words::behind(snapshot, offset);
    let replace = Span::new(offset - word.len() as u32, offset + behind.word as u32);
    let head = before.get(..before.len() - word.len()).unwrap_or_default();
    if let Some(typed) = included(braces, before) {
        return super::value::paths::included(
            snapshot,
            Span::new(offset - typed as u32, offset + behind.path as u32),
        );
    }
    if let Some((path, typed)) = subscripted(before) {
        let replace = Span::new(offset - typed as u32, offset + behind.quoted as u32);
        return members::keys(snapshot, offset, &path, replace);
    }
    if in_quotes(head) {
        return Vec::new();
    }
    if let Some(base) = head.strip_suffix('.') {
        return members::items(
            snapshot,
            offset,
            braces.is_none(),
            &path_tail(base),
            base,
            replace,
            behind.is_called,
        );
    }
    match words::role_after(head) {
        Role::Filter => functions::filters(replace, behind.is_called),
        Role::Test => functions::tests(head, replace, behind.is_called),
        _ if braces == Some(Braces::Statement)
            && head.trim_start_matches('-').trim().is_empty() =>
        {
            keywords(&STATEMENTS, replace)
        }
        _ if follows_value(head) => operators(head, braces, replace),
        _ if names_itself(head, braces) => Vec::new(),
        _ => {
            let mut items = locals::items(snapshot, offset, replace);
            items.extend(roots::items(snapshot, offset, replace, word, behind.member.as_deref()));
            items.extend(functions::functions(eval::functions(), replace, behind.is_called));
            if braces.is_none() {
                items.extend(functions::functions(
                    eval::condition_functions(),
                    replace,
                    behind.is_called,
                ));
            }
            items.extend(keywords(&VALUES, replace));
            items
        }
    }
}

fn keywords(words: &[(&str, &str)], replace: Span) -> Vec<Item> {
    words
        .iter()
        .map(|(word, doc)| Item::new(*word, ItemKind::Keyword, replace).text(*doc))
        .collect()
}

fn operators(head: &str, braces: Option<Braces>, replace: Span) -> Vec<Item> {
    // `{% for x` and `{% set x` go on in their own way.
    let mut started = head.trim_start_matches('-').split_whitespace();
    match (braces, started.next(), started.nth(1)) {
        (Some(Braces::Statement), Some("for"), None) => {
            keywords(&[("in", "The list follows.")], replace)
        }
        (Some(Braces::Statement), Some("set"), None) => Vec::new(),
        _ => keywords(&OPERATORS, replace),
    }
}

/// Whether the word that follows is a name that the author makes up.
fn names_itself(head: &str, braces: Option<Braces>) -> bool {
    let statement = head.trim_start_matches('-').trim();
    braces == Some(Braces::Statement) && matches!(statement, "for" | "set" | "macro" | "block")
}

/// Whether a value has ended, so that an operator must follow.
fn follows_value(head: &str) -> bool {
    if !head.ends_with(char::is_whitespace) {
        return false;
    }
    let head = head.trim_end();
    let last = words::word_tail(head);
    if last.is_empty() {
        return head.ends_with([')', ']', '\'', '"']) && !in_quotes(head);
    }
    let is_word = matches!(
        last,
        "and"
            | "or"
            | "not"
            | "in"
            | "is"
            | "if"
            | "elif"
            | "else"
            | "for"
            | "set"
            | "while"
            | "recursive"
    );
    !is_word
}

/// How much of a path is typed, in an expression that names a file: `file: path`.
fn included(braces: Option<Braces>, before: &str) -> Option<usize> {
    let inside = before.trim_start();
    let behind =
        inside.get(..5).filter(|it| it.eq_ignore_ascii_case("file:")).and(inside.get(5..))?;
    (braces == Some(Braces::Print)).then(|| behind.trim_start().len())
}

/// The path before a subscript whose quoted text is being written, and how much of that is: `steps['a`.
fn subscripted(before: &str) -> Option<(Vec<String>, usize)> {
    let at = before.rfind(['\'', '"'])?;
    let typed = before.len() - at - 1;
    let base = before.get(..at)?.strip_suffix('[')?;
    let path = path_tail(base);
    (!path.is_empty()).then_some((path, typed))
}

/// Whether a text ends inside a quoted text.
fn in_quotes(text: &str) -> bool {
    text.chars()
        .fold(None, |open, it| match open {
            None if matches!(it, '\'' | '"') => Some(it),
            Some(quote) if quote == it => None,
            open => open,
        })
        .is_some()
}

/// The static path that a text ends with, root first; empty where it ends with something else.
fn path_tail(text: &str) -> Vec<String> {
    let mut path = Vec::new();
    let mut rest = text;
    loop {
        if let Some(inner) = rest.strip_suffix(']') {
            let Some((before, subscript)) = inner.rsplit_once('[') else { return Vec::new() };
            path.push(subscript.trim().trim_matches(['\'', '"']).to_owned());
            rest = before;
            continue;
        }
        let word = words::word_tail(rest);
        if word.is_empty() {
            return Vec::new();
        }
        path.push(word.trim_start_matches('$').to_owned());
        rest = rest.get(..rest.len() - word.len()).unwrap_or_default();
        match rest.strip_suffix('.') {
            Some(before) => rest = before,
            None => break,
        }
    }
    path.reverse();
    path
}

/// What stands before the cursor in its text.
fn text_before(snapshot: &Snapshot, offset: u32) -> String {
    const REACH: u32 = 16 << 10;
    let start = place::text_start(snapshot, offset).max(offset.saturating_sub(REACH));
    lines::slice(&snapshot.document, Span::new(start, offset))
}
