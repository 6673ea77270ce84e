//! The numbers of a model, and what it makes of tokens.

use std::io::{Read, Seek};

use candle_core::{Result as Computed, quantized::gguf_file::Content};

use super::{
    layers::Layers,
    load::{first_line, text},
    recode::recoded,
    unfit,
};
use crate::{ModelError, shelf};

/// Tokens that are read at once. Between two such pieces a question can be cancelled, and attention over more of them would
/// only take more memory.
const PIECE: usize = 128;

/// A model of one of the architectures, with the conversation that it has in mind.
pub(super) struct Weights {
    layers: Layers,
    /// Tokens that it can have in mind.
    window: usize,
    /// Tokens that it has in mind.
    position: usize,
}

impl Weights {
    /// Reads them.
    ///
    /// # Errors
    /// The architecture is another one, or something is missing.
    pub(super) fn read(
        content: Content,
        reader: &mut (impl Read + Seek),
    ) -> Result<Self, ModelError> {
        let architecture = text(&content, "general.architecture").unwrap_or_default().to_owned();
        let length = content.metadata.get(&format!("{architecture}.context_length"));
        let length = length.and_then(|it| it.to_u64().ok()).unwrap_or(u64::MAX);
        let window = shelf::window(length);
        if !shelf::ARCHITECTURES.contains(&&*architecture) {
            return Err(unfit(format_args!("its architecture is `{architecture}`")));
        }
        let layers = match recoded(&content, reader).map_err(wrong)? {
            Some((content, mut file)) => Layers::read(&architecture, &content, &mut file),
            None => Layers::read(&architecture, &content, reader),
        };
        let layers = layers.map_err(wrong)?;
        Ok(Self { layers, window: window as usize, position: 0 })
    }

    pub(super) const fn window(&self) -> usize {
        self.window
    }

    /// Forgets the conversation.
    pub(super) fn forget(&mut self) {
        self.position = 0;
        self.layers.forget();
    }

    /// Reads further tokens of the conversation, at most a window in all; gives how likely each token comes next, as logits.
    ///
    /// # Errors
    /// The numbers of the file do not fit each other.
    pub(super) fn read_on(&mut self, tokens: &[u32]) -> Result<Vec<f32>, ModelError> {
        self.compute(tokens).map_err(wrong)
    }

    fn compute(&mut self, tokens: &[u32]) -> Computed<Vec<f32>> {
        let logits = self.layers.read_on(tokens, self.position)?;
        self.position += tokens.len();
        logits.to_vec1()
    }
}

#[expect(clippy::needless_pass_by_value, reason = "it is handed to `map_err`")]
fn wrong(error: candle_core::Error) -> ModelError {
    unfit(first_line(&error))
}

/// A prompt in pieces.
pub(super) fn pieces(tokens: &[u32]) -> impl Iterator<Item = &[u32]> {
    tokens.chunks(PIECE)
}
