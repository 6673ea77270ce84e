use pipeline::{Why, names::Meaning};
use rustc_hash::FxHashSet;

use crate::{
    Tags, facts::Whole, findings::Findings, intent::is_explained, kept::Reads, rule::declare_rule,
};

declare_rule!(
    "idle-step",
    Warning,
    "idle_step.md",
    Kept(Reads::GRAPH.with(Reads::HEADER).with(Reads::DEEDS), detect)
);

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
        let leaves_something = || whole.deeds(at).is_some_and(|it| it.leaves_something);
        if !wanted[at] && is_staged[at] && !leaves_something() {
            idle.push(at);
            continue;
        }
        for edge in plan.edges_to(at).iter().filter(|it| matches!(it.why, Why::Reads(_))) {
            wanted[edge.from] = true;
        }
    }
    idle.sort_unstable();
    let Some(mentioned) = mentioned(whole, &idle) else { return };
    for at in idle {
        let Some(step) = pipeline.steps.get(at) else { continue };
        let Some(id) = &step.id else { continue };
        if !mentioned.contains(&*id.value) {
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

/// Names that steps which are not idle have where they make no edge; `None` where one reads everything.
fn mentioned<'a>(whole: &Whole<'a>, idle: &[usize]) -> Option<FxHashSet<&'a str>> {
    if idle.is_empty() {
        return None;
    }
    let mut names = FxHashSet::default();
    let others = (0..whole.facts.len()).filter(|at| idle.binary_search(at).is_err());
    for deeds in others.filter_map(|at| whole.deeds(at)) {
        if deeds.reads_results {
            return None;
        }
        names.extend(deeds.mentions.iter().map(|it| &**it));
    }
    Some(names)
}

fn words(id: &str) -> String {
    format!("what `{id}` answers reaches no output, and it leaves nothing else behind")
}
