use pipeline::{Condition, StepKind};

use crate::{
    Severity, Tags,
    findings::Findings,
    rule::declare_rule,
    view::{StepView, constant},
};

declare_rule!("constant-condition", Warning, "constant_condition.md", Step(detect));

/// A loop that never ends by itself is the business of `unbounded-loop`.
fn detect(view: &StepView<'_>, findings: &mut Findings) {
    if let Some(condition) = &view.step.condition {
        let words = |always| {
            if always {
                "this is always true: the step always runs"
            } else {
                "this is never true: the step never runs"
            }
        };
        report(condition, words, findings);
    }
    let (test, until) = match &view.step.kind {
        StepKind::While(it) => (&it.test, &it.until),
        StepKind::ActionLoop(it) => (&it.test, &it.until),
        StepKind::Queue(it) => (&it.test, &it.until),
        _ => return,
    };
    let tested_first = matches!(view.step.kind, StepKind::While(_));
    if let Some(test) = test.as_ref().filter(|test| constant(test) == Some(false)) {
        let words = if tested_first {
            "this is never true: the loop never goes round"
        } else {
            "this is never true: the loop goes round once"
        };
        report(test, |_| words, findings);
    }
    if let Some(until) = until.as_ref().filter(|until| constant(until) == Some(true)) {
        report(until, |_| "this is always true: the loop goes round once", findings);
    }
}

/// Saying `true` outright is a way to switch a step on; what only looks like a question is a slip.
fn report(condition: &Condition, words: impl Fn(bool) -> &'static str, findings: &mut Findings) {
    let Some(always) = constant(condition) else { return };
    let draft = findings.report(condition.span, words(always)).tag(Tags::Unnecessary);
    if always && condition.text.value.trim().eq_ignore_ascii_case("true") {
        draft.severity(Severity::Hint);
    }
}
