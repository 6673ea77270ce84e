use pipeline::names::nearest;
use syntax::Span;

use crate::{
    Fix,
    findings::Findings,
    rule::declare_rule,
    view::{StepView, Target, targets},
    words::did_you_mean,
};

declare_rule!("routing-target-unknown", Error, "routing_target_unknown.md", Step(detect));

fn detect(view: &StepView<'_>, findings: &mut Findings) {
    let chosen = view.step.routing.targets();
    let chosen = chosen.map(|(key, it)| Target { key, id: &it.value, span: it.span });
    let mut seen = Vec::new();
    for target in targets(view.step).into_iter().chain(chosen) {
        if view.scope.knows_step(target.id) || seen.contains(&target.span) {
            continue;
        }
        seen.push(target.span);
        let policies = if target.key == "on_failure" { POLICIES } else { &[] };
        let near =
            nearest(target.id, view.scope.step_ids().into_iter().chain(policies.iter().copied()));
        findings
            .report(target.span, words(target.key, target.id, near))
            .about(target.id)
            .fix(near.map(|near| fix(target.span, near)));
    }
}

/// What `on_failure` takes beside ids.
const POLICIES: &[&str] = &["fail", "continue", "skip", "retry"];

fn words(key: &str, id: &str, near: Option<&str>) -> String {
    format!("`{key}` leads to `{id}`, and no step is called so{}", did_you_mean(near))
}

fn fix(span: Span, near: &str) -> Fix {
    Fix::suggestion(format!("change to `{near}`"), span, near)
}
