//! One slip, few words: what only follows from a slip is not said.
//!
//! Within an item by [`calm`], over the whole document by [`calm_document`].

mod document;

use rustc_hash::{FxHashMap, FxHashSet};
use syntax::Span;

use crate::{
    Related, Severity,
    findings::{Draft, Topic},
    rule,
};

pub(crate) use document::{Trouble, calm_document};

/// Rules of the parser behind which an item is not what its author wrote.
const DAMAGE: &[&str] =
    &["yaml-syntax", "unclosed-quote", "unclosed-bracket", "bad-indentation", "auto-unclosed"];

/// Rules of the grammar behind which a text is not what its author wrote.
const BROKEN_TEXT: &[&str] = &["template-syntax", "condition-syntax"];

/// Rules that say the same of every place in an item, whatever stands there.
const ONCE: &[&str] = &["loop-name-outside-loop"];

/// Rules by which a step is several things, or none.
const NO_KIND: &[&str] = &["several-kinds", "step-without-kind"];

/// Rules that ask what a step is.
const OF_KINDS: &[&str] = &["key-without-effect", "self-dependency", "loop-name-outside-loop"];

/// Where the parts of an item stand.
#[derive(Debug, Default)]
pub(crate) struct Places {
    /// Texts with templates, tags or conditions.
    pub(crate) texts: Vec<Span>,
    /// The step and its body steps, outer ones first.
    pub(crate) steps: Vec<Span>,
}

/// Of an item that cannot be read, the first thing that is wrong; of a text that cannot, its first error; of what is said
/// several times, its first place with the others beside it. What was wrong is never left with nothing said.
pub(crate) fn calm(drafts: &mut Vec<Draft>, places: &Places) {
    if drafts.len() < 2 {
        return;
    }
    let first =
        drafts.iter().filter(|it| is_damage(it)).min_by_key(|it| it.diagnostic.span.start).cloned();
    if let Some(first) = first {
        drafts.clear();
        drafts.push(first);
        return;
    }
    calm_texts(drafts, &places.texts);
    calm_doubled(drafts, &places.steps);
    calm_kinds(drafts, &places.steps);
    let steps = &*places.steps;
    let slips = Slips::of(drafts, steps);
    merge(drafts, |it| slip(it, steps, &slips));
}

/// Where something is wrong by which something else is the same slip.
#[derive(Debug, Default)]
struct Slips {
    /// Steps without an id.
    without_id: FxHashSet<Option<usize>>,
    /// Steps that do nothing.
    kindless: FxHashSet<Option<usize>>,
    /// Keys that nobody knows, by their step.
    strange: FxHashMap<Option<usize>, usize>,
    /// Parameters that are misspelt, and `parameters` itself, as they are meant.
    meant: FxHashSet<(Option<usize>, String)>,
    /// Parameters that are missing; where a step lacks several, none of them by name.
    lacking: FxHashSet<(Option<usize>, Option<String>)>,
    /// Places of handlers that are wrong.
    handlers: FxHashSet<Span>,
}

impl Slips {
    fn of(drafts: &[Draft], steps: &[Span]) -> Self {
        let mut slips = Self::default();
        for it in drafts {
            let span = it.diagnostic.span;
            match it.diagnostic.code {
                "bad-handler" => {
                    slips.handlers.insert(span);
                }
                "step-without-kind" => {
                    slips.kindless.insert(innermost(steps, span));
                }
                "unknown-key" | "unknown-parameter" => {
                    let step = innermost(steps, span);
                    if it.diagnostic.code == "unknown-key" {
                        *slips.strange.entry(step).or_default() += 1;
                    }
                    slips.meant.extend(meant(it).map(|meant| (step, meant.to_owned())));
                }
                "missing-required" if is_of_parameters(it) => {
                    let name = lacking(it).map(str::to_owned);
                    slips.lacking.insert((innermost(steps, span), name));
                }
                _ if is_missing_id(it) => {
                    slips.without_id.insert(innermost(steps, span));
                }
                _ => {}
            }
        }
        slips
    }
}

impl Slips {
    /// Whether a parameter is missing in a step because the word that was to be it is misspelt: what is said of either.
    fn misses(&self, it: &Draft, step: Option<usize>) -> bool {
        let is_meant = |name: &str| self.meant.contains(&(step, name.to_owned()));
        if it.diagnostic.code == "missing-required" {
            return is_of_parameters(it) && (is_meant(ALL) || lacking(it).is_some_and(is_meant));
        }
        match meant(it) {
            Some(ALL) => self.lacking.iter().any(|(lacks, _)| *lacks == step),
            Some(name) => self.lacking.contains(&(step, Some(name.to_owned()))),
            None => false,
        }
    }
}

