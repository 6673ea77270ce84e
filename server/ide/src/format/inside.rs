//! The lines of a token that goes over several: their indentation and their end, as far as no value depends on them.

use checks::Edit;
use syntax::{Span, Token, TokenKind};

use super::{column::Column, gap::breaks};

/// Where the further lines of a token go.
#[derive(Clone, Copy, Debug)]
pub(super) struct Room {
    /// They keep their distance from this.
    pub(super) beside: Column,
    /// The least indentation of text.
    pub(super) text: u32,
    /// The indentation of a block scalar whose header does not say it.
    pub(super) block: u32,
}

/// The edits of a token, by position.
pub(super) fn edits(text: &str, token: Token, room: Room, edits: &mut Vec<Edit>) {
    let source = text.get(token.start as usize..token.end as usize).unwrap_or_default();
    match token.kind {
        TokenKind::Comment => {
            let end = trimmed(source);
            replace(source, end..source.len(), "", token.start, edits);
        }
        TokenKind::Plain | TokenKind::Single | TokenKind::Double | TokenKind::Auto => {
            folded(source, token, room, edits);
        }
        TokenKind::Literal | TokenKind::Folded => block(source, token, room, edits),
        _ => {}
    }
}

/// Whether a block scalar keeps the line breaks behind it: then a blank line there is part of it.
pub(super) fn keeps_breaks(text: &str, token: Token) -> bool {
    is_block(token) && indicators(source(text, token)).contains('+')
}

/// Whether a line break at the end of the text, behind the token, would be part of its value.
pub(super) fn takes_last_break(text: &str, token: Token) -> bool {
    is_block(token) && !indicators(source(text, token)).contains('-')
}

fn is_block(token: Token) -> bool {
    matches!(token.kind, TokenKind::Literal | TokenKind::Folded)
}

fn source(text: &str, token: Token) -> &str {
    text.get(token.start as usize..token.end as usize).unwrap_or_default()
}

/// `|`, `>` and what stands directly behind.
fn indicators(source: &str) -> &str {
    source.split([' ', '\t', '\n', '\r']).next().unwrap_or_default()
}

/// Text whose lines are folded: white space round its line breaks is nothing.
fn folded(source: &str, token: Token, room: Room, edits: &mut Vec<Edit>) {
    let mut line = 0;
    for (at, ending) in breaks(source) {
        let content = source.get(line..at).unwrap_or_default();
        let end = trimmed(content);
        let escapes = content.get(..end).is_some_and(|kept| kept.ends_with('\\'));
        if line > 0 {
            lead(content, end, line, token.start, room, edits);
        }
        // What a backslash stands before is no white space that folding takes away.
        if !(escapes && token.kind == TokenKind::Double) && (line == 0 || end > 0) {
            replace(source, line + end..at, "", token.start, edits);
        }
        line = at + ending.len();
    }
    if line > 0 {
        let content = source.get(line..).unwrap_or_default();
        lead(content, content.len(), line, token.start, room, edits);
    }
}

/// The indentation of a line that continues text; a blank line loses all of it.
fn lead(content: &str, end: usize, line: usize, base: u32, room: Room, edits: &mut Vec<Edit>) {
    let old = content.len() - content.trim_start_matches([' ', '\t']).len();
    let new = if end == 0 { 0 } else { room.beside.follow(old as u32, room.text) };
    indent(content, old, new, base + line as u32, edits);
}

/// A block scalar: its content moves as a whole.
fn block(source: &str, token: Token, room: Room, edits: &mut Vec<Edit>) {
    let digit = indicators(source).bytes().find(u8::is_ascii_digit).map(|it| u32::from(it - b'0'));
    let old_content = token.aux as usize;
    let new_content = digit.map_or(room.block, |digit| room.beside.new + digit);
    let mut line = None;
    for (at, ending) in breaks(source).chain([(source.len(), "")]) {
        let content = source.get(line.unwrap_or(0)..at).unwrap_or_default();
        match line {
            None => replace(source, trimmed(content)..at, "", token.start, edits),
            Some(start) => {
                let old = content.len() - content.trim_start_matches(' ').len();
                let is_blank = old == content.len();
                let new = match old.checked_sub(old_content) {
                    None | Some(0) if is_blank => 0,
                    further => new_content + further.unwrap_or_default() as u32,
                };
                indent(content, old, new, token.start + start as u32, edits);
            }
        }
        line = Some(at + ending.len());
    }
}

/// Where a line's content ends.
fn trimmed(line: &str) -> usize {
    line.trim_end_matches([' ', '\t']).len()
}

/// Makes the `old` bytes of white space at the start of a line `new` spaces.
fn indent(line: &str, old: usize, new: u32, base: u32, edits: &mut Vec<Edit>) {
    replace(line, 0..old, &" ".repeat(new as usize), base, edits);
}

fn replace(
    source: &str,
    range: std::ops::Range<usize>,
    new: &str,
    base: u32,
    edits: &mut Vec<Edit>,
) {
    if source.get(range.clone()).is_some_and(|old| old != new) {
        let span = Span::new(base + range.start as u32, base + range.end as u32);
        edits.push(Edit { span, text: new.to_owned() });
    }
}
