//! The contract of providers.

use async_trait::async_trait;
use pipeline::models::Listed;
use tokio_util::sync::CancellationToken;

use crate::{Code, Delta, Drawing, Drawn, ModelError, Reply, Request, Speech, Transcript, Usage};

/// Where the pieces of an answer go, in the order of their arrival. It must not block: the next piece is not read before
/// it returns.
pub type Sink<'s> = dyn FnMut(Delta<'_>) + Send + 's;

/// Someone who answers, over one protocol.
#[async_trait]
pub trait Provider: Send + Sync {
    /// As model strings name it: `openai` in `openai:gpt-4o-mini`.
    fn name(&self) -> &str;

    /// Asks, and tells `sink` every piece of the answer as it arrives. The sum of the pieces is the reply. Ends soon after
    /// `cancel` fires, and the connection with it.
    ///
    /// # Errors
    /// There is no answer, or not the whole of one; `sink` may have been told a part. Nothing is tried again here: the
    /// error says whether that may help.
    async fn chat(
        &self,
        request: &Request,
        sink: &mut Sink<'_>,
        cancel: &CancellationToken,
    ) -> Result<Reply, ModelError>;

    /// A vector for each text, in their order.
    ///
    /// # Errors
    /// As [`Self::chat`]; [`Code::Invalid`] where the provider makes none.
    async fn embed(
        &self,
        model: &str,
        texts: &[String],
        cancel: &CancellationToken,
    ) -> Result<Embeddings, ModelError>;

    /// Pictures.
    ///
    /// # Errors
    /// As [`Self::chat`]; [`Code::Invalid`] where the provider makes none.
    async fn draw(
        &self,
        _drawing: &Drawing,
        _cancel: &CancellationToken,
    ) -> Result<Drawn, ModelError> {
        Err(ModelError::new(Code::Invalid, format!("`{}` makes no pictures", self.name()))
            .with_help("name a model of `openai` or `google`"))
    }

    /// The words of a speech.
    ///
    /// # Errors
    /// As [`Self::chat`]; [`Code::Invalid`] where the provider writes none down.
    async fn transcribe(
        &self,
        _speech: &Speech,
        _cancel: &CancellationToken,
    ) -> Result<Transcript, ModelError> {
        Err(ModelError::new(Code::Invalid, format!("`{}` writes no speech down", self.name()))
            .with_help("name a model of `openai`"))
    }

    /// The models that it has now. Costs nothing; that it succeeds means that the provider is reachable and takes the key.
    ///
    /// # Errors
    /// As [`Self::chat`].
    async fn models(&self, cancel: &CancellationToken) -> Result<Vec<Listed>, ModelError>;
}

/// Vectors of texts.
#[derive(Clone, Debug, PartialEq)]
pub struct Embeddings {
    /// One for each text, all of the same length.
    pub vectors: Vec<Vec<f32>>,
    /// Tokens.
    pub usage: Usage,
}

impl Embeddings {
    /// Vectors that fit each other and what was asked.
    pub(crate) fn of(
        vectors: Vec<Vec<f32>>,
        wanted: usize,
        usage: Usage,
    ) -> Result<Self, ModelError> {
        let length = vectors.first().map_or(0, Vec::len);
        if vectors.len() != wanted || vectors.iter().any(|it| it.len() != length) {
            let message = format!(
                "{wanted} texts got {} vectors, or vectors of different lengths",
                vectors.len()
            );
            return Err(ModelError::new(Code::Malformed, message));
        }
        Ok(Self { vectors, usage })
    }
}
