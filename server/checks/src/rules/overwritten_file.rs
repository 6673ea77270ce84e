use pipeline::Origin;
use rustc_hash::FxHashMap;
use syntax::Span;

use crate::{
    Severity,
    facts::{FileFact, Whole},
    findings::Findings,
    rule::declare_rule,
    view::Use,
};

declare_rule!("overwritten-file", Error, "overwritten_file.md", Pipeline(detect));

/// A file that is written: by which step, and how.
#[derive(Clone, Copy)]
struct Writer<'a> {
    step: usize,
    fact: &'a FileFact,
}

fn detect(whole: &Whole<'_>, findings: &mut Findings) {
    let steps = &whole.input.pipeline.steps;
    let mut writers: FxHashMap<&str, Vec<Writer<'_>>> = FxHashMap::default();
    let files = whole
        .facts
        .iter()
        .enumerate()
        .flat_map(|(step, facts)| facts.files.iter().map(move |fact| Writer { step, fact }));
    for writer in files.filter(|it| it.fact.usage != Use::Reads) {
        let Some(place) = steps.get(writer.step).map(|step| step.absolute(writer.fact.span)) else {
            continue;
        };
        if writer.fact.looped {
            findings.report(place, in_loop(&writer.fact.path)).severity(Severity::Warning);
        }
        let earlier = writers.entry(&writer.fact.path).or_default();
        if let Some((other, severity)) =
            earlier.iter().rev().find_map(|other| Some((other, weigh(whole, *other, writer)?)))
        {
            let related =
                steps.get(other.step).map_or(place, |step| step.absolute(other.fact.span));
            report(place, related, &writer.fact.path, severity, findings);
        }
        earlier.push(writer);
    }
}

/// Nothing where at most one of the two may run, or where something reads the file between them.
fn weigh(whole: &Whole<'_>, first: Writer<'_>, second: Writer<'_>) -> Option<Severity> {
    let is_product = |it: Writer<'_>| it.fact.usage == Use::Product;
    if !first.fact.sure || !second.fact.sure {
        return None;
    }
    let routed = whole.input.plan.edges.iter().any(|edge| edge.origin == Origin::Routing);
    let ordered = first.step == second.step && !(is_product(first) && is_product(second))
        || whole.is_before(first.step, second.step)
        || whole.is_before(second.step, first.step);
    match (ordered, is_product(first) || is_product(second)) {
        (false, _) | (true, true) => Some(if routed { Severity::Warning } else { Severity::Error }),
        (true, false) => (!is_read(whole, &first.fact.path)).then_some(Severity::Hint),
    }
}

fn is_read(whole: &Whole<'_>, path: &str) -> bool {
    whole
        .facts
        .iter()
        .flat_map(|facts| &facts.files)
        .any(|fact| fact.usage == Use::Reads && &*fact.path == path)
}

fn report(place: Span, other: Span, path: &str, severity: Severity, findings: &mut Findings) {
    findings.report(place, words(path)).severity(severity).related(other, "written here too");
}

fn words(path: &str) -> String {
    format!("`{path}` is written twice, and one of the two is lost")
}

fn in_loop(path: &str) -> String {
    format!("every iteration writes `{path}`, and only the last one stays")
}
