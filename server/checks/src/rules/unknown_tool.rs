use pipeline::{
    Data, Located, StepKind, catalogue::normalise, facts::tool_names, models::asks_a_model,
    names::nearest,
};
use syntax::Span;

use crate::{
    Fix, Input, Severity, facts::Whole, findings::Findings, rule::declare_rule, synonyms,
    view::StepView, words::did_you_mean,
};

declare_rule!("unknown-tool", Error, "unknown_tool.md", Step(detect), Pipeline(of_experts));

/// Tools that only documents speak of are known, and refused by a run. Names are in lower case here.
fn detect(view: &StepView<'_>, findings: &mut Findings) {
    if let Some(listed) = view.step.key("tools")
        && asks_a_model(view.step, view.scope.input.catalogue)
    {
        tool_names(&listed.value).iter().for_each(|lent| judge(view, lent, findings));
    }
    if let StepKind::Tool { tool, .. } = &view.step.kind {
        judge(view, tool, findings);
    }
}

fn judge(view: &StepView<'_>, tool: &Located<String>, findings: &mut Findings) {
    let catalogue = view.scope.input.catalogue;
    let is_open = tool.value.contains("{{")
        || tool.value.contains("<auto")
        || tool.value.trim().is_empty();
    if is_open || catalogue.tool(&tool.value).is_some() || catalogue.is_documented_only(&tool.value)
    {
        return;
    }
    let near = nearest(&tool.value, catalogue.tools().iter().map(|it| it.name))
        .or_else(|| synonyms::tool(&tool.value));
    findings.report(tool.span, words(&tool.value, near)).fix(near.map(|near| fix(tool.span, near)));
}

/// An entry of `experts` that is a model alone is the model for a tool.
fn of_experts(whole: &Whole<'_>, findings: &mut Findings) {
    let Input { pipeline, catalogue, .. } = *whole.input;
    for expert in &pipeline.experts {
        let name = expert.name.value.as_str();
        let is_called = || {
            pipeline
                .steps
                .iter()
                .flat_map(|step| step.walk())
                .any(|step| step.expert.as_ref().is_some_and(|it| it.value == name))
        };
        let is_model = matches!(expert.value.value, Data::Text(_) | Data::List(_));
        if !is_model
            || catalogue.tool(name).is_some()
            || catalogue.action(name).is_some()
            || catalogue.is_documented_only(name)
            || is_called()
        {
            continue;
        }
        let near = nearest(&normalise(name), catalogue.tools().iter().map(|it| it.name));
        let span = expert.absolute(expert.name.span);
        findings
            .report(span, words(name, near))
            .severity(Severity::Warning)
            .fix(near.map(|near| fix(span, near)));
    }
}

fn words(name: &str, near: Option<&str>) -> String {
    format!("no tool is called `{name}`{}", did_you_mean(near))
}

fn fix(span: Span, near: &str) -> Fix {
    Fix::suggestion(format!("change to `{near}`"), span, near)
}