/// The key of all parameters.
const ALL: &str = "parameters";

/// What the first fix of a misspelt word writes.
fn meant(it: &Draft) -> Option<&str> {
    Some(&it.diagnostic.fixes.first()?.edits.first()?.text)
}

fn is_of_parameters(it: &Draft) -> bool {
    it.diagnostic.message.contains("` needs the parameter")
}

/// The only parameter that a step lacks, as the message names it.
fn lacking(it: &Draft) -> Option<&str> {
    let behind = it.diagnostic.message.split_once("` needs the parameter `")?.1;
    behind.strip_suffix('`')
}

/// Whether it is the word that is wrong: then the rest follows from it.
fn is_misspelt(it: &Draft) -> bool {
    matches!(it.diagnostic.code, "unknown-key" | "unknown-parameter")
        && !it.diagnostic.fixes.is_empty()
}

/// Whether a topic is the same wherever it is said. Fields that one value lacks are one slip in an item whatever they are
/// called.
const fn is_shared(topic: &Topic) -> bool {
    !matches!(topic, Topic::Claim | Topic::Field(..))
}

/// Of the entries at the top: what is said in the same words is said once.
pub(crate) fn calm_header(drafts: &mut Vec<Draft>) {
    merge(drafts, |it| slip(it, &[], &Slips::default()));
}

fn is_damage(it: &Draft) -> bool {
    it.diagnostic.severity == Severity::Error && DAMAGE.contains(&it.diagnostic.code)
}

/// Two items that became one.
fn is_doubled(it: &Draft) -> bool {
    it.diagnostic.code == "duplicate-key"
}

