//! The incremental layer: the text of one file, cut into segments.

mod edit;
mod entries;
mod positions;
mod segment;
mod segmenter;

pub use edit::Change;
pub use positions::Position;
pub use segment::{Role, Segment, SegmentId, TopEntry, TopValue};

use std::sync::Arc;

use ropey::Rope;

use crate::build::{Builder, Scope};
use crate::lex::Lexer;
use segmenter::State;

/// The text of one file and its structure. `clone` is cheap (shared) and gives an immutable snapshot.
#[derive(Clone, Debug)]
pub struct Document {
    rope: Rope,
    segments: Arc<Vec<(u32, Arc<Segment>)>>,
    next_id: u64,
}

impl Document {
    /// Parses. Never fails; a text over 4 GiB is cut (callers refuse it before).
    #[must_use]
    pub fn new(text: &str) -> Self {
        let text = within_limit(text);
        let mut next_id = 0;
        let segments = parse(text, &mut next_id);
        Self { rope: Rope::from_str(text), segments: Arc::new(place(segments)), next_id }
    }

    /// The text.
    #[must_use]
    pub fn rope(&self) -> &Rope {
        &self.rope
    }

    /// Length in bytes.
    #[must_use]
    pub fn len(&self) -> u32 {
        u32::try_from(self.rope.len_bytes()).unwrap_or(u32::MAX)
    }

    /// Whether there is no text.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.rope.len_bytes() == 0
    }

    /// Segments in order with their offsets.
    pub fn segments(&self) -> impl Iterator<Item = (u32, &Arc<Segment>)> {
        self.segments.iter().map(|(base, segment)| (*base, segment))
    }

    /// The segment round an offset (the last one at the end of the text).
    #[must_use]
    pub fn segment_at(&self, offset: u32) -> Option<(u32, &Arc<Segment>)> {
        let after = self.segments.partition_point(|(base, _)| *base <= offset);
        let (base, segment) = self.segments.get(after.checked_sub(1)?)?;
        Some((*base, segment))
    }
}

/// The part of a text whose offsets fit 32 bits.
pub(crate) fn within_limit(text: &str) -> &str {
    const LIMIT: usize = u32::MAX as usize - 16;
    if text.len() <= LIMIT {
        return text;
    }
    let end = (0..=LIMIT).rev().find(|at| text.is_char_boundary(*at)).unwrap_or(0);
    text.get(..end).unwrap_or_default()
}

/// Gives segments their offsets.
fn place(segments: Vec<Arc<Segment>>) -> Vec<(u32, Arc<Segment>)> {
    let mut base = 0;
    segments
        .into_iter()
        .map(|segment| {
            let at = base;
            base += segment.len();
            (at, segment)
        })
        .collect()
}

/// Cuts a whole text into segments.
fn parse(text: &str, next_id: &mut u64) -> Vec<Arc<Segment>> {
    let mut lexer = Lexer::new(text, true);
    let mut builder = Builder::new();
    let mut segments = Vec::new();
    let mut state = State::default();
    let mut open: Option<Open> = None;
    while let Some(line) = lexer.line() {
        let before = state.at_start();
        let in_other = open.as_ref().is_some_and(|open| open.role == Role::Other);
        let start = state.line(line, &lexer.tokens, in_other);
        let (role, scope) = match (start, &open) {
            (Some(start), _) => (start.role, start.scope),
            (None, None) => (Role::Other, Scope::Other),
            (None, Some(_)) => {
                state.continued(line, &lexer.tokens);
                builder.line(lexer.text, line, &lexer.tokens, &lexer.findings);
                continue;
            }
        };
        if let Some(mut open) = open.take() {
            if start.is_some_and(|start| start.after_head) {
                open.role = Role::Head;
            }
            segments.push(open.close(text, line.start, lexer.seen, &mut builder, next_id));
        }
        open = Some(Open { start: line.start, role, state: before });
        builder.start(scope, u32::try_from(line.start).unwrap_or(u32::MAX));
        builder.line(lexer.text, line, &lexer.tokens, &lexer.findings);
    }
    if let Some(open) = open {
        segments.push(open.close(text, text.len(), lexer.seen, &mut builder, next_id));
    }
    segments
}

/// A segment whose end is not known yet.
struct Open {
    start: usize,
    role: Role,
    state: State,
}

impl Open {
    fn close(
        self,
        text: &str,
        end: usize,
        seen: usize,
        builder: &mut Builder,
        next_id: &mut u64,
    ) -> Arc<Segment> {
        let tree = builder.finish(text.get(self.start..end).unwrap_or_default());
        let id = SegmentId(*next_id);
        *next_id += 1;
        let look = u32::try_from(seen.saturating_sub(end)).unwrap_or(u32::MAX);
        Arc::new(Segment { id, role: self.role, tree, state: self.state, look })
    }
}
