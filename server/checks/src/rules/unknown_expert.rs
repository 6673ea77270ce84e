use pipeline::names::nearest;
use syntax::Span;

use crate::{Fix, findings::Findings, rule::declare_rule, view::StepView, words::did_you_mean};

declare_rule!("unknown-expert", Error, "unknown_expert.md", Step(detect));

fn detect(view: &StepView<'_>, findings: &mut Findings) {
    let Some(expert) = view.step.expert.as_ref().filter(|it| !it.value.contains("{{") && !it.value.contains("<AUTO")) else {
        return;
    };
    let experts = &view.scope.input.pipeline.experts;
    if !experts.iter().any(|known| known.name.value == expert.value) {
        let near = nearest(&expert.value, experts.iter().map(|known| known.name.value.as_str()));
        findings.report(expert.span, words(&expert.value, near)).fix(near.map(|near| fix(expert.span, near)));
    }
}

fn words(name: &str, near: Option<&str>) -> String {
    format!("`experts` names no `{name}`{}", did_you_mean(near))
}

fn fix(span: Span, near: &str) -> Fix {
    Fix::suggestion(format!("change to `{near}`"), span, near)
}
