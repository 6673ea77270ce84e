use pipeline::Data;

use crate::{facts::Whole, findings::Findings, rule::declare_rule};

declare_rule!("nested-output-map", Hint, "nested_output_map.md", Pipeline(detect));

fn detect(whole: &Whole<'_>, findings: &mut Findings) {
    for output in &whole.input.pipeline.outputs {
        if matches!(&output.value.value, Data::Map(entries) if !entries.is_empty()) {
            findings.report(output.absolute(output.name.span), words(&output.name.value));
        }
    }
}

fn words(name: &str) -> String {
    format!("`{name}` has neither `value` nor `source`, so the whole map is rendered")
}
