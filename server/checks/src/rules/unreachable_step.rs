use pipeline::{Step, StepKind};
use rustc_hash::FxHashSet;

use crate::{
    Tags,
    facts::Whole,
    findings::Findings,
    kept::Reads,
    rule::declare_rule,
    view::{constant, targets},
};

declare_rule!(
    "unreachable-step",
    Warning,
    "unreachable_step.md",
    Kept(Reads::GRAPH.with(Reads::ROUTES), detect)
);

/// A step that always sends the run past others: of those between, the ones that depend on it never run, except what
/// the target itself needs and what does not depend on the router (LANGUAGE §12 "Routing").
fn detect(whole: &Whole<'_>, findings: &mut Findings) {
    let input = whole.input;
    let steps = &input.pipeline.steps;
    let mut seen = FxHashSet::default();
    for from in whole.facts.iter().enumerate().filter(|(_, it)| it.has_goto).map(|(from, _)| from) {
        let Some(step) = steps.get(from) else { continue };
        let Some((target, span)) = always_routes(step) else { continue };
        let Some(to) = input.names.step(target).filter(|to| *to > from + 1) else { continue };
        let behind = input.plan.descendants(from);
        for &between in behind.iter().filter(|it| (from + 1..to).contains(*it)) {
            let Some(passed) = steps.get(between) else { continue };
            if let Some(id) = &passed.id
                && seen.insert(between)
            {
                findings
                    .report(passed.absolute(id.span), words(&id.value, step.id_text()))
                    .tag(Tags::Unnecessary)
                    .related(step.absolute(span), format!("the run goes on at `{target}`"));
            }
        }
    }
}

/// Where a step leads whenever it is finished: without a condition, a `goto` that nothing else comes before.
fn always_routes(step: &Step) -> Option<(&str, syntax::Span)> {
    let routing = &step.routing;
    let unconditional = step.condition.as_ref().is_none_or(|it| constant(it) == Some(true));
    let alone = routing.on_success.is_none()
        && routing.on_failure.is_none()
        && routing.chosen("on_success").is_none()
        && routing.chosen("on_failure").is_none();
    if !unconditional
        || !alone
        || routing.goto.is_none()
        || matches!(step.kind, StepKind::Unknown(_))
    {
        return None;
    }
    targets(step).into_iter().find(|it| it.key == "goto").map(|it| (it.id, it.span))
}

fn words(id: &str, router: &str) -> String {
    format!("`{id}` never runs: `{router}` always leads past it")
}
