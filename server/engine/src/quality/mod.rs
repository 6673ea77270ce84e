//! What can be said of a step's value without asking anybody: whether it is there, whether it has the form and the
//! fields that the author declares, and whether it reads like a refusal or an unfinished draft.
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
    /// What is held against it.
    pub issues: Vec<Issue>,
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
    /// There is nothing, or only white space.
    Empty,
    /// A text that declines to do what was asked.
    Refusal,
    /// A text with a part that was to be filled in.
    Placeholder,
    /// A text that ends inside a block of code.
    CutOff,
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
            Self::Refusal => 0.9,
            Self::Format | Self::Schema => 0.6,
            Self::MissingField => 0.5,
            Self::Placeholder | Self::TooLarge => 0.4,
            Self::CutOff => 0.3,
        }
    }
}

/// Whether the words of a value are looked at: those of models are, and where the author asks for it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Wording {
    Counts,
    IsFree,
}

impl Wording {
    pub(crate) fn of(step: &Step, effects: &[Effect]) -> Self {
        let asked = step.quality.is_some();
        if asked || effects.contains(&Effect::Model) { Self::Counts } else { Self::IsFree }
    }
}

/// Looks at the value of a step, in its envelope. `main`: the field that its tool is called for, if there is one.
pub(crate) fn assess(step: &Step, value: &Json, main: Option<&str>, wording: Wording) -> Quality {
    let thing = form::primary(value, main);
    let output_size = form::size(thing);
    let mut issues = Vec::new();
    if wording == Wording::Counts {
        issues.extend(words::issues(thing));
    }
    issues.extend(form::issues(step, value, thing, output_size));
    let left = issues.iter().map(|issue| 1.0 - issue.code.share()).product::<f64>();
    Quality {
        score: (left * 1e3).round() / 1e3,
        output_type: form::type_name(thing).to_owned(),
        output_size,
        issues,
    }
}

impl Issue {
    fn new(code: IssueCode, message: impl Into<String>) -> Self {
        Self { code, message: message.into() }
    }
}
