use pipeline::{Routing, Step, StepKind, Why, catalogue::Effect, insight::Own, names::Meaning};

use crate::{
    Tags,
    facts::Whole,
    findings::Findings,
    intent::{is_explained, may_do_anything},
    rule::declare_rule,
};

declare_rule!("idle-step", Warning, "idle_step.md", Pipeline(detect));

/// A step that leaves nothing behind and that no output reads, not by way of other steps either. Silent where the pipeline
/// declares no outputs: then every result may be what it is for.
fn detect(whole: &Whole<'_>, findings: &mut Findings) {
    let (pipeline, plan) = (whole.input.pipeline, whole.input.plan);
    if pipeline.outputs.is_empty() || pipeline.steps.len() < 2 || is_explained(pipeline) {
        return;
    }
    let Some(mut wanted) = read_by_outputs(whole) else { return };
    let staged: Vec<usize> = plan.stages.iter().flatten().copied().collect();
    let mut is_staged = vec![false; pipeline.steps.len()];
    staged.iter().for_each(|it| is_staged[*it] = true);
    let others = (0..pipeline.steps.len()).filter(|it| !is_staged[*it]);
    let order: Vec<usize> = staged.iter().copied().chain(others).rev().collect();
    let mut idle = Vec::new();
    for at in order {
        let Some(step) = pipeline.steps.get(at) else { continue };
        if !wanted[at] && is_staged[at] && !leaves_something(step) {
            idle.push(at);
            continue;
        }
        for edge in plan.edges_to(at).iter().filter(|it| matches!(it.why, Why::Reads(_))) {
            wanted[edge.from] = true;
        }
    }
    idle.sort_unstable();
    for at in idle.iter().copied() {
        let Some(step) = pipeline.steps.get(at) else { continue };
        let Some(id) = &step.id else { continue };
        if !is_named_elsewhere(whole, at, &id.value, &idle) {
            findings.report(step.absolute(id.span), words(&id.value)).tag(Tags::Unnecessary);
        }
    }
}

/// Which steps the outputs read; `None` where that cannot be told.
fn read_by_outputs(whole: &Whole<'_>) -> Option<Vec<bool>> {
    let input = whole.input;
    let mut wanted = vec![false; input.pipeline.steps.len()];
    for reference in input.pipeline.outputs.iter().flat_map(|it| &it.references) {
        match input.names.meaning(input.pipeline, &[], reference) {
            Meaning::Step(at)
            | Meaning::Variable(at)
            | Meaning::NamedLoop(at)
            | Meaning::OutsideBody(at) => wanted[at] = true,
            Meaning::Input(_) | Meaning::Constants(_) => {}
            Meaning::Builtin("execution") => {}
            _ => return None,
        }
    }
    Some(wanted)
}

/// Whether a step does more than to answer: something in the world, a word to whoever looks on, or a turn of the run.
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

/// Whether a step that is not idle itself names it where that makes no edge, or reads everything.
fn is_named_elsewhere(whole: &Whole<'_>, at: usize, id: &str, idle: &[usize]) -> bool {
    let steps = whole.input.pipeline.steps.iter().enumerate();
    let others = steps.filter(|(other, _)| *other != at && idle.binary_search(other).is_err());
    let mut read = others.flat_map(|(_, it)| it.walk()).flat_map(|it| &it.references);
    let all = ["steps", "results", "step_results", "previous_results"];
    read.any(|it| {
        *it.root == *id && it.origin == pipeline::ReferenceOrigin::Inert || all.contains(&&*it.root)
    })
}

fn words(id: &str) -> String {
    format!("what `{id}` answers reaches no output, and it leaves nothing else behind")
}
