//! What a sheet calls the steps of a pipeline, and the plan in these words. Plans of one number have the same.

use std::sync::Arc;

use rustc_hash::{FxBuildHasher, FxHashSet};

use super::seats::{Seat, Seats};
use super::sheet::Id;
use crate::names::body_name;
use crate::{Pipeline, Plan};

/// The ids of the steps of a pipeline.
pub(crate) struct Roll {
    /// Those of an outermost step and of the steps in it, in the order of their seats, then those of the next one.
    ids: Vec<Id>,
    /// Where those of each outermost step begin.
    first: Vec<usize>,
    pub(super) stages: Arc<[Vec<Id>]>,
    pub(super) on_call: Arc<[Id]>,
    pub(super) cycles: Arc<[Vec<Id>]>,
    pub(super) longest_path: Arc<[Id]>,
}

impl Roll {
    /// That of a pipeline; `plan` is its own.
    pub(super) fn of(pipeline: &Pipeline, plan: &Plan) -> Arc<Self> {
        plan.roll.get(|| Self::call(pipeline, plan))
    }

    /// The id of a step of the pipeline.
    pub(super) fn id(&self, outer: usize) -> Option<&Id> {
        self.ids.get(*self.first.get(outer)?)
    }

    /// The ids of an outermost step and of the steps in it.
    pub(super) fn ids(&self, outer: usize) -> &[Id] {
        let start = self.first.get(outer).copied().unwrap_or_default();
        let end = self.first.get(outer + 1).copied().unwrap_or(self.ids.len());
        self.ids.get(start..end).unwrap_or_default()
    }

    /// The ids of several steps of the pipeline.
    pub(super) fn all<'i>(&self, outer: impl IntoIterator<Item = &'i usize>) -> Vec<Id> {
        outer.into_iter().filter_map(|it| self.id(*it).cloned()).collect()
    }

    fn call(pipeline: &Pipeline, plan: &Plan) -> Self {
        let count = pipeline.steps.len();
        let mut roll = Self {
            ids: Vec::with_capacity(count),
            first: Vec::with_capacity(count),
            stages: Arc::default(),
            on_call: Arc::default(),
            cycles: Arc::default(),
            longest_path: Arc::default(),
        };
        let mut taken = FxHashSet::with_capacity_and_hasher(count, FxBuildHasher);
        for (outer, step) in pipeline.steps.iter().enumerate() {
            let start = roll.ids.len();
            roll.first.push(start);
            let seats = Seats::of(step, outer);
            for seat in seats.iter() {
                let around =
                    seat.holder.and_then(|it| Some((&seats[it], roll.ids.get(start + it)?)));
                let id = unique(seat, around, &mut taken);
                roll.ids.push(id);
            }
        }
        roll.stages = plan.stages.iter().map(|it| roll.all(it)).collect();
        roll.on_call = roll.all(&plan.on_call).into();
        roll.cycles = plan.cycles.iter().map(|it| roll.all(it)).collect();
        roll.longest_path = roll.all(&longest_path(plan)).into();
        roll
    }
}

/// What a step is called that stands in `around`: by its name there, else by its number.
fn unique(seat: &Seat<'_>, around: Option<(&Seat<'_>, &Id)>, taken: &mut FxHashSet<Id>) -> Id {
    let name = match around {
        Some((holder, _)) => body_name(holder.step, seat.step, seat.number),
        None => seat.step.id.as_ref().map(|it| Arc::clone(&it.value)),
    };
    let inside = |name: Id| match around {
        Some((_, before)) => format!("{before}.{name}").into(),
        None => name,
    };
    let numbered = || inside(format!("#{}", seat.number + 1).into());
    let mut id = name.filter(|it| !it.is_empty()).map_or_else(numbered, inside);
    if taken.contains(&id) {
        id = numbered();
    }
    while !taken.insert(Arc::clone(&id)) {
        id = format!("{id}'").into();
    }
    id
}

/// Of the longest ways that lead through the stages the one that is declared first.
fn longest_path(plan: &Plan) -> Vec<usize> {
    let mut path: Vec<usize> =
        plan.stages.last().and_then(|it| it.first()).copied().into_iter().collect();
    while let Some(&first) = path.last() {
        let Some(stage) = plan.stage_of(first).and_then(|it| it.checked_sub(1)) else { break };
        let before = plan.dependencies(first);
        let Some(before) = before.into_iter().find(|it| plan.stage_of(*it) == Some(stage)) else {
            break;
        };
        path.push(before);
    }
    path.reverse();
    path
}
