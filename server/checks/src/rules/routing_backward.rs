use crate::{
    facts::Whole,
    findings::Findings,
    rule::declare_rule,
    view::{StepView, targets},
};

declare_rule!(
    "routing-backward",
    Warning,
    "routing_backward.md",
    Pipeline(of_steps),
    Step(of_body_step)
);

fn of_steps(whole: &Whole<'_>, findings: &mut Findings) {
    let input = whole.input;
    for route in &input.plan.backward {
        let id = |index: usize| input.pipeline.steps.get(index).map_or("", |step| step.id_text());
        findings.report(route.span, words(id(route.to), id(route.from)));
    }
}

/// Routes of a body step lead to steps of its body.
fn of_body_step(view: &StepView<'_>, findings: &mut Findings) {
    let Some(holder) = view.scope.path.iter().rev().nth(1) else { return };
    let id = view.step.id_text();
    let Some(place) = holder.body.position(id) else { return };
    for target in targets(view.step) {
        if holder.body.position(target.id).is_some_and(|it| it < place) {
            findings.report(target.span, words(target.id, id));
        }
    }
}

fn words(target: &str, source: &str) -> String {
    format!("`{target}` does not come after `{source}`, so this route does nothing")
}
