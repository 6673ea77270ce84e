//! The run document: everything a run was, as JSON whose shape and order of keys are stable.

mod course;
mod step;
mod usage;

use indexmap::IndexMap;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value as Json};

use crate::people::NOBODY;
pub use course::Turn;
pub(crate) use course::{path_of, records};
pub use step::{Called, Decided, Handled, Iteration, Remedied, StepRecord, StepStatus};
pub use usage::{Resources, Usage};

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
    /// What the pipeline is for and what it does from beginning to end, in a few sentences: Markdown. Absent in documents of earlier versions.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub intention: Option<String>,
    /// What came in while it went on, in order, as far as its records do not tell it: failures that were tried again, what handlers
    /// came to. Absent where they tell everything.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub course: Vec<Turn>,
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
        course: Vec::new(),
    }
}
