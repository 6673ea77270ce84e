//! What a forecast says.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value as Json};

use pipeline::Step;

use crate::{
    driver::{frame::Flight, parameters::Asked},
    reuse::Print,
    secrets::Redactor,
};

/// What a run would do.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Forecast {
    /// The run that it was held against.
    pub against: Option<String>,
    /// In the order in which they would begin.
    pub steps: Vec<Foreseen>,
    /// How many more there are that are not told.
    pub more: usize,
}

/// What would become of a step.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Foreseen {
    /// Its id.
    pub step: String,
    /// Its path inside of loops and called pipelines.
    pub path: String,
    /// What becomes of it.
    #[serde(flatten)]
    pub fate: Fate,
    /// Whether it comes to pass; false where that hangs on what is not known.
    pub certain: bool,
    /// Why it is not taken from an earlier run, why it is skipped, why it fails.
    pub because: Option<Because>,
    /// Its tool or action.
    pub tool: Option<String>,
    /// The operation of the tool.
    pub operation: Option<String>,
    /// As they would be given to it.
    pub parameters: Map<String, Json>,
}

/// What becomes of a step.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "fate", rename_all = "snake_case")]
pub enum Fate {
    /// Its tool is called.
    Called,
    /// The answer of an earlier run stands for the call.
    Taken {
        /// That run.
        run: String,
    },
    /// It goes round; its rounds follow.
    Rounds {
        /// How often; null is unknown.
        count: Option<usize>,
    },
    /// It runs another pipeline, whose steps follow.
    Pipeline,
    /// It is left out.
    Skipped {
        /// The word that templates see.
        reason: String,
    },
    /// It cannot be called.
    Fails,
}

/// A reason.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Because {
    /// What differs: `upstream`, `auto`, `tool`, `operation`, `version`, `model`, `text`, `parameter`, `file`, `rounds`, `folder`, `new`, `failed`, `never`, `unknown`, or
    /// `error` and `condition`.
    pub part: String,
    /// Which: a step, a parameter, a file.
    pub name: Option<String>,
    /// In words.
    pub message: String,
}

impl Foreseen {
    pub(super) fn of(flight: &Flight, certain: bool) -> Self {
        Self {
            step: flight.record.id.clone(),
            path: flight.path.to_string(),
            fate: Fate::Called,
            certain,
            because: None,
            tool: None,
            operation: None,
            parameters: Map::new(),
        }
    }

    pub(super) fn skipped(step: String, path: String, reason: &str, why: Option<String>) -> Self {
        let because = why.map(|why| Because::of("condition", None, why));
        Self {
            step,
            path,
            fate: Fate::Skipped { reason: reason.to_owned() },
            certain: true,
            because,
            tool: None,
            operation: None,
            parameters: Map::new(),
        }
    }
}

impl Foreseen {
    pub(super) fn without_secrets(self, redactor: &Redactor) -> Self {
        let parameters = self.parameters.into_iter();
        Self {
            parameters: parameters.map(|(name, value)| (name, redactor.json(value))).collect(),
            because: self
                .because
                .map(|because| Because { message: redactor.text(because.message), ..because }),
            ..self
        }
    }
}

impl Because {
    fn of(part: &str, name: Option<&str>, message: String) -> Self {
        Self { part: part.to_owned(), name: name.map(str::to_owned), message }
    }

    pub(super) fn upstream(step: &str) -> Self {
        Self::of("upstream", Some(step), format!("it reads `{step}`, which is called before"))
    }

    pub(super) fn auto() -> Self {
        Self::of("auto", None, "a model answers its AUTO tag before".to_owned())
    }

    pub(super) fn failure(why: &str) -> Self {
        Self::of("error", None, why.to_owned())
    }

    pub(super) fn never() -> Self {
        let why = "the step says `cache: false`, so no earlier answer stands for it";
        Self::of("never", None, why.to_owned())
    }

    pub(super) fn new_step(run: &str) -> Self {
        Self::of("new", None, format!("the run `{run}` has no such step"))
    }

    pub(super) fn not_done(run: &str) -> Self {
        Self::of("failed", None, format!("it did not come to a good end in the run `{run}`"))
    }

    pub(super) fn unreadable(why: &str) -> Self {
        Self::of("file", None, format!("a file that it reads cannot be read: {why}"))
    }

    /// The first part of a call that is another than it was.
    pub(super) fn differs(before: Option<&str>, now: &Print) -> Self {
        let Some((part, name)) = before.and_then(|before| now.first_difference(before)) else {
            let why = "its answer was not kept for other runs";
            return Self::of("unknown", None, why.to_owned());
        };
        let named = name.as_deref().unwrap_or_default();
        let message = match part {
            "tool" => "it calls another tool".to_owned(),
            "operation" => "it calls another operation".to_owned(),
            "version" => "the version of the tools is another one".to_owned(),
            "parameter" => format!("the parameter `{named}` is another one"),
            "file" => format!("the file `{named}` has changed"),
            "text" => "the text of its action is another one".to_owned(),
            "model" => "it asks another model, or asks it otherwise".to_owned(),
            _ => "it is done elsewhere".to_owned(),
        };
        Self::of(part, name.as_deref(), message)
    }
}

/// Parameters as they are given, without the defaults that the author did not write.
pub(super) fn given(written: &Step, asked: &Asked) -> Map<String, Json> {
    let is_written = |name: &str| written.parameter(name).is_some() || asked.text.is_some();
    let mut given: Map<String, Json> = asked
        .parameters
        .iter()
        .filter(|(name, _)| is_written(name))
        .map(|(name, value)| (name.clone(), value.clone()))
        .collect();
    if let Some(text) = &asked.text {
        given.insert("action".to_owned(), Json::String(text.clone()));
    }
    given
}
