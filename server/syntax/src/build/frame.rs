use crate::Span;
use crate::tree::arena::{NONE, Props};

/// What an open block collection is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Shape {
    /// The document, or the sequence that the item of a segment belongs to: holds one node.
    Root,
    Mapping,
    Sequence,
}

/// What a collection waits for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Slot {
    /// A new entry or item.
    Closed,
    /// The key behind `?`.
    Key,
    /// The value behind a colon, or the item behind a dash.
    Value,
}

/// An open block collection.
#[derive(Clone, Copy, Debug)]
pub(super) struct Frame {
    pub(super) node: u32,
    pub(super) shape: Shape,
    /// Column of its entries; -1 for a document.
    pub(super) column: i64,
    pub(super) slot: Slot,
    /// Where the slot was opened: a node that is not there stands here.
    pub(super) slot_at: u32,
    /// Properties on a line of their own, for the node that fills the slot.
    pub(super) props: Props,
    /// Whether the last key still lacks its value.
    pub(super) unpaired: bool,
}

impl Frame {
    pub(super) fn root(column: i64, slot: Slot) -> Self {
        Self {
            node: NONE,
            shape: Shape::Root,
            column,
            slot,
            slot_at: 0,
            props: Props::default(),
            unpaired: false,
        }
    }

    pub(super) fn collection(node: u32, shape: Shape, column: i64) -> Self {
        Self { node, shape, column, ..Self::root(column, Slot::Closed) }
    }

    pub(super) fn open(&mut self, slot: Slot, at: u32) {
        self.slot = slot;
        self.slot_at = at;
    }
}

/// A document of a stream.
#[derive(Clone, Copy, Debug)]
pub(crate) struct DocumentRoot {
    /// [`crate::tree::arena::NONE`] when it holds no node.
    pub(crate) root: u32,
    /// First node that belongs to it.
    pub(crate) first_node: u32,
    /// Where its content or its `---` starts.
    pub(crate) start: u32,
    pub(crate) explicit_start: bool,
    pub(crate) explicit_end: bool,
    /// How many of the stream's directives precede it, and how many of those are its own.
    pub(crate) directives: (usize, usize),
}

/// Two sets of properties for one node.
pub(super) fn merge(outer: Props, inner: Props) -> Result<Props, Span> {
    match (outer.anchor.and(inner.anchor), outer.tag.and(inner.tag)) {
        (None, None) => {
            Ok(Props { anchor: outer.anchor.or(inner.anchor), tag: outer.tag.or(inner.tag) })
        }
        (Some(twice), _) | (_, Some(twice)) => Err(twice),
    }
}
