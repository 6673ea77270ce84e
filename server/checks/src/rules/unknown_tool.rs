use pipeline::{StepKind, names::nearest};
use syntax::Span;

use crate::{Fix, findings::Findings, rule::declare_rule, view::StepView, words::did_you_mean};

declare_rule!("unknown-tool", Error, "unknown_tool.md", Step(detect));

/// Tools that only documents speak of are known, and refused by a run. Names are in lower case here.
fn detect(view: &StepView<'_>, findings: &mut Findings) {
    let StepKind::Tool { tool, .. } = &view.step.kind else { return };
    let catalogue = view.scope.input.catalogue;
    let is_open = tool.value.contains("{{") || tool.value.contains("<auto") || tool.value.trim().is_empty();
    if is_open || catalogue.tool(&tool.value).is_some() || catalogue.is_documented_only(&tool.value) {
        return;
    }
    let near = nearest(&tool.value, catalogue.tools().iter().map(|it| it.name));
    findings.report(tool.span, words(&tool.value, near)).fix(near.map(|near| fix(tool.span, near)));
}

fn words(name: &str, near: Option<&str>) -> String {
    format!("no tool is called `{name}`{}", did_you_mean(near))
}

fn fix(span: Span, near: &str) -> Fix {
    Fix::suggestion(format!("change to `{near}`"), span, near)
}
