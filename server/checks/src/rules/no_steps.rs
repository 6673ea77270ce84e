use pipeline::Data;
use syntax::Span;

use crate::{Severity, facts::Whole, findings::Findings, rule::declare_rule};

declare_rule!("no-steps", Error, "no_steps.md", Pipeline(detect));

fn detect(whole: &Whole<'_>, findings: &mut Findings) {
    let pipeline = whole.input.pipeline;
    if !pipeline.steps.is_empty() || !pipeline.is_pipeline {
        return;
    }
    match pipeline.entry("steps") {
        Some(entry) if !matches!(entry.value.value, Data::List(_) | Data::Null) => {}
        Some(entry) => {
            findings.report(entry.absolute(entry.key.span), "`steps` is empty: there is nothing to run");
        }
        None => {
            let top = pipeline.entries.first().map_or(Span::empty(0), |entry| entry.absolute(entry.key.span));
            findings.report(top, "this looks like a pipeline, and has no `steps`").severity(Severity::Information);
        }
    }
}
