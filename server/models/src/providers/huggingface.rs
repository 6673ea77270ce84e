//! HuggingFace: its router speaks OpenAI's chat completions, and its own servers make embeddings. Source: HuggingFace's
//! pages "Inference Providers" and "Feature Extraction".

use async_trait::async_trait;
use pipeline::models::Listed;
use serde_json::json;
use tokio_util::sync::CancellationToken;

use super::Chat;
use crate::{Code, Embeddings, ModelError, Provider, Reply, Request, Sink, Usage, wire::Peer};

/// The router.
pub(crate) struct HuggingFace {
    chat: Chat,
}

impl HuggingFace {
    pub(crate) fn new(peer: Peer) -> Self {
        Self { chat: Chat::new(peer) }
    }
}

#[async_trait]
impl Provider for HuggingFace {
    fn name(&self) -> &str {
        self.chat.name()
    }

    async fn chat(
        &self,
        request: &Request,
        sink: &mut Sink<'_>,
        cancel: &CancellationToken,
    ) -> Result<Reply, ModelError> {
        self.chat.chat(request, sink, cancel).await
    }

    async fn embed(
        &self,
        model: &str,
        texts: &[String],
        cancel: &CancellationToken,
    ) -> Result<Embeddings, ModelError> {
        let is_plain = |it: char| it.is_ascii_alphanumeric() || "-._/".contains(it);
        if model.is_empty() || model.contains("..") || !model.chars().all(is_plain) {
            let message = format!("`{}`: `{model}` is no name of a model", self.name());
            return Err(ModelError::new(Code::Invalid, message));
        }
        let peer = &self.chat.peer;
        let path = format!("hf-inference/models/{model}/pipeline/feature-extraction");
        let asked = peer.post_at_root(&path, &json!({"inputs": texts}))?;
        Embeddings::of(peer.whole(asked, cancel).await?, texts.len(), Usage::default())
    }

    async fn models(&self, cancel: &CancellationToken) -> Result<Vec<Listed>, ModelError> {
        self.chat.models(cancel).await
    }
}
