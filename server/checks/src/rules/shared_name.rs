use pipeline::names::Meaning;

use crate::{
    facts::Whole,
    findings::Findings,
    rule::declare_rule,
    view::{LoopNames, ReferenceView, Sense},
};

declare_rule!("shared-name", Warning, "shared_name.md", Pipeline(detect), Reference(hidden));

fn detect(whole: &Whole<'_>, findings: &mut Findings) {
    let input = whole.input;
    for declared in &input.pipeline.inputs {
        let Some(step) = input.names.step(&declared.name.value) else { continue };
        let Some(step) = input.pipeline.steps.get(step) else { continue };
        let Some(id) = &step.id else { continue };
        findings
            .report(step.absolute(id.span), words(&id.value))
            .related(declared.absolute(declared.name.span), "the input");
    }
}

fn words(name: &str) -> String {
    format!("`{name}` is an input too, and a template that says `{name}` means this step")
}

/// An input in the place of what the loop around it binds.
fn hidden(view: &ReferenceView<'_>, findings: &mut Findings) {
    let reference = view.reference;
    let dollar = reference.root_span.start > reference.span.start;
    let meant = if dollar { LoopNames::All } else { LoopNames::Item };
    if matches!(view.sense(), Sense::Known(Meaning::Input(_)))
        && view.scope.is_bound_by_loop(&reference.root, meant)
    {
        findings.report(reference.root_span, hidden_words(&reference.root));
    }
}

fn hidden_words(name: &str) -> String {
    format!("`{name}` is the input of this name here and not the loop's; rename the input")
}
