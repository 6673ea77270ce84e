//! The record of a step, and of what steps are made of.

use std::sync::Arc;

use indexmap::IndexMap;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value as Json};

use super::{Product, Resources, Usage};
use crate::{mind::Chosen, quality::Quality, reuse::Reused, scope::Entries};

/// A step of a run.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct StepRecord {
    /// Its id.
    pub id: String,
    /// Its `action` as written.
    pub action: Option<String>,
    /// How it stands.
    pub status: StepStatus,
    /// Completed, and the value does not say `success: false`.
    pub success: bool,
    /// What the tool gave; `{success: false, error, error_type}` where it raised an error.
    pub value: Json,
    /// What went wrong, for people.
    pub error: Option<String>,
    /// Kind of the error (`TimeoutError`).
    pub error_type: Option<String>,
    /// Its tool, if it names one.
    pub tool: Option<String>,
    /// The model that answered.
    pub model: Option<String>,
    /// Who serves that model.
    pub provider: Option<String>,
    /// What its AUTO tags were answered, in order.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub autos: Vec<Decided>,
    /// How that model was chosen; absent where none was.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub chosen: Option<Box<Chosen>>,
    /// Unix seconds.
    pub started_at: Option<f64>,
    /// Unix seconds.
    pub completed_at: Option<f64>,
    /// Seconds, retries and their delays included.
    pub duration: Option<f64>,
    /// Attempts after the first.
    pub retries: u32,
    /// Its own timeout expired.
    pub timed_out: bool,
    /// Ids of the steps that it waits for.
    pub dependencies: Vec<String>,
    /// The value was taken from an earlier run: see `reused`.
    pub cached: bool,
    /// Its condition could not be evaluated.
    pub condition_error: bool,
    /// The rounds of a loop or queue, in order; absent for other steps. A loop over a condition keeps the last 1,000.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub iterations: Option<Vec<Iteration>>,
    /// The pipeline that it ran; absent for other steps. Steps that an earlier attempt finished are those of that attempt.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub called: Option<Box<Called>>,
    /// Files that it left.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub products: Vec<Product>,
    /// Where its output is found, as its key `location` says; absent where it has none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub location: Option<Box<str>>,
    /// What error handlers did about its failures, in order.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub handled: Vec<Handled>,
    /// The run whose call was answered; absent where it was a call of this run.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reused: Option<Box<Reused>>,
    /// What the processes that it started used; absent where it started none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub resources: Option<Resources>,
    /// What its calls used that say so, all attempts together; absent where none does.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub usage: Option<Box<Usage>>,
    /// What is to be said of its value; absent where it has none, and for steps that are made of steps.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub quality: Option<Box<Quality>>,
}

/// The answer of an AUTO tag.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Decided {
    /// Where the tag stands in its step: `parameters.size`, `condition`, `for_each`.
    pub place: String,
    /// Which tag of that place, those inside of others first; from 0.
    pub number: usize,
    /// Number of the round, for a test of a loop.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub round: Option<usize>,
    /// What was asked.
    pub question: String,
    /// What it had to be, in words.
    pub expected: String,
    /// What was answered.
    pub value: Json,
    /// Who answered: `provider:name`.
    pub model: String,
    /// How that model was chosen.
    pub because: Vec<String>,
}

/// A pipeline that a step ran.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Called {
    /// Its id.
    pub pipeline_id: String,
    /// Its file; null where it is written out in the step.
    pub file: Option<String>,
    /// How it ended: `completed`, `failed` or `cancelled`.
    pub status: StepStatus,
    /// Every step succeeded or was skipped, and every required output was rendered.
    pub success: bool,
    /// Why it did not come to its end.
    pub error: Option<String>,
    /// By id, in declaration order.
    pub steps: IndexMap<String, StepRecord>,
    /// Rendered outputs; null where one failed.
    pub outputs: Map<String, Json>,
    /// Stages of its plan.
    pub execution_levels: Vec<Vec<String>>,
    /// Unix seconds; of the last attempt.
    pub started_at: f64,
    /// Unix seconds.
    pub completed_at: f64,
    /// Seconds.
    pub duration: f64,
}

