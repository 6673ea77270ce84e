//! The numbers of a model, and what it makes of tokens.

use std::io::{Read, Seek};

use candle_core::{Device, Result as Computed, Tensor, quantized::gguf_file::Content};
use candle_transformers::models::{quantized_llama as llama, quantized_qwen2 as qwen2};

use super::{
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

enum Layers {
    Llama(Box<llama::ModelWeights>),
    Qwen2(Box<qwen2::ModelWeights>),
}

impl Layers {
    fn read(
        architecture: &str,
        content: Content,
        reader: &mut (impl Read + Seek),
    ) -> Result<Self, ModelError> {
        let device = &Device::Cpu;
        let layers = match architecture {
            "llama" => llama::ModelWeights::from_gguf(content, reader, device)
                .map(|it| Self::Llama(Box::new(it))),
            "qwen2" => qwen2::ModelWeights::from_gguf(content, reader, device)
                .map(|it| Self::Qwen2(Box::new(it))),
            other => return Err(unfit(format_args!("its architecture is `{other}`"))),
        };
        layers.map_err(|error| unfit(first_line(&error)))
    }
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
        let window = shelf::window(&architecture, length);
        let recoded = recoded(&content, reader);
        let layers = match recoded.map_err(|error| unfit(first_line(&error)))? {
            Some((content, mut file)) => Layers::read(&architecture, content, &mut file)?,
            None => Layers::read(&architecture, content, reader)?,
        };
        Ok(Self { layers, window: window as usize, position: 0 })
    }

    pub(super) const fn window(&self) -> usize {
        self.window
    }

    /// Forgets the conversation.
    pub(super) fn forget(&mut self) {
        self.position = 0;
        match &mut self.layers {
            Layers::Llama(it) => it.clear_kv_cache(),
            Layers::Qwen2(it) => it.clear_kv_cache(),
        }
    }

    /// Reads further tokens of the conversation, at most a window in all; gives how likely each token comes next, as logits.
    ///
    /// # Errors
    /// The numbers of the file do not fit each other.
    pub(super) fn read_on(&mut self, tokens: &[u32]) -> Result<Vec<f32>, ModelError> {
        self.compute(tokens).map_err(|error| unfit(first_line(&error)))
    }

    fn compute(&mut self, tokens: &[u32]) -> Computed<Vec<f32>> {
        let input = Tensor::new(tokens, &Device::Cpu)?.unsqueeze(0)?;
        let logits = match &mut self.layers {
            Layers::Llama(it) => it.forward(&input, self.position)?,
            Layers::Qwen2(it) => it.forward(&input, self.position)?,
        };
        self.position += tokens.len();
        logits.squeeze(0)?.to_vec1()
    }
}

/// A prompt in pieces, the largest first, all as long as a power of two: candle keeps a mask for each length and place for
/// ever, and so there are only a few of them.
pub(super) fn pieces(mut tokens: &[u32]) -> impl Iterator<Item = &[u32]> {
    std::iter::from_fn(move || {
        let length = PIECE.min(1 << tokens.len().checked_ilog2()?);
        let (piece, rest) = tokens.split_at_checked(length)?;
        tokens = rest;
        Some(piece)
    })
}

#[cfg(test)]
mod tests {
    use super::{PIECE, pieces};

    #[test]
    fn pieces_are_powers_of_two_and_the_whole_prompt() {
        for length in 0..1000_u32 {
            let tokens: Vec<u32> = (0..length).collect();
            let all: Vec<&[u32]> = pieces(&tokens).collect();
            assert_eq!(all.concat(), tokens);
            assert!(all.iter().all(|it| it.len().is_power_of_two() && it.len() <= PIECE));
            assert!(all.len() <= tokens.len() / PIECE + PIECE.ilog2() as usize);
        }
    }
}
