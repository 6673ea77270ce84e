use crate::{findings::Findings, rule::declare_rule, view::StepView, words::any_of};

declare_rule!("reserved-id", Error, "reserved_id.md", Step(detect));

/// Words that `on_failure` takes for a policy.
const RESERVED: &[&str] = &["fail", "continue", "skip", "retry"];

fn detect(view: &StepView<'_>, findings: &mut Findings) {
    if let Some(id) = &view.step.id
        && RESERVED.iter().any(|it| it.eq_ignore_ascii_case(&id.value))
    {
        findings.report(id.span, words(&id.value));
    }
}

fn words(id: &str) -> String {
    format!("`{id}` cannot be an id: `on_failure` takes {} for a policy", any_of(RESERVED))
}
