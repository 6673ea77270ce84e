//! From a pipeline and its plan to the sheet.

use std::sync::Arc;

use rustc_hash::{FxBuildHasher, FxHashSet};

use super::flows::Flows;
use super::model_call::Asked;
use super::own::is_shorthand;
use super::sheet::{InputFact, OutputFact, Route, Sheet, StepFact};
use super::{Own, chances, say};
use crate::catalogue::Catalogue;
use crate::names::{Meaning, Names, body_name, body_position};
use crate::{BodyOrder, Origin, Pipeline, Plan, Step, StepKind, facts};

/// A step and where it stands.
pub(super) struct Seat<'p> {
    /// From the outermost step to this one.
    pub(super) path: Vec<&'p Step>,
    /// The seats of `path`.
    pub(super) seats: Vec<usize>,
    /// Index of the outermost step.
    pub(super) outer: usize,
    /// The seats of its body; none where it is its own body.
    pub(super) body: Vec<usize>,
    pub(super) id: Arc<str>,
}

impl<'p> Seat<'p> {
    pub(super) fn step(&self) -> &'p Step {
        self.path[self.path.len() - 1]
    }

    pub(super) fn parent(&self) -> Option<usize> {
        self.seats.iter().rev().nth(1).copied()
    }
}

/// All steps, those of a body behind the step that holds them.
pub(super) struct Seats<'p> {
    pub(super) all: Vec<Seat<'p>>,
    /// The seats of `pipeline.steps`.
    pub(super) outermost: Vec<usize>,
    taken: FxHashSet<Arc<str>>,
}

impl<'p> Seats<'p> {
    pub(super) fn new(pipeline: &'p Pipeline) -> Self {
        let count = pipeline.steps.len();
        let mut seats = Self {
            all: Vec::with_capacity(count),
            outermost: Vec::with_capacity(count),
            taken: FxHashSet::with_capacity_and_hasher(count, FxBuildHasher),
        };
        for (outer, step) in pipeline.steps.iter().enumerate() {
            let at = seats.take(&[], &[], &step.item, outer, outer);
            seats.outermost.push(at);
        }
        seats
    }

    fn take(
        &mut self,
        path: &[&'p Step],
        around: &[usize],
        step: &'p Step,
        outer: usize,
        number: usize,
    ) -> usize {
        let at = self.all.len();
        let named = match path.last() {
            Some(holder) => body_name(holder, step, number),
            None => step.id.as_ref().map(|it| Arc::clone(&it.value)),
        };
        let before = around.last().map(|it| format!("{}.", self.all[*it].id)).unwrap_or_default();
        let numbered = || format!("{before}#{}", number + 1).into();
        let named = named.filter(|it| !it.is_empty()).map(|it| match before.as_str() {
            "" => it,
            before => format!("{before}{it}").into(),
        });
        let mut id: Arc<str> = named.unwrap_or_else(numbered);
        if self.taken.contains(&id) {
            id = numbered();
        }
        while !self.taken.insert(Arc::clone(&id)) {
            id = format!("{id}'").into();
        }
        let path: Vec<&'p Step> = path.iter().copied().chain([step]).collect();
        let seats: Vec<usize> = around.iter().copied().chain([at]).collect();
        self.all.push(Seat { path: Vec::new(), seats: Vec::new(), outer, body: Vec::new(), id });
        if !is_shorthand(step) && !step.body.is_empty() {
            let inner = step.body.iter().enumerate();
            let body =
                inner.map(|(number, it)| self.take(&path, &seats, it, outer, number)).collect();
            self.all[at].body = body;
        }
        let seat = &mut self.all[at];
        (seat.path, seat.seats) = (path, seats);
        at
    }

    /// The id of a step of the pipeline.
    pub(super) fn id(&self, outer: usize) -> &str {
        self.outermost.get(outer).map_or("", |seat| &self.all[*seat].id)
    }

    fn ids<'i>(&self, outer: impl IntoIterator<Item = &'i usize>) -> Vec<String> {
        outer.into_iter().map(|it| self.id(*it).to_owned()).collect()
    }
}

impl Sheet {
    /// Everything that is known of a pipeline. `names` and `plan` are its own. Takes time linear in the text; what follows
    /// from the text of a single step is kept with the step.
    #[must_use]
    pub fn of(pipeline: &Pipeline, names: &Names, plan: &Plan, catalogue: &Catalogue) -> Self {
        let seats = Seats::new(pipeline);
        let flows = Flows::read(pipeline, names, &seats);
        let steps = steps(pipeline, names, plan, catalogue, &seats);
        let mut sheet = Self {
            title: say::title(pipeline).map(str::to_owned),
            purpose: pipeline.description.as_ref().map(|it| it.value.trim().to_owned()),
            inputs: inputs(pipeline, names, &flows, &seats),
            outputs: outputs(pipeline, names, &seats),
            stages: plan.stages.iter().map(|stage| seats.ids(stage)).collect(),
            on_call: seats.ids(&plan.on_call),
            cycles: plan.cycles.iter().map(|cycle| seats.ids(cycle)).collect(),
            longest_path: longest_path(plan).iter().map(|it| seats.id(*it).to_owned()).collect(),
            flows: flows.between,
            handlers: pipeline.global_error_handlers.len(),
            model_calls: chances::model_calls(&steps),
            cost: None,
            chances: Vec::new(),
            steps,
        };
        sheet.purpose = sheet.purpose.filter(|it| !it.is_empty());
        sheet.chances = chances::all(pipeline, names, plan, &seats, &sheet);
        sheet
    }

