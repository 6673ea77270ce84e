//! Models inside this process: GGUF files, computed by candle on the processor, one answer at a time, on a thread of their
//! own. No key, no server, no network.

mod generate;
mod host;
mod layers;
mod load;
mod prompt;
mod recode;
mod sample;
mod shape;
mod spoken;
#[cfg(test)]
mod tests;
mod tokens;
mod weights;

use std::{path::PathBuf, time::Duration};

use async_trait::async_trait;
use pipeline::models::{LOCAL, Listed};
use tokio_util::sync::CancellationToken;

use crate::{
    Code, Embeddings, ModelError, Provider, Reply, Request, Sink, shelf::Shelf, wire::Answer,
};
use host::{Event, Question};

/// The models of a shelf, and any file by its path.
pub(crate) struct Local {
    shelf: Shelf,
    /// The folder from which paths count.
    folder: PathBuf,
    /// How long a model stays in memory that nobody asks.
    idle: Duration,
}

impl Local {
    pub(crate) const fn new(shelf: Shelf, folder: PathBuf, idle: Duration) -> Self {
        Self { shelf, folder, idle }
    }
}

#[async_trait]
impl Provider for Local {
    fn name(&self) -> &str {
        LOCAL
    }

    async fn chat(
        &self,
        request: &Request,
        sink: &mut Sink<'_>,
        cancel: &CancellationToken,
    ) -> Result<Reply, ModelError> {
        let file = self.shelf.file(&request.model, &self.folder)?;
        let mut answer = Answer::new(&request.model, sink);
        let (question, mut events) =
            Question::new(file, self.idle, request.clone(), cancel.clone());
        host::ask(question)?;
        loop {
            let event = tokio::select! {
                biased;
                () = cancel.cancelled() => return Err(cancelled()),
                event = events.recv() => event,
            };
            match event {
                Some(Event::Text(text)) => {
                    answer.text(&text)?;
                    answer.tell();
                }
                Some(Event::Done(done)) => {
                    let done = done?;
                    answer.usage(done.usage);
                    answer.finish(done.finish);
                    return answer.complete();
                }
                None => return Err(stopped()),
            }
        }
    }

    async fn embed(
        &self,
        model: &str,
        _texts: &[String],
        _cancel: &CancellationToken,
    ) -> Result<Embeddings, ModelError> {
        let message = format!("`{LOCAL}`: `{model}` makes no embeddings inside this process");
        Err(ModelError::new(Code::Invalid, message).with_help("name a model of another provider"))
    }

    async fn models(&self, _cancel: &CancellationToken) -> Result<Vec<Listed>, ModelError> {
        Ok(self.shelf.models().into_iter().map(|it| it.listed()).collect())
    }
}

fn cancelled() -> ModelError {
    ModelError::new(Code::Cancelled, "the call was cancelled")
}

fn stopped() -> ModelError {
    let code = Code::Overloaded { retry_after: None };
    ModelError::new(code, format!("`{LOCAL}`: the thread of the model has stopped"))
}

/// What is wrong with a file.
fn unfit(message: impl std::fmt::Display) -> ModelError {
    ModelError::new(Code::Invalid, format!("`{LOCAL}`: the model cannot be used: {message}"))
        .with_help("it takes GGUF files of the architectures `llama` and `qwen2` with a byte-level tokenizer")
}
