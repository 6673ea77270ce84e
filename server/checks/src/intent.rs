//! What an author says that a pipeline does, against what its steps can do.
//!
//! Only what is certain is said: a step that runs code, calls another pipeline, or does nothing that is known, may do
//! anything. A sentence that denies, or that speaks of what may be, promises nothing.

use std::sync::LazyLock;

use pipeline::{Data, Pipeline, Text, catalogue::Effect};
use regex::Regex;
use syntax::Span;

use crate::{facts::Whole, kept::Reads};

/// What rules read that compare promises with deeds.
pub(crate) const PROMISES_READ: Reads =
    Reads::GRAPH.with(Reads::HEADER).with(Reads::DEEDS).with(Reads::NAMES);

/// What the steps can do, all together.
pub(crate) struct Powers {
    effects: Vec<Effect>,
    is_open: bool,
}

impl Powers {
    /// Those of a document.
    pub(crate) fn of(whole: &Whole<'_>) -> Self {
        let mut effects = Vec::new();
        let mut is_open = whole.facts.iter().any(|it| it.reads_all);
        for deeds in (0..whole.facts.len()).filter_map(|step| whole.deeds(step)) {
            is_open |= deeds.is_open;
            for effect in &deeds.effects {
                if !effects.contains(effect) {
                    effects.push(*effect);
                }
            }
        }
        Self { effects, is_open }
    }

    /// Whether no step can do it, for certain.
    pub(crate) fn lack(&self, effect: Effect) -> bool {
        !self.is_open && !self.effects.contains(&effect)
    }

    /// Whether everything that steps may do is known.
    pub(crate) const fn are_known(&self) -> bool {
        !self.is_open
    }
}

/// Whether the author says why the pipeline does something else than what is stated.
pub(crate) fn is_explained(pipeline: &Pipeline) -> bool {
    let metadata = pipeline.entry("metadata").map(|it| &it.value.value);
    let reason = metadata.and_then(|it| it.get("intention_override")).map(|it| &it.value);
    let reason = reason.and_then(|it| it.get("reason").map_or(Some(it), |it| Some(&it.value)));
    reason.and_then(Data::as_text).is_some_and(|it| !it.value.trim().is_empty())
}

/// What an author says that a pipeline is for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stated {
    /// All of it, a line for each place.
    pub text: String,
    /// Where the first of it stands, absolute.
    pub span: Span,
}

/// What the author says that a pipeline is for; nothing where nothing is said, or where a reason is given why it does something
/// else.
#[must_use]
pub fn stated_intention(pipeline: &Pipeline) -> Option<Stated> {
    if is_explained(pipeline) {
        return None;
    }
    let all = stated(pipeline);
    let (first, base) = all.first()?;
    let whole = Span::new(0, u32::try_from(first.value.len()).unwrap_or(u32::MAX));
    let texts: Vec<&str> =
        all.iter().map(|(text, _)| text.value.trim()).filter(|text| !text.is_empty()).collect();
    (!texts.is_empty())
        .then(|| Stated { text: texts.join("\n"), span: first.source(whole).shift(*base) })
}

/// A kind of promise.
pub(crate) struct Promise {
    /// What stands in a text that makes it.
    pattern: &'static str,
    /// What a step must be able to do to keep it.
    pub(crate) needs: Effect,
    /// What no step does: "reaches the network".
    pub(crate) lacking: &'static str,
}

impl Promise {
    pub(crate) const fn new(pattern: &'static str, needs: Effect, lacking: &'static str) -> Self {
        Self { pattern, needs, lacking }
    }
}

/// A promise that somebody made and nobody keeps.
pub(crate) struct Broken {
    /// The words that make it.
    pub(crate) words: String,
    /// What no step does.
    pub(crate) lacking: &'static str,
    /// Where the words stand, absolute.
    pub(crate) span: Span,
}

