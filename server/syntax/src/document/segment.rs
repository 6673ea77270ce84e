use std::sync::Arc;

use crate::Tree;
use crate::document::segmenter::State;

/// Identity of a segment: kept over edits elsewhere, and over edits inside it that leave it one segment.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct SegmentId(pub u64);

/// What a segment is in its document.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Role {
    /// A top-level `key: value`, whole; or all of them, where the root is a mapping in braces, as in JSON.
    Entry,
    /// The `key:` line of a top-level entry whose value is a block sequence; the items follow as `Item`s.
    Head,
    /// One item of that block sequence (`- ...`). Its tree's root is the item's node, not a sequence.
    Item,
    /// Anything else: directives, comments before the first key, markers, a root that is no mapping (then the whole
    /// root is one segment of this role).
    Other,
}

/// An immutable piece of the document, always whole lines. A new `Arc` is made only when its text or role changes:
/// pointer equality means equal content.
#[derive(Debug)]
pub struct Segment {
    /// Which one it is.
    pub id: SegmentId,
    /// What it is.
    pub role: Role,
    /// Its own text and nodes.
    pub tree: Tree,
}

impl Segment {
    /// Length in bytes.
    #[must_use]
    pub fn len(&self) -> u32 {
        u32::try_from(self.tree.text().len()).unwrap_or(u32::MAX)
    }

    /// Whether it holds no byte; no segment of a document does.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.tree.text().is_empty()
    }

    /// Whether it may stand for `other` in a document.
    pub(super) fn is_same(&self, other: &Self) -> bool {
        self.role == other.role && self.tree == other.tree
    }
}

/// How many `\n`, `\r\n` and `\r` there are.
fn line_breaks(text: &str) -> u32 {
    let bytes = text.as_bytes();
    let returns = memchr::memchr_iter(b'\r', bytes).filter(|at| bytes.get(at + 1) != Some(&b'\n'));
    u32::try_from(memchr::memchr_iter(b'\n', bytes).count() + returns.count()).unwrap_or(u32::MAX)
}

/// A segment in its document, with what depends on the text around it.
#[derive(Clone, Debug)]
pub(super) struct Piece {
    pub(super) segment: Arc<Segment>,
    /// What every walk over the document asks of the segment, kept here so that it need not be visited.
    pub(super) outline: Outline,
    /// What was known where it starts.
    pub(super) state: State,
    /// How many bytes behind its end were looked at to find that end.
    pub(super) look: u32,
}

/// A segment at a glance.
#[derive(Clone, Copy, Debug)]
pub(super) struct Outline {
    pub(super) role: Role,
    /// Length in bytes.
    pub(super) len: u32,
    /// Line breaks.
    pub(super) lines: u32,
    /// Whether anchors or aliases may stand in it.
    pub(super) anchored: bool,
}

impl Outline {
    pub(super) fn of(segment: &Segment) -> Self {
        let text = segment.tree.text();
        let anchored = !segment.tree.props.is_empty() || text.contains('*');
        Self { role: segment.role, len: segment.len(), lines: line_breaks(text), anchored }
    }
}

/// A top-level entry, joined from its segments.
#[derive(Clone, Debug)]
pub struct TopEntry {
    /// Offset of the segment that holds the key.
    pub base: u32,
    /// Role `Entry` or `Head`; its tree's root is a mapping of exactly this one entry, or of all where it is in braces.
    pub segment: Arc<Segment>,
    /// What the value is made of.
    pub value: TopValue,
}

/// The value of a top-level entry.
#[derive(Clone, Debug)]
pub enum TopValue {
    /// The value node of the segment's single entry.
    Inline,
    /// Block sequence: (offset, item segment) in order.
    Items(Vec<(u32, Arc<Segment>)>),
}
