//! The incremental layer. Contract: bodies are the owner's to write.
use std::sync::Arc;

use ropey::Rope;

use crate::{Finding, Span, Tree};

/// Identity of a segment: kept over edits elsewhere, and over edits inside it that leave it one segment.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct SegmentId(pub u64);

/// What a segment is in its document.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Role {
    /// A top-level `key: value`, whole.
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
    pub id: SegmentId,
    pub role: Role,
    pub tree: Tree,
}
impl Segment {
    /// Length in bytes.
    pub fn len(&self) -> u32 {
        todo!()
    }
}

/// A top-level entry, joined from its segments.
#[derive(Clone, Debug)]
pub struct TopEntry {
    /// Offset of the segment that holds the key.
    pub base: u32,
    /// Role `Entry` or `Head`; its tree's root is a mapping of exactly this one entry.
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

/// A place for people and editors; both from 0.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Position {
    pub line: u32,
    /// in the unit asked for
    pub column: u32,
}

/// What an edit did.
#[derive(Clone, Debug)]
pub struct Change {
    /// Bytes that were re-lexed, in the new text.
    pub relexed: Span,
}

/// The text of one file and its structure. `clone` is cheap (shared) and gives an immutable snapshot.
#[derive(Clone, Debug)]
pub struct Document {
    _private: (),
}

impl Document {
    /// Parses. Never fails; a text over 4 GiB is cut (callers refuse it before).
    pub fn new(_text: &str) -> Self {
        todo!()
    }
    /// Replaces bytes. The span is clamped to the text and to character boundaries.
    pub fn edit(&mut self, _span: Span, _with: &str) -> Change {
        todo!()
    }
    pub fn rope(&self) -> &Rope {
        todo!()
    }
    pub fn len(&self) -> u32 {
        todo!()
    }
    /// Segments in order with their offsets.
    pub fn segments(&self) -> impl Iterator<Item = (u32, &Arc<Segment>)> {
        std::iter::empty()
    }
    /// The segment round an offset (the last one at the end of the text).
    pub fn segment_at(&self, _offset: u32) -> Option<(u32, &Arc<Segment>)> {
        todo!()
    }
    /// The root mapping's entries in order.
    pub fn entries(&self) -> Vec<TopEntry> {
        todo!()
    }
    /// Findings that belong to no single segment (a second document, a root that is no mapping, duplicate top-level
    /// keys, ...), absolute. Findings inside segments are in their trees.
    pub fn findings(&self) -> Vec<Finding> {
        todo!()
    }
    /// Anchors over all segments: the segment that defines `name`.
    pub fn anchor(&self, _name: &str) -> Option<(u32, &Arc<Segment>)> {
        todo!()
    }
    /// Byte offset to line and UTF-16 column. Offsets are clamped.
    pub fn position_utf16(&self, _offset: u32) -> Position {
        todo!()
    }
    /// Byte offset to line and UTF-8 column.
    pub fn position_utf8(&self, _offset: u32) -> Position {
        todo!()
    }
    /// Line and UTF-16 column to byte offset; clamped to the line and to character boundaries.
    pub fn offset_utf16(&self, _position: Position) -> u32 {
        todo!()
    }
    /// Line and UTF-8 column to byte offset; clamped.
    pub fn offset_utf8(&self, _position: Position) -> u32 {
        todo!()
    }
}
