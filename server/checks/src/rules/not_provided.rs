use pipeline::{Located, StepKind};

use crate::{findings::Findings, rule::declare_rule, view::StepView};

declare_rule!("not-provided", Warning, "not_provided.md", Call(detect));

/// A tool or action that documents speak of and that nobody ever made. What only this build lacks is no matter of the file.
fn detect(view: &StepView<'_>, findings: &mut Findings) {
    match &view.step.kind {
        StepKind::Tool { tool: name, .. } | StepKind::Action(name) => {
            of_documents(view, name, findings);
        }
        StepKind::Unknown(Some(text)) if text.value.is_static() => {
            let name = Located::new(text.value.value.trim().to_owned(), text.span);
            of_documents(view, &name, findings);
        }
        _ => {}
    }
}

fn of_documents(view: &StepView<'_>, name: &Located<String>, findings: &mut Findings) {
    if view.scope.input.catalogue.is_documented_only(&name.value) {
        findings.report(name.span, documents_words(&name.value));
    }
}

fn documents_words(name: &str) -> String {
    format!("`{name}` exists in documents only, so a run refuses the step")
}
