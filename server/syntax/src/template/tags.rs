//! Where the markers of a template stand, and which white space they remove.
//!
//! The white space rules are Jinja's with `trim_blocks`, `lstrip_blocks` and `keep_trailing_newline`: a statement or
//! comment alone on its line leaves nothing, `-` strips all white space on its side, `+` none.

use super::tree::Trim;
use crate::Span;

/// An opening marker.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Marker {
    /// `{{`
    Print,
    /// `{%`
    Statement,
    /// `{#`
    Comment,
    /// `<< path >>`: all of it, and the path
    Include { end: u32, path: Span },
}

/// The first marker at or behind `from`.
pub(super) fn next_marker(text: &str, from: u32) -> Option<(u32, Marker)> {
    let bytes = text.as_bytes();
    let mut at = from as usize;
    loop {
        at += bytes.get(at..)?.iter().position(|it| matches!(it, b'{' | b'<'))?;
        let marker = match bytes.get(at..at + 2) {
            Some(b"{{") => Some(Marker::Print),
            Some(b"{%") => Some(Marker::Statement),
            Some(b"{#") => Some(Marker::Comment),
            Some(b"<<") => angle_include(text, at),
            _ => None,
        };
        if let Some(marker) = marker {
            return Some((at as u32, marker));
        }
        at += 1;
    }
}

/// `<< path >>`: only what looks like a file's path counts, so that shell here-documents (`<< EOF`) stay text.
fn angle_include(text: &str, at: usize) -> Option<Marker> {
    let rest = text.get(at + 2..)?;
    let line = rest.get(..rest.find('\n').unwrap_or(rest.len()))?;
    let inner = line.get(..line.find(">>")?)?;
    let path = inner.trim();
    let start = at + 2 + (inner.len() - inner.trim_start().len());
    let is_path = path.contains(['/', '.'])
        && path.contains(char::is_alphanumeric)
        && path.chars().all(|it| {
            it.is_alphanumeric() || matches!(it, '_' | '-' | '.' | '/' | '~' | '+' | '@')
        });
    let path = Span::new(start as u32, (start + path.len()) as u32);
    is_path.then_some(Marker::Include { end: (at + 2 + inner.len() + 2) as u32, path })
}

/// `file: path` behind `{{`: the path, and the end of `}}`.
pub(super) fn file_include(text: &str, inside: u32) -> Option<(Span, u32)> {
    let rest = text.get(inside as usize..)?;
    let word = rest.trim_start();
    let behind = word
        .get(4..)
        .filter(|_| word.get(..4).is_some_and(|it| it.eq_ignore_ascii_case("file")))?;
    let colon = behind.trim_start().strip_prefix(':')?;
    let path = colon.get(..colon.find("}}")?)?;
    let inner = rest.get(..rest.len() - colon.len() + path.len())?;
    let start = inner.len() - path.trim_start().len();
    let path = path.trim().trim_end_matches('-').trim_end();
    let is_path = !path.is_empty() && !path.contains(['\n', '{', '"', '\'']);
    let span = Span::new(inside + start as u32, inside + (start + path.len()) as u32);
    is_path.then_some((span, inside + inner.len() as u32 + 2))
}

/// What a tag does to the text on one side of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Strip {
    /// Nothing.
    Keep,
    /// The line break behind it, or the indentation before it on its line.
    Line,
    /// All white space.
    All,
}

/// What the mark of an opening marker (`{{-`, `{%+`) does to the text before it, and the mark's length.
pub(super) fn before(text: &str, open: u32, marker: Marker) -> (Strip, u32) {
    let line = if matches!(marker, Marker::Print | Marker::Include { .. }) {
        Strip::Keep
    } else {
        Strip::Line
    };
    match text.as_bytes().get(open as usize + 2) {
        _ if matches!(marker, Marker::Include { .. }) => (Strip::Keep, 0),
        Some(b'-') => (Strip::All, 1),
        Some(b'+') => (Strip::Keep, 1),
        _ => (line, 0),
    }
}

/// What a closing marker, mark included, does to the text behind it.
pub(super) fn after(text: &str, close: Span, marker: Marker) -> Strip {
    match text.as_bytes().get(close.start as usize) {
        Some(b'-') => Strip::All,
        Some(b'+') => Strip::Keep,
        _ if matches!(marker, Marker::Statement | Marker::Comment) => Strip::Line,
        _ => Strip::Keep,
    }
}

/// The `-` marks.
pub(super) fn trim(before: Strip, after: Strip) -> Trim {
    Trim { before: before == Strip::All, after: after == Strip::All }
}

/// What is left of the text between two tags.
pub(super) fn stripped(text: &str, span: Span, after_last: Strip, before_next: Strip) -> Span {
    let Some(all) = text.get(span.range()) else { return span };
    let kept = match after_last {
        Strip::Keep => all,
        Strip::Line => all.strip_prefix("\r\n").or_else(|| all.strip_prefix('\n')).unwrap_or(all),
        Strip::All => all.trim_start(),
    };
    let start = all.len() - kept.len();
    let at_line_start = span.start == 0 || all.get(..start).is_some_and(|it| it.ends_with('\n'));
    let kept = match before_next {
        Strip::Keep => kept,
        Strip::All => kept.trim_end(),
        Strip::Line => {
            let line = kept
                .rfind('\n')
                .map_or(if at_line_start { Some(0) } else { None }, |it| Some(it + 1));
            let blank = line.filter(|it| kept.get(*it..).is_some_and(|it| it.trim().is_empty()));
            blank.and_then(|it| kept.get(..it)).unwrap_or(kept)
        }
    };
    let start = span.start + start as u32;
    Span::new(start, start + kept.len() as u32)
}