    /// The step of that id.
    #[must_use]
    pub fn step(&self, id: &str) -> Option<&StepFact> {
        self.steps.iter().find(|it| it.id == id)
    }
}

fn steps(
    pipeline: &Pipeline,
    names: &Names,
    plan: &Plan,
    catalogue: &Catalogue,
    seats: &Seats<'_>,
) -> Vec<StepFact> {
    let mut after: Vec<Vec<String>> = vec![Vec::new(); seats.all.len()];
    for (outer, &seat) in seats.outermost.iter().enumerate() {
        after[seat] = seats.ids(&plan.dependencies(outer));
    }
    for seat in seats.all.iter().filter(|it| !it.body.is_empty()) {
        let one_after_another =
            matches!(seat.step().kind, StepKind::ActionLoop(_) | StepKind::Queue(_));
        let order = BodyOrder::new(pipeline, names, &seat.path);
        for (number, &inner) in seat.body.iter().enumerate() {
            let waits = order.waits.get(number).map_or(&[][..], Vec::as_slice);
            let sequence = number.checked_sub(1).filter(|_| one_after_another);
            let mut waits: Vec<usize> = waits.iter().copied().chain(sequence).collect();
            waits.sort_unstable();
            waits.dedup();
            let ids = waits.iter().filter_map(|it| seat.body.get(*it));
            after[inner] = ids.map(|it| seats.all[*it].id.to_string()).collect();
        }
    }
    let stage = |seat: &Seat<'_>| plan.stage_of(seat.outer).filter(|_| seat.path.len() == 1);
    seats
        .all
        .iter()
        .zip(after)
        .map(|(seat, after)| StepFact {
            id: seat.id.to_string(),
            inside: seat.parent().map(|it| seats.all[it].id.to_string()),
            stage: stage(seat),
            after,
            routes: routes(names, plan, seats, seat),
            model: Asked::of(pipeline, &seat.path).and_then(|it| it.call),
            provided: say::runs(seat.step(), catalogue),
            own: Own::of(seat.step()),
        })
        .collect()
}

/// Where a step may send the run: forward, to a step that is there.
fn routes(names: &Names, plan: &Plan, seats: &Seats<'_>, seat: &Seat<'_>) -> Vec<Route> {
    let routing = &seat.step().routing;
    let leads = |id: &str| match seat.parent().map(|it| &seats.all[it]) {
        None => names.step(id).is_some_and(|to| {
            let mut edges = plan.edges_to(to).iter();
            edges.any(|it| it.from == seat.outer && it.origin == Origin::Routing)
        }),
        Some(holder) => {
            let own = holder.body.iter().position(|it| seat.seats.last() == Some(it));
            body_position(holder.step(), id).is_some_and(|to| own.is_some_and(|own| own < to))
        }
    };
    let mut found: Vec<Route> = routing
        .targets()
        .filter(|(_, to)| leads(&to.value))
        .map(|(key, to)| Route { key, to: Some(to.value.to_string()) })
        .collect();
    if routing.goto.is_some() && routing.goto_targets.is_empty() {
        found.push(Route { key: "goto", to: None });
    }
    let open = routing.chosen.iter().filter(|it| it.targets.is_empty());
    found.extend(open.map(|it| Route { key: it.key, to: None }));
    found
}

fn inputs(pipeline: &Pipeline, names: &Names, flows: &Flows, seats: &Seats<'_>) -> Vec<InputFact> {
    facts::inputs(pipeline)
        .map(|input| {
            let index = names.input(&input.name.value);
            let readers = index.and_then(|it| flows.input_readers.get(it));
            let default = input.default.as_ref();
            InputFact {
                name: input.name.value.clone(),
                ty: input.ty.as_ref().map(|it| it.value.clone()),
                required: input.required && default.is_none(),
                default: default.filter(|_| !input.secret).and_then(|it| say::short(&it.value)),
                has_default: default.is_some(),
                secret: input.secret,
                read_by: readers.map(|it| seats.ids(it)).unwrap_or_default(),
            }
        })
        .collect()
}

fn outputs(pipeline: &Pipeline, names: &Names, seats: &Seats<'_>) -> Vec<OutputFact> {
    let of = |output: &crate::Output| {
        let meant = output.references.iter().map(|it| names.meaning(pipeline, &[], it));
        let mut from: Vec<usize> = meant
            .filter_map(|meaning| match meaning {
                Meaning::Step(step)
                | Meaning::Variable(step)
                | Meaning::NamedLoop(step)
                | Meaning::OutsideBody(step) => Some(step),
                _ => None,
            })
            .collect();
        from.sort_unstable();
        from.dedup();
        OutputFact {
            name: output.name.value.clone(),
            from: seats.ids(&from),
            required: output.required,
        }
    };
    pipeline.outputs.iter().map(|it| of(it)).collect()
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
