//! Whether two texts say the same, part by part.

use std::collections::BTreeSet;

use syntax::{Document, FindingKind, Node, Segment};

/// Parts that differ.
#[derive(Debug)]
pub(super) enum Changed {
    These(BTreeSet<usize>),
    /// The texts do not even have the same parts.
    All,
}

impl Changed {
    pub(super) fn is_empty(&self) -> bool {
        matches!(self, Self::These(parts) if parts.is_empty())
    }

    pub(super) fn has(&self, part: usize) -> bool {
        match self {
            Self::These(parts) => parts.contains(&part),
            Self::All => true,
        }
    }
}

/// The parts of `before` that mean something else in `after`.
pub(super) fn changed(before: &Document, after: &Document) -> Changed {
    let (old, new) = (said(before), said(after));
    if old.len() != new.len() {
        return Changed::All;
    }
    let differs = |((at, old), (_, new)): (&(usize, &Segment), &(usize, &Segment))| {
        (!is_same(old, new)).then_some(*at)
    };
    Changed::These(old.iter().zip(&new).filter_map(differs).collect())
}

/// Segments that hold anything, with their numbers.
fn said(document: &Document) -> Vec<(usize, &Segment)> {
    let all = document.segments().map(|(_, segment)| &**segment).enumerate();
    all.filter(|(_, segment)| !segment.tree.text().trim().is_empty()).collect()
}

fn is_same(old: &Segment, new: &Segment) -> bool {
    if old.tree.text() == new.tree.text() {
        return old.role == new.role;
    }
    let root = match (old.tree.root(), new.tree.root()) {
        (None, None) => true,
        (Some(old), Some(new)) => same_node(old, new),
        _ => false,
    };
    root && old.role == new.role && comments(old).eq(comments(new)) && errors(old).eq(errors(new))
}

fn comments(segment: &Segment) -> impl Iterator<Item = &str> {
    let text = segment.tree.text();
    segment.tree.comments().filter_map(|span| text.get(span.range())).map(str::trim_end)
}

/// What is wrong with it. To stand too far left where only strict readers mind is mended on the way.
fn errors(segment: &Segment) -> impl Iterator<Item = FindingKind> {
    let kinds = segment.tree.findings().iter().map(|finding| finding.kind);
    kinds.filter(|kind| *kind != FindingKind::NotStrict)
}

/// Nesting is limited by the reader of the text.
fn same_node(old: Node<'_>, new: Node<'_>) -> bool {
    let scalars = match (old.scalar(), new.scalar()) {
        (None, None) => old.alias() == new.alias(),
        (Some(old), Some(new)) => old.style() == new.style() && old.value() == new.value(),
        _ => false,
    };
    let kind = old.kind() == new.kind() && old.is_flow() == new.is_flow();
    let properties = old.anchor() == new.anchor() && old.tag() == new.tag();
    kind && properties && scalars && same_all(children(old), children(new))
}

fn children(node: Node<'_>) -> impl Iterator<Item = Node<'_>> {
    node.entries().flat_map(|entry| [entry.key, entry.value]).chain(node.items())
}

fn same_all<'t>(
    mut old: impl Iterator<Item = Node<'t>>,
    mut new: impl Iterator<Item = Node<'t>>,
) -> bool {
    loop {
        match (old.next(), new.next()) {
            (None, None) => return true,
            (Some(old), Some(new)) if same_node(old, new) => {}
            _ => return false,
        }
    }
}
