use pipeline::StepKind;

use crate::{
    Severity,
    findings::Findings,
    rule::declare_rule,
    view::{StepView, TextView},
};

declare_rule!("missing-file", Error, "missing_file.md", Text(included), Step(sub_pipeline));

fn included(view: &TextView<'_>, findings: &mut Findings) {
    if !view.field.rendered {
        return;
    }
    for (path, span) in view.includes() {
        if !path.contains("{{") && view.scope.input.files.exists(path.trim()) == Some(false) {
            findings.report(span, words(path.trim()));
        }
    }
}

/// It may be written by an earlier step.
fn sub_pipeline(view: &StepView<'_>, findings: &mut Findings) {
    let StepKind::Tool { tool, .. } = &view.step.kind else { return };
    let Some(parameter) = view.step.parameter("pipeline").filter(|_| tool.value == "pipeline-executor") else { return };
    let Some(text) = parameter.value.value.as_text().filter(|text| text.is_static()) else { return };
    let path = text.value.trim();
    let is_path = !path.contains('\n') && (path.ends_with(".yaml") || path.ends_with(".yml"));
    if is_path && view.scope.input.files.exists(path) == Some(false) {
        findings.report(parameter.value.span, words(path)).severity(Severity::Warning);
    }
}

fn words(path: &str) -> String {
    format!("there is no file `{path}`")
}
