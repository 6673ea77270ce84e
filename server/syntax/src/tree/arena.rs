use super::NodeKind;
use crate::{ScalarStyle, Span};

/// No node.
pub(crate) const NONE: u32 = u32::MAX;

/// How a node was written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Form {
    /// A block collection, an alias or nothing at all.
    Block,
    /// A collection in brackets.
    Flow,
    Scalar(ScalarStyle),
}

/// A node and its links; siblings are in order, and those of a mapping are key, value, key, value, ...
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct NodeData {
    pub(crate) kind: NodeKind,
    pub(crate) form: Form,
    pub(crate) start: u32,
    pub(crate) end: u32,
    pub(crate) parent: u32,
    pub(crate) next: u32,
    /// The first child; for a block scalar the indentation of its content.
    pub(crate) first: u32,
    pub(crate) last: u32,
    /// Index of the properties, or [`NONE`].
    pub(crate) props: u32,
}

impl NodeData {
    pub(crate) fn new(kind: NodeKind, form: Form, span: Span) -> Self {
        Self {
            kind,
            form,
            start: span.start,
            end: span.end,
            parent: NONE,
            next: NONE,
            first: NONE,
            last: NONE,
            props: NONE,
        }
    }

    pub(crate) fn span(&self) -> Span {
        Span::new(self.start, self.end)
    }
}

/// The anchor and the tag of a node, indicators included.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Props {
    pub(crate) anchor: Option<Span>,
    pub(crate) tag: Option<Span>,
}

impl Props {
    pub(crate) fn is_empty(&self) -> bool {
        self.anchor.is_none() && self.tag.is_none()
    }
}
