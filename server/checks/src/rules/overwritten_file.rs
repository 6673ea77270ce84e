use pipeline::Origin;
use syntax::Span;

use crate::{
    Severity,
    facts::{FileFact, Whole},
    findings::{Findings, Topic},
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
    let place = |it: &Writer<'_>| steps.get(it.step).map(|step| step.absolute(it.fact.span));
    let files = whole
        .facts
        .iter()
        .enumerate()
        .flat_map(|(step, facts)| facts.files.iter().map(move |fact| Writer { step, fact }));
    let mut writers: Vec<_> = files.filter(|it| it.fact.usage != Use::Reads).collect();
    for writer in writers.iter().filter(|it| it.fact.looped) {
        if let Some(place) = place(writer) {
            findings.report(place, in_loop(&writer.fact.path)).severity(Severity::Warning);
        }
    }
    writers
        .sort_by(|a, b| a.fact.hash.cmp(&b.fact.hash).then_with(|| a.fact.path.cmp(&b.fact.path)));
    let same =
        |a: &Writer<'_>, b: &Writer<'_>| a.fact.hash == b.fact.hash && a.fact.path == b.fact.path;
    for file in writers.chunk_by(same) {
        for (index, writer) in file.iter().enumerate() {
            let earlier = file.iter().take(index).rev();
            let mut found =
                earlier.filter_map(|other| Some((place(other), weigh(whole, *other, *writer)?)));
            if let (Some((other, severity)), Some(place)) = (found.next(), place(writer)) {
                report(place, other.unwrap_or(place), &writer.fact.path, severity, findings);
            }
        }
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
    findings
        .report(place, words(path))
        .severity(severity)
        .topic(Topic::File(path.into()))
        .related(other, "written here too");
}

fn words(path: &str) -> String {
    format!("`{path}` is written twice, and one of the two is lost")
}

fn in_loop(path: &str) -> String {
    format!("every iteration writes `{path}`, and only the last one stays")
}
