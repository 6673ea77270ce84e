//! Whether a text means the same after its edits.

use std::collections::HashMap;

use checks::Edit;
use pipeline::Step;

use super::{NoRename, refuse};
use crate::references::{self, Access, Thing};
use crate::{Analyst, Snapshot};

/// A thing, told apart by where it stands among its like instead of by its name.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Rank {
    /// Outermost step and, in the order of its walk, the step itself.
    Step(usize, usize),
    LoopVar(usize, usize),
    LoopName(usize, usize),
    Binding(usize, usize, &'static str),
    /// The step, and which of its variables.
    Variable(usize, usize, usize),
    /// Things that have an index anyway.
    Other(&'static str, usize),
}

/// Refuses edits after which some place would name another thing than before, or a thing where it named none.
pub(super) fn same_meaning(snapshot: &Snapshot, edits: &[Edit], new: &str) -> Result<(), NoRename> {
    let mut document = snapshot.document.clone();
    for edit in edits.iter().rev() {
        document.edit(edit.span, &edit.text);
    }
    let edited = Analyst::default().read(document, &snapshot.catalogue, &snapshot.files);
    let (before, after) = (ranked(snapshot), ranked(&edited));
    let differs = before.iter().zip(&after).position(|(before, after)| before.1 != after.1);
    let differs =
        differs.or((before.len() != after.len()).then_some(before.len().min(after.len())));
    let Some(at) = differs else { return Ok(()) };
    // Edits move no line, so the place is on the same line in both texts.
    let place = after.get(at).map(|it| it.0).or_else(|| before.get(at).map(|it| it.0));
    let line = edited.document.line_of(place.unwrap_or_default()) + 1;
    refuse(format!("with the name `{new}`, line {line} would mean something else"))
}

/// Every place that names something, and what.
fn ranked(snapshot: &Snapshot) -> Vec<(u32, (Rank, Access))> {
    let mut ranks: HashMap<*const Step, (usize, usize)> = HashMap::new();
    for (outer, step) in snapshot.pipeline.steps.iter().enumerate() {
        let walk = step.walk().into_iter().enumerate();
        ranks.extend(walk.map(|(inner, step)| (std::ptr::from_ref(step), (outer, inner))));
    }
    let of = |step: &Step| ranks.get(&std::ptr::from_ref(step)).copied().unwrap_or_default();
    let rank = |thing: Thing<'_>| match thing {
        Thing::Step(it) => Rank::Step(of(it.step).0, of(it.step).1),
        Thing::LoopVar(it) => Rank::LoopVar(of(it.step).0, of(it.step).1),
        Thing::LoopName(it) => Rank::LoopName(of(it.step).0, of(it.step).1),
        Thing::Binding(it, name) => Rank::Binding(of(it.step).0, of(it.step).1, name),
        Thing::Variable(it, name) => {
            let which = it.step.vars.iter().position(|it| it.value.name == name);
            Rank::Variable(of(it.step).0, of(it.step).1, which.unwrap_or_default())
        }
        Thing::Input(index) => Rank::Other("input", index),
        Thing::Constant(index) => Rank::Other("constant", index),
        Thing::Output(index) => Rank::Other("output", index),
        Thing::Expert(index) => Rank::Other("expert", index),
        Thing::Personality(index) => Rank::Other("personality", index),
        Thing::Section(name) => Rank::Other(name, 0),
        Thing::Anchor(_) => Rank::Other("anchor", 0),
    };
    references::all(snapshot)
        .into_iter()
        .map(|it| (it.span.start, (rank(it.thing), it.access)))
        .collect()
}
