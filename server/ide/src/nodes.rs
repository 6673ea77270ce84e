//! The YAML nodes round a place.

use std::sync::Arc;

use syntax::{Document, Node, NodeKind, Role, Scalar, Segment, Span};

/// A node round a place, or an entry of a mapping (then without a node).
#[derive(Clone, Copy, Debug)]
pub(crate) struct Around<'d> {
    /// Relative to the segment.
    pub(crate) span: Span,
    pub(crate) node: Option<Node<'d>>,
}

/// The segment that holds `offset`, and where it starts; at the end of the text the last one.
pub(crate) fn segment_at(document: &Document, offset: u32) -> Option<(u32, Role, &Arc<Segment>)> {
    document.outline().take_while(|(base, ..)| *base <= offset).last()
}

/// Everything in a segment round the offset `at` in it, from the outside in.
pub(crate) fn around(segment: &Segment, at: u32) -> Vec<Around<'_>> {
    let mut found = Vec::new();
    let mut next = segment.tree.root().filter(|root| root.span().touches(at));
    while let Some(node) = next {
        found.push(Around { span: node.span(), node: Some(node) });
        next = match node.kind() {
            NodeKind::Mapping => {
                // Of two entries that meet at the place, the one that begins there.
                let entry = node.entries().filter(|entry| entry.span().touches(at)).last();
                entry.and_then(|entry| {
                    found.push(Around { span: entry.span(), node: None });
                    [entry.value, entry.key]
                        .into_iter()
                        .find(|it| it.span().touches(at) && it.kind() != NodeKind::Null)
                })
            }
            NodeKind::Sequence => node.items().filter(|item| item.span().touches(at)).last(),
            NodeKind::Scalar | NodeKind::Alias | NodeKind::Null => None,
        };
    }
    found
}

/// The scalar that holds `offset`, and the start of its segment.
pub(crate) fn scalar_at(document: &Document, offset: u32) -> Option<(u32, Scalar<'_>)> {
    let (base, _, segment) = segment_at(document, offset)?;
    let innermost = around(segment, offset - base).pop()?;
    Some((base, innermost.node?.scalar()?))
}
