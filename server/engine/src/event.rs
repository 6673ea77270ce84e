//! What a run says while it goes on. The JSON of an event is stable: editors and scripts read it.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value as Json;

/// One event of a run.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Event {
    /// What happened.
    #[serde(rename = "type")]
    pub kind: EventKind,
    /// Unix seconds.
    pub timestamp: f64,
    /// Id of the step it is about; absent for the run as a whole.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub step: Option<String>,
    /// For people.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub message: Option<String>,
    /// For programs.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub data: Option<Json>,
}

impl Event {
    /// Where its step is inside others (`loop[3].body`); `None` for the pipeline's own steps.
    #[must_use]
    pub fn path(&self) -> Option<&str> {
        self.data.as_ref()?.get("path")?.as_str()
    }
}

/// Kinds of events. Where a step runs inside another, `data` also has `path` (`loop[3].body`, `call.step`) and `iteration`
/// (number of the round, from 0; null where it is not one of several). Where what is told happened before, in a run that is
/// gone on with or told once more, `data` has `recorded: true`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum EventKind {
    /// The run is in the journal; `data` has `run`, `pipeline_id` and `steps` (how many), and `resumed: true` where it
    /// began before.
    RunStarted,
    /// An attempt begins; `data` has `attempt`, from 1.
    StepStarted,
    /// `data` has `fraction` (0 to 1, null when unknown) and `remaining` (seconds, null when unknown). Where an error
    /// handler begins, it also has `handler` (its name) and `level` (its `log_level`).
    StepProgress,
    /// Live output; `data` has `text`.
    StepOutput,
    /// `data` has `success` (a tool may report a failure), `duration` (seconds) and `progress` (see [`EventKind::RunStarted`]).
    StepCompleted,
    /// No further attempt follows; `data` has `error_type`, `timed_out`, `retries` and `duration`.
    StepFailed,
    /// `data` has `reason`; a condition that could not be evaluated also has `warning: true`.
    StepSkipped,
    /// A further attempt follows; `data` has `attempt` (the coming one) and `delay` (seconds).
    StepRetrying,
    /// The completions up to here are on disk; `data` has `completed` and `total`.
    Checkpoint,
    /// From here on nothing begins; what is in flight goes on.
    RunPaused,
    /// Steps begin again.
    RunUnpaused,
    /// Every step succeeded or was skipped.
    RunCompleted,
    /// At least one step did not succeed.
    RunFailed,
    /// Stopped on request.
    RunCancelled,
}
