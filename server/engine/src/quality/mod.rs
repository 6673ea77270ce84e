//! What can be said of a step's value without asking anybody: whether it is there, whether it has the form and the
//! fields that the author declares, and whether its words show that something went wrong: a refusal, an unfinished draft,
//! a circle, another language, a source that nobody gave.
//!
//! The same value gives the same record. Nothing here judges whether a text is true or good.

mod form;
mod words;

use pipeline::{Step, catalogue::Effect};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value as Json;

/// What is said of a step's value.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Quality {
    /// From 0 to 1: what the issues leave, each taking its share of it.
    pub score: f64,
    /// Type of what the step stands for: `null`, `boolean`, `number`, `string`, `array` or `object`.
    pub output_type: String,
    /// Its bytes, as text where it is text, else as JSON.
    pub output_size: u64,
    /// What it was looked at for; a value of which nobody asks anything is looked at for nothing.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub checked: Vec<Check>,
    /// What is held against it.
    pub issues: Vec<Issue>,
}

/// What a value is looked at for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Check {
    /// Whether its words show that something went wrong.
    Words,
    /// The `format` that its step declares, where that is JSON.
    Format,
    /// Its step's `output_schema`.
    Schema,
    /// The fields that its step's `outputs` name.
    Fields,
    /// Its step's `size_limit`.
    Size,
}

/// Something that is held against a value.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Issue {
    /// What it is.
    pub code: IssueCode,
    /// For people.
    pub message: String,
}

/// Kinds of issues.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum IssueCode {
    /// There is nothing, only white space, or a word that stands for nothing (`N/A`).
    Empty,
    /// A text that declines to do what was asked.
    Refusal,
    /// What a program said when it failed, in the place of an answer.
    ErrorText,
    /// A text with a part that was to be filled in.
    Placeholder,
    /// A text with marks that the model's own machinery left.
    Leftover,
    /// A text that ends inside a sentence, a block of code, a list, HTML or JSON.
    CutOff,
    /// A text that says the same again and again.
    Repetition,
    /// A text in another language than it was asked for in.
    Language,
    /// A text that names a source which its call was not given, or which its own list lacks.
    Citation,
    /// A text that says again what it was asked, and nothing else.
    Echo,
    /// A text with a link or a footnote that leads nowhere.
    BrokenLink,
    /// Not in the `format` that the step declares.
    Format,
    /// Does not fit the step's `output_schema`.
    Schema,
    /// A field of the step's `outputs` is missing.
    MissingField,
    /// More bytes than the step's `size_limit`.
    TooLarge,
}

impl IssueCode {
    /// The share of the score that it takes.
    const fn share(self) -> f64 {
        match self {
            Self::Empty => 1.0,
            Self::Refusal | Self::ErrorText | Self::Echo => 0.9,
            Self::Format | Self::Schema => 0.6,
            Self::MissingField | Self::Repetition | Self::Citation => 0.5,
            Self::Placeholder | Self::TooLarge | Self::Language | Self::CutOff => 0.4,
            Self::BrokenLink | Self::Leftover => 0.35,
        }
    }
}

/// Whether the words of a value are looked at: those of models are, and where the author asks for it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Wording {
    /// A model wrote it.
    OfModel,
    /// Its step asks for quality.
    Counts,
    IsFree,
}

impl Wording {
    pub(crate) fn of(step: &Step, effects: &[Effect]) -> Self {
        match step.quality {
            _ if effects.contains(&Effect::Model) => Self::OfModel,
            Some(_) => Self::Counts,
            None => Self::IsFree,
        }
    }
}