/// What one error handler did about one failure of a step.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Handled {
    /// Its action as written, or the id of the step that it runs; `fallback` where it has neither.
    pub handler: String,
    /// What came of it.
    pub outcome: Remedied,
    /// The failure, for people.
    pub error: String,
    /// Kind of the failure.
    pub error_type: String,
    /// Why the handler itself failed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub handler_error: Option<String>,
}

/// What came of an error handler.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Remedied {
    /// The step was tried once more, and succeeded.
    Retried,
    /// The step was tried once more, and failed again.
    RetriedInVain,
    /// What the handler gave is the step's result.
    Answered,
    /// The fallback is the step's result.
    FellBack,
    /// The handler did what it does, and passed the failure on.
    PassedOn,
    /// The handler failed.
    Failed,
}

/// A round of a loop: its body, run once.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Iteration {
    /// From 0.
    pub index: usize,
    /// What the paths of its steps begin with: `each[3]`, or the step alone where its steps stand side by side.
    #[serde(default)]
    pub path: String,
    /// The item, for loops over items.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub item: Option<Json>,
    /// How it ended: `completed`, `failed` or `cancelled`.
    pub status: StepStatus,
    /// Every step in it succeeded or was skipped.
    pub success: bool,
    /// Why it did not come to its end.
    pub error: Option<String>,
    /// By id, in declaration order.
    pub steps: IndexMap<String, StepRecord>,
    /// Unix seconds.
    pub started_at: f64,
    /// Unix seconds.
    pub completed_at: f64,
    /// Seconds.
    pub duration: f64,
}

/// How a step stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum StepStatus {
    /// Never reached.
    Pending,
    /// In flight.
    Running,
    /// The tool answered.
    Completed,
    /// It raised an error.
    Failed,
    /// Its condition, a route or a failure policy says that it is not to run.
    Skipped,
    /// Stopped in flight.
    Cancelled,
}

impl StepStatus {
    /// The word in JSON and in templates.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Running => "running",
            Self::Completed => "completed",
            Self::Failed => "failed",
            Self::Skipped => "skipped",
            Self::Cancelled => "cancelled",
        }
    }
}

impl StepRecord {
    /// What was chosen for parameters that are AUTO tags, the model among them; null where nothing was. Templates read it as
    /// fields of the step.
    #[must_use]
    pub fn decided(&self) -> pipeline::Value {
        let of_parameter = |it: &Decided| {
            let name = it.place.strip_prefix("parameters.")?;
            let value = pipeline::Value::from_json(&it.value);
            (!name.contains(['.', '['])).then(|| (Arc::from(name), value))
        };
        // Of nested tags the outermost comes last.
        let mut all: Entries = self.autos.iter().filter_map(of_parameter).collect();
        if let Some(chosen) = &self.chosen {
            all.insert("model".into(), chosen.model.as_str().into());
        }
        if all.is_empty() { pipeline::Value::Null } else { pipeline::Value::map(all) }
    }

    /// A step that nothing has happened to.
    #[must_use]
    pub fn pending(id: &str) -> Self {
        Self {
            id: id.to_owned(),
            action: None,
            status: StepStatus::Pending,
            success: false,
            value: Json::Null,
            error: None,
            error_type: None,
            tool: None,
            model: None,
            provider: None,
            autos: Vec::new(),
            chosen: None,
            started_at: None,
            completed_at: None,
            duration: None,
            retries: 0,
            timed_out: false,
            dependencies: Vec::new(),
            cached: false,
            condition_error: false,
            iterations: None,
            called: None,
            products: Vec::new(),
            location: None,
            handled: Vec::new(),
            reused: None,
            resources: None,
            usage: None,
            quality: None,
        }
    }
}
