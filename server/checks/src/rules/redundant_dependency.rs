use pipeline::{
    Edge, Origin, Plan, Step, StepKind,
    catalogue::{Catalogue, Effect},
};

use crate::{Tags, facts::Whole, findings::Findings, rule::declare_rule};

declare_rule!("redundant-dependency", Hint, "redundant_dependency.md", Pipeline(detect));

/// A declared edge that nothing flows along, between two steps that change nothing, and that alone makes the
/// later one wait longer. Where either touches the world, the order may be the point.
fn detect(whole: &Whole<'_>, findings: &mut Findings) {
    let input = whole.input;
    for edges in input.plan.edges.chunk_by(|one, other| one.to == other.to) {
        let Some(edge) = delaying(input.plan, edges) else { continue };
        let steps = &input.pipeline.steps;
        if let (Some(from), Some(to)) = (steps.get(edge.from), steps.get(edge.to))
            && is_pure(from, input.catalogue)
            && is_pure(to, input.catalogue)
        {
            findings.report(edge.span, words(to.id_text(), from.id_text())).tag(Tags::Unnecessary);
        }
    }
}

/// Of the edges to one step, the declared one but for which it would be in an earlier stage, if nothing else leads along it.
fn delaying<'e>(plan: &Plan, edges: &'e [Edge]) -> Option<&'e Edge> {
    let stage = plan.stage_of(edges.first()?.to)?;
    let mut late = edges.iter().filter(|edge| plan.stage_of(edge.from).map(|it| it + 1) == Some(stage));
    let edge = late.next().filter(|edge| edge.origin == Origin::Declared)?;
    late.next().is_none().then_some(edge)
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
