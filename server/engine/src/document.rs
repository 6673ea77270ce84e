//! The run document: everything a run was, as JSON whose shape and order of keys are stable.

use std::sync::Arc;

use indexmap::IndexMap;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value as Json};

use crate::{
    mind::Chosen,
    people::NOBODY,
    quality::Quality,
    reuse::{Reused, Saved},
    scope::Entries,
};

/// Raised when a field changes its meaning or goes away.
pub const SCHEMA_VERSION: u32 = 1;

/// A run from its start to its end.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Document {
    /// [`SCHEMA_VERSION`] of the writer.
    pub schema_version: u32,
    /// Id of the run: `<pipeline id>_<unix seconds>_<8 hex>`.
    pub run: String,
    /// The same id, under the name that templates know.
    pub execution_id: String,
    /// Id of the pipeline.
    pub pipeline_id: String,
    /// How it ended.
    pub status: RunStatus,
    /// Every step succeeded or was skipped, and every required output was rendered.
    pub success: bool,
    /// By id, in declaration order.
    pub steps: IndexMap<String, StepRecord>,
    /// Rendered outputs; null where one failed.
    pub outputs: Map<String, Json>,
    /// Answers of the AUTO tags in its outputs; absent where there are none.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub autos: Vec<Decided>,
    /// Files that steps declared as their products.
    pub products: Vec<Product>,
    /// Ids of `execution_levels`, flattened.
    pub execution_order: Vec<String>,
    /// Stages of the plan: a step stands behind everything it depends on.
    pub execution_levels: Vec<Vec<String>>,
    /// Unix seconds.
    pub started_at: f64,
    /// Unix seconds.
    pub completed_at: Option<f64>,
    /// Seconds.
    pub duration: Option<f64>,
    /// Why the run stopped before its end.
    pub error: Option<String>,
    /// Kind of that error.
    pub error_type: Option<String>,
    /// What went wrong without failing anything.
    pub warnings: Vec<Warning>,
    /// What it cost.
    pub usage: Usage,
    /// What the pipeline is for and how it works, as far as its text says: Markdown. Absent in documents of earlier versions.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub intention: Option<String>,
}

/// How a run stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum RunStatus {
    /// In flight.
    Running,
    /// In flight, and nothing begins until somebody lets it go on.
    Paused,
    /// Every step succeeded or was skipped.
    Completed,
    /// At least one step did not succeed, or the run stopped.
    Failed,
    /// Stopped on request.
    Cancelled,
    /// Its process died.
    Interrupted,
}

impl RunStatus {
    /// The word in JSON.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Running => "running",
            Self::Paused => "paused",
            Self::Completed => "completed",
            Self::Failed => "failed",
            Self::Cancelled => "cancelled",
            Self::Interrupted => "interrupted",
        }
    }
}

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

/// What processes used, all attempts together.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Resources {
    /// Seconds of processor time, in user and kernel mode, of each process and of those that it waited for.
    pub cpu: f64,
    /// Most bytes of memory that one process had at once.
    pub peak_memory: u64,
}

impl Resources {
    /// Both together.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        Self { cpu: self.cpu + other.cpu, peak_memory: self.peak_memory.max(other.peak_memory) }
    }
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

/// A file that a step declared and wrote.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Product {
    /// Path of the step (`report`, `loop[3].report`).
    pub step: String,
    /// Name of the variable.
    pub variable: String,
    /// Where it is, relative to the working directory.
    pub path: String,
    /// Of its content.
    #[serde(default)]
    pub media_type: String,
    /// Size.
    #[serde(default)]
    pub bytes: u64,
    /// Hash of its content, in hexadecimal digits.
    #[serde(default)]
    pub blake3: String,
}

/// Something that went wrong without failing anything.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Warning {
    /// Kebab-case and stable.
    pub code: String,
    /// For people.
    pub message: String,
    /// The step it is about, if any.
    pub step: Option<String>,
}

/// What a run, or a step with all its calls, used. `None` is unknown, never zero.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Usage {
    /// Tokens sent to models.
    pub input_tokens: Option<u64>,
    /// Tokens that models gave.
    pub output_tokens: Option<u64>,
    /// Of the tokens that were sent, those that the provider knew already; absent where nobody says.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cached_tokens: Option<u64>,
    /// US dollars.
    pub cost: Option<f64>,
    /// Calls that broke off before it was told what they used: that is in none of the sums. Absent where there is none.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub untold_calls: u64,
    /// What was not done again; absent where everything was.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub saved: Option<Saved>,
}

