//! What a pipeline is for in the words of a model. What it says is held against the facts, sentence by sentence; what they do
//! not cover is left out. Nobody needs it: the facts tell themselves.

use std::{path::Path, time::Duration};

use engine::mind::Chooser as _;
use models::{Host, Message, Providers, Request};
use pipeline::{
    Pipeline,
    insight::{Sheet, intention, verify},
    models::Wanted,
};
use schemars::JsonSchema;
use serde::Serialize;
use tokio_util::sync::CancellationToken;

use crate::workspace;

/// How long a model may take.
const PATIENCE: Duration = Duration::from_secs(30);

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

/// Asks the model that looks after pipelines in the workspace `folder` (`orchestrator`, else the one that is chosen). Blocks, at most half a minute.
///
/// # Errors
/// Why there are no words, for people.
pub(crate) fn word(pipeline: &Pipeline, sheet: &Sheet, folder: &Path) -> Result<Wording, String> {
    let surroundings = workspace::surroundings(folder);
    let host = Host::new(surroundings.clone(), workspace::model_files(folder));
    let wanted = Wanted::of_orchestration(pipeline);
    let choice = match host.choose(folder, &wanted) {
        Ok(choice) => choice,
        Err(none) => {
            return Err(host.unreachable().map_or_else(|| none.to_string(), |it| it.message));
        }
    };
    let request = Request {
        model: choice.model.name.to_string(),
        messages: vec![Message::System(TASK.to_owned()), Message::user(intention(sheet))],
        temperature: Some(0.0),
        max_tokens: Some(LONGEST),
        seed: Some(1),
        ..Request::default()
    };
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(|error| format!("cannot ask a model: {error}"))?;
    let asked = runtime.block_on(async {
        let provider = Providers::new(surroundings).get(&choice.model.provider).await?;
        let cancel = CancellationToken::new();
        let answer = tokio::time::timeout(PATIENCE, async {
            provider.chat(&request, &mut |_| {}, &cancel).await
        });
        Ok::<_, models::ModelError>(answer.await)
    });
    let model = choice.model.full_name();
    let reply = asked
        .map_err(|error| error.to_string())?
        .map_err(|_| format!("`{model}` did not answer in {} s", PATIENCE.as_secs()))?
        .map_err(|error| error.to_string())?;
    Ok(judged(model, sheet, &reply.text))
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
