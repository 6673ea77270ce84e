use pipeline::{Origin, Plan, Step, StepKind, catalogue::{Catalogue, Effect}};

use crate::{Tags, facts::Whole, findings::Findings, rule::declare_rule};

declare_rule!("redundant-dependency", Hint, "redundant_dependency.md", Pipeline(detect));

/// A declared edge that nothing flows along, between two steps that change nothing, and that alone makes the
/// later one wait longer. Where either touches the world, the order may be the point.
fn detect(whole: &Whole<'_>, findings: &mut Findings) {
    let input = whole.input;
    for edge in input.plan.edges.iter().filter(|edge| edge.origin == Origin::Declared) {
        let (Some(from), Some(to)) = (input.pipeline.steps.get(edge.from), input.pipeline.steps.get(edge.to)) else { continue };
        if !input.plan.edges_to(edge.to).iter().any(|other| other.from == edge.from && other.origin != Origin::Declared)
            && delays(input.plan, edge.from, edge.to)
            && is_pure(from, input.catalogue)
            && is_pure(to, input.catalogue)
        {
            findings.report(edge.span, words(to.id_text(), from.id_text())).tag(Tags::Unnecessary);
        }
    }
}

/// Whether `to` would be in an earlier stage but for `from`.
fn delays(plan: &Plan, from: usize, to: usize) -> bool {
    let stage = plan.stage_of(to);
    let others = plan.edges_to(to).iter().filter(|edge| edge.from != from).filter_map(|edge| plan.stage_of(edge.from)).max();
    stage.is_some() && stage == plan.stage_of(from).map(|stage| stage + 1) && others.is_none_or(|other| Some(other + 1) < stage)
}

fn is_pure(step: &Step, catalogue: &Catalogue) -> bool {
    let plain = step.condition.is_none() && step.routing == pipeline::Routing::default();
    let signature = match &step.kind {
        StepKind::Tool { tool, operation } => catalogue.tool(&tool.value).map(|it| (it, operation.as_ref().map(|it| it.value.as_str()))),
        StepKind::Action(action) => catalogue.action(&action.value).map(|it| (it, None)),
        _ => None,
    };
    plain && signature.is_some_and(|(it, operation)| it.effects_of(operation).iter().all(|effect| matches!(effect, Effect::Pure | Effect::Reads)))
}

fn words(step: &str, other: &str) -> String {
    format!("`{step}` reads nothing of `{other}` and could start earlier")
}
