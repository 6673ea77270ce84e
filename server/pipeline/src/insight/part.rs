//! What an outermost step and the steps in it put on the sheet.

use std::sync::Arc;

use super::chances::Signs;
use super::flows::Flows;
use super::model_call::Asked;
use super::roll::Roll;
use super::seats::{Seat, Seats};
use super::sheet::{Bound, Id, Route, StepFact};
use super::{KeptFor, Own, say};
use crate::catalogue::Catalogue;
use crate::models::TermsNumber;
use crate::names::{Names, body_position};
use crate::{BodyOrder, Edge, Origin, Pipeline, Plan, StepKind};

/// The part of an outermost step, for the ground that it was made on.
pub(crate) type Told = KeptFor<Ground, Arc<Part>>;

/// What a part follows from beside the text of its step.
#[derive(Clone, PartialEq)]
pub(crate) struct Ground {
    /// The number of the plan, which names and edges go with.
    plan: u64,
    terms: TermsNumber,
    catalogue: Catalogue,
    /// Where the step stands.
    outer: usize,
}

/// What the sheet says of an outermost step and of those in it.
pub(crate) struct Part {
    pub(super) steps: Vec<Arc<StepFact>>,
    pub(super) flows: Flows,
    /// How often models are asked at most, by the bounds of the loops around; `None` where a bound is not known.
    pub(super) model_calls: Option<u64>,
    pub(super) signs: Signs,
}

/// A pipeline, and what is known of the whole of it.
#[derive(Clone, Copy)]
pub(super) struct Whole<'p> {
    pub(super) pipeline: &'p Pipeline,
    pub(super) names: &'p Names,
    pub(super) plan: &'p Plan,
    pub(super) catalogue: &'p Catalogue,
    pub(super) roll: &'p Roll,
}

impl Part {
    /// The parts of all steps of a pipeline, in order; made where the last one was made on other ground.
    pub(super) fn all(whole: Whole<'_>) -> Vec<Arc<Self>> {
        let Whole { pipeline, plan, catalogue, .. } = whole;
        let ground = |outer| Ground {
            plan: plan.number(),
            terms: pipeline.terms,
            catalogue: catalogue.clone(),
            outer,
        };
        let steps = pipeline.steps.iter().enumerate();
        steps
            .map(|(outer, step)| {
                step.told.get(ground(outer), || {
                    Arc::new(Self::of(whole, &Seats::of(step, outer), outer))
                })
            })
            .collect()
    }

    fn of(whole: Whole<'_>, seats: &Seats<'_>, outer: usize) -> Self {
        let steps = facts(whole, seats, outer);
        Self {
            flows: Flows::of(whole.pipeline, whole.names, whole.roll, seats, outer),
            model_calls: model_calls(seats, &steps),
            signs: Signs::of(whole, seats, &steps, outer),
            steps: steps.into_iter().map(Arc::new).collect(),
        }
    }
}

fn facts(whole: Whole<'_>, seats: &Seats<'_>, outer: usize) -> Vec<StepFact> {
    let Whole { pipeline, plan, catalogue, roll, .. } = whole;
    let ids = roll.ids(outer);
    let mut after = after(whole, seats, outer);
    let fact = |((at, seat), id): ((usize, &Seat<'_>), &Id)| StepFact {
        id: Arc::clone(id),
        inside: seat.holder.and_then(|it| ids.get(it).cloned()),
        stage: plan.stage_of(outer).filter(|_| seat.holder.is_none()),
        after: std::mem::take(&mut after[at]),
        routes: routes(whole, seats, seat, outer),
        model: Asked::of(pipeline, &seats.path(at)).and_then(|it| it.call),
        provided: say::runs(seat.step, catalogue),
        own: Own::of(seat.step),
    };
    seats.iter().enumerate().zip(ids).map(fact).collect()
}

/// For each seat what its step waits for.
fn after(whole: Whole<'_>, seats: &Seats<'_>, outer: usize) -> Vec<Vec<Id>> {
    let Whole { pipeline, names, plan, roll, .. } = whole;
    let ids = roll.ids(outer);
    let mut after = vec![Vec::new(); seats.len()];
    after[0] = roll.all(&plan.dependencies(outer));
    for (at, seat) in seats.iter().enumerate().filter(|(_, it)| !it.body.is_empty()) {
        let one_after_another =
            matches!(seat.step.kind, StepKind::ActionLoop(_) | StepKind::Queue(_));
        let order = BodyOrder::new(pipeline, names, &seats.path(at));
        for (number, &inner) in seat.body.iter().enumerate() {
            let waits = order.waits.get(number).map_or(&[][..], Vec::as_slice);
            let sequence = number.checked_sub(1).filter(|_| one_after_another);
            let mut waits: Vec<usize> = waits.iter().copied().chain(sequence).collect();
            waits.sort_unstable();
            waits.dedup();
            let seats = waits.iter().filter_map(|it| seat.body.get(*it));
            after[inner] = seats.filter_map(|it| ids.get(*it).cloned()).collect();
        }
    }
    after
}

/// Where a step may send the run: forward, to a step that is there.
fn routes(whole: Whole<'_>, seats: &Seats<'_>, seat: &Seat<'_>, outer: usize) -> Vec<Route> {
    let Whole { names, plan, roll, .. } = whole;
    let routing = &seat.step.routing;
    let leads_to = |name: &str| match seat.holder {
        None => {
            let to = names.step(name)?;
            let is_route = |it: &&Edge| it.from == outer && it.origin == Origin::Routing;
            plan.edges_to(to).iter().find(is_route).and_then(|_| roll.id(to))
        }
        Some(holder) => {
            let holder = &seats[holder];
            let to = body_position(holder.step, name).filter(|to| seat.number < *to)?;
            roll.ids(outer).get(*holder.body.get(to)?)
        }
    };
    let known = routing.targets().filter_map(|(key, to)| Some((key, leads_to(&to.value)?)));
    let mut found: Vec<Route> =
        known.map(|(key, to)| Route { key, to: Some(Arc::clone(to)) }).collect();
    if routing.goto.is_some() && routing.goto_targets.is_empty() {
        found.push(Route { key: "goto", to: None });
    }
    let open = routing.chosen.iter().filter(|it| it.targets.is_empty());
    found.extend(open.map(|it| Route { key: it.key, to: None }));
    found
}

fn model_calls(seats: &Seats<'_>, steps: &[StepFact]) -> Option<u64> {
    let mut rounds: Vec<Option<u64>> = Vec::with_capacity(steps.len());
    let mut sum = Some(0_u64);
    for (seat, step) in seats.iter().zip(steps) {
        // A step stands behind the one around it.
        let around = seat.holder.map_or(Some(1), |it| rounds.get(it).copied().flatten());
        let own = match step.own.repeats.as_ref().map(|it| &it.bound) {
            None => Some(1),
            Some(Bound::Items(most) | Bound::AtMost(most)) => Some(*most),
            Some(Bound::List | Bound::Written(_)) => None,
        };
        let times = around.zip(own).and_then(|(a, b)| a.checked_mul(b));
        rounds.push(times);
        if step.own.asks_model {
            sum = sum.zip(times).and_then(|(a, b)| a.checked_add(b));
        }
    }
    sum
}
