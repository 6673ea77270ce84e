use crate::{findings::Findings, rule::declare_rule, view::TextView};

declare_rule!("template-syntax", Error, "template_syntax.md", Text(detect));

/// Fields that are not rendered may hold anything.
fn detect(view: &TextView<'_>, findings: &mut Findings) {
    if view.field.rendered && !view.is_condition() {
        for error in view.told_errors() {
            findings
                .report(view.source(error.span), error.message.clone())
                .fix(view.repair(error));
        }
    }
}
