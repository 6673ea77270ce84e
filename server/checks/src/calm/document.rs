//! What follows from one slip in several parts of a document.

use pipeline::{Data, Pipeline, Placed, TopEntry, names::nearest};
use rustc_hash::FxHashMap;
use syntax::Span;

use super::{absorb, is_damage, is_doubled, is_misspelt};
use crate::{
    Diagnostic, Severity,
    findings::{Draft, Topic},
};

/// Rules that claim something of the whole document: what cannot be read might say otherwise.
const CLAIMS: &[&str] = &[
    "unused-input",
    "no-steps",
    "missing-name",
    "duplicate-input",
    "unused-allow",
    "skipped-output",
];

/// Rules that claim something of all orders of the steps.
const ORDERS: &[&str] = &[
    "unordered-file",
    "overwritten-file",
    "redundant-dependency",
    "unreachable-step",
    "routing-backward",
];

/// Rules that tell what a step is for by what others do with it: one slip changes that for many steps.
const PURPOSES: &[&str] = &["idle-step"];

/// Whether single steps have findings by which they may not be what their author meant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Trouble {
    None,
    Some,
}

impl Trouble {
    /// Of what was found in steps.
    pub(crate) fn of<'d>(mut found: impl Iterator<Item = &'d Diagnostic>) -> Self {
        let is_slip = |it: &Diagnostic| it.severity == Severity::Error || it.code == "unknown-key";
        if found.any(is_slip) { Self::Some } else { Self::None }
    }
}

/// A name that is unknown is said once, with all its readers beside it. One that may have been declared where the author
/// was not understood follows from that. `drafts`: what was found about the document, and about topics, absolute.
///
/// `trouble`: that of single steps, told only where it matters.
pub(crate) fn calm_document(
    pipeline: &Pipeline,
    trouble: impl FnOnce() -> Trouble,
    drafts: &mut Vec<Draft>,
) {
    let misread = &pipeline.misread;
    if misread.damaged {
        calm_damage(pipeline, drafts);
    }
    let is_error = |it: &Draft| it.diagnostic.severity == Severity::Error;
    if !has_steps(pipeline) {
        drafts.retain(|it| it.diagnostic.code != "unknown-key");
    } else if misread.has_unknown_entry() {
        drafts.retain(|it| it.diagnostic.code != "no-steps" || is_error(it));
    }
    let lost = |it: &Draft| {
        matches!(it.topic, Some(Topic::Name(_))) || it.diagnostic.code == "duplicate-id"
    };
    if drafts.iter().any(is_doubled) {
        drafts.retain(|it| it.diagnostic.code != "skipped-output");
    }
    if misread.is_there() {
        let is_hint = |it: &Draft| it.diagnostic.severity == Severity::Hint;
        drafts.retain(|it| !(ORDERS.contains(&it.diagnostic.code) && is_hint(it)));
    }
    if misread.damaged || drafts.iter().any(|it| is_error(it) && lost(it)) {
        drafts.retain(|it| !ORDERS.contains(&it.diagnostic.code));
    }
    let is_slip = |it: &Draft| is_error(it) || it.diagnostic.code == "unknown-key";
    let is_purpose = |it: &Draft| PURPOSES.contains(&it.diagnostic.code);
    if drafts.iter().any(is_purpose)
        && (misread.is_there() || drafts.iter().any(is_slip) || trouble() == Trouble::Some)
    {
        drafts.retain(|it| !is_purpose(it));
    }
    calm_unused(pipeline, drafts);
    merge_topics(pipeline, drafts);
}

/// An input that nothing reads, and a name like it that nobody declares, are one slip.
fn calm_unused(pipeline: &Pipeline, drafts: &mut Vec<Draft>) {
    const UNUSED: &str = "unused-input";
    if !drafts.iter().any(|it| it.diagnostic.code == UNUSED) {
        return;
    }
    let names: Vec<&str> = pipeline.inputs.iter().map(|it| it.name.value.as_str()).collect();
    let unknown = drafts.iter().filter_map(|it| match &it.topic {
        Some(Topic::Name(name)) => nearest(name, names.iter().copied()),
        _ => None,
    });
    let meant: Vec<&str> = unknown.collect();
    let is_meant = |span: Span| {
        let input = pipeline.inputs.iter().find(|input| input.absolute(input.name.span) == span);
        input.is_some_and(|input| meant.contains(&input.name.value.as_str()))
    };
    drafts.retain_mut(|it| {
        if it.diagnostic.code != UNUSED {
            return true;
        }
        it.diagnostic.related.retain(|it| !is_meant(it.span));
        if !is_meant(it.diagnostic.span) {
            return true;
        }
        // Another one of those that are said together speaks for the rest.
        let is_left = !it.diagnostic.related.is_empty();
        if is_left {
            let next = it.diagnostic.related.remove(0);
            (it.diagnostic.span, it.diagnostic.message) = (next.span, next.message.into_owned());
        }
        is_left
    });
}

