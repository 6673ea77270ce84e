//! Expressions by their text: where one is half typed there may be no tree of it yet, and what is asked for is the word under
//! the cursor and what stands before it.

use syntax::Span;

use crate::{Snapshot, lines};

/// How far back the start of an expression is looked for, in bytes.
const REACH: u32 = 16 << 10;

/// What a word is, going by what surrounds it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Role {
    /// Behind `|`.
    Filter,
    /// Behind `is` or `is not`.
    Test,
    /// Before `(`.
    Function,
    /// Anything else.
    Other,
}

/// A word of an expression.
pub(crate) struct Word {
    pub(crate) text: String,
    pub(crate) span: Span,
    pub(crate) role: Role,
}

/// What an expression is written in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Braces {
    /// `{{ }}`
    Print,
    /// `{% %}`
    Statement,
}

/// The expression in braces round an offset, up to that offset: its kind and its text so far. A line that stands as far left
/// as the one that the braces were opened in, or further, ends it: the braces were never closed there.
pub(crate) fn open_at(snapshot: &Snapshot, offset: u32) -> Option<(Braces, String)> {
    let start = offset.saturating_sub(REACH);
    let before = lines::slice(&snapshot.document, Span::new(start, offset));
    let (at, braces) = [("{{", Braces::Print), ("{%", Braces::Statement)]
        .into_iter()
        .filter_map(|(open, braces)| before.rfind(open).map(|at| (at, braces)))
        .max_by_key(|(at, _)| *at)?;
    let inside = before.get(at + 2..)?;
    if inside.contains("}}") || inside.contains("%}") {
        return None;
    }
    let line_start = before.get(..at)?.rfind('\n').map_or(0, |at| at + 1);
    let opened_in = indentation(before.get(line_start..)?);
    let left = inside
        .lines()
        .skip(1)
        .any(|line| !line.trim().is_empty() && indentation(line) <= opened_in);
    (!left).then(|| (braces, inside.to_owned()))
}

fn indentation(line: &str) -> usize {
    line.len() - line.trim_start_matches(' ').len()
}

/// The word round an offset inside braces.
pub(crate) fn word_at(snapshot: &Snapshot, offset: u32) -> Option<Word> {
    let line = lines::line(&snapshot.document, lines::number_at(&snapshot.document, offset))?;
    let column = (offset - line.start) as usize;
    let (before, after) = (line.text.get(..column)?, line.text.get(column..)?);
    let head = word_tail(before);
    let tail_length = after.len() - after.trim_start_matches(is_word).len();
    let text = format!("{head}{}", after.get(..tail_length)?);
    if text.is_empty() {
        return None;
    }
    let word_start = offset - head.len() as u32;
    let span = Span::new(word_start, offset + tail_length as u32);
    let rest = after.get(tail_length..)?.trim_start();
    let before_word = before.get(..before.len() - head.len())?;
    let role = match role_after(before_word) {
        Role::Other if rest.starts_with('(') => Role::Function,
        role => role,
    };
    Some(Word { text, span, role })
}

/// What stands directly behind a place in an expression.
#[derive(Clone, Debug, Default)]
pub(crate) struct Behind {
    /// Bytes of the word.
    pub(crate) word: usize,
    /// Whether `(` follows the word.
    pub(crate) is_called: bool,
    /// Bytes up to the next quote, or of the word where there is none.
    pub(crate) quoted: usize,
    /// Bytes of a path.
    pub(crate) path: usize,
    /// The name that follows the word behind a `.`.
    pub(crate) member: Option<String>,
}

/// What stands directly behind `offset`.
pub(crate) fn behind(snapshot: &Snapshot, offset: u32) -> Behind {
    let line = lines::line(&snapshot.document, lines::number_at(&snapshot.document, offset));
    let after = line
        .as_ref()
        .and_then(|line| line.text.get((offset - line.start) as usize..))
        .unwrap_or_default();
    let word = after.len() - after.trim_start_matches(is_word).len();
    let quoted = after
        .find(['\'', '"', ']', '}'])
        .filter(|at| after.get(*at..).is_some_and(|it| it.starts_with(['\'', '"'])));
    let member = after.get(word..).and_then(|it| it.strip_prefix('.'));
    let member = member.map(|it| it.split(|it| !is_word(it)).next().unwrap_or_default().to_owned());
    Behind {
        member: member.filter(|it| !it.is_empty()),
        word,
        is_called: after.get(word..).is_some_and(|it| it.starts_with('(')),
        quoted: quoted.unwrap_or(word),
        path: after
            .find(|it: char| it.is_whitespace() || matches!(it, '}' | '"' | '\''))
            .unwrap_or(after.len()),
    }
}

/// What a word is that follows `before`.
pub(crate) fn role_after(before: &str) -> Role {
    let before = before.trim_end();
    if before.ends_with('|') && !before.ends_with("||") {
        return Role::Filter;
    }
    let last = word_tail(before);
    let before_last = before.strip_suffix(last).unwrap_or_default().trim_end();
    if last == "is" || (last == "not" && word_tail(before_last) == "is") {
        Role::Test
    } else {
        Role::Other
    }
}

/// The word that a text ends with; may be empty.
pub(crate) fn word_tail(text: &str) -> &str {
    text.get(text.trim_end_matches(is_word).len()..).unwrap_or_default()
}

pub(crate) fn is_word(character: char) -> bool {
    character.is_alphanumeric() || matches!(character, '_' | '$')
}
