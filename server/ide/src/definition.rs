//! Where the thing under the cursor is declared.

use pipeline::Step;
use pipeline::names::Meaning;
use syntax::Span;

use crate::Snapshot;
use crate::hover::body_step;
use crate::symbol::{self, SymbolKind};

/// A declaration, absolute.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Definition {
    /// The word that was asked about.
    pub origin: Span,
    /// The whole declaration.
    pub whole: Span,
    /// Its name.
    pub name: Span,
}

/// The declaration of what stands at `offset`.
#[must_use]
pub fn definition(snapshot: &Snapshot, offset: u32) -> Option<Definition> {
    let symbol = symbol::at(snapshot, offset)?;
    let (whole, name) = match symbol.kind {
        SymbolKind::Step(index) => step(snapshot, index)?,
        SymbolKind::OwnId(enclosing) => spans(enclosing.innermost, enclosing.base),
        SymbolKind::Input(index) => input(snapshot, index)?,
        SymbolKind::Name { meaning, path, base, .. } => named(snapshot, &meaning, &path, base)?,
        SymbolKind::Field { meaning: Meaning::Constants(section), reference, field: 0, .. } => {
            constant(snapshot, section, &reference.fields.first()?.0)?
        }
        _ => return None,
    };
    Some(Definition { origin: symbol.span, whole, name })
}

fn named(
    snapshot: &Snapshot,
    meaning: &Meaning,
    path: &[&Step],
    base: u32,
) -> Option<(Span, Span)> {
    match meaning {
        Meaning::Step(index) | Meaning::NamedLoop(index) | Meaning::OutsideBody(index) => {
            step(snapshot, *index)
        }
        Meaning::BodyStep(id) | Meaning::PreviousRound(id) => {
            Some(spans(body_step(path, id)?, base))
        }
        Meaning::Input(index) => input(snapshot, *index),
        Meaning::LoopName(_) | Meaning::LoopOwn => {
            let owner = path.iter().rev().nth(1).or(path.last())?;
            Some(spans(owner, base))
        }
        Meaning::Variable(index) => step(snapshot, *index),
        Meaning::Constants(section) => {
            let entry = snapshot.pipeline.entry(section)?;
            let name = entry.absolute(entry.key.span);
            Some((name.join(entry.absolute(entry.value.span)), name))
        }
        Meaning::Builtin(_) | Meaning::Unknown => None,
    }
}

fn step(snapshot: &Snapshot, index: usize) -> Option<(Span, Span)> {
    let step = snapshot.pipeline.steps.get(index)?;
    Some(spans(step, step.base))
}

fn spans(step: &Step, base: u32) -> (Span, Span) {
    let name = step.id.as_ref().map_or(step.span, |id| id.span);
    (step.span.shift(base), name.shift(base))
}

fn input(snapshot: &Snapshot, index: usize) -> Option<(Span, Span)> {
    let input = snapshot.pipeline.inputs.get(index)?;
    Some((input.absolute(input.span), input.absolute(input.name.span)))
}

fn constant(snapshot: &Snapshot, section: &str, name: &str) -> Option<(Span, Span)> {
    let constant = snapshot
        .pipeline
        .constants
        .iter()
        .find(|it| it.section == section && it.name.value == name)?;
    let span = constant.absolute(constant.name.span);
    Some((span.join(constant.absolute(constant.value.span)), span))
}
