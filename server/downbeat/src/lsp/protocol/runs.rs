//! Runs: how they are begun, what happens in them, and why they are refused.

use engine::event::Event;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value as Json};
use tower_lsp_server::ls_types::Range;

/// The notification that carries [`EventParams`].
pub(crate) const EVENT: &str = "downbeat/event";

/// The argument of `downbeat.run`. At most one of `only`, `from` and `until`.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct RunArguments {
    /// The open document.
    pub(crate) uri: String,
    /// Values for inputs.
    #[serde(default)]
    pub(crate) inputs: Map<String, Json>,
    /// Run this step alone.
    #[serde(default)]
    pub(crate) only: Option<String>,
    /// Run this step and what depends on it.
    #[serde(default)]
    pub(crate) from: Option<String>,
    /// Run this step and what it depends on.
    #[serde(default)]
    pub(crate) until: Option<String>,
}

/// The argument of `downbeat.cancel`, and the answer to `downbeat.run`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct RunId {
    /// Id of the run.
    pub(crate) run: String,
}

/// The argument of `downbeat.resume`.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct ResumeArguments {
    /// Id of the run, the beginning of it, or `latest`.
    pub(crate) run: String,
    /// Its secret inputs, which are not kept.
    #[serde(default)]
    pub(crate) inputs: Map<String, Json>,
}

/// Something happened in a run.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct EventParams {
    /// Id of the run.
    pub(crate) run: String,
    /// From 1, without gaps.
    pub(crate) seq: u64,
    /// What happened.
    pub(crate) event: Event,
}

/// `data` of the error that refuses a run.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct Refused {
    /// `untrusted`, `findings`, `refused` or `running`.
    pub(crate) reason: String,
    /// The run that goes on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) run: Option<String>,
    /// What is wrong with the pipeline or the call.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) findings: Vec<Finding>,
}

/// One reason not to run.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Finding {
    /// Kebab-case and stable.
    pub(crate) code: String,
    /// For people.
    pub(crate) message: String,
    /// Where, if anywhere.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) range: Option<Range>,
    /// What to do.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) help: Option<String>,
}
