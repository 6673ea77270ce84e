//! Questions that this program itself asks a model: what a pipeline is for, whether something is as it should be. What was
//! answered is kept in the journal of the workspace, by everything that was asked and who was asked; the same question is paid
//! for once.

use std::{path::Path, time::Duration};

use engine::{
    Journal,
    mind::{Chooser as _, nobody},
};
use models::{Format, Host, Message, ModelError, Part, Providers, Request};
use pipeline::models::Wanted;
use serde_json::json;
use tokio_util::sync::CancellationToken;

use crate::workspace;

/// How long a model may take where somebody waits for it.
pub(crate) const PATIENCE: Duration = Duration::from_secs(30);

/// What is asked. Answers are as repeatable as the model can make them.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Question {
    /// What is said to the model.
    pub(crate) messages: Vec<Message>,
    /// The shape of the answer.
    pub(crate) response: Format,
    /// Most tokens of the answer.
    pub(crate) max_tokens: u32,
    /// How long the answer may take.
    pub(crate) patience: Duration,
}

/// What was answered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Said {
    /// Who answered: `provider:name`.
    pub(crate) model: String,
    /// The answer.
    pub(crate) text: String,
}

/// Asks the model that is wanted in the workspace `folder`, unless it was asked the same before. Blocks, as long as the
/// question says.
///
/// # Errors
/// Why there is no answer, for people.
pub(crate) fn ask(
    folder: &Path,
    wanted: &Wanted,
    question: &Question,
    cancel: &CancellationToken,
) -> Result<Said, String> {
    let surroundings = workspace::surroundings(folder);
    let host = Host::new(surroundings.clone(), workspace::model_files(folder));
    let choice =
        host.choose(folder, wanted).map_err(|none| nobody(&*host, wanted, &none).message)?;
    let model = choice.model.full_name();
    let key = question.key(&model);
    // Without a journal it is asked each time: a folder that cannot be written must not keep anybody from an answer.
    let journal = Journal::open(&folder.join(workspace::STATE)).ok();
    if let Some(text) = journal.as_ref().and_then(|it| it.saying(&key).ok().flatten()) {
        return Ok(Said { model, text });
    }
    let request = Request {
        model: choice.model.name.to_string(),
        messages: question.messages.clone(),
        temperature: Some(0.0),
        max_tokens: Some(question.max_tokens),
        seed: Some(1),
        response: question.response.clone(),
        ..Request::default()
    };
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(|error| format!("cannot ask a model: {error}"))?;
    let asked = runtime.block_on(async {
        let provider = Providers::new(surroundings).get(&choice.model.provider).await?;
        let mut nobody = |_: models::Delta<'_>| {};
        let answer = provider.chat(&request, &mut nobody, cancel);
        Ok::<_, ModelError>(tokio::time::timeout(question.patience, answer).await)
    });
    let reply = asked
        .map_err(|error| error.to_string())?
        .map_err(|_| format!("`{model}` did not answer in {} s", question.patience.as_secs()))?
        .map_err(|error| error.to_string())?;
    if let Some(Err(error)) = journal.map(|it| it.keep_saying(&key, &reply.text)) {
        tracing::warn!(%error, "an answer is not kept, so it will be asked for again");
    }
    Ok(Said { model, text: reply.text })
}

impl Question {
    /// By what it is kept: a hash of who is asked, everything that is said, and the shape of the answer.
    fn key(&self, model: &str) -> String {
        let said = self.messages.iter().map(|message| match message {
            Message::System(text) => json!(["system", text]),
            Message::User(parts) => {
                json!(["user", parts.iter().filter_map(words).collect::<Vec<_>>()])
            }
            Message::Assistant { text, .. } => json!(["assistant", text]),
            Message::Tool { content, .. } => json!(["tool", content]),
        });
        let shape = match &self.response {
            Format::Text => json!(null),
            Format::Json(structure) => structure.schema.clone(),
        };
        let whole = json!([model, said.collect::<Vec<_>>(), shape, self.max_tokens]);
        blake3::hash(whole.to_string().as_bytes()).to_hex().to_string()
    }
}

/// The words of a part; nothing asks with pictures here.
fn words(part: &Part) -> Option<&str> {
    match part {
        Part::Text(text) => Some(text),
        Part::Image(_) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn everything_that_is_asked_is_in_the_key() {
        let question = |text: &str, max_tokens| Question {
            messages: vec![Message::System("s".to_owned()), Message::user(text)],
            response: Format::Text,
            max_tokens,
            patience: PATIENCE,
        };
        let key = question("a", 1).key("m");
        assert_eq!(key, question("a", 1).key("m"));
        let others =
            [question("b", 1).key("m"), question("a", 2).key("m"), question("a", 1).key("n")];
        assert!(others.iter().all(|other| *other != key), "{others:?}");
    }
}
