//! Steps that are there for failures: error handlers name them, nothing waits for them, and no route leads to them.

use std::collections::BTreeSet;

use crate::names::{Names, body_position};
use crate::{Pipeline, Step};

use super::{Origin, Plan};

/// A step that an error handler names, seen from the step whose handler it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Beside {
    /// How many loops lie between them: 0 where both are in one list.
    pub up: usize,
    /// Its index in that list.
    pub step: usize,
}

/// What the id in an error handler of a step means: the nearest step of that name, from the list of the step outward.
/// `path` leads to the step from the outermost one in; an empty one is the pipeline itself.
#[must_use]
pub fn handler_step(names: &Names, path: &[&Step], id: &str) -> Option<Beside> {
    let around = path.iter().rev().skip(1);
    let inner = around.enumerate().find_map(|(up, holder)| {
        let step = position(holder, id)?;
        Some(Beside { up, step })
    });
    inner.or_else(|| Some(Beside { up: path.len().saturating_sub(1), step: names.step(id)? }))
}

/// Index of the body step of that name.
pub(super) fn position(step: &Step, name: &str) -> Option<usize> {
    body_position(step, name)
}

/// The pipeline's own steps that are there for failures, ascending.
pub(super) fn of_pipeline(pipeline: &Pipeline, names: &Names, plan: &Plan) -> Vec<usize> {
    let mut named = Named { names, depth: 0, found: BTreeSet::new() };
    for step in pipeline.steps.iter() {
        named.read(step, &mut Vec::new());
    }
    let common = pipeline.global_error_handlers.iter().filter_map(|it| it.task.as_ref());
    named.found.extend(common.filter_map(|task| names.step(&task.value)));
    if named.found.is_empty() {
        return Vec::new();
    }
    let ordinary: BTreeSet<usize> = plan
        .edges
        .iter()
        .map(|edge| match edge.origin {
            Origin::Routing => edge.to,
            Origin::Declared | Origin::Template | Origin::ControlFlow => edge.from,
        })
        .collect();
    named.found.difference(&ordinary).copied().collect()
}

/// Those of the body of the last step of `path`; `waits` as in [`super::BodyOrder`].
pub(super) fn of_body(names: &Names, path: &[&Step], waits: &[Vec<usize>]) -> Vec<usize> {
    let Some((holder, _)) = path.split_last() else { return Vec::new() };
    let mut named = Named { names, depth: path.len(), found: BTreeSet::new() };
    for inner in &holder.body {
        named.read(inner, &mut path.to_vec());
    }
    let waited = |step: &usize| waits.iter().any(|waits| waits.contains(step));
    let routed = |step: &usize| {
        let targets = holder.body.iter().flat_map(|inner| inner.routing.targets());
        targets.filter_map(|(_, target)| position(holder, &target.value)).any(|it| it == *step)
    };
    named.found.into_iter().filter(|step| !waited(step) && !routed(step)).collect()
}

/// Collects the steps of one list that handlers in and below it name.
struct Named<'p> {
    names: &'p Names,
    /// How many steps lead to the list.
    depth: usize,
    found: BTreeSet<usize>,
}

impl<'p> Named<'p> {
    fn read(&mut self, step: &'p Step, path: &mut Vec<&'p Step>) {
        path.push(step);
        for task in step.handlers.iter().filter_map(|handler| handler.task.as_ref()) {
            let beside = handler_step(self.names, path, &task.value);
            let up = path.len() - 1 - self.depth;
            self.found.extend(beside.filter(|it| it.up == up).map(|it| it.step));
        }
        for inner in &step.body {
            self.read(inner, path);
        }
        path.pop();
    }
}
