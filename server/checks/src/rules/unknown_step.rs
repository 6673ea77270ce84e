use pipeline::{Located, names::nearest};
use std::sync::Arc;
use syntax::Span;

use crate::{
    Fix,
    facts::Whole,
    findings::Findings,
    rule::declare_rule,
    view::{ReferenceView, Scope, Sense, StepView, inside_quotes},
    words::did_you_mean,
};

declare_rule!("unknown-step", Error, "unknown_step.md", Step(declared), Reference(read), Pipeline(global));

/// Steps that a step waits for, and steps that its handlers run.
fn declared(view: &StepView<'_>, findings: &mut Findings) {
    let handlers = view.step.handlers.iter().filter_map(|handler| handler.task.as_ref());
    for Located { value, span } in view.step.dependencies.iter().chain(handlers) {
        if !view.scope.knows_step(value) && view.scope.loop_of(value).is_none() {
            report(&view.scope, value, *span, findings);
        }
    }
}

/// Steps that the handlers of the document run.
fn global(whole: &Whole<'_>, findings: &mut Findings) {
    let input = whole.input;
    for handler in &input.pipeline.global_error_handlers {
        let Some(task) = &handler.task else { continue };
        let scope = Scope { input, path: &[], index: None };
        if !scope.knows_step(&task.value) {
            report(&scope, &task.value, handler.absolute(task.span), findings);
        }
    }
}

/// `steps['x']` and `steps.x`.
fn read(view: &ReferenceView<'_>, findings: &mut Findings) {
    if view.sense() == Sense::NoStep && !view.reference.root_guarded {
        let root = &view.reference.root;
        report(&view.scope, root, inside_quotes(view.reference.root_span, root), findings);
    }
}

fn report(scope: &Scope<'_>, name: &Arc<str>, span: Span, findings: &mut Findings) {
    let words_apart: Vec<&str> = name.split_whitespace().collect();
    if words_apart.len() > 1 && words_apart.iter().all(|id| scope.knows_step(id)) {
        let all = words_apart.join(", ");
        findings
            .report(span, format!("no step is called `{name}`; a comma is missing: `{all}`"))
            .about(Arc::clone(name))
            .fix(Fix::suggestion(format!("change to `{all}`"), span, all));
        return;
    }
    let near = nearest(name, scope.step_ids());
    findings.report(span, words(name, near)).about(Arc::clone(name)).fix(near.map(|near| fix(span, near)));
}

pub(super) fn words(name: &str, near: Option<&str>) -> String {
    format!("no step is called `{name}`{}", did_you_mean(near))
}

pub(super) fn fix(span: Span, near: &str) -> Fix {
    Fix::suggestion(format!("change to `{near}`"), span, near)
}
