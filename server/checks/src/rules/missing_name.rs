use crate::{facts::Whole, findings::Findings, rule::declare_rule};

declare_rule!("missing-name", Error, "missing_name.md", Pipeline(detect));

fn detect(whole: &Whole<'_>, findings: &mut Findings) {
    let pipeline = whole.input.pipeline;
    let says_so = pipeline.entries.iter().any(|it| matches!(it.key.value.as_str(), "name" | "id"));
    if pipeline.steps.is_empty() || says_so {
        return;
    }
    if let Some(entry) = pipeline.entry("steps").or(pipeline.entries.first()) {
        findings.report(entry.absolute(entry.key.span), "a pipeline needs a `name` or an `id`");
    }
}

