//! Text to segments: lexes line by line, asks where segments start, and builds a tree for each.

use std::sync::Arc;

use super::segment::{Outline, Piece};
use super::segmenter::State;
use super::{Role, Segment, SegmentId};
use crate::build::{Builder, Scope};
use crate::lex::Lexer;

/// What was parsed.
pub(super) struct Parsed {
    pub(super) pieces: Vec<Piece>,
    /// Where parsing stopped, which is the start of a segment or the end of the text.
    pub(super) end: usize,
    /// Whether it was the caller who stopped it.
    pub(super) stopped: bool,
    /// One past the furthest byte that was looked at.
    pub(super) seen: usize,
}

/// Cuts `text`, which starts a segment in `state`, into segments, until `stops` says of the start of one and the state
/// there that it is known already.
pub(super) fn parse(
    text: &str,
    mut state: State,
    next_id: &mut u64,
    stops: impl Fn(usize, State) -> bool,
) -> Parsed {
    let mut lexer = Lexer::new(text);
    let mut builder = Builder::new();
    let mut parsed = Parsed { pieces: Vec::new(), end: text.len(), stopped: false, seen: 0 };
    let mut open: Option<Open> = None;
    while let Some(line) = lexer.line() {
        parsed.seen = parsed.seen.max(line.seen);
        let before = state.at_start();
        let in_other = open.as_ref().is_some_and(|open| open.role == Role::Other);
        let start = state.line(line, &lexer.tokens, in_other);
        let (role, scope) = match (start, &mut open) {
            (Some(start), _) => (start.role, start.scope),
            (None, None) => (Role::Other, Scope::Other),
            (None, Some(open)) => {
                state.continued(line, &lexer.tokens);
                open.seen = open.seen.max(line.seen);
                builder.line(lexer.text, line, &lexer.tokens, &lexer.findings);
                continue;
            }
        };
        if let Some(mut open) = open.take() {
            open.seen = open.seen.max(line.seen);
            if start.is_some_and(|start| start.after_head) {
                open.role = Role::Head;
            }
            parsed.pieces.push(open.close(text, line.start, &mut builder, next_id));
            if stops(line.start, before) {
                parsed.end = line.start;
                parsed.stopped = true;
                return parsed;
            }
        }
        open = Some(Open { start: line.start, role, state: before, seen: line.seen });
        builder.start(scope, u32::try_from(line.start).unwrap_or(u32::MAX));
        builder.line(lexer.text, line, &lexer.tokens, &lexer.findings);
    }
    if let Some(open) = open {
        parsed.pieces.push(open.close(text, text.len(), &mut builder, next_id));
    }
    parsed
}

/// A segment whose end is not known yet.
struct Open {
    start: usize,
    role: Role,
    state: State,
    seen: usize,
}

impl Open {
    fn close(self, text: &str, end: usize, builder: &mut Builder, next_id: &mut u64) -> Piece {
        let tree = builder.finish(text.get(self.start..end).unwrap_or_default());
        let id = SegmentId(*next_id);
        *next_id += 1;
        let look = u32::try_from(self.seen.saturating_sub(end)).unwrap_or(u32::MAX);
        let segment = Segment { id, role: self.role, tree };
        let outline = Outline::of(&segment);
        Piece { segment: Arc::new(segment), outline, state: self.state, look }
    }
}
