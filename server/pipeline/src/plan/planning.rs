//! Planning that remembers: while an edit changes no name and no edge, the graph of the version before holds, and only the
//! places of its edges move.

use std::sync::Arc;

use super::{Edge, Origin, Plan, edges};
use crate::model::Change;
use crate::names::{Names, provide_the_same};
use crate::{Constant, Handler, Input, Pipeline, Placed, Step};

/// How many changed steps are looked at one by one before planning anew is as good.
const FEW: usize = 64;

/// Names and plan of one open document, from version to version.
#[derive(Debug, Default)]
pub struct Planning {
    last: Option<Version>,
}

#[derive(Debug)]
struct Version {
    steps: u64,
    inputs: Vec<Placed<Input>>,
    constants: Vec<Placed<Constant>>,
    handlers: Vec<Placed<Handler>>,
    names: Arc<Names>,
    plan: Arc<Plan>,
}

impl Planning {
    /// What [`Names::new`] and [`Plan::new`] say of the pipeline.
    pub fn plan(&mut self, pipeline: &Pipeline) -> (Arc<Names>, Arc<Plan>) {
        let kept = self.last.take().and_then(|last| last.moved(pipeline));
        let (names, plan) = kept.unwrap_or_else(|| {
            let names = Names::new(pipeline);
            let plan = Plan::new(pipeline, &names);
            (Arc::new(names), Arc::new(plan))
        });
        self.last = Some(Version {
            steps: pipeline.steps.version(),
            inputs: pipeline.inputs.clone(),
            constants: pipeline.constants.clone(),
            handlers: pipeline.global_error_handlers.clone(),
            names: Arc::clone(&names),
            plan: Arc::clone(&plan),
        });
        (names, plan)
    }
}

impl Version {
    /// Names and plan for `pipeline`, if its names and edges are those of this version.
    fn moved(mut self, pipeline: &Pipeline) -> Option<(Arc<Names>, Arc<Plan>)> {
        if !same(&self.inputs, &pipeline.inputs)
            || !same(&self.constants, &pipeline.constants)
            || !same(&self.handlers, &pipeline.global_error_handlers)
        {
            return None;
        }
        let change = pipeline.steps.change().filter(|change| change.from == self.steps)?;
        let changed = changed(change, pipeline)?;
        let before = changed.iter().map(|&(step, before)| (step, before));
        let before = edges::of_steps(pipeline, &self.names, before);
        let now = changed.iter().map(|&(step, _)| (step, &pipeline.steps[step]));
        let now = edges::of_steps(pipeline, &self.names, now);
        let equal = joins(&before.ordering).eq(joins(&now.ordering))
            && joins(&before.own).eq(joins(&now.own))
            && before.routes.is_empty()
            && now.routes.is_empty();
        if !equal {
            return None;
        }
        let plan = Arc::make_mut(&mut self.plan);
        shift(plan, change, pipeline);
        let changed: Vec<usize> = changed.iter().map(|&(step, _)| step).collect();
        replace(&mut plan.edges, now.ordering, &changed);
        replace(&mut plan.self_references, now.own, &changed);
        Some((self.names, self.plan))
    }
}

/// The steps that are not the same object any more, and what they were; none if names may differ or if they are many.
fn changed<'c>(change: &'c Change, pipeline: &Pipeline) -> Option<Vec<(usize, &'c Placed<Step>)>> {
    if change.old.len() != change.new {
        return None;
    }
    let mut changed = Vec::new();
    for (index, before) in (change.head..).zip(&change.old) {
        let now = &pipeline.steps[index];
        if Arc::ptr_eq(&before.item, &now.item) {
            continue;
        }
        if !provide_the_same(before, now) || calls(before) != calls(now) || changed.len() == FEW {
            return None;
        }
        changed.push((index, before));
    }
    Some(changed)
}

/// The steps that the error handlers of a step name, and those of its body.
fn calls(step: &Step) -> Vec<&str> {
    let handlers = step.walk().into_iter().flat_map(|step| &step.handlers);
    handlers.filter_map(|handler| handler.task.as_ref()).map(|task| &*task.value).collect()
}

/// Moves every edge with the step that it is written in.
fn shift(plan: &mut Plan, change: &Change, pipeline: &Pipeline) {
    let moved = |step: usize| match step.checked_sub(change.head).and_then(|at| change.old.get(at))
    {
        Some(before) => i64::from(pipeline.steps[step].base) - i64::from(before.base),
        None => change.moved(step),
    };
    let still = change.moves.iter().all(|(_, by)| *by == 0)
        && (change.head..).zip(&change.old).all(|(step, _)| moved(step) == 0);
    if still {
        return;
    }
    for edge in plan.edges.iter_mut().chain(&mut plan.self_references).chain(&mut plan.backward) {
        let owner = if edge.origin == Origin::Routing { edge.from } else { edge.to };
        let by = moved(owner);
        edge.span.start = (i64::from(edge.span.start) + by) as u32;
        edge.span.end = (i64::from(edge.span.end) + by) as u32;
    }
}

fn same<T>(before: &[Placed<T>], now: &[Placed<T>]) -> bool {
    before.len() == now.len()
        && before.iter().zip(now).all(|(before, now)| Arc::ptr_eq(&before.item, &now.item))
}

fn joins(edges: &[Edge]) -> impl Iterator<Item = (usize, usize, Origin)> + '_ {
    edges.iter().map(|edge| (edge.from, edge.to, edge.origin))
}

/// Puts new edges in the place of the old ones of the changed steps, which are the same but for reason and place. Both
/// are in the same order.
fn replace(edges: &mut [Edge], fresh: Vec<Edge>, changed: &[usize]) {
    let old = edges
        .iter_mut()
        .filter(|edge| edge.origin != Origin::Routing && changed.binary_search(&edge.to).is_ok());
    for (old, fresh) in old.zip(fresh) {
        *old = fresh;
    }
}
