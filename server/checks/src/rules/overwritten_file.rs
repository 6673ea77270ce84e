use std::sync::Arc;

use pipeline::Origin;
use rustc_hash::FxHashSet;

use crate::{
    Severity,
    facts::{FileFact, Whole},
    findings::{Findings, Topic},
    kept::Reads,
    rule::declare_rule,
    view::Use,
};

declare_rule!(
    "overwritten-file",
    Error,
    "overwritten_file.md",
    Kept(Reads::GRAPH.with(Reads::FILES), detect)
);

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
    let several = writers.chunk_by(same).filter(|file| file.len() > 1);
    let mut rest = None;
    for file in several {
        let Rest { read, routed } = rest.get_or_insert_with(|| Rest::new(whole));
        let grave = if *routed { Severity::Warning } else { Severity::Error };
        let is_read = file.first().is_some_and(|it| read.contains(&*it.fact.path));
        let file: Vec<_> = file.iter().copied().filter(|it| it.fact.sure).collect();
        let surely_ordered = is_read && follow_one_another(whole, &file);
        for (index, writer) in file.iter().enumerate() {
            let earlier = file.iter().take(index).rev().take(LOOK_BACK);
            let mut found = earlier.filter_map(|other| {
                let severity = match (surely_ordered || ordered(whole, *other, *writer), is_read) {
                    _ if other.is_product() || writer.is_product() => grave,
                    (false, _) => grave,
                    (true, true) => return None,
                    (true, false) => Severity::Hint,
                };
                Some((place(other)?, severity))
            });
            if let (Some((other, severity)), Some(place)) = (found.next(), place(writer)) {
                findings
                    .report(place, words(&writer.fact.path))
                    .severity(severity)
                    .topic(Topic::File(Arc::clone(&writer.fact.path)))
                    .related(other, "written here too");
            }
        }
    }
}

/// How many earlier writers of a file that is read are looked at: of a writer that is ordered with so many, nothing is said.
const LOOK_BACK: usize = 32;

/// What writers of one file are weighed by.
struct Rest<'a> {
    /// Files that are read.
    read: FxHashSet<&'a str>,
    /// Whether the run may go by routes: then perhaps not everything in it runs.
    routed: bool,
}

impl<'a> Rest<'a> {
    fn new(whole: &Whole<'a>) -> Self {
        let files = whole.facts.iter().flat_map(|facts| &facts.files);
        let read = files.filter(|fact| fact.usage == Use::Reads).map(|fact| &*fact.path);
        let mut edges = whole.input.plan.edges.iter();
        Self { read: read.collect(), routed: edges.any(|edge| edge.origin == Origin::Routing) }
    }
}

impl Writer<'_> {
    fn is_product(&self) -> bool {
        self.fact.usage == Use::Product
    }
}

/// Whether one of the two is over before the other begins.
fn ordered(whole: &Whole<'_>, first: Writer<'_>, second: Writer<'_>) -> bool {
    first.step == second.step
        || whole.is_before(first.step, second.step)
        || whole.is_before(second.step, first.step)
}

/// Whether all of them are: then each is before the next one, by their stages.
fn follow_one_another(whole: &Whole<'_>, writers: &[Writer<'_>]) -> bool {
    let mut steps: Vec<usize> = writers.iter().map(|it| it.step).collect();
    steps.sort_by_key(|step| whole.input.plan.stage_of(*step));
    steps.dedup();
    steps.windows(2).all(|pair| match pair {
        [first, second] => whole.is_before(*first, *second),
        _ => true,
    })
}

fn words(path: &str) -> String {
    format!("`{path}` is written twice, and one of the two is lost")
}

fn in_loop(path: &str) -> String {
    format!("every iteration writes `{path}`, and only the last one stays")
}
