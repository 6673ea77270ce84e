//! The contract of tools.
use async_trait::async_trait;
use pipeline::catalogue::Signature;
use serde_json::{Map, Value as Json};
use std::{path::PathBuf, time::Duration};
use tokio_util::sync::CancellationToken;

/// Something a step can do.
#[async_trait]
pub trait Tool: Send + Sync {
    /// Its declaration in `pipeline::catalogue`.
    fn signature(&self) -> &'static Signature;
    /// Does it. Must stop, with every process it started, soon after `call.cancel` fires (the engine fires it at a
    /// timeout, a cancel, and a `fail`).
    async fn call(&self, call: Call) -> Result<Json, Failure>;
}
/// One call. Parameters are rendered, typed, and checked against the signature (required, types, choices, defaults filled in).
#[derive(Debug)]
pub struct Call {
    pub operation: Option<String>,
    pub parameters: Map<String, Json>,
    pub place: Place,
    pub cancel: CancellationToken,
    pub output: Output,
    /// the step's own timeout, for tools that pass it on
    pub timeout: Option<Duration>,
}
/// Where a call happens.
#[derive(Clone, Debug)]
pub struct Place {
    pub run: String,
    pub step: String,
    pub attempt: u32,
    /// `run/step/attempt`
    pub idempotency_key: String,
    /// relative paths start here
    pub cwd: PathBuf,
    pub workspace: PathBuf,
    /// the pipeline's own folder: second place for reads
    pub pipeline_folder: PathBuf,
    /// further roots that may be written to
    pub writable: Vec<PathBuf>,
}
/// Live output of a call (becomes `step_output` / `step_progress` events).
#[derive(Clone, Debug)]
pub struct Output {
    pub(crate) sender: Option<tokio::sync::mpsc::UnboundedSender<Live>>,
}
impl Output {
    /// An output that nobody watches.
    pub fn none() -> Self {
        Self { sender: None }
    }
    pub fn text(&self, text: &str) {
        if let Some(sender) = &self.sender {
            let _ = sender.send(Live::Text(text.to_owned()));
        }
    }
    pub fn progress(&self, fraction: f64, message: &str) {
        if let Some(sender) = &self.sender {
            let _ = sender.send(Live::Progress(fraction, message.to_owned()));
        }
    }
}
/// What a call reports while it goes on.
#[derive(Clone, Debug)]
pub enum Live {
    Text(String),
    Progress(f64, String),
}
/// A raised failure.
#[derive(Clone, Debug, thiserror::Error)]
#[error("{message}")]
pub struct Failure {
    pub error_type: &'static str,
    pub message: String,
    pub transience: Transience,
    /// the tool's value beside the error, if any
    pub value: Option<Json>,
    pub code: Option<i64>,
}
/// Whether trying again may help.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Transience {
    Permanent,
    Transient { retry_after: Option<Duration> },
}
