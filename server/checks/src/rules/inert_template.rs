use pipeline::StepKind;

use crate::{
    Severity,
    findings::Findings,
    rule::declare_rule,
    view::{StepView, TextView},
};

declare_rule!("inert-template", Hint, "inert_template.md", Text(detect), Step(of_tool));

/// Prose and data of people: anything else that is not rendered has a meaning of its own.
const PROSE: &[&str] = &["name", "description", "metadata"];

fn detect(view: &TextView<'_>, findings: &mut Findings) {
    let has_markers = view.text.template.is_some() || !view.text.autos.is_empty();
    if !view.field.rendered && has_markers && PROSE.contains(&view.field.key) {
        findings.report(view.span, words(view.field.key));
    }
}

/// A step whose tool is a template could run nothing.
fn of_tool(view: &StepView<'_>, findings: &mut Findings) {
    let StepKind::Tool { tool, .. } = &view.step.kind else { return };
    if tool.value.contains("{{") {
        findings
            .report(tool.span, "`tool` is not rendered: write the name of a tool here")
            .severity(Severity::Error);
    }
}

fn words(key: &str) -> String {
    format!("templates in `{key}` are not rendered")
}
