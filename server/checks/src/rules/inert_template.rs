use crate::{findings::Findings, rule::declare_rule, view::TextView};

declare_rule!("inert-template", Hint, "inert_template.md", Text(detect));

/// Prose and data of people: anything else that is not rendered has a meaning of its own.
const PROSE: &[&str] = &["name", "description", "metadata"];

fn detect(view: &TextView<'_>, findings: &mut Findings) {
    let has_markers = view.text.template.is_some() || !view.text.autos.is_empty();
    if !view.field.rendered && has_markers && PROSE.contains(&view.field.key) {
        findings.report(view.span, words(view.field.key));
    }
}

fn words(key: &str) -> String {
    format!("templates in `{key}` are not rendered")
}
