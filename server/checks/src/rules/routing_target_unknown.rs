use pipeline::names::nearest;
use syntax::Span;

use crate::{
    Fix,
    findings::Findings,
    rule::declare_rule,
    view::{StepView, targets},
    words::did_you_mean,
};

declare_rule!("routing-target-unknown", Error, "routing_target_unknown.md", Step(detect));

fn detect(view: &StepView<'_>, findings: &mut Findings) {
    for target in targets(view.step) {
        if view.scope.knows_step(target.id) {
            continue;
        }
        let near = nearest(target.id, view.scope.step_ids());
        findings
            .report(target.span, words(target.key, target.id, near))
            .about(target.id)
            .fix(near.map(|near| fix(target.span, near)));
    }
}

fn words(key: &str, id: &str, near: Option<&str>) -> String {
    format!("`{key}` leads to `{id}`, and no step is called so{}", did_you_mean(near))
}

fn fix(span: Span, near: &str) -> Fix {
    Fix::suggestion(format!("change to `{near}`"), span, near)
}
