use crate::{facts::Whole, findings::Findings, rule::declare_rule};

declare_rule!("shared-name", Warning, "shared_name.md", Pipeline(detect));

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