/// Looks at the value of a step, in its envelope. `main`: the field that its tool is called for, if there is one;
/// `asked`: the text that its call was given.
pub(crate) fn assess(
    step: &Step,
    value: &Json,
    main: Option<&str>,
    wording: Wording,
    asked: &str,
) -> Quality {
    let thing = form::primary(value, main);
    let output_size = form::size(thing);
    let mut issues = Vec::new();
    let mut checked = form::checks(step);
    if wording != Wording::IsFree {
        checked.insert(0, Check::Words);
        issues.extend(words::issues(thing, asked));
    }
    if wording == Wording::OfModel && issues.is_empty() {
        issues.extend(words::echo(thing, asked));
    }
    if is_cut(value) && !issues.iter().any(|issue| issue.code == IssueCode::CutOff) {
        issues.push(Issue::new(IssueCode::CutOff, "its model stopped at its limit of tokens"));
    }
    issues.extend(form::issues(step, value, thing, output_size));
    Quality {
        score: score(&issues),
        output_type: form::type_name(thing).to_owned(),
        output_size,
        checked,
        issues,
    }
}

/// Whether whoever made the value says that it is not whole.
fn is_cut(value: &Json) -> bool {
    let says = |value: &Json| {
        let reasons = ["finish_reason", "stop_reason", "finishReason", "done_reason"];
        let reasons = reasons.into_iter().filter_map(|key| value.get(key)?.as_str());
        value.get("truncated").and_then(Json::as_bool) == Some(true)
            || reasons.map(str::to_lowercase).any(|it| LIMITS.contains(&it.as_str()))
    };
    says(value) || value.get("result").is_some_and(says)
}

/// How providers say that an answer ended at a limit.
const LIMITS: [&str; 4] = ["length", "max_tokens", "max_output_tokens", "model_length"];

/// What is held against the words of something that a run leaves, whoever wrote it, and from 0 to 1 what is left of it.
/// `known`: values of its steps, in their envelopes, with what was said of them. What one of those is not held against,
/// because that is what its step asked for, is not held against a thing that has it word by word.
#[must_use]
pub fn assess_result<'v>(
    thing: &Json,
    known: impl IntoIterator<Item = (&'v Json, &'v Quality)>,
) -> (f64, Vec<Issue>) {
    let mut issues = words::issues(thing, "");
    if !issues.is_empty() {
        for (value, quality) in known {
            let excused = excused(form::primary(value, None), quality, thing);
            issues.retain(|it| !excused.contains(it));
        }
    }
    (score(&issues), issues)
}

/// What a value within a thing would be held against by itself, and is not by who knows what was asked.
fn excused(value: &Json, quality: &Quality, thing: &Json) -> Vec<Issue> {
    let is_within = match (value, thing) {
        (Json::String(value), Json::String(thing)) => {
            let value = value.trim();
            !value.is_empty() && thing.contains(value)
        }
        (Json::String(value), other) => {
            serde_json::from_str::<Json>(value).is_ok_and(|it| it == *other)
        }
        (value, thing) => value == thing,
    };
    if !is_within || !quality.checked.contains(&Check::Words) {
        return Vec::new();
    }
    let mut issues = words::issues(value, "");
    issues.retain(|it| !quality.issues.contains(it));
    issues
}

/// Paths that a text of Markdown or HTML refers to, which are relative to where it stands.
#[must_use]
pub fn targets(text: &str) -> Vec<String> {
    words::targets::find(text)
}

fn score(issues: &[Issue]) -> f64 {
    let left = issues.iter().map(|issue| 1.0 - issue.code.share()).product::<f64>();
    (left * 1e3).round() / 1e3
}

impl Issue {
    /// A message may quote what strangers wrote: it is kept to one line of some length, and nothing in it moves a cursor or
    /// turns the direction of reading.
    fn new(code: IssueCode, message: impl AsRef<str>) -> Self {
        const LONGEST: usize = 300;
        let plain = |it: char| match it {
            '\t' | '\n' | '\r' => ' ',
            '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => {
                '\u{fffd}'
            }
            it if it.is_control() => '\u{fffd}',
            it => it,
        };
        let mut message: String = message.as_ref().chars().take(LONGEST + 1).map(plain).collect();
        if let Some((end, _)) = message.char_indices().nth(LONGEST) {
            message.truncate(end);
            message.push('…');
        }
        Self { code, message }
    }
}