/// Whether a file has steps, or has them but for the word `steps`. Of other YAML nothing is claimed but that it has none,
/// where it looks like a pipeline (ruling 20).
fn has_steps(pipeline: &Pipeline) -> bool {
    let has = |key: &str| pipeline.entry(key).is_some();
    let unknown = || pipeline.entries.iter().filter(|entry| entry.known.is_none());
    // The items of a list in lines of their own are no part of its entry.
    let is_list =
        |entry: &&Placed<TopEntry>| matches!(entry.value.value, Data::List(_) | Data::Null);
    has("steps")
        || has("pipeline")
        || unknown().any(|entry| nearest(&entry.key.value, ["steps"]).is_some())
        || pipeline.is_pipeline && unknown().filter(is_list).count() == 1
}

/// What a damaged line leaves to say: itself, and nothing that only follows.
fn calm_damage(pipeline: &Pipeline, drafts: &mut Vec<Draft>) {
    let entries = Entries::new(pipeline);
    let steps = pipeline.entry("steps").map(|entry| entries.around(entry.base));
    let in_header = |it: &Draft| !steps.is_some_and(|steps| steps.covers(it.diagnostic.span));
    // The first damage of every top-level entry, but for what is the business of single steps.
    let mut broken: FxHashMap<Span, Span> = FxHashMap::default();
    for it in drafts.iter().filter(|it| breaks(it) && (it.topic.is_none() || in_header(it))) {
        let span = it.diagnostic.span;
        let first = broken.entry(entries.around(span.start)).or_insert(span);
        *first = span.min(*first);
    }
    drafts.retain(|it| {
        let span = it.diagnostic.span;
        match &it.topic {
            _ if CLAIMS.contains(&it.diagnostic.code) => false,
            Some(Topic::Claim) => false,
            Some(Topic::Name(name)) => !pipeline.misread.mentions(name),
            topic if breaks(it) || *topic == Some(Topic::NoStep) => {
                broken.get(&entries.around(span.start)).is_none_or(|first| *first == span)
            }
            _ => it.diagnostic.severity == Severity::Error || !in_header(it) || broken.is_empty(),
        }
    });
}

fn breaks(it: &Draft) -> bool {
    is_damage(it) || is_doubled(it)
}

/// Where the top-level entries begin, ascending.
struct Entries(Vec<u32>);

impl Entries {
    fn new(pipeline: &Pipeline) -> Self {
        let mut starts: Vec<u32> = pipeline.entries.iter().map(|entry| entry.base).collect();
        starts.sort_unstable();
        Self(starts)
    }

    /// The entry around a place, with its items.
    fn around(&self, place: u32) -> Span {
        let (before, behind) = self.0.split_at(self.0.partition_point(|start| *start <= place));
        let (start, end) = (before.last().copied(), behind.first().copied());
        Span::new(start.unwrap_or(0), end.unwrap_or(u32::MAX))
    }
}

/// Of every topic one finding, the first of the heaviest.
fn merge_topics(pipeline: &Pipeline, drafts: &mut Vec<Draft>) {
    if drafts.iter().all(|it| it.topic.is_none()) {
        return;
    }
    let follows = |topic: &Topic| match topic {
        Topic::Name(name) => pipeline.steps.is_empty() || pipeline.misread.mentions(name),
        _ => false,
    };
    drafts.sort_by_key(|it| (it.topic.is_none(), it.diagnostic.span));
    let mut kept: Vec<Draft> = Vec::with_capacity(drafts.len());
    let mut first: FxHashMap<Option<Topic>, usize> = FxHashMap::default();
    for draft in drafts.drain(..) {
        let Some(topic) = draft.topic.as_ref().filter(|it| **it != Topic::Claim) else {
            kept.push(draft);
            continue;
        };
        // Names that follow from something misread follow from one slip.
        let key = (!follows(topic)).then(|| topic.clone());
        let other = *first.entry(key).or_insert(kept.len());
        match kept.get_mut(other) {
            Some(first) => absorb(first, draft),
            None => kept.push(draft),
        }
    }
    if let Some(names) = first.get(&None).filter(|_| !pipeline.misread.damaged) {
        follow_from_key(&mut kept, *names);
    }
    *drafts = kept;
}

/// Names that nobody declares follow from the only top-level key that is misspelt.
fn follow_from_key(drafts: &mut Vec<Draft>, at: usize) {
    let is_key = |it: &Draft| it.diagnostic.code == "unknown-key" && is_misspelt(it);
    let mut keys = drafts.iter().enumerate().filter(|(_, it)| is_key(it)).map(|(at, _)| at);
    if let (Some(key), None) = (keys.next(), keys.next()) {
        let mut names = drafts.remove(at);
        names.diagnostic.fixes.clear();
        let key = if key > at { key - 1 } else { key };
        if let Some(key) = drafts.get_mut(key) {
            absorb(key, names);
        }
    }
}
