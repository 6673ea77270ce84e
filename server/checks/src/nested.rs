//! Pipelines that are written out inside a step: documents of their own (LANGUAGE, ruling 7), whose findings stand where
//! their text stands.

use pipeline::{Plan, Step, Text, lower, names::Names};
use syntax::{Document, Span};

use crate::{
    Diagnostic, Fix, Input, Related,
    check::check,
    findings::Findings,
    view::{Called, MAX_BYTES, called},
};

/// How many calls of pipelines a text may mention: as many levels it has at most.
const MAX_CALLS: usize = 48;

/// Findings of the pipelines written out in a step and its body, relative to its base.
pub(crate) fn check_nested(input: &Input<'_>, step: &Step, findings: &mut Findings) {
    for step in step.walk() {
        let Some((Called::Inline(text), _)) = called(step) else { continue };
        let calls = text.value.to_ascii_lowercase().matches("executor").count();
        if text.value.len() <= MAX_BYTES && calls <= MAX_CALLS && text.aliased.is_none() {
            check_text(input, step, text, findings);
        }
    }
}

fn check_text(outer: &Input<'_>, step: &Step, text: &Text, findings: &mut Findings) {
    let document = Document::new(&text.value);
    let pipeline = lower(&document, outer.catalogue);
    if !pipeline.is_pipeline {
        return;
    }
    let names = Names::new(&pipeline);
    let plan = Plan::new(&pipeline, &names);
    let inner = Input { pipeline: &pipeline, plan: &plan, names: &names, ..*outer };
    for finding in check(&inner) {
        if !is_inherited(outer, step, text, &finding) {
            place(text, finding, findings);
        }
    }
}

/// An undefined name that the pipeline around supplies: it hands its inputs on unless told otherwise.
fn is_inherited(outer: &Input<'_>, step: &Step, text: &Text, finding: &Diagnostic) -> bool {
    let name = text.value.get(finding.span.range()).unwrap_or_default();
    let given = step.parameter("inputs").and_then(|it| it.value.value.get(name));
    matches!(finding.code, "undefined-variable" | "undefined-input")
        && (given.is_some() || outer.names.input(name).is_some())
}

fn place(text: &Text, finding: Diagnostic, findings: &mut Findings) {
    findings.begin(finding.code, finding.severity);
    let draft = findings.report(text.source(finding.span), finding.message).tag(finding.tags);
    for Related { span, message, .. } in finding.related {
        draft.related(text.source(span), message);
    }
    for fix in finding.fixes {
        draft.fix(moved(text, fix));
    }
}

/// The fix in the text around. What would need the indentation or the quotes of that text is left out.
fn moved(text: &Text, mut fix: Fix) -> Option<Fix> {
    for edit in &mut fix.edits {
        let source: Span = text.source(edit.span);
        let is_plain =
            edit.text.chars().all(|c| c.is_alphanumeric() || matches!(c, '_' | '-' | '.' | ' '));
        if source.len() != edit.span.len() || source.is_empty() || !is_plain {
            return None;
        }
        edit.span = source;
    }
    Some(fix)
}
