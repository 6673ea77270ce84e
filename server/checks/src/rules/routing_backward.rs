use crate::{facts::Whole, findings::Findings, rule::declare_rule};

declare_rule!("routing-backward", Warning, "routing_backward.md", Pipeline(detect));

fn detect(whole: &Whole<'_>, findings: &mut Findings) {
    let input = whole.input;
    for route in &input.plan.backward {
        let id = |index: usize| input.pipeline.steps.get(index).map_or("", |step| step.id_text());
        findings.report(route.span, words(id(route.to), id(route.from)));
    }
}

fn words(target: &str, source: &str) -> String {
    format!("`{target}` does not come after `{source}`, so this route does nothing")
}