/// What makes findings of one item the same slip.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
enum Slip {
    /// They are about the same.
    Topic(Topic),
    /// A rule says it of every place.
    Once(&'static str),
    /// Keys or parameters of a step that nobody knows and that look like no other.
    Strange(&'static str, Option<usize>),
    /// A step has a key that nobody knows, and no id: the one was meant to be the other.
    Id(Option<usize>),
    /// A step does nothing, as the key that says what it does is misspelt.
    Kind(Option<usize>),
    /// A parameter is missing, as its name is misspelt, or the key of all parameters is.
    Parameter(Option<usize>),
    /// A key that nobody knows, and what is missing without it.
    Place(Span),
    /// The same is said in the same words.
    Words(&'static str, String),
}

/// A finding that something mends stands for itself.
fn slip(it: &Draft, steps: &[Span], places: &Slips) -> Option<Slip> {
    let (code, message) = (it.diagnostic.code, &it.diagnostic.message);
    let step = || innermost(steps, it.diagnostic.span);
    match code {
        _ if ONCE.contains(&code) => Some(Slip::Once(code)),
        "unknown-key" | "bad-handler" if places.handlers.contains(&it.diagnostic.span) => {
            Some(Slip::Place(it.diagnostic.span))
        }
        "step-without-kind" => Some(Slip::Kind(step())),
        "unknown-key"
            if places.kindless.contains(&step())
                && (is_misspelt(it) || places.strange.get(&step()) == Some(&1)) =>
        {
            Some(Slip::Kind(step()))
        }
        "unknown-key" | "unknown-parameter" | "missing-required" if places.misses(it, step()) => {
            Some(Slip::Parameter(step()))
        }
        _ if it.topic.as_ref().is_some_and(is_shared) => it.topic.clone().map(Slip::Topic),
        "missing-required" if is_missing_id(it) => Some(Slip::Id(step())),
        "unknown-key" if places.without_id.contains(&step()) => Some(Slip::Id(step())),
        _ if !it.diagnostic.fixes.is_empty() => None,
        "unknown-key" | "unknown-parameter" if !steps.is_empty() => {
            Some(Slip::Strange(code, step()))
        }
        _ => Some(Slip::Words(code, subject(message).to_owned())),
    }
}

fn is_missing_id(it: &Draft) -> bool {
    it.diagnostic.code == "missing-required" && it.diagnostic.message.starts_with("`id` ")
}

/// The place in `steps` of the one that holds `span`; outer steps stand before inner ones.
fn innermost(steps: &[Span], span: Span) -> Option<usize> {
    let behind = steps.partition_point(|step| step.start <= span.start);
    steps.get(..behind)?.iter().rposition(|step| step.covers(span))
}

/// In a text that cannot be read, only its first error counts.
fn calm_texts(drafts: &mut Vec<Draft>, texts: &[Span]) {
    let is_broken = |it: &Draft| {
        BROKEN_TEXT.contains(&it.diagnostic.code) && it.diagnostic.severity == Severity::Error
    };
    let mut texts = texts.to_vec();
    texts.sort_unstable();
    let text = |it: &Draft| innermost(&texts, it.diagnostic.span);
    let mut broken: FxHashMap<usize, Span> = FxHashMap::default();
    for it in drafts.iter().filter(|it| is_broken(it)) {
        if let Some(text) = text(it) {
            let first = broken.entry(text).or_insert(it.diagnostic.span);
            *first = it.diagnostic.span.min(*first);
        }
    }
    if !broken.is_empty() {
        drafts.retain(|it| {
            let first = text(it).and_then(|text| broken.get(&text));
            first.is_none_or(|first| *first == it.diagnostic.span && is_broken(it))
        });
    }
}

/// A step that has several keys twice is two steps in one: nothing else can be said of it.
fn calm_doubled(drafts: &mut Vec<Draft>, steps: &[Span]) {
    let mut twice: FxHashMap<usize, usize> = FxHashMap::default();
    let step = |it: &Draft| innermost(steps, it.diagnostic.span);
    for step in drafts.iter().filter(|it| is_doubled(it)).filter_map(step) {
        *twice.entry(step).or_default() += 1;
    }
    twice.retain(|_, count| *count > 1);
    if !twice.is_empty() {
        drafts
            .retain(|it| is_doubled(it) || step(it).is_none_or(|step| !twice.contains_key(&step)));
    }
}

/// A step that is several things, or none, is nothing that could be asked.
fn calm_kinds(drafts: &mut Vec<Draft>, steps: &[Span]) {
    let is_unclear = |it: &Draft| NO_KIND.contains(&it.diagnostic.code);
    let mut unclear: Vec<Span> = drafts
        .iter()
        .filter(|it| is_unclear(it))
        .filter_map(|it| steps.get(innermost(steps, it.diagnostic.span)?).copied())
        .collect();
    unclear.sort_unstable();
    drafts.retain(|it| {
        !OF_KINDS.contains(&it.diagnostic.code) || innermost(&unclear, it.diagnostic.span).is_none()
    });
}

/// Leaves one of all that are the same slip.
fn merge(drafts: &mut Vec<Draft>, slip: impl Fn(&Draft) -> Option<Slip>) {
    if drafts.len() < 2 {
        return;
    }
    let mut kept: Vec<Draft> = Vec::with_capacity(drafts.len());
    let mut first: FxHashMap<Slip, usize> = FxHashMap::default();
    for draft in drafts.drain(..) {
        let at = slip(&draft).map_or(kept.len(), |slip| *first.entry(slip).or_insert(kept.len()));
        match kept.get_mut(at) {
            Some(first) => absorb(first, draft),
            None => kept.push(draft),
        }
    }
    *drafts = kept;
}

/// Takes in another finding of the same slip: a misspelt word speaks, else the heavier one, and the other is a place
/// beside it. Together they weigh what the heavier one does, and an error that nobody may allow keeps its name.
fn absorb(first: &mut Draft, mut other: Draft) {
    let severity = first.diagnostic.severity.min(other.diagnostic.severity);
    let weight = |it: &Draft| (!is_misspelt(it), it.diagnostic.severity);
    if weight(&other) < weight(first) {
        std::mem::swap(first, &mut other);
    }
    first.diagnostic.severity = severity;
    let (it, other) = (&mut first.diagnostic, other.diagnostic);
    let fact = fact(&other.message);
    let same = fact == self::fact(&it.message);
    let message = if same { "and here".into() } else { fact.to_owned().into() };
    it.related.push(Related { span: other.span, away: 0, message });
    it.related.extend(other.related);
    if it.code != other.code {
        if rule(other.code).is_some_and(|rule| rule.is_firm()) {
            it.code = other.code;
        }
        let new =
            other.fixes.into_iter().filter(|fix| it.fixes.iter().all(|own| own.title != fix.title));
        let new: Vec<_> = new.collect();
        it.fixes.extend(new);
    }
}

/// What a message speaks of: fields that one value lacks are one slip, in whose name the value stands.
fn subject(message: &str) -> &str {
    message.split_once(" has no field `").map_or(message, |(subject, _)| subject)
}

/// What a message says, without the advice behind it: that depends on the place.
fn fact(message: &str) -> &str {
    message.split_once("; did you mean").map_or(message, |(fact, _)| fact)
}
