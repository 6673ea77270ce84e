//! The incremental layer: the text of one file, cut into segments.

mod anchors;
mod edit;
mod entries;
mod list;
mod parse;
mod positions;
mod segment;
mod segmenter;
#[cfg(test)]
mod tests;

pub use anchors::{AnchorRole, AnchorUse};
pub use edit::Change;
pub use positions::Position;
pub use segment::{Role, Segment, SegmentId, TopEntry, TopValue};

use std::sync::Arc;

use ropey::Rope;

use list::SegmentList;
use parse::parse;
use segmenter::State;

/// The text of one file and its structure. `clone` is cheap (shared) and gives an immutable snapshot.
#[derive(Clone, Debug)]
pub struct Document {
    rope: Rope,
    segments: SegmentList,
    next_id: u64,
}

impl Document {
    /// Parses. Never fails; a text over 4 GiB is cut (callers refuse it before).
    #[must_use]
    pub fn new(text: &str) -> Self {
        let text = within_limit(text);
        let mut next_id = 0;
        let parsed = parse(text, State::default(), &mut next_id, |_, _| false);
        Self { rope: Rope::from_str(text), segments: SegmentList::new(parsed.pieces), next_id }
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
        self.segments.iter()
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
