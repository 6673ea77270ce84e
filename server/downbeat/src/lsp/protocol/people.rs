//! Questions of steps to the person at the editor.

use engine::people::{BodyFormat, Choice, Kind, Need, Question};
use serde::{Deserialize, Serialize};
use serde_json::Value as Json;

/// The request that carries [`AskParams`], and is answered with [`Answer`].
pub(crate) const ASK: &str = "downbeat/ask";

/// A question of a step to the person at the editor.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct AskParams {
    /// Id of the run.
    pub(crate) run: String,
    /// Id of the step.
    pub(crate) step: String,
    /// Its path inside of loops: `each[3].ask`.
    pub(crate) path: String,
    /// Which question of the step it is.
    pub(crate) name: String,
    /// What it is about.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) title: Option<String>,
    /// The question.
    pub(crate) text: String,
    /// What is to be looked at before answering.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) body: Option<AskBody>,
    /// What kind of answer is wanted.
    pub(crate) kind: AskKind,
    /// For `lines`: what there is to be changed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) draft: Option<String>,
    /// For `number`: the least.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) least: Option<f64>,
    /// For `number`: the most.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) most: Option<f64>,
    /// For `choice`: what there is to choose.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) choices: Vec<AskChoice>,
    /// The answer when the person gives none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) default: Option<Json>,
    /// Whether there must be an answer.
    pub(crate) required: bool,
    /// Seconds until the question is taken back with `$/cancelRequest`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) timeout: Option<f64>,
    /// Why the answer before did not fit.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) complaint: Option<String>,
}

/// A text to look at.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct AskBody {
    pub(crate) text: String,
    /// `text`, `json` or `markdown`.
    pub(crate) format: String,
}

/// What kind of answer is wanted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum AskKind {
    /// One line.
    Text,
    /// A text of several lines.
    Lines,
    /// One line, shown to nobody.
    Secret,
    Number,
    Boolean,
    Choice,
}

/// One answer to choose.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct AskChoice {
    pub(crate) value: Json,
    pub(crate) label: String,
}

impl AskParams {
    /// A question of the engine.
    pub(crate) fn of(question: &Question) -> Self {
        let (mut draft, mut least, mut most, mut choices) = (None, None, None, Vec::new());
        let kind = match &question.kind {
            Kind::Text => AskKind::Text,
            Kind::Secret => AskKind::Secret,
            Kind::Boolean => AskKind::Boolean,
            Kind::Lines { draft: written } => {
                draft = Some(written.clone());
                AskKind::Lines
            }
            Kind::Number { least: from, most: to } => {
                (least, most) = (*from, *to);
                AskKind::Number
            }
            Kind::Choice(all) => {
                let choice =
                    |it: &Choice| AskChoice { value: it.value.clone(), label: it.label.clone() };
                choices = all.iter().map(choice).collect();
                AskKind::Choice
            }
        };
        let format = |format: BodyFormat| match format {
            BodyFormat::Text => "text",
            BodyFormat::Json => "json",
            BodyFormat::Markdown => "markdown",
        };
        Self {
            run: question.run.clone(),
            step: question.step.clone(),
            path: question.path.clone(),
            name: question.name().to_owned(),
            title: question.title.clone(),
            text: question.text.clone(),
            body: question.body.as_ref().map(|body| AskBody {
                text: body.text.clone(),
                format: format(body.format).to_owned(),
            }),
            kind,
            draft,
            least,
            most,
            choices,
            default: question.default.clone(),
            required: question.need == Need::Needed,
            timeout: question.timeout.map(|limit| limit.as_secs_f64()),
            complaint: question.complaint.clone(),
        }
    }
}

/// What the person said; null, and no answer in it, is that nothing was said.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Answer {
    #[serde(default)]
    pub(crate) answer: Option<Json>,
}
