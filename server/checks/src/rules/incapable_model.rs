use pipeline::models::{Capability, Kind, Model, needs};

use crate::{findings::Findings, rule::declare_rule, view::StepView, view::asked};

declare_rule!("incapable-model", Warning, "incapable_model.md", Step(detect));

/// What nobody says of a model may well be so.
fn detect(view: &StepView<'_>, findings: &mut Findings) {
    let Some(asked) = asked(view) else { return };
    let Some(model) = asked.model(view) else { return };
    if model.kind == Kind::Embedding {
        findings.report(asked.span, makes_no_text(model));
        return;
    }
    let by_step = needs(view.step);
    let required = asked.wanted.requirement.capabilities.iter().copied();
    let all = required.map(|it| (it, "requires_model")).chain(by_step);
    // What the step itself needs says more than that it is required.
    let mut lacks: Vec<_> = all.filter(|(it, _)| model.can(*it) == Some(false)).collect();
    lacks.reverse();
    if let Some((capability, by)) = lacks.first() {
        findings.report(asked.span, lacks_it(model, *capability, by));
    }
}

fn makes_no_text(model: &Model) -> String {
    format!("`{}` makes embeddings, no text", model.name)
}

fn lacks_it(model: &Model, capability: Capability, by: &str) -> String {
    format!("`{}` has no `{}`, which `{by}` needs", model.name, capability.word())
}
