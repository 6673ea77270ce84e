//! A provider behind the way out that all calls of a run share: limits of its host hold, and a host that failed time and again
//! is left alone for a while.

use std::sync::Arc;

use async_trait::async_trait;
use engine::{
    limits::{Hosts, Pass},
    tool::{Failure, Transience},
};
use pipeline::models::Listed;
use tokio_util::sync::CancellationToken;

use crate::{
    Code, Drawing, Drawn, Embeddings, ModelError, Provider, Reply, Request, Sink, Speech,
    Transcript,
};

/// A provider, and the way to it.
pub(super) struct Guarded {
    pub(super) provider: Arc<dyn Provider>,
    /// `name`, or `name:port` where the port is not the usual one.
    pub(super) host: String,
    pub(super) hosts: Hosts,
}

impl Guarded {
    async fn enter(&self, cancel: &CancellationToken) -> Result<Pass, ModelError> {
        self.hosts.enter(&self.host, cancel).await.map_err(|it| refused(self.name(), it))
    }
}

#[async_trait]
impl Provider for Guarded {
    fn name(&self) -> &str {
        self.provider.name()
    }

    async fn chat(
        &self,
        request: &Request,
        sink: &mut Sink<'_>,
        cancel: &CancellationToken,
    ) -> Result<Reply, ModelError> {
        let pass = self.enter(cancel).await?;
        told(pass, self.provider.chat(request, sink, cancel).await)
    }

    async fn embed(
        &self,
        model: &str,
        texts: &[String],
        cancel: &CancellationToken,
    ) -> Result<Embeddings, ModelError> {
        let pass = self.enter(cancel).await?;
        told(pass, self.provider.embed(model, texts, cancel).await)
    }

    async fn draw(
        &self,
        drawing: &Drawing,
        cancel: &CancellationToken,
    ) -> Result<Drawn, ModelError> {
        let pass = self.enter(cancel).await?;
        told(pass, self.provider.draw(drawing, cancel).await)
    }

    async fn transcribe(
        &self,
        speech: &Speech,
        cancel: &CancellationToken,
    ) -> Result<Transcript, ModelError> {
        let pass = self.enter(cancel).await?;
        told(pass, self.provider.transcribe(speech, cancel).await)
    }

    async fn models(&self, cancel: &CancellationToken) -> Result<Vec<Listed>, ModelError> {
        let pass = self.enter(cancel).await?;
        told(pass, self.provider.models(cancel).await)
    }
}

/// Says what became of a request.
fn told<T>(pass: Pass, done: Result<T, ModelError>) -> Result<T, ModelError> {
    match done.as_ref().err().map(|it| (it.code, it.status)) {
        Some((Code::Cancelled, _)) => drop(pass),
        Some((Code::Transport | Code::Timeout | Code::Truncated, _) | (_, Some(500..))) => {
            pass.failed();
        }
        _ => pass.answered(),
    }
    done
}

fn refused(name: &str, failure: Failure) -> ModelError {
    let code = match failure.transience {
        Transience::Transient { retry_after: Some(retry_after) } => {
            Code::CircuitOpen { retry_after }
        }
        Transience::Transient { retry_after: None } | Transience::Permanent => Code::Cancelled,
    };
    ModelError::new(code, format!("`{name}`: {}", failure.message))
}
