//! What the scheduler is to know of a pipeline.

use std::{collections::BTreeSet, time::Duration};

use pipeline::{Data, FailurePolicy, Origin, Pipeline, Plan, Step, names::Names};

use crate::{
    Prepared,
    scheduler::{Graph, Node, Policy, Routes},
};

/// The graph of a prepared run.
pub(super) fn build(prepared: &Prepared) -> Graph {
    let request = &prepared.request;
    let steps = request.pipeline.steps.iter().enumerate();
    let node = |(index, step): (usize, &pipeline::Placed<Step>)| Node {
        dependencies: dependencies(&request.plan, index),
        selected: prepared.work.get(index).is_some_and(Option::is_some),
        conditional: step.condition.is_some(),
        routes: routes(step, index, &request.plan, &prepared.names),
        policy: policy(step.on_failure),
        attempts: step.attempts.total,
        retries_timeouts: step.attempts.explicit,
        timeout: timeout(&request.pipeline, step),
    };
    Graph { nodes: steps.map(node).collect(), jobs: request.options.jobs }
}

/// The steps whose end a step needs, routers left out.
pub(super) fn dependencies(plan: &Plan, step: usize) -> Vec<usize> {
    let edges = plan.edges_to(step).iter().filter(|edge| edge.origin != Origin::Routing);
    edges.map(|edge| edge.from).collect::<BTreeSet<_>>().into_iter().collect()
}

/// Routes that the plan knows as edges; backward ones do nothing.
fn routes(step: &Step, index: usize, plan: &Plan, names: &Names) -> Routes {
    let routing = &step.routing;
    let forward = |id: &str| {
        let target = names.step(id)?;
        plan.edges_to(target)
            .iter()
            .any(|edge| edge.from == index && edge.origin == Origin::Routing)
            .then_some(target)
    };
    Routes {
        on_false: routing.on_false.as_ref().and_then(|target| forward(&target.value)),
        on_success: routing.on_success.as_ref().and_then(|target| forward(&target.value)),
        on_failure: routing.on_failure.as_ref().and_then(|target| forward(&target.value)),
        goto: routing
            .goto
            .as_ref()
            .filter(|goto| goto.value.is_static())
            .and_then(|goto| forward(goto.value.value.trim())),
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

/// The step's own, else `metadata.timeout`, else the pipeline's.
pub(super) fn timeout(pipeline: &Pipeline, step: &Step) -> Option<Duration> {
    let own = step.timeout.as_ref().map(|timeout| timeout.value);
    own.or_else(|| metadata_timeout(step)).or(pipeline.default_timeout)
}

fn metadata_timeout(step: &Step) -> Option<Duration> {
    let seconds = match &step.key("metadata")?.value.value.get("timeout")?.value {
        Data::Int(seconds) => *seconds as f64,
        Data::Float(seconds) => *seconds,
        _ => return None,
    };
    Duration::try_from_secs_f64(seconds).ok().filter(|timeout| !timeout.is_zero())
}
