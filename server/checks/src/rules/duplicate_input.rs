use rustc_hash::FxHashMap;
use syntax::Span;

use crate::{facts::Whole, findings::Findings, rule::declare_rule};

declare_rule!("duplicate-input", Warning, "duplicate_input.md", Pipeline(detect));

fn detect(whole: &Whole<'_>, findings: &mut Findings) {
    let mut first: FxHashMap<&str, Span> = FxHashMap::default();
    for input in &whole.input.pipeline.inputs {
        let span = input.absolute(input.name.span);
        let earlier = *first.entry(&input.name.value).or_insert(span);
        if earlier != span {
            findings.report(span, words(&input.name.value)).related(earlier, "this one counts");
        }
    }
}

fn words(name: &str) -> String {
    format!("the input `{name}` is declared already, and its first default counts")
}
