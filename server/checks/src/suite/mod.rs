//! What a file of tests says: `NAME.pipeline.test.yaml`, beside the pipeline that it tests.
//!
//! Reading is pure: the text and the pipeline come from the caller, and what is wrong comes back as findings of the text.

mod expectation;
mod expression;
mod keys;
mod read;
#[cfg(test)]
mod tests;

use pipeline::{Located, Pipeline};
use serde_json::{Map, Value as Json};
use syntax::{Span, Tree};

pub use expression::{Expression, VISIBLE};
pub use keys::{Key, Place, keys};
pub use read::finding;

use crate::Diagnostic;

/// How the names of files of tests end.
const ENDINGS: [&str; 2] = [".pipeline.test.yaml", ".pipeline.test.yml"];

/// Most runs of one test with one model.
pub const MOST_TIMES: u32 = 1_000;

/// A file of tests.
#[derive(Clone, Debug, Default)]
pub struct Suite {
    /// In order.
    pub cases: Vec<Case>,
}

/// One test. All spans are absolute.
#[derive(Clone, Debug)]
pub struct Case {
    /// Unique in its file.
    pub name: Located<String>,
    /// Values for inputs.
    pub inputs: Map<String, Json>,
    /// A past run, or a file with a run document, that gives all answers.
    pub recorded: Option<Located<String>>,
    /// What is said to steps that ask a person, by their path or id.
    pub answers: Map<String, Json>,
    /// Run once with each of them, whatever the pipeline asks for; empty: with what the pipeline asks for.
    pub models: Vec<Located<String>>,
    /// How often with each model, from 1 to [`MOST_TIMES`].
    pub times: u32,
    /// The least share of those runs that must pass, above 0 up to 1.
    pub passes: f64,
    /// Files and folders, relative to the workspace, that are copied to where the run works.
    pub files: Vec<Located<String>>,
    /// What must hold after the run.
    pub expect: Vec<Expectation>,
}

impl Case {
    /// The kind of failure that it expects.
    #[must_use]
    pub fn failure(&self) -> Option<&str> {
        self.expect.iter().find_map(|it| match &it.what {
            What::Fails(code) => Some(code.as_str()),
            _ => None,
        })
    }
}

/// Something that must hold.
#[derive(Clone, Debug)]
pub struct Expectation {
    /// Where it is written.
    pub span: Span,
    /// What it is.
    pub what: What,
}

/// What must hold after a run.
#[derive(Clone, Debug)]
pub enum What {
    /// A value is this one.
    Equals(Expression, Json),
    /// A text has this text in it, a list has this item, a map has this key.
    Contains(Expression, Json),
    /// The text of a value has a match of this regular expression.
    Matches(Expression, pipeline::eval::Pattern),
    /// A value fits this JSON Schema.
    Schema(Expression, Json),
    /// A model, asked this question about a value, says yes.
    Judge(Expression, Question),
    /// That is not so.
    Not(Box<Self>),
    /// A condition holds.
    Holds(Expression),
    /// The run cost less than so many US dollars.
    CostBelow(f64),
    /// These steps ran.
    Ran(Vec<String>),
    /// These steps did not run.
    Skipped(Vec<String>),
    /// The run fails, or is refused, with this code or kind of error.
    Fails(String),
}

impl What {
    /// The key that says it.
    #[must_use]
    pub const fn key(&self) -> &'static str {
        match self {
            Self::Equals(..) => "equals",
            Self::Contains(..) => "contains",
            Self::Matches(..) => "matches",
            Self::Schema(..) => "schema",
            Self::Judge(..) => "judge",
            Self::Not(_) => "not",
            Self::Holds(_) => "condition",
            Self::CostBelow(_) => "cost_below",
            Self::Ran(_) => "steps_run",
            Self::Skipped(_) => "steps_skipped",
            Self::Fails(_) => "fails",
        }
    }
}

/// A question to a model.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Question {
    /// To be answered by pass or fail.
    pub text: String,
    /// Whom to ask; `None`: the model that looks after the pipeline.
    pub model: Option<String>,
}

/// What is known of the pipeline that a file tests.
#[derive(Clone, Copy, Debug)]
pub enum Tested<'p> {
    /// It.
    Found(&'p Pipeline),
    /// There is none at this place.
    Missing(&'p str),
    /// Nothing.
    Unknown,
}

impl Suite {
    /// Reads a file of tests. What cannot be understood is a finding; a test that has one is left out.
    #[must_use]
    pub fn read(tree: &Tree, tested: Tested<'_>) -> (Self, Vec<Diagnostic>) {
        read::read(tree, tested)
    }

    /// The file that `pipeline:` names.
    #[must_use]
    pub fn names_pipeline(tree: &Tree) -> Option<String> {
        let value = tree.root()?.get("pipeline")?.value.scalar()?;
        Some(value.value().into_owned())
    }

    /// The names of the files that `file` may test by its own name, the first that is there counts; nothing where `file` is not
    /// named as a file of tests.
    #[must_use]
    pub fn beside(file: &str) -> Option<[String; 2]> {
        let stem = ENDINGS.iter().find_map(|end| file.strip_suffix(end))?;
        Some([format!("{stem}.pipeline.yaml"), format!("{stem}.pipeline.yml")])
    }

    /// The names of the files that may test the pipeline `file`; nothing where it is not named as a pipeline.
    #[must_use]
    pub fn of_pipeline(file: &str) -> Option<[String; 2]> {
        let endings = [".pipeline.yaml", ".pipeline.yml"];
        let stem = endings.iter().find_map(|end| file.strip_suffix(end))?;
        Some(ENDINGS.map(|end| format!("{stem}{end}")))
    }

    /// Whether a file of that name is one of tests.
    #[must_use]
    pub fn is_named(file: &str) -> bool {
        ENDINGS.iter().any(|end| file.ends_with(end))
    }
}
