//! OpenAI: chat completions, and the responses that some of its models have instead.

use async_trait::async_trait;
use pipeline::models::Listed;
use tokio_util::sync::CancellationToken;

use super::{Chat, Responses};
use crate::{Embeddings, ModelError, Provider, Reply, Request, Sink, wire::Peer};

/// OpenAI itself.
pub(crate) struct OpenAi {
    chat: Chat,
    responses: Responses,
}

impl OpenAi {
    /// The same server twice.
    pub(crate) fn new(peer: Peer) -> Self {
        Self { chat: Chat::new(peer.clone()), responses: Responses::new(peer) }
    }
}

#[async_trait]
impl Provider for OpenAi {
    fn name(&self) -> &str {
        self.chat.name()
    }

    async fn chat(
        &self,
        request: &Request,
        sink: &mut Sink<'_>,
        cancel: &CancellationToken,
    ) -> Result<Reply, ModelError> {
        if has_responses_only(&request.model) {
            self.responses.chat(request, sink, cancel).await
        } else {
            self.chat.chat(request, sink, cancel).await
        }
    }

    async fn embed(
        &self,
        model: &str,
        texts: &[String],
        cancel: &CancellationToken,
    ) -> Result<Embeddings, ModelError> {
        self.chat.embed(model, texts, cancel).await
    }

    async fn models(&self, cancel: &CancellationToken) -> Result<Vec<Listed>, ModelError> {
        self.chat.models(cancel).await
    }
}

/// Whether OpenAI answers for a model at `/responses` only, by the "endpoints" of its pages on models.
fn has_responses_only(model: &str) -> bool {
    let is_thinking = model.starts_with('o') || model.starts_with("gpt-5");
    (is_thinking && model.contains("-pro"))
        || model.contains("codex")
        || model.contains("deep-research")
        || model.starts_with("computer-use")
}

#[cfg(test)]
mod tests {
    use super::has_responses_only;

    #[test]
    fn some_models_have_responses_only() {
        for model in
            ["o1-pro", "o3-pro-2025-06-10", "gpt-5-pro", "gpt-5-codex", "o4-mini-deep-research"]
        {
            assert!(has_responses_only(model), "{model}");
        }
        for model in ["gpt-4o", "gpt-5-mini", "o3", "gpt-4.1-nano"] {
            assert!(!has_responses_only(model), "{model}");
        }
    }
}
