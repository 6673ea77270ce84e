use pipeline::{StepKind, Text, names::nearest};
use syntax::Span;

use crate::{
    Fix, findings::Findings, rule::declare_rule, synonyms, view::StepView, words::did_you_mean,
};

declare_rule!("unknown-action", Error, "unknown_action.md", Call(detect));

/// A tool that only documents speak of is refused by a run.
fn detect(view: &StepView<'_>, findings: &mut Findings) {
    let StepKind::Unknown(Some(text)) = &view.step.kind else { return };
    let catalogue = view.scope.input.catalogue;
    let action = text.value.value.trim();
    if catalogue.is_documented_only(action) {
        return;
    }
    if !text.value.is_static() {
        // What a handler does is its author's note as often as an action.
        if !is_handler(view) {
            findings.report(text.span, TEMPLATED);
        }
        return;
    }
    if view.step.keys.is_empty() && view.scope.knows_step(action) {
        findings.report(text.span, step_words(action));
        return;
    }
    let known = catalogue.actions().iter().chain(catalogue.tools()).map(|it| it.name);
    let near = nearest(action, known).or_else(|| synonyms::action(catalogue, action));
    findings.report(text.span, words(&text.value, near)).fix(near.map(|near| fix(text.span, near)));
}

const TEMPLATED: &str = "no action does this: which one a template makes is not known before the run; write it out, and put what differs into `parameters`";

/// Whether it is what an error handler does: neither a step of its own, nor the action of a loop.
fn is_handler(view: &StepView<'_>) -> bool {
    let holder = view.scope.path.iter().rev().nth(1);
    let is_body = holder.is_some_and(|it| it.body.iter().any(|it| std::ptr::eq(it, view.step)));
    view.step.keys.is_empty() && !is_body
}

fn step_words(id: &str) -> String {
    format!("`{id}` is a step and no action; a handler runs it by `handler_task_id`")
}

fn words(text: &Text, near: Option<&str>) -> String {
    let action = text.value.trim();
    if action.contains(char::is_whitespace) && near.is_none() {
        return "no action does this; prose can `echo` or write to a file, and a model needs `generate` with a `prompt`".to_owned();
    }
    format!("no action is called `{action}`{}", did_you_mean(near))
}

fn fix(span: Span, near: &str) -> Fix {
    Fix::suggestion(format!("change to `{near}`"), span, near)
}
