//! What the client says of itself and of its user.

use serde::Deserialize;

/// `initializationOptions`. Members that are not known are ignored.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(crate) struct InitializationOptions {
    /// Whether the user trusts the workspace; in one that is not, nothing runs.
    pub(crate) trusted: bool,
    /// Whether the client answers [`ASK`](super::ASK).
    pub(crate) asks: bool,
    /// Whether the client asks for a model's words by itself, so that hover leaves them out.
    pub(crate) words: bool,
    /// What [`ConfigurationParams`] may change later.
    #[serde(flatten)]
    pub(crate) settings: Settings,
}

/// What the user has chosen.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(crate) struct Settings {
    /// Texts beside the ids of steps.
    pub(crate) hints: HintSettings,
    /// Whether a model puts into words what a pipeline is for.
    pub(crate) wording: WordingSetting,
}

/// Whether a model is asked for words. Off by itself: to look at something must not cost anything, nor send it anywhere.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum WordingSetting {
    #[default]
    Off,
    On,
}

/// Which hints are shown beside the id of a step.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(crate) struct HintSettings {
    /// Its stage.
    pub(crate) stage: bool,
    /// What it waits for without naming it in `dependencies`.
    pub(crate) edges: bool,
    /// The model that is chosen for it, where it names none.
    pub(crate) model: bool,
}

impl Default for HintSettings {
    fn default() -> Self {
        Self { stage: true, edges: true, model: true }
    }
}

/// Parameters of `workspace/didChangeConfiguration`. Other members are those of other servers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
pub(crate) struct ConfigurationParams {
    pub(crate) settings: Configuration,
}

/// The section of the settings that is ours.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
pub(crate) struct Configuration {
    pub(crate) downbeat: Settings,
}
