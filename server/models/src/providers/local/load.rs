//! A model read from its file.

use std::{fs::File, io::BufReader, path::Path};

use candle_core::quantized::gguf_file::{Content, Value};

use super::{prompt::Template, shape::Shapes, tokens::Tokens, unfit, weights::Weights};
use crate::ModelError;

/// Everything that an answer needs.
pub(super) struct Model {
    pub(super) weights: Weights,
    pub(super) tokens: Tokens,
    pub(super) template: Template,
    /// Made for the first answer of a shape.
    pub(super) shapes: Option<Shapes>,
}

impl Model {
    /// Reads all of it into memory.
    ///
    /// # Errors
    /// It cannot be read, or is none that can be computed here.
    pub(super) fn read(file: &Path) -> Result<Self, ModelError> {
        let named =
            |error: &dyn std::fmt::Display| unfit(format_args!("{}: {error}", file.display()));
        let mut reader = BufReader::new(File::open(file).map_err(|error| named(&error))?);
        let content = Content::read(&mut reader).map_err(|error| named(&first_line(&error)))?;
        let tokens = Tokens::of(&content)?;
        let template = Template::of(text(&content, "tokenizer.chat_template"), &tokens)?;
        let weights = Weights::read(content, &mut reader)?;
        Ok(Self { weights, tokens, template, shapes: None })
    }
}

/// candle's errors may carry a backtrace.
pub(super) fn first_line(error: &candle_core::Error) -> String {
    error.to_string().lines().next().unwrap_or_default().to_owned()
}

/// A text of the file's header.
pub(super) fn text<'c>(content: &'c Content, key: &str) -> Option<&'c str> {
    match content.metadata.get(key) {
        Some(Value::String(text)) => Some(text),
        _ => None,
    }
}
