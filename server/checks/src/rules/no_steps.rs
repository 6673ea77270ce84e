use pipeline::{Data, Pipeline};
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
        None if let Some((key, around)) = indented(pipeline) => {
            findings.report(key, format!("`steps` stands inside of `{around}`, and belongs at the top: there is nothing to run"));
        }
        None => {
            let top = pipeline.entries.first().map_or(Span::empty(0), |entry| entry.absolute(entry.key.span));
            findings.report(top, "this looks like a pipeline, and has no `steps`").severity(Severity::Information);
        }
    }
}

/// A list of steps that stands one level too deep, and the key that it stands below.
fn indented(pipeline: &Pipeline) -> Option<(Span, &str)> {
    pipeline.entries.iter().find_map(|entry| {
        let Data::Map(inner) = &entry.value.value else { return None };
        let (key, _) = inner.iter().find(|(key, value)| key.value == "steps" && is_steps(&value.value))?;
        Some((entry.absolute(key.span), &*entry.key.value))
    })
}

fn is_steps(data: &Data) -> bool {
    let Data::List(items) = data else { return false };
    items.first().is_some_and(|item| matches!(item.value, Data::Map(_)))
}
