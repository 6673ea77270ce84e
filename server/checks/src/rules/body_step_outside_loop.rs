use pipeline::{Step, StepKind};

use crate::{
    Severity,
    findings::Findings,
    rule::declare_rule,
    view::{ReferenceView, Sense, StepView},
};

declare_rule!("body-step-outside-loop", Error, "body_step_outside_loop.md", Reference(read), Step(declared));

/// After a `while` the results of the last round stay readable.
fn read(view: &ReferenceView<'_>, findings: &mut Findings) {
    let reference = view.reference;
    let Sense::BodyStep(around) = view.sense() else { return };
    if reference.guarded || around.0.id.is_none() || matches!(around.0.kind, StepKind::Parallel) {
        return;
    }
    let stays = matches!(around.0.kind, StepKind::While(_));
    let draft = findings.report(reference.root_span, words(&reference.root, around.0, stays));
    if stays {
        draft.severity(Severity::Hint);
    } else if reference.in_auto {
        draft.severity(Severity::Warning);
    }
}

fn declared(view: &StepView<'_>, findings: &mut Findings) {
    for dependency in &view.step.dependencies {
        if let Some(around) = view.scope.loop_of(&dependency.value) {
            let words = format!("`{}` is inside `{}`; wait for `{}`", dependency.value, around.id_text(), around.id_text());
            findings.report(dependency.span, words);
        }
    }
}

fn words(id: &str, around: &Step, stays: bool) -> String {
    let around = around.id_text();
    if stays {
        format!("`{id}` is inside `{around}`: this reads its last round")
    } else {
        format!("`{id}` is inside `{around}` and has one result an iteration; read `{around}.results`")
    }
}
