//! Where the thing under the cursor is named: by its declaration, by keys that take names, in templates and conditions.

mod calls;
mod exact;
mod meaning;
mod thing;
mod visit;

use syntax::{AnchorRole, AnchorUse, Span};

use crate::Snapshot;
use crate::enclosing::Enclosing;
use crate::lines;

use exact::exact;
pub(crate) use exact::is_exact;
pub(crate) use thing::{Member, Thing};
pub use visit::Access;
use visit::Visit;
pub(crate) use visit::{Use, Written};

/// A place where a thing is named, absolute: exactly its name, or the YAML alias that it came through.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Occurrence {
    /// The place.
    pub span: Span,
    /// Whether it is the declaration.
    pub access: Access,
}

/// Every place where the thing at `offset` is named, by position; empty where nothing with a name of its own stands.
#[must_use]
pub fn references(snapshot: &Snapshot, offset: u32) -> Vec<Occurrence> {
    let Some(here) = at(snapshot, offset) else { return Vec::new() };
    let uses = of(snapshot, here.thing).into_iter();
    let mut found: Vec<_> =
        uses.map(|it| Occurrence { span: it.span, access: it.access }).collect();
    found.dedup_by_key(|it| it.span);
    found
}

/// What is named at `offset`; its span is that of the name alone where that can be told.
pub(crate) fn at(snapshot: &Snapshot, offset: u32) -> Option<Use<'_>> {
    if let Some(anchor) = anchor_at(snapshot, offset) {
        return Some(anchor);
    }
    let mut visit = Visit::new(snapshot, None);
    match Enclosing::at(&snapshot.pipeline, offset) {
        Some(enclosing) => visit.outermost(enclosing.index),
        None => visit.top(),
    }
    let touched = visit.found.into_iter().map(|it| exact(snapshot, it));
    touched.filter(|it| it.span.touches(offset)).min_by_key(|it| it.span.len())
}

/// Every place where `thing` is named, by position.
pub(crate) fn of<'s>(snapshot: &'s Snapshot, thing: Thing<'s>) -> Vec<Use<'s>> {
    if let Thing::Anchor(name) = thing {
        let uses = snapshot.document.anchor_uses().filter(|it| it.name == name);
        return uses.map(anchor).collect();
    }
    let Some(name) = thing.name(snapshot) else { return Vec::new() };
    let mut visit = Visit::new(snapshot, Some(name));
    visit.top();
    (0..snapshot.pipeline.steps.len()).for_each(|index| visit.outermost(index));
    let mut found: Vec<_> = visit.found.into_iter().filter(|it| it.thing == thing).collect();
    found.iter_mut().for_each(|it| *it = exact(snapshot, *it));
    found.sort_by_key(|it| it.span);
    found
}

/// Everything that is named, in one order for equal texts.
pub(crate) fn all(snapshot: &Snapshot) -> Vec<Use<'_>> {
    let mut visit = Visit::new(snapshot, None);
    visit.top();
    (0..snapshot.pipeline.steps.len()).for_each(|index| visit.outermost(index));
    visit.found
}

fn anchor(it: AnchorUse<'_>) -> Use<'_> {
    let access = match it.role {
        AnchorRole::Anchor => Access::Write,
        AnchorRole::Alias => Access::Read,
    };
    Use { span: it.span, thing: Thing::Anchor(it.name), access, written: Written::Word }
}

/// The anchor or alias at `offset`. Anchors are looked for only where the line has one of their signs.
fn anchor_at(snapshot: &Snapshot, offset: u32) -> Option<Use<'_>> {
    let document = &snapshot.document;
    let line = lines::line(document, lines::number_at(document, offset))?;
    let column = (offset - line.start) as usize;
    let sign = line
        .text
        .match_indices(['&', '*'])
        .map(|(at, _)| at)
        .take_while(|at| *at <= column)
        .last()?;
    if line.text.get(sign..column)?.contains(char::is_whitespace) {
        return None;
    }
    let with_sign = |it: &AnchorUse<'_>| Span::new(it.span.start - 1, it.span.end);
    let mut uses = document.anchor_uses();
    uses.find(|it| with_sign(it).touches(offset)).map(anchor)
}
