use crate::{
    findings::Findings,
    rule::declare_rule,
    view::{StepView, Target, targets},
};

declare_rule!("routing-to-self", Error, "routing_to_self.md", Step(detect));

fn detect(view: &StepView<'_>, findings: &mut Findings) {
    let chosen = view.step.routing.goto_targets.iter();
    let chosen = chosen.map(|it| Target { key: "goto", id: &it.value, span: it.span });
    let mut seen = Vec::new();
    for target in targets(view.step).into_iter().chain(chosen) {
        if target.id != view.step.id_text() || seen.contains(&target.span) {
            continue;
        }
        seen.push(target.span);
        findings.report(target.span, words(target.key, target.id));
    }
}

fn words(key: &str, id: &str) -> String {
    format!("`{key}` leads `{id}` back to itself; to try again, use `max_retries`")
}
