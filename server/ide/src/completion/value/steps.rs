//! Steps by their ids: what may be waited for, and where a route may lead.

use pipeline::Step;

use super::super::{MOST_STEPS, is_subsequence};
use super::{Item, ItemKind};
use crate::enclosing::Enclosing;
use crate::place::Place;
use crate::{Snapshot, facts};

/// Words that a route reads as something else than an id.
const RESERVED: [&str; 4] = ["fail", "continue", "skip", "retry"];

/// The steps beside the one at the cursor.
struct Beside<'s> {
    /// The step itself; `None` where it is not there yet.
    own: Option<&'s Step>,
    /// Its index among the outermost steps, if it is one.
    index: Option<usize>,
    /// All steps of its list, itself included.
    all: Vec<&'s Step>,
}

impl<'s> Beside<'s> {
    fn at(snapshot: &'s Snapshot, offset: u32) -> Self {
        let outermost = || snapshot.pipeline.steps.iter().map(|step| &*step.item).collect();
        match Enclosing::at(&snapshot.pipeline, offset) {
            None => Self { own: None, index: None, all: outermost() },
            Some(at) => match at.path.as_slice() {
                [.., outer, own] => {
                    Self { own: Some(own), index: None, all: outer.body.iter().collect() }
                }
                _ => Self { own: Some(at.innermost), index: Some(at.index), all: outermost() },
            },
        }
    }

    fn is_own(&self, step: &Step) -> bool {
        self.own.is_some_and(|own| std::ptr::eq(own, step) || own.id_text() == step.id_text())
    }

    /// Whether each of `all` waits for the step itself, directly or not.
    fn waiting(&self, snapshot: &Snapshot) -> Vec<bool> {
        let mut waits = vec![false; self.all.len()];
        if let Some(index) = self.index {
            for step in snapshot.plan.descendants(index) {
                if let Some(slot) = waits.get_mut(step) {
                    *slot = true;
                }
            }
            return waits;
        }
        self.own.map_or(waits, |own| waiting_siblings(&self.all, own))
    }
}

/// Whether each step of a body waits for one of them, directly or not.
pub(in crate::completion) fn waiting_siblings(all: &[&Step], own: &Step) -> Vec<bool> {
    let mut waits = vec![false; all.len()];
    let mut open = vec![own.id_text()];
    while let Some(id) = open.pop() {
        for (step, waits) in all.iter().zip(&mut waits) {
            if !*waits && !id.is_empty() && names(step, id) {
                *waits = true;
                open.push(step.id_text());
            }
        }
    }
    waits
}

/// Whether a body step waits for its sibling of that id.
fn names(step: &Step, id: &str) -> bool {
    let declares =
        step.walk().iter().any(|it| it.dependencies.iter().any(|named| *named.value == *id));
    declares || step.walk().iter().any(|it| it.references.iter().any(|named| *named.root == *id))
}

/// Steps that may be waited for, in order: none that waits for this one, none twice.
pub(super) fn before(
    snapshot: &Snapshot,
    offset: u32,
    place: &Place,
    others: &[String],
) -> Vec<Item> {
    let beside = Beside::at(snapshot, offset);
    let waits = beside.waiting(snapshot);
    let typed = typed(place, offset);
    let all = beside.all.iter().zip(&waits).enumerate();
    let mut fits: Vec<(usize, &Step)> = all
        .filter(|(_, (step, waits))| {
            !**waits
                && !step.id_text().is_empty()
                && is_subsequence(typed, step.id_text())
                && !beside.is_own(step)
                && !others.iter().any(|it| it == step.id_text())
        })
        .map(|(at, (step, _))| (at, *step))
        .collect();
    // Of many the nearest are likeliest.
    let own = beside.index.unwrap_or(beside.all.len());
    fits.sort_by_key(|(at, _)| at.abs_diff(own));
    fits.truncate(MOST_STEPS);
    fits.sort_by_key(|(at, _)| *at);
    fits.into_iter().map(|(_, step)| item(place, step)).collect()
}

/// What is written of the word before the cursor.
fn typed(place: &Place, offset: u32) -> &str {
    let length = offset.saturating_sub(place.word.span.start) as usize;
    place.word.text.get(..length).unwrap_or(&place.word.text)
}

/// Steps that a route may lead to: those that come after this one first, then those to which it does nothing.
pub(super) fn routes(snapshot: &Snapshot, offset: u32, place: &Place) -> Vec<Item> {
    let beside = Beside::at(snapshot, offset);
    let typed = typed(place, offset);
    let fits: Vec<(usize, &Step)> = beside
        .all
        .iter()
        .copied()
        .enumerate()
        .filter(|(_, step)| {
            let id = step.id_text();
            !id.is_empty()
                && is_subsequence(typed, id)
                && !beside.is_own(step)
                && !RESERVED.iter().any(|it| it.eq_ignore_ascii_case(id))
        })
        .collect();
    let own = beside.own.and_then(|own| beside.all.iter().position(|it| std::ptr::eq(*it, own)));
    let own = own.map(|at| position(snapshot, &beside, at));
    let is_ahead = |at: usize| own.is_none_or(|own| own < position(snapshot, &beside, at));
    let (ahead, behind): (Vec<_>, Vec<_>) = fits.into_iter().partition(|(at, _)| is_ahead(*at));
    let ahead = ahead.into_iter().map(|(_, step)| item(place, step));
    let behind = behind
        .into_iter()
        .map(|(_, step)| item(place, step).detail("comes earlier: the route would do nothing"));
    ahead.chain(behind).take(MOST_STEPS).collect()
}

/// Stage and order of a step; where the plan knows no stage, its order alone.
fn position(snapshot: &Snapshot, beside: &Beside<'_>, at: usize) -> (usize, usize) {
    let stage = beside.index.and_then(|_| snapshot.plan.stage_of(at));
    (stage.unwrap_or_default(), at)
}

/// Steps that may be run about a failure.
pub(super) fn handlers(snapshot: &Snapshot, offset: u32, place: &Place) -> Vec<Item> {
    let beside = Beside::at(snapshot, offset);
    let waits = beside.waiting(snapshot);
    let fits = beside
        .all
        .iter()
        .zip(&waits)
        .filter(|(step, _)| !step.id_text().is_empty() && !beside.is_own(step));
    let (free, waiting): (Vec<_>, Vec<_>) = fits.partition(|(_, waits)| !**waits);
    free.into_iter().chain(waiting).map(|(step, _)| item(place, step)).collect()
}

fn item(place: &Place, step: &Step) -> Item {
    Item::scalar(place, step.id_text(), ItemKind::Step)
        .detail(facts::does(step).replace('`', ""))
        .text(step.description.clone().unwrap_or_default())
}
