//! The segments of a document, each with what its tokens are made from.

use std::sync::Arc;

use pipeline::Step;
use pipeline::language::{self, Level};
use syntax::{Role, Segment};

use super::layout::{Layout, Value, below};
use crate::Snapshot;

/// A segment in its document.
#[derive(Clone, Copy)]
pub(super) struct Piece<'s> {
    pub(super) base: u32,
    /// Line of its start.
    pub(super) line: u32,
    pub(super) segment: &'s Arc<Segment>,
    /// How its root is read.
    pub(super) layout: Layout,
    /// The step that it is, if it is one.
    pub(super) step: Option<&'s Arc<Step>>,
}

/// All segments, in order.
pub(super) fn pieces(snapshot: &Snapshot) -> Vec<Piece<'_>> {
    let mut steps = snapshot.pipeline.steps.iter().peekable();
    let mut items = Layout::Value(Value::Inert);
    let lines = snapshot.document.segment_lines().map(|(_, line)| line);
    let pieces = snapshot.document.outline().zip(lines);
    pieces
        .map(|((base, role, segment), line)| {
            let layout = match role {
                Role::Entry => Layout::Keys(Level::Top),
                Role::Head => {
                    items = below_head(segment);
                    Layout::Keys(Level::Top)
                }
                Role::Item => items,
                Role::Other => Layout::Value(Value::Inert),
            };
            while steps.next_if(|step| step.base < base).is_some() {}
            let step = steps.peek().filter(|step| role == Role::Item && step.base == base);
            Piece { base, line, segment, layout, step: step.map(|step| &step.item) }
        })
        .collect()
}

/// How the items below the head of a top-level sequence are read.
fn below_head(head: &Segment) -> Layout {
    let entry = head.tree.root().and_then(|root| root.entries().next());
    let key = entry.and_then(|entry| language::key(Level::Top, &entry.name()));
    key.map_or(Layout::Value(Value::Inert), |key| below(Level::Top, key))
}
