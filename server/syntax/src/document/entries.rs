use std::collections::HashSet;
use std::sync::Arc;

use super::list::Place;
use super::segment::Piece;
use super::{Document, Role, Segment, TopEntry, TopValue};
use crate::{Finding, FindingKind, Span};

impl Document {
    /// The root mapping's entries in order.
    #[must_use]
    pub fn entries(&self) -> Vec<TopEntry> {
        let mut entries: Vec<TopEntry> = Vec::new();
        let mut head = None;
        for (base, segment) in self.segments() {
            let value = match segment.role {
                Role::Other => continue,
                Role::Entry => TopValue::Inline,
                Role::Head => {
                    head = Some(entries.len());
                    TopValue::Items(Vec::new())
                }
                Role::Item => {
                    let entry = head.and_then(|head| entries.get_mut(head));
                    if let Some(TopEntry { value: TopValue::Items(items), .. }) = entry {
                        items.push((base, Arc::clone(segment)));
                    }
                    continue;
                }
            };
            entries.push(TopEntry { base, segment: Arc::clone(segment), value });
        }
        entries
    }

    /// Findings that belong to no single segment (a second document, a root that is no mapping, duplicate top-level
    /// keys, ...), absolute. Findings inside segments are in their trees.
    #[must_use]
    pub fn findings(&self) -> Vec<Finding> {
        let mut findings = Vec::new();
        let mut keys = HashSet::new();
        let mut anchors = HashSet::new();
        let mut content = false;
        for (base, Piece { segment, outline, .. }) in self.segments.iter_from(Place::START) {
            if outline.role == Role::Item && !outline.anchored {
                content = true;
                continue;
            }
            let tree = &segment.tree;
            let mut report =
                |kind, span: Span| findings.push(Finding { kind, span: span.shift(base) });
            match segment.role {
                Role::Other => {
                    if tree.text().starts_with("---") && content {
                        report(FindingKind::MultipleDocuments, Span::new(0, 3));
                        keys.clear();
                    }
                    if let Some(root) = tree.root() {
                        report(FindingKind::RootNotMapping, root.span());
                    }
                }
                Role::Entry | Role::Head => {
                    let braces = tree.root().filter(|root| root.is_flow());
                    if let Some(root) = braces.filter(|_| !self.is_one_entry()) {
                        report(FindingKind::RootNotMapping, root.span());
                    }
                    for entry in tree.root().into_iter().flat_map(|root| root.entries()) {
                        if entry.key.scalar().is_some() && !keys.insert(entry.name()) {
                            report(FindingKind::DuplicateKey, entry.key.span());
                        }
                    }
                }
                Role::Item => {}
            }
            content |= segment.role != Role::Other || tree.root().is_some();
            if outline.anchored {
                let mut nodes: Vec<_> = tree.all_nodes().collect();
                nodes.sort_by_key(|node| node.span().start);
                for node in nodes {
                    anchors.extend(node.anchor());
                    if let Some(alias) = node.alias()
                        && !anchors.contains(alias)
                    {
                        report(FindingKind::UndefinedAlias, node.span());
                    }
                }
            }
        }
        findings
    }

    /// Whether nothing stands beside the first entry, or the braces around all.
    fn is_one_entry(&self) -> bool {
        let is_entry = |role| matches!(role, Role::Entry | Role::Head);
        self.outline().filter(|(_, role, _)| is_entry(*role)).nth(1).is_none()
    }

    /// Segments in order with their offsets and roles; visits no segment.
    pub fn outline(&self) -> impl Iterator<Item = (u32, Role, &Arc<Segment>)> {
        let pieces = self.segments.iter_from(Place::START);
        pieces.map(|(base, piece)| (base, piece.outline.role, &piece.segment))
    }

    /// Anchors over all segments: the segment that defines `name`.
    #[must_use]
    pub fn anchor(&self, name: &str) -> Option<(u32, &Arc<Segment>)> {
        self.segments().filter(|(_, segment)| segment.tree.anchor(name).is_some()).last()
    }
}
