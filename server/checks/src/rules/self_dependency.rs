use pipeline::{ReferenceOrigin, StepKind, names::Meaning};

use crate::{
    Severity,
    findings::Findings,
    rule::declare_rule,
    view::{ReferenceView, StepView},
};

declare_rule!("self-dependency", Error, "self_dependency.md", Step(waits), Reference(reads));

fn waits(view: &StepView<'_>, findings: &mut Findings) {
    let own = view.step.id_text();
    for dependency in view.step.dependencies.iter().filter(|it| *it.value == *own) {
        findings.report(dependency.span, format!("`{own}` waits for itself"));
    }
}

/// Inside `while` it is the previous round. What orders nothing (`goto`, products) is read after the step.
fn reads(view: &ReferenceView<'_>, findings: &mut Findings) {
    let reference = view.reference;
    let (Some(step), Some(outermost)) = (view.scope.step(), view.scope.path.first()) else { return };
    if *reference.root != *step.id_text() || reference.origin == ReferenceOrigin::Inert {
        return;
    }
    let in_while = view.scope.path.iter().rev().skip(1).any(|it| matches!(it.kind, StepKind::While(_) | StepKind::ActionLoop(_)));
    let is_own = match view.scope.meaning(reference) {
        Meaning::Step(index) => Some(index) == view.scope.index && std::ptr::eq(step, *outermost),
        Meaning::BodyStep(_) => true,
        _ => false,
    };
    if !is_own || reference.guarded && in_while {
        return;
    }
    let own = &reference.root;
    if in_while {
        let words = format!("`{own}` reads its own result of the round before; in the first round there is none");
        findings.report(reference.root_span, words).severity(Severity::Hint);
    } else {
        findings.report(reference.root_span, format!("`{own}` reads its own result, which is not there yet"));
    }
}