impl Usage {
    /// Of a call that used nothing, such as one that was turned away.
    #[must_use]
    pub fn nothing() -> Self {
        Self { input_tokens: Some(0), output_tokens: Some(0), cost: Some(0.0), ..Self::default() }
    }

    /// Of a call that broke off before it was told what it used: adds nothing to sums but that it is missing there.
    #[must_use]
    pub fn untold() -> Self {
        Self { untold_calls: 1, ..Self::nothing() }
    }

    /// As it is told: where calls are missing, a sum of nothing is unknown.
    #[must_use]
    pub(crate) fn told(self) -> Self {
        if self.untold_calls == 0 {
            return self;
        }
        Self {
            input_tokens: self.input_tokens.filter(|it| *it > 0),
            output_tokens: self.output_tokens.filter(|it| *it > 0),
            cost: self.cost.filter(|it| *it > 0.0),
            ..self
        }
    }

    /// Tokens sent and given; unknown where one of them is, or a call is missing.
    #[must_use]
    pub fn tokens(&self) -> Option<u64> {
        let is_whole = self.untold_calls == 0;
        Some(self.input_tokens?.saturating_add(self.output_tokens?)).filter(|_| is_whole)
    }

    /// Both together. What one of them does not know is unknown of both; what providers knew is added as far as they say.
    #[must_use]
    pub fn and(self, other: &Self) -> Self {
        let sum = |one: Option<u64>, other: Option<u64>| Some(one?.saturating_add(other?));
        let said = [self.cached_tokens, other.cached_tokens];
        let said = said.into_iter().flatten().reduce(u64::saturating_add);
        Self {
            input_tokens: sum(self.input_tokens, other.input_tokens),
            output_tokens: sum(self.output_tokens, other.output_tokens),
            cached_tokens: said,
            cost: self.cost.zip(other.cost).map(|(one, other)| one + other),
            untold_calls: self.untold_calls + other.untold_calls,
            saved: self.saved,
        }
    }
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde hands a reference")]
const fn is_zero(count: &u64) -> bool {
    *count == 0
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

impl Document {
    /// Whether it stopped where it can be gone on with: on request, or because its process died, the journal could not be
    /// written, a budget was used up, or nobody was there to answer.
    #[must_use]
    pub fn can_go_on(&self) -> bool {
        match self.status {
            RunStatus::Completed => false,
            RunStatus::Failed => self.error_type.as_deref().is_some_and(|it| STOPS.contains(&it)),
            RunStatus::Running
            | RunStatus::Paused
            | RunStatus::Cancelled
            | RunStatus::Interrupted => true,
        }
    }
}

/// What a step came to: its value, and its rounds.
pub(crate) type Came = (Json, Option<Vec<Iteration>>);

impl Document {
    /// Takes out what its steps came to, rounds included, in order.
    pub(crate) fn take_values(&mut self) -> Vec<Came> {
        let take = |record: &mut StepRecord| (record.value.take(), record.iterations.take());
        self.steps.values_mut().map(take).collect()
    }

    /// Puts back what [`Self::take_values`] took.
    pub(crate) fn put_values(&mut self, values: Vec<Came>) {
        for (record, (value, iterations)) in self.steps.values_mut().zip(values) {
            record.value = value;
            record.iterations = iterations;
        }
    }
}

/// Kinds of errors of a run that are no answers of its steps.
const STOPS: [&str; 5] =
    ["JournalError", "CostBudgetError", "TokenBudgetError", "TimeBudgetError", NOBODY];

/// The document of a run that starts, without steps.
pub(crate) fn blank(run: &str, pipeline_id: &str, started_at: f64) -> Document {
    Document {
        schema_version: SCHEMA_VERSION,
        run: run.to_owned(),
        execution_id: run.to_owned(),
        pipeline_id: pipeline_id.to_owned(),
        status: RunStatus::Running,
        success: false,
        steps: IndexMap::new(),
        outputs: Map::new(),
        autos: Vec::new(),
        products: Vec::new(),
        execution_order: Vec::new(),
        execution_levels: Vec::new(),
        started_at,
        completed_at: None,
        duration: None,
        error: None,
        error_type: None,
        warnings: Vec::new(),
        usage: Usage::default(),
        intention: None,
    }
}
