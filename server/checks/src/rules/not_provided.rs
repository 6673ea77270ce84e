use pipeline::{Located, StepKind};

use crate::{findings::Findings, rule::declare_rule, view::StepView};

declare_rule!("not-provided", Warning, "not_provided.md", Call(detect));

/// A tool or action that is known and that a run refuses: nobody ever made it, or this build does not have it.
fn detect(view: &StepView<'_>, findings: &mut Findings) {
    let catalogue = view.scope.input.catalogue;
    match &view.step.kind {
        StepKind::Tool { tool: name, .. } | StepKind::Action(name) => {
            match catalogue.tool(&name.value).or_else(|| catalogue.action(&name.value)) {
                Some(signature) if catalogue.lacks(signature.name) => {
                    findings.report(name.span, build_words(&name.value));
                }
                Some(_) => {}
                None => of_documents(view, name, findings),
            }
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

fn build_words(name: &str) -> String {
    format!("this build has no `{name}`, so a run refuses the step")
}

fn documents_words(name: &str) -> String {
    format!("`{name}` exists in documents only, so a run refuses the step")
}
