use super::Document;
use super::list::Place;
use crate::Span;

/// An anchor, or an alias that stands for what is anchored.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AnchorUse<'d> {
    /// Without `&` or `*`.
    pub name: &'d str,
    /// Where the name stands, absolute, without `&` or `*`.
    pub span: Span,
    /// Which of the two.
    pub role: AnchorRole,
}

/// What a use of an anchor's name is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AnchorRole {
    /// `&name`
    Anchor,
    /// `*name`
    Alias,
}

impl Document {
    /// Every anchor and alias, segment by segment; visits only segments that may hold some.
    pub fn anchor_uses(&self) -> impl Iterator<Item = AnchorUse<'_>> {
        let pieces = self.segments.iter_from(Place::START).filter(|(_, it)| it.outline.anchored);
        pieces.flat_map(|(base, piece)| {
            piece.segment.tree.all_nodes().flat_map(move |node| {
                let anchor = node.anchor_span().map(|span| (AnchorRole::Anchor, span));
                let alias = node.alias().map(|_| (AnchorRole::Alias, node.span()));
                [anchor, alias].into_iter().flatten().map(move |(role, span)| {
                    let span = Span::new(span.start + 1, span.end);
                    AnchorUse { name: node.tree.slice(span), span: span.shift(base), role }
                })
            })
        })
    }
}
