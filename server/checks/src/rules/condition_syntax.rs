use crate::{findings::Findings, rule::declare_rule, view::TextView};

declare_rule!("condition-syntax", Error, "condition_syntax.md", Text(detect));

/// A condition with an AUTO tag becomes an expression only when a model has answered.
fn detect(view: &TextView<'_>, findings: &mut Findings) {
    if view.is_condition() && view.text.autos.is_empty() {
        for error in view.told_errors() {
            findings
                .report(view.source(error.span), error.message.clone())
                .fix(view.repair(error));
        }
    }
}
