//! What is asked about an open document.

use serde::{Deserialize, Serialize};
use serde_json::Value as Json;
use tower_lsp_server::ls_types::{Range, Uri};

/// The notification that words of a model have come for a document, or that it has none; carries [`About`].
pub(crate) const WORDS: &str = "downbeat/words";

/// Parameters of the requests about one open document.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct About {
    /// The open document.
    pub(crate) uri: Uri,
}

/// Parameters of `downbeat/runs`.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub(crate) struct AboutRuns {
    /// The open document.
    pub(crate) uri: Uri,
    /// At most so many.
    #[serde(default)]
    pub(crate) limit: Option<usize>,
}

/// A past run of a document, in the answer to `downbeat/runs`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct PastRun {
    /// Its id.
    pub(crate) run: String,
    /// `running`, `completed`, `failed`, `cancelled` or `interrupted`.
    pub(crate) status: String,
    /// Unix seconds.
    pub(crate) started_at: f64,
    /// Seconds; left out while it runs and where it was interrupted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) duration: Option<f64>,
}

/// A declared input, in the answer to `downbeat/inputs`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct InputInfo {
    pub(crate) name: String,
    /// `string`, `integer`, `number`, `boolean`, `array`, `object`, `path`, or `any` where the author says none.
    #[serde(rename = "type")]
    pub(crate) ty: String,
    /// Prose of the author's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) description: Option<String>,
    /// Whether a run is refused without a value.
    pub(crate) required: bool,
    /// The value of a run without one, templates as they are written; left out where there is none and for secrets.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) default: Option<Json>,
    /// The only values that are accepted; left out where every value of the type is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) choices: Option<Vec<Json>>,
    /// The value must be shown to nobody and kept nowhere.
    pub(crate) secret: bool,
    /// Its name in the text.
    pub(crate) range: Range,
}