/// Promises of one kind, ready to be looked for.
pub(crate) type Promises = LazyLock<Vec<(Regex, &'static Promise)>>;

/// The patterns of promises, made once.
pub(crate) fn compiled(promises: &'static [Promise]) -> Vec<(Regex, &'static Promise)> {
    let made =
        promises.iter().map(|it| Some((Regex::new(&format!("(?i){}", it.pattern)).ok()?, it)));
    made.flatten().collect()
}

/// What the stated intention promises and no step can do: the first of each kind.
pub(crate) fn broken(whole: &Whole<'_>, promises: &Promises) -> Vec<Broken> {
    let pipeline = whole.input.pipeline;
    if pipeline.steps.is_empty() || is_explained(pipeline) {
        return Vec::new();
    }
    let stated = stated(pipeline);
    if stated.is_empty() {
        return Vec::new();
    }
    let powers = Powers::of(whole);
    let mut found = Vec::new();
    for (pattern, promise) in promises.iter().filter(|(_, it)| powers.lack(it.needs)) {
        let made = stated.iter().find_map(|(text, base)| {
            let value = text.value.get(..floor(&text.value, LONGEST)).unwrap_or_default();
            let all = pattern.find_iter(value).filter(|it| is_meant(value, it.start(), it.end()));
            let first = all.into_iter().next()?;
            let span = text.source(Span::new(first.start() as u32, first.end() as u32));
            let words = first.as_str().split_whitespace().collect::<Vec<_>>().join(" ");
            Some(Broken { words, lacking: promise.lacking, span: span.shift(*base) })
        });
        found.extend(made);
    }
    found
}

/// Most bytes of a text that are looked at.
const LONGEST: usize = 4_000;

fn floor(text: &str, at: usize) -> usize {
    text.floor_char_boundary(at.min(text.len()))
}

/// Texts in which the author says what the pipeline is for, each with the base of its segment.
fn stated(pipeline: &Pipeline) -> Vec<(&Text, u32)> {
    let description =
        pipeline.entry("description").and_then(|it| Some((it.value.value.as_text()?, it.base)));
    let metadata = pipeline.entry("metadata");
    let words = ["intention", "purpose", "goal"].into_iter().filter_map(|word| {
        let entry = metadata?;
        Some((entry.value.value.get(word)?.value.as_text()?, entry.base))
    });
    description.into_iter().chain(words).collect()
}

/// Words that make a sentence no promise.
static HEDGES: LazyLock<Option<Regex>> = LazyLock::new(|| {
    let words = r"(?i)\b(?:no|not|never|without|cannot|nor|neither|instead|rather|would|could|should|may|might|optional|optionally|if|unless|when|already|previously|earlier|beforehand|how\s+to|(?:is|are|was|were|been)\s+given|given\s+(?:by|in|as)|planned|future|todo|simulat\w*|mock\w*|pretend\w*|example|examples)\b|n't";
    Regex::new(words).ok()
});

/// Words behind which somebody else than the pipeline acts, as far as the clause goes.
static OTHERS: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new(r"\b(?:who|whom|whose)\b").ok());

/// The same, and whatever "and" joins to it.
static STORIES: LazyLock<Option<Regex>> = LazyLock::new(|| {
    let words = r"(?i)\b(?:in\s+which|about\s+(?:[\w'’-]+\s+){1,6}(?:who|whom|whose|that))\b";
    Regex::new(words).ok()
});

/// Tells somebody else to do something.
static TOLD: LazyLock<Option<Regex>> = LazyLock::new(|| {
    let words = r"(?i)\b(?:tell(?:s|ing)?|teach(?:es|ing)?|remind(?:s|ing)?|advis(?:es?|ing)|instruct(?:s|ing)?|ask(?:s|ing)?|help(?:s|ing)?|encourag(?:es?|ing)|urg(?:es?|ing)|invit(?:es?|ing)|train(?:s|ing)?)\s+(?:[\w'’-]+\s+){1,4}?to\b";
    Regex::new(words).ok()
});

/// Who does it for the pipeline when it is told to.
static HELPERS: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(r"(?i)\b(?:models?|llms?|agents?|assistants?|gpt\S*|claude|gemini)\b").ok()
});

/// What was done before the pipeline runs: `rows that were scraped`.
static DONE: LazyLock<Option<Regex>> = LazyLock::new(|| {
    let words = r"\b(?:that|which)\s+(?:\w+\s+)?(?:was|were|has\s+been|have\s+been|had\s+been)\b";
    Regex::new(words).ok()
});

/// Whether words behind a `to` are what somebody else than a model is told to do.
fn is_told(before: &str) -> bool {
    let told = TOLD.as_ref().and_then(|it| it.find(before));
    let by_helper = |it: &str| HELPERS.as_ref().is_some_and(|helpers| helpers.is_match(it));
    before.trim_end().ends_with(" to") && told.is_some_and(|it| !by_helper(it.as_str()))
}

/// Whether words are said of somebody else than the pipeline, or of what a text is about: "a song about a man who searches
/// the web". `before` is the sentence up to them.
fn is_aside(before: &str, words: &str) -> bool {
    let ends = [",", " then "].iter().filter_map(|it| Some(before.rfind(it)? + it.len()));
    let clause = before.get(ends.max().unwrap_or_default()..).unwrap_or_default().to_lowercase();
    let is_done = DONE.as_ref().is_some_and(|it| it.is_match(&clause));
    if clause.contains("in which ") || is_done || is_told(before) {
        return true;
    }
    // What only says where from, or by what means, may belong to the whole sentence.
    let first = words.split_whitespace().next().unwrap_or_default().to_lowercase();
    if matches!(first.as_str(), "from" | "via" | "using" | "with" | "through" | "by") {
        return false;
    }
    let others = OTHERS.as_ref().and_then(|it| it.find_iter(&clause).last());
    let of_others = others.and_then(|it| clause.get(it.end()..));
    let is_topic = clause.trim_end().ends_with("about") && first.ends_with("ing");
    is_topic
        || of_others.is_some_and(|it| !it.contains(" and "))
        || STORIES.as_ref().is_some_and(|it| it.is_match(&clause))
}

/// Whether the sentence around a place says what the pipeline does.
fn is_meant(text: &str, start: usize, end: usize) -> bool {
    let ends = |it: char| matches!(it, '.' | ';' | '!' | '?' | ':');
    let from = text.get(..start).and_then(|it| it.rfind(ends)).map_or(0, |it| it + 1);
    let to = text.get(end..).and_then(|it| it.find(ends)).map_or(text.len(), |it| end + it);
    let part = |from, to| text.get(from..to).unwrap_or_default();
    HEDGES.as_ref().is_some_and(|it| !it.is_match(part(from, to)))
        && !is_aside(part(from, start), part(start, end))
}
