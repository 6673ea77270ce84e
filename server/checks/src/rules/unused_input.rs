use rustc_hash::FxHashSet;

use crate::{
    Tags,
    facts::{NameHash, Whole},
    findings::Findings,
    rule::declare_rule,
};

declare_rule!("unused-input", Warning, "unused_input.md", Pipeline(detect));

/// Silent where a sub-pipeline or an included text may read what is not seen here.
fn detect(whole: &Whole<'_>, findings: &mut Findings) {
    let pipeline = whole.input.pipeline;
    if pipeline.steps.is_empty() || whole.facts.iter().any(|facts| facts.reads_all) {
        return;
    }
    let mut unread: FxHashSet<_> = pipeline.inputs.iter().map(|input| NameHash::of(&input.name.value)).collect();
    let outputs = pipeline.outputs.iter().flat_map(|output| &output.references);
    for reference in outputs.chain(pipeline.inputs.iter().flat_map(|input| &input.references)) {
        if reference.fields.is_empty() && matches!(&*reference.root, "inputs" | "parameters") {
            return;
        }
        unread.remove(&NameHash::of(&reference.root));
    }
    for facts in whole.facts {
        if unread.is_empty() {
            return;
        }
        facts.reads.iter().for_each(|name| {
            unread.remove(name);
        });
    }
    for input in pipeline.inputs.iter().filter(|input| unread.contains(&NameHash::of(&input.name.value))) {
        findings.report(input.absolute(input.name.span), words(&input.name.value)).tag(Tags::Unnecessary);
    }
}

fn words(name: &str) -> String {
    format!("nothing reads the input `{name}`")
}
