//! Comments that speak to checks: `# downbeat: allow(rule, other) reason`.

use ropey::Rope;
use syntax::{Document, Role, Segment, Span};

use crate::{Allow, Located};

const MARK: &str = "downbeat:";
const WORD: &str = "allow";

/// A comment in its segment.
#[derive(Clone, Debug)]
pub(super) struct Comment {
    rules: Vec<Located<String>>,
    span: Span,
}

/// The comments of a segment that speak to checks.
pub(super) fn comments(segment: &Segment) -> Box<[Comment]> {
    let text = segment.tree.text();
    let own = segment.tree.comments().filter_map(|span| comment(text.get(span.range())?, span));
    own.collect()
}

fn comment(text: &str, span: Span) -> Option<Comment> {
    let said = text.trim_start_matches('#').trim_start().strip_prefix(MARK)?.trim_start();
    let list = said.strip_prefix(WORD)?;
    if list.starts_with(|c: char| c.is_alphanumeric() || c == '_') {
        return None;
    }
    let start = span.start + (text.len() - list.len()) as u32;
    Some(Comment { rules: names(list, start), span })
}

/// The names in `(a, b)`, each where it stands; `start` is the offset of the text.
fn names(list: &str, start: u32) -> Vec<Located<String>> {
    let Some((before, rest)) = list.split_once('(') else { return Vec::new() };
    let inside = rest.split(')').next().unwrap_or_default();
    let mut at = start + before.len() as u32 + 1;
    let mut names = Vec::new();
    for part in inside.split(',') {
        let name = part.trim();
        let from = at + (part.len() - part.trim_start().len()) as u32;
        if !name.is_empty() && before.trim().is_empty() {
            names.push(Located::new(name.to_owned(), Span::new(from, from + name.len() as u32)));
        }
        at += part.len() as u32 + 1;
    }
    names
}

/// What a comment of a segment at `base` allows where in the document.
pub(super) fn allow(document: &Document, base: u32, comment: &Comment) -> Allow {
    let span = comment.span.shift(base);
    let rules = comment.rules.iter().map(|it| Located::new(it.value.clone(), it.span.shift(base)));
    Allow { rules: rules.collect(), span, covers: covered(document, span) }
}

fn covered(document: &Document, comment: Span) -> Option<Span> {
    let rope = document.rope();
    let own = rope.byte_to_line(comment.start as usize);
    let start = rope.line_to_byte(own) as u32;
    if !lead(rope, own, (comment.start - start) as usize) {
        return Some(Span::new(start, comment.end));
    }
    let is_first =
        !document.outline().any(|(base, role, _)| role != Role::Other && base < comment.start);
    if is_first {
        return None;
    }
    let count = rope.len_lines();
    let Some((first, depth)) = (own + 1..count).find_map(|line| Some((line, depth(rope, line)?)))
    else {
        return Some(Span::new(start, comment.end));
    };
    let belongs = |line: usize| match self::depth(rope, line) {
        None => true,
        Some(other) => {
            other.column > depth.column
                || other.column == depth.column && other.is_item && !depth.is_item
        }
    };
    let behind = (first + 1..count).find(|line| !belongs(*line)).unwrap_or(count);
    Some(Span::new(rope.line_to_byte(first) as u32, rope.line_to_byte(behind.min(count)) as u32))
}

/// Whether nothing but white space stands before a column of a line.
fn lead(rope: &Rope, line: usize, column: usize) -> bool {
    rope.line(line).bytes().take(column).all(|byte| matches!(byte, b' ' | b'\t'))
}

/// Where the content of a line starts.
#[derive(Clone, Copy)]
struct Depth {
    column: usize,
    is_item: bool,
}

/// `None` for a line without content.
fn depth(rope: &Rope, line: usize) -> Option<Depth> {
    let mut bytes = rope.line(line).bytes().enumerate().skip_while(|(_, byte)| *byte == b' ');
    let (column, first) = bytes.next()?;
    let next = bytes.next().map(|(_, byte)| byte);
    match first {
        b'#' | b'\n' | b'\r' => None,
        _ => Some(Depth { column, is_item: first == b'-' && next == Some(b' ') }),
    }
}
