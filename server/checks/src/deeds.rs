//! What a step does to the world, as far as rules ask that compare what is promised with what is done.

use std::sync::Arc;

use pipeline::{
    Reference, ReferenceOrigin, Routing, Step, StepKind,
    catalogue::Effect,
    files::plain,
    insight::{FileUse, Own},
};

use crate::view::constant;

/// What an outermost step and its body do: little enough to keep, and worked out once.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Deeds {
    /// What it can do; a model that fills in an AUTO tag counts.
    pub(crate) effects: Box<[Effect]>,
    /// It may do anything.
    pub(crate) is_open: bool,
    /// It does more than to answer: something in the world, a word to whoever looks on, or a turn of the run.
    pub(crate) leaves_something: bool,
    /// Its condition never holds.
    pub(crate) never_runs: bool,
    /// Files that it names, without what makes no difference.
    pub(crate) files: Box<[Box<str>]>,
    /// It writes files and does not say which.
    pub(crate) writes_untold: bool,
    /// Names that it has where they make no edge.
    pub(crate) mentions: Box<[Arc<str>]>,
    /// It reads the results of all steps at once.
    pub(crate) reads_results: bool,
}

/// Names under which all results stand.
const RESULTS: &[&str] = &["steps", "results", "step_results", "previous_results"];

impl Deeds {
    pub(crate) fn of(step: &Step) -> Self {
        let own = Own::of(step);
        let mut effects = Vec::new();
        for effect in own.effects.iter().chain(own.has_auto.then_some(&Effect::Model)) {
            if !effects.contains(effect) {
                effects.push(*effect);
            }
        }
        let all = step.walk();
        let references = || all.iter().flat_map(|it| &it.references);
        let is_inert = |it: &&Reference| it.origin == ReferenceOrigin::Inert;
        Self {
            effects: effects.into(),
            is_open: step.in_damage
                || own.effects.contains(&Effect::RunsCode)
                || may_do_anything(step),
            leaves_something: leaves_something(step),
            never_runs: step.condition.as_ref().is_some_and(|it| constant(it) == Some(false)),
            files: all.iter().flat_map(|it| named_files(it)).collect(),
            writes_untold: all.iter().any(|it| writes_untold(it)),
            mentions: references().filter(is_inert).map(|it| Arc::clone(&it.root)).collect(),
            reads_results: references().any(|it| RESULTS.contains(&&*it.root)),
        }
    }
}

/// Whether nothing is known of what a step, or one in it, may do.
fn may_do_anything(step: &Step) -> bool {
    let own = Own::of(step);
    let silent = own.effects.is_empty() && step.body.is_empty();
    silent
        || own.calls_pipeline
        || step.key("tools").is_some()
        || step.body.iter().any(may_do_anything)
}

fn leaves_something(step: &Step) -> bool {
    let own = Own::of(step);
    let lasting =
        |it: &Effect| matches!(it, Effect::Writes | Effect::RunsCode | Effect::AsksPerson);
    let reaches_out = own.effects.contains(&Effect::Network) && !only_looks(step);
    let speaks = |it: &&Step| {
        matches!(it.kind, StepKind::Echo(_) | StepKind::Debug(_))
            || is_test(it)
            || !it.handlers.is_empty()
    };
    may_do_anything(step)
        || own.effects.iter().any(lasting)
        || reaches_out
        || step.routing != Routing::default()
        || step.walk().iter().any(speaks)
        || step.body.iter().any(|it| it.routing != Routing::default())
}

/// Whether everything in a step that reaches the network only reads there.
fn only_looks(step: &Step) -> bool {
    step.walk().iter().all(|it| match &it.kind {
        StepKind::Tool { tool, .. } => matches!(
            tool.value.as_str(),
            "web-search" | "headless-browser" | "filesystem" | "data-processing"
        ),
        _ => true,
    })
}

/// Whether a step is there to stop the run where something is not as it should be.
fn is_test(step: &Step) -> bool {
    match &step.kind {
        StepKind::Action(name) => matches!(
            name.value.as_str(),
            "validate" | "evaluate_condition" | "control_flow" | "loop_complete" | "capture_result"
        ),
        StepKind::Tool { tool, .. } => matches!(
            tool.value.as_str(),
            "validation" | "recursion-control" | "mcp-memory" | "checkpoint"
        ),
        _ => false,
    }
}

fn named_files(step: &Step) -> Vec<Box<str>> {
    let own = Own::of(step);
    let products = own.products.iter().map(|it| plain(&it.file).into_owned().into());
    own.files.iter().map(|it| plain(&it.path).into_owned().into()).chain(products).collect()
}

fn writes_untold(step: &Step) -> bool {
    let own = Own::of(step);
    let writes = own.files.iter().filter(|it| it.usage == FileUse::Writes);
    let mut written =
        writes.map(|it| &it.path).chain(own.products.iter().map(|it| &it.file)).peekable();
    let is_writer = own.effects.contains(&Effect::Writes) && step.body.is_empty();
    is_writer && (written.peek().is_none() || written.any(|it| it.contains(['{', '<', '…'])))
}
