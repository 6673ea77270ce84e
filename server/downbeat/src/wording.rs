//! What a pipeline is for in the words of a model. What it says is held against the facts, sentence by sentence; what they do
//! not cover is left out. Nobody needs it: the facts tell themselves.

use std::{path::Path, time::Duration};

use models::{Format, Message};
use pipeline::{
    Pipeline,
    insight::{Extent, Sheet, explanation, verify},
    models::Wanted,
};
use schemars::JsonSchema;
use serde::Serialize;
use tokio_util::sync::CancellationToken;

use crate::asking::{self, Question};

/// Most tokens of an answer: ten sentences are fewer.
const LONGEST: u32 = 600;

/// What a model made of the facts.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, JsonSchema)]
pub(crate) struct Wording {
    /// The model: `provider:name`.
    pub(crate) model: String,
    /// Its sentences that the facts cover; null: they cover none.
    pub(crate) text: Option<String>,
    /// Its other sentences.
    pub(crate) left_out: Vec<LeftOut>,
}

/// A sentence that the facts do not cover.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub(crate) struct LeftOut {
    /// As the model wrote it.
    pub(crate) sentence: String,
    /// What in it is not covered.
    pub(crate) why: String,
}

/// Asks the model that looks after pipelines in the workspace `folder` (`orchestrator`, else the one that is chosen). Blocks, as long as `patience` says.
///
/// # Errors
/// Why there are no words, for people.
pub(crate) fn word(
    pipeline: &Pipeline,
    sheet: &Sheet,
    folder: &Path,
    patience: Duration,
    cancel: &CancellationToken,
) -> Result<Wording, String> {
    let wanted = Wanted::of_orchestration(pipeline);
    let question = Question {
        messages: vec![
            Message::System(TASK.to_owned()),
            Message::user(explanation(sheet, Extent::Brief)),
        ],
        response: Format::Text,
        max_tokens: LONGEST,
        patience,
    };
    let said = asking::ask(folder, &wanted, &question, cancel)?;
    Ok(judged(said.model, sheet, &said.text))
}

fn judged(model: String, sheet: &Sheet, text: &str) -> Wording {
    let (kept, dropped): (Vec<_>, Vec<_>) =
        verify::judge(sheet, text).into_iter().partition(|it| it.refusal.is_none());
    let kept: Vec<String> = kept.into_iter().map(|it| it.sentence).collect();
    let left_out = dropped
        .into_iter()
        .filter_map(|it| Some(LeftOut { why: it.refusal?.to_string(), sentence: it.sentence }));
    Wording {
        model,
        text: (!kept.is_empty()).then(|| kept.join(" ")),
        left_out: left_out.collect(),
    }
}

const TASK: &str = "You describe a data pipeline to somebody who has never seen it. The user gives you facts about it. Write 3 to 10 \
    short sentences in plain English: first what the pipeline is for, then how it works. Use only what the facts say. Write the \
    names of steps, inputs, outputs, tools, models and files exactly as the facts do, in backticks. One statement in a sentence. \
    Do not judge, praise, guess or advise. No title, no list, no greeting.";
