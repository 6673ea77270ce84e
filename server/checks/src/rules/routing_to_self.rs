use crate::{
    findings::Findings,
    rule::declare_rule,
    view::{StepView, targets},
};

declare_rule!("routing-to-self", Error, "routing_to_self.md", Step(detect));

fn detect(view: &StepView<'_>, findings: &mut Findings) {
    for target in targets(view.step).into_iter().filter(|target| target.id == view.step.id_text()) {
        findings.report(target.span, words(target.key, target.id));
    }
}

fn words(key: &str, id: &str) -> String {
    format!("`{key}` leads `{id}` back to itself; to try again, use `max_retries`")
}
