//! The block collections that are open at a place, with the columns of their entries.

use super::column::{Column, Indent};

/// What an open collection is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Shape {
    Mapping,
    Sequence,
}

/// An open collection.
#[derive(Clone, Copy, Debug)]
pub(super) struct Frame {
    pub(super) shape: Shape,
    pub(super) column: Column,
    /// Of a mapping: whether its last key is `steps`. Of a sequence: whether it is the value of such a key.
    pub(super) of_steps: bool,
}

/// How an entry came to its place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Place {
    /// It starts its line.
    Line,
    /// It starts its line and keeps its column.
    Kept,
    /// An indicator stands before it on its line.
    Behind,
}

/// Whether an entry was the first of its collection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Entered {
    First,
    Further,
}

/// Open collections, the outermost first. Their columns grow, before and after.
#[derive(Debug)]
pub(super) struct Frames {
    open: Vec<Frame>,
    indent: Indent,
}

impl Frames {
    pub(super) const fn new(indent: Indent) -> Self {
        Self { open: Vec::new(), indent }
    }

    /// A new document starts.
    pub(super) fn clear(&mut self) {
        self.open.clear();
    }

    pub(super) fn top(&self) -> Option<&Frame> {
        self.open.last()
    }

    pub(super) fn top_mut(&mut self) -> Option<&mut Frame> {
        self.open.last_mut()
    }

    /// The collection that an entry at column `old` belongs to is the top one from now on.
    pub(super) fn enter(&mut self, shape: Shape, old: u32, place: Place) -> Entered {
        let closes = |top: &Frame| {
            // A sequence may stand in the column of the key whose value it is.
            let unindented = top.shape == Shape::Sequence && shape == Shape::Mapping;
            top.column.old > old || top.column.old == old && unindented
        };
        while self.open.pop_if(|top| closes(top)).is_some() {}
        if self.top().is_some_and(|top| top.column.old == old && top.shape == shape) {
            return Entered::Further;
        }
        let new = match (place, self.top()) {
            (Place::Kept, _) => old,
            (Place::Line, None) => 0,
            (Place::Behind, Some(top)) => top.column.new + 2,
            (Place::Behind, None) => 2,
            (Place::Line, Some(_)) => self.below(),
        };
        let of_steps = shape == Shape::Sequence && self.top().is_some_and(|top| top.of_steps);
        self.open.push(Frame { shape, column: Column { old, new }, of_steps });
        Entered::First
    }

    /// The column of what stands on a line of its own in the top collection.
    pub(super) fn below(&self) -> u32 {
        match self.top() {
            None => 0,
            Some(Frame { shape: Shape::Sequence, column, .. }) => column.new + 2,
            Some(Frame { shape: Shape::Mapping, column, .. }) => column.new + self.indent.columns(),
        }
    }

    /// The column of a line in `depth` brackets. Even where brackets close it is further in than what they belong to:
    /// strict YAML wants it so.
    pub(super) fn in_brackets(&self, depth: u32) -> u32 {
        let inner = depth.saturating_sub(1) * self.indent.columns();
        self.below() + inner
    }

    /// The column of the top collection.
    pub(super) fn column(&self) -> Column {
        self.top().map_or_else(Column::default, |top| top.column)
    }

    /// The collection that a comment at column `old` stands in: the innermost that starts there or before.
    pub(super) fn round(&self, old: u32) -> Option<Column> {
        self.open.iter().rev().map(|frame| frame.column).find(|column| column.old <= old)
    }
}
