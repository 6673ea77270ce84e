//! What a run says while it goes on. Contract (CONTRACT.md, LSP section): the JSON of an event is stable.
use serde::{Deserialize, Serialize};
use serde_json::Value as Json;
/// One event of a run.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Event {
    #[serde(rename = "type")]
    pub kind: EventKind,
    /// Unix seconds
    pub timestamp: f64,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub step: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub message: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub data: Option<Json>,
}
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum EventKind {
    RunStarted,
    StepStarted,
    StepProgress,
    StepOutput,
    StepCompleted,
    StepFailed,
    StepSkipped,
    StepRetrying,
    Checkpoint,
    RunCompleted,
    RunFailed,
    RunCancelled,
}
