//! What the scheduler is to know of steps.

use std::{collections::BTreeSet, sync::Arc, time::Duration};

use pipeline::{
    Attempts, BodyOrder, Data, FailurePolicy, Origin, Pipeline, Placed, Plan, Step, StepKind,
    facts::{calls_a_pipeline, is_detached},
};

use super::{ErrorHandling, MOST_ATTEMPTS, program::Draft};
use crate::scheduler::{Activity, Node, Policy, Release, Routes};

/// The steps of a pipeline as the scheduler sees them.
pub(super) fn of_pipeline(draft: &Draft<'_>, selected: &[bool]) -> Vec<Node> {
    let Draft { pipeline, plan, names, .. } = *draft;
    let node = |(index, step): (usize, &Placed<Step>)| {
        let forward = |id: &str| {
            let target = names.step(id)?;
            let mut edges = plan.edges_to(target).iter();
            edges.any(|edge| edge.from == index && edge.origin == Origin::Routing).then_some(target)
        };
        Node {
            dependencies: dependencies(plan, index),
            selected: selected.get(index).copied().unwrap_or_default(),
            ..self::node(pipeline, step, policy(step.on_failure), forward)
        }
    };
    pipeline.steps.iter().enumerate().map(node).collect()
}

/// The body of a step as the scheduler sees it. The actions of a queue and of an `action_loop` follow one another.
pub(super) fn of_body(pipeline: &Pipeline, holder: &Step, order: &BodyOrder) -> Vec<Node> {
    let follow = matches!(holder.kind, StepKind::ActionLoop(_) | StepKind::Queue(_));
    let node = |(index, step): (usize, &Step)| {
        let mut dependencies: BTreeSet<usize> =
            order.waits.get(index).into_iter().flatten().copied().collect();
        if follow {
            dependencies = index.checked_sub(1).into_iter().collect();
        }
        let forward = |id: &str| {
            let named =
                |(at, inner): &(usize, &Step)| *super::block::name_of(holder, inner, *at) == *id;
            let (target, _) = holder.body.iter().enumerate().find(named)?;
            let behind = if follow { target > index } else { !order.reaches(index, target) };
            (target != index && behind).then_some(target)
        };
        Node {
            dependencies: dependencies.into_iter().collect(),
            selected: !order.on_call.contains(&index),
            ..self::node(pipeline, step, body_policy(holder, step), forward)
        }
    };
    holder.body.iter().enumerate().map(node).collect()
}

/// A step for itself. Its condition has been asked by who runs it.
pub(super) fn alone(pipeline: &Pipeline, step: &Step) -> Node {
    let node = node(pipeline, step, policy(step.on_failure), |_| None);
    Node { conditional: false, dynamic: false, ..node }
}

fn node(
    pipeline: &Pipeline,
    step: &Step,
    policy: Policy,
    forward: impl Fn(&str) -> Option<usize>,
) -> Node {
    let activity = activity(step);
    let Attempts { total, explicit } = step.attempts;
    let total = pipeline.default_attempts.filter(|_| !explicit).unwrap_or(total);
    let (policy, attempts, retries_timeouts) = match called(step) {
        Some(ErrorHandling::Continue) if policy == Policy::Fail => {
            (Policy::Continue, total, explicit)
        }
        Some(ErrorHandling::Retry(attempts)) => (policy, attempts, true),
        // How often is known when it starts, and the call says when it was enough.
        Some(ErrorHandling::RetryLater) => (policy, MOST_ATTEMPTS, true),
        _ => (policy, total, explicit),
    };
    Node {
        dependencies: Vec::new(),
        dynamic: step.dynamic_dependencies.is_some(),
        selected: true,
        conditional: step.condition.is_some(),
        activity,
        release: if is_detached(step) { Release::AtStart } else { Release::AtEnd },
        routes: routes(step, forward),
        policy,
        attempts,
        retries_timeouts,
        timeout: timeout(pipeline, step, activity),
        limits: Arc::default(),
    }
}

/// What the failure of the pipeline means that a step calls.
fn called(step: &Step) -> Option<ErrorHandling> {
    if calls_a_pipeline(step) { ErrorHandling::of(step).ok() } else { None }
}

fn activity(step: &Step) -> Activity {
    match step.kind {
        _ if calls_a_pipeline(step) => Activity::Rounds,
        StepKind::ForEach(_)
        | StepKind::While(_)
        | StepKind::ActionLoop(_)
        | StepKind::Queue(_)
        | StepKind::Parallel => Activity::Rounds,
        StepKind::Action(_)
        | StepKind::Tool { .. }
        | StepKind::Echo(_)
        | StepKind::Debug(_)
        | StepKind::FileProse(_)
        | StepKind::Auto(_)
        | StepKind::Unknown(_) => Activity::Call,
    }
}

/// A failed action of an `action_loop` stops its round only if `break_on_error` or its own policy says so.
fn body_policy(holder: &Step, step: &Step) -> Policy {
    let own = policy(step.on_failure);
    match &holder.kind {
        StepKind::ActionLoop(it) if !it.break_on_error && step.key("on_failure").is_none() => {
            match own {
                Policy::Fail => Policy::Continue,
                other => other,
            }
        }
        _ => own,
    }
}

/// The steps whose end a step needs, routers left out.
pub(super) fn dependencies(plan: &Plan, step: usize) -> Vec<usize> {
    let edges = plan.edges_to(step).iter().filter(|edge| edge.origin != Origin::Routing);
    edges.map(|edge| edge.from).collect::<BTreeSet<_>>().into_iter().collect()
}

/// Routes that lead forward; backward ones do nothing.
fn routes(step: &Step, forward: impl Fn(&str) -> Option<usize>) -> Routes {
    let routing = &step.routing;
    let plain = routing.goto.as_ref().filter(|goto| goto.value.is_static());
    Routes {
        on_false: routing.on_false.as_ref().and_then(|target| forward(&target.value)),
        on_success: routing.on_success.as_ref().and_then(|target| forward(&target.value)),
        on_failure: routing.on_failure.as_ref().and_then(|target| forward(&target.value)),
        goto: plain.and_then(|goto| forward(goto.value.value.trim())),
        choices: routing
            .goto_targets
            .iter()
            .chain(routing.chosen.iter().flat_map(|it| &it.targets))
            .filter_map(|it| forward(&it.value))
            .collect(),
    }
}

/// A failure that routes ends nothing, not even where the route leads backward and does nothing.
const fn policy(policy: FailurePolicy) -> Policy {
    match policy {
        FailurePolicy::Fail => Policy::Fail,
        FailurePolicy::Continue | FailurePolicy::Retry | FailurePolicy::Route => Policy::Continue,
        FailurePolicy::Skip => Policy::Skip,
    }
}

/// The step's own, else `metadata.timeout`, else the pipeline's; the last is for calls and not for whole loops.
fn timeout(pipeline: &Pipeline, step: &Step, activity: Activity) -> Option<Duration> {
    let own = step.timeout.as_ref().map(|timeout| timeout.value);
    let common = pipeline.default_timeout.or(pipeline.context_timeout);
    let common = common.filter(|_| activity == Activity::Call);
    own.or_else(|| metadata_timeout(step)).or(common)
}

fn metadata_timeout(step: &Step) -> Option<Duration> {
    let seconds = match &step.key("metadata")?.value.value.get("timeout")?.value {
        Data::Int(seconds) => *seconds as f64,
        Data::Float(seconds) => *seconds,
        _ => return None,
    };
    Duration::try_from_secs_f64(seconds).ok().filter(|timeout| !timeout.is_zero())
}
