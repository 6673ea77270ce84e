//! Models as `models --format json` prints them.

use pipeline::models::{Choice, Kind, Model, NoChoice, Wanted};
use schemars::JsonSchema;
use serde::Serialize;

/// A model; null is unknown, and never zero.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub(crate) struct ModelInfo {
    /// `provider:name`
    pub(crate) name: String,
    pub(crate) provider: String,
    pub(crate) kind: ModelKind,
    /// Most tokens that it reads at once.
    pub(crate) window: Option<u32>,
    /// Most tokens that it writes in one answer.
    pub(crate) max_output: Option<u32>,
    /// US dollars per million tokens that it reads.
    pub(crate) input_price: Option<f64>,
    /// US dollars per million tokens that it writes.
    pub(crate) output_price: Option<f64>,
    /// US dollars per million tokens that it reads and has read before.
    pub(crate) cached_price: Option<f64>,
    /// Billions of parameters.
    pub(crate) size: Option<f64>,
    /// What it can do beside reading and writing text.
    pub(crate) capabilities: Option<Vec<String>>,
    /// What it is good at.
    pub(crate) tags: Vec<String>,
    /// The project's own rank, from 0 to 100.
    pub(crate) quality: Option<u8>,
    /// `low`, `medium`, `medium-high`, `high` or `very-high`.
    pub(crate) expertise: Option<String>,
    /// `slow`, `medium` or `fast`.
    pub(crate) speed: Option<String>,
    /// The day from which it is not served any more.
    pub(crate) retires: Option<String>,
    /// Taken only where it is named: it is made for one thing.
    pub(crate) special: bool,
}

/// What a model answers with.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum ModelKind {
    /// Text.
    Chat,
    /// Text, over OpenAI's responses protocol alone.
    Responses,
    /// Numbers that stand for a text.
    Embedding,
}

impl From<&Model> for ModelInfo {
    fn from(model: &Model) -> Self {
        let able = model.capabilities.as_ref();
        Self {
            name: model.full_name(),
            provider: model.provider.to_string(),
            kind: match model.kind {
                Kind::Chat => ModelKind::Chat,
                Kind::Responses => ModelKind::Responses,
                Kind::Embedding => ModelKind::Embedding,
            },
            window: model.context,
            max_output: model.max_output,
            input_price: model.input_price,
            output_price: model.output_price,
            cached_price: model.cached_price,
            size: model.size,
            capabilities: able.map(|all| all.iter().map(|it| it.word().to_owned()).collect()),
            tags: model.tags.iter().map(ToString::to_string).collect(),
            quality: model.quality,
            expertise: model.level().map(|it| it.word().to_owned()),
            speed: model.speed.map(|it| it.word().to_owned()),
            retires: model.retires.as_ref().map(ToString::to_string),
            special: model.is_special,
        }
    }
}

/// Which model a step would use, and why.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub(crate) struct ModelChoice {
    /// Id of the step, behind those of the loops around it: `loop.body`.
    pub(crate) step: String,
    /// What decides: `model` of the step, an expert, ... in words.
    pub(crate) source: String,
    /// `cost`, `performance`, `balanced` or `accuracy`.
    pub(crate) strategy: String,
    /// What is chosen; null where nothing is.
    pub(crate) model: Option<ModelInfo>,
    /// How well it suits.
    pub(crate) score: Option<f64>,
    /// The points that make the score.
    pub(crate) points: Vec<ModelPoints>,
    /// Why it is not what was asked for, where something else has to be taken.
    pub(crate) instead: Option<String>,
    /// The reasons, in the order in which they were looked at.
    pub(crate) because: Vec<String>,
    /// Why nothing is chosen.
    pub(crate) error: Option<String>,
    /// Where nothing is chosen: every model that was looked at, and on what it fails.
    pub(crate) failed: Vec<ModelFailure>,
}

/// Points of a choice.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub(crate) struct ModelPoints {
    /// What they are for.
    pub(crate) what: String,
    pub(crate) points: f64,
}

/// A model that was not chosen.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub(crate) struct ModelFailure {
    /// `provider:name`
    pub(crate) model: String,
    /// What speaks against it.
    pub(crate) because: Vec<String>,
}

impl ModelChoice {
    /// What came of the wish of a step.
    pub(crate) fn new(step: &str, wanted: &Wanted, outcome: &Result<Choice, NoChoice>) -> Self {
        let choice = outcome.as_ref().ok();
        let none = outcome.as_ref().err();
        Self {
            step: step.to_owned(),
            source: wanted.source.to_string(),
            strategy: wanted.strategy.word().to_owned(),
            model: choice.map(|it| (&it.model).into()),
            score: choice.map(|it| it.score.total()),
            points: choice
                .iter()
                .flat_map(|it| &it.score.parts)
                .map(|(what, points)| ModelPoints { what: (*what).to_owned(), points: *points })
                .collect(),
            instead: choice.and_then(|it| it.instead.clone()),
            because: choice.map(|it| it.because.clone()).unwrap_or_default(),
            error: none.map(ToString::to_string),
            failed: none
                .iter()
                .flat_map(|it| &it.failed)
                .map(|(model, because)| ModelFailure {
                    model: model.clone(),
                    because: because.clone(),
                })
                .collect(),
        }
    }
}
