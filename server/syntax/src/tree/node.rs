use std::borrow::Cow;

use super::Tree;
use super::arena::{Form, NONE, NodeData, Props};
use crate::{Scalar, ScalarStyle, Span};

/// Index of a node in its [`Tree`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct NodeId(pub u32);

/// What a node is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NodeKind {
    /// `key: value` entries.
    Mapping,
    /// Items.
    Sequence,
    /// Text.
    Scalar,
    /// `*name`
    Alias,
    /// A value that is not there (`key:` and nothing).
    Null,
}

/// A node together with its tree; `Copy`, cheap.
#[derive(Clone, Copy, Debug)]
pub struct Node<'t> {
    /// The tree it belongs to.
    pub tree: &'t Tree,
    /// Which node of it.
    pub id: NodeId,
}

/// A `key: value` of a mapping.
#[derive(Clone, Copy, Debug)]
pub struct Entry<'t> {
    /// `Null` where nothing is written.
    pub key: Node<'t>,
    /// `Null` where nothing is written.
    pub value: Node<'t>,
}

impl<'t> Entry<'t> {
    /// From the start of the key to the end of the value.
    #[must_use]
    pub fn span(&self) -> Span {
        self.key.span().join(self.value.span())
    }

    /// Text of a scalar key; empty for other keys.
    #[must_use]
    pub fn name(&self) -> Cow<'t, str> {
        self.key.scalar().map_or(Cow::Borrowed(""), |scalar| scalar.value())
    }
}

impl<'t> Node<'t> {
    pub(crate) fn data(self) -> NodeData {
        let nothing = || NodeData::new(NodeKind::Null, Form::Block, Span::default());
        self.tree.nodes.get(self.id.0 as usize).copied().unwrap_or_else(nothing)
    }

    /// What it is.
    #[must_use]
    pub fn kind(self) -> NodeKind {
        self.data().kind
    }

    /// Where it stands, without anchor and tag; quotes and brackets included.
    #[must_use]
    pub fn span(self) -> Span {
        self.data().span()
    }

    /// The collection it is in.
    #[must_use]
    pub fn parent(self) -> Option<Self> {
        self.link(self.data().parent)
    }

    /// Name of its anchor, without `&`.
    #[must_use]
    pub fn anchor(self) -> Option<&'t str> {
        self.props()?.anchor.and_then(|span| self.tree.slice(span).strip_prefix('&'))
    }

    /// Where its anchor stands, `&` included.
    #[must_use]
    pub fn anchor_span(self) -> Option<Span> {
        self.props()?.anchor
    }

    /// Its tag as written, `!` included.
    #[must_use]
    pub fn tag(self) -> Option<&'t str> {
        self.props()?.tag.map(|span| self.tree.slice(span))
    }

    /// Name of an alias, without `*`.
    #[must_use]
    pub fn alias(self) -> Option<&'t str> {
        let data = self.data();
        (data.kind == NodeKind::Alias)
            .then(|| self.tree.slice(data.span()).strip_prefix('*'))
            .flatten()
    }

    /// Entries of a mapping in order; empty for others.
    pub fn entries(self) -> impl Iterator<Item = Entry<'t>> {
        let mut children = Children { tree: self.tree, next: self.first_child(NodeKind::Mapping) };
        std::iter::from_fn(move || {
            let key = children.next()?;
            Some(Entry { key, value: children.next().unwrap_or(key) })
        })
    }

    /// Items of a sequence in order; empty for others.
    pub fn items(self) -> impl Iterator<Item = Self> {
        Children { tree: self.tree, next: self.first_child(NodeKind::Sequence) }
    }

    /// First entry of that key.
    #[must_use]
    pub fn get(self, key: &str) -> Option<Entry<'t>> {
        self.entries().find(|entry| entry.key.scalar().is_some_and(|scalar| scalar.value() == key))
    }

    /// The scalar that it is.
    #[must_use]
    pub fn scalar(self) -> Option<Scalar<'t>> {
        let data = self.data();
        match data.form {
            Form::Scalar(style) => Some(Scalar::new(self.tree, data, style, self.tag())),
            _ => None,
        }
    }

    /// Whether it is written in flow style (`[..]`, `{..}`).
    #[must_use]
    pub fn is_flow(self) -> bool {
        self.data().form == Form::Flow
    }

    pub(crate) fn children(self) -> Children<'t> {
        let kind = self.data().kind;
        let next = if matches!(kind, NodeKind::Mapping | NodeKind::Sequence) {
            self.first_child(kind)
        } else {
            NONE
        };
        Children { tree: self.tree, next }
    }

    /// Whether two scalars have the same decoded text.
    pub(crate) fn is_same_text(self, other: Self) -> bool {
        let plain = Form::Scalar(ScalarStyle::Plain);
        let (left, right) = (self.data(), other.data());
        if left.form == plain && right.form == plain {
            return self.tree.slice(left.span()) == other.tree.slice(right.span());
        }
        match (self.scalar(), other.scalar()) {
            (Some(left), Some(right)) => left.value() == right.value(),
            _ => false,
        }
    }

    fn props(self) -> Option<&'t Props> {
        self.tree.props.get(self.data().props as usize)
    }

    fn link(self, id: u32) -> Option<Self> {
        (id != NONE).then_some(Self { tree: self.tree, id: NodeId(id) })
    }

    fn first_child(self, kind: NodeKind) -> u32 {
        let data = self.data();
        if data.kind == kind { data.first } else { NONE }
    }
}

/// Siblings in order.
pub(crate) struct Children<'t> {
    tree: &'t Tree,
    next: u32,
}

impl<'t> Iterator for Children<'t> {
    type Item = Node<'t>;

    fn next(&mut self) -> Option<Node<'t>> {
        let data = self.tree.nodes.get(self.next as usize)?;
        let node = Node { tree: self.tree, id: NodeId(self.next) };
        self.next = data.next;
        Some(node)
    }
}
