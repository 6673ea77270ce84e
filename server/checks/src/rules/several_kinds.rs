use pipeline::{Problem, ProblemKind, StepKind};

use crate::{findings::Findings, rule::declare_rule, view::StepView, words::all_of};

declare_rule!("several-kinds", Error, "several_kinds.md", Problem(detect), Step(two_ends));

fn detect(problem: &Problem, findings: &mut Findings) {
    let ProblemKind::SeveralKinds { keys } = &problem.kind else { return };
    let names: Vec<_> = keys.iter().map(|key| key.value.as_str()).collect();
    let draft = findings.report(problem.span, words(&names));
    for key in keys.iter().filter(|key| key.span != problem.span) {
        draft.related(key.span, format!("`{}` is one of them", key.value));
    }
}

/// An `action_loop` ends by one test.
fn two_ends(view: &StepView<'_>, findings: &mut Findings) {
    if let StepKind::ActionLoop(it) = &view.step.kind
        && it.until.is_some()
        && it.test.is_some()
        && let (Some(until), Some(test)) = (view.step.key("until"), view.step.key("while"))
    {
        let (first, second) =
            if until.key.span < test.key.span { (until, test) } else { (test, until) };
        findings
            .report(second.key.span, "an `action_loop` ends by `until` or by `while`, not by both")
            .related(first.key.span, "the other test");
    }
}

fn words(names: &[&str]) -> String {
    format!("a step does one thing, and this one says {}", all_of(names))
}
