use pipeline::{
    Input, Placed,
    language::{self, Level},
};
use rustc_hash::FxHashSet;

use crate::{
    Tags,
    facts::{NameHash, Whole},
    findings::{Draft, Findings},
    kept::Reads,
    rule::declare_rule,
};

declare_rule!(
    "unused-input",
    Warning,
    "unused_input.md",
    Kept(Reads::HEADER.with(Reads::NAMES), detect)
);

/// Silent where a sub-pipeline or an included text may read what is not seen here.
fn detect(whole: &Whole<'_>, findings: &mut Findings) {
    let pipeline = whole.input.pipeline;
    if pipeline.steps.is_empty() || whole.facts.iter().any(|facts| facts.reads_all) {
        return;
    }
    let mut unread: FxHashSet<_> =
        pipeline.inputs.iter().map(|input| NameHash::of(&input.name.value)).collect();
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
    let is_unused = |input: &Placed<Input>| {
        input.problems.is_empty() && unread.contains(&NameHash::of(&input.name.value))
    };
    let mut said = FxHashSet::default();
    for section in pipeline.inputs.chunk_by(|one, other| one.base == other.base) {
        let all = section.len() > 1 && section.iter().all(is_unused);
        let unused =
            section.iter().filter(|input| is_unused(input) && said.insert(&input.name.value));
        let (together, alone): (Vec<_>, Vec<_>) =
            unused.partition(|input| all || is_word_of_declarations(input));
        for input in alone {
            report(input, findings);
        }
        if let Some((first, others)) = together.split_first() {
            let draft = report(first, findings);
            for other in others {
                draft.related(other.absolute(other.name.span), words(&other.name.value));
            }
        }
    }
}

/// `type` and the like: a declaration that stands a level too high makes inputs of its own keys, all by one slip.
fn is_word_of_declarations(input: &Input) -> bool {
    language::key(Level::Input, &input.name.value).is_some()
}

fn report<'f>(input: &Placed<Input>, findings: &'f mut Findings) -> &'f mut Draft {
    findings
        .report(input.absolute(input.name.span), words(&input.name.value))
        .tag(Tags::Unnecessary)
}

fn words(name: &str) -> String {
    format!("nothing reads the input `{name}`")
}
