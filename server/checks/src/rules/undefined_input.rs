use std::sync::Arc;

use pipeline::names::nearest;

use crate::{
    Fix, Severity,
    findings::{Elsewhere, Findings},
    rule::declare_rule,
    view::{ReferenceView, Sense, inside_quotes},
    words::did_you_mean,
};
use syntax::Span;

declare_rule!("undefined-input", Error, "undefined_input.md", Reference(detect));

fn detect(view: &ReferenceView<'_>, findings: &mut Findings) {
    if view.sense() != Sense::NoInput {
        return;
    }
    let reference = view.reference;
    let span = inside_quotes(reference.root_span, &reference.root);
    let inputs = &view.scope.input.pipeline.inputs;
    let near = nearest(&reference.root, inputs.iter().map(|input| input.name.value.as_str()));
    let is_certain = !reference.guarded && (!reference.in_auto || near.is_some());
    let draft = findings.report(span, words(&reference.root, near));
    if !is_certain {
        draft.severity(Severity::Warning);
    }
    if !reference.aliased {
        draft.fix(near.map(|near| fix(span, near)));
    }
    draft.about(Arc::clone(&reference.root));
    draft.elsewhere(Elsewhere::DeclareInput(reference.root.to_string()));
}

fn words(name: &str, near: Option<&str>) -> String {
    format!("no input is called `{name}`{}", did_you_mean(near))
}

fn fix(span: Span, near: &str) -> Fix {
    Fix::suggestion(format!("change to `{near}`"), span, near)
}
