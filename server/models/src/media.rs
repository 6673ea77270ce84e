//! Pictures that a model makes, and speech that it writes down.

use std::sync::Arc;

use crate::{Image, Usage};

/// A picture that is asked for.
#[derive(Clone, Debug, PartialEq)]
pub struct Drawing {
    /// The model's name at its provider.
    pub model: String,
    /// What it shows.
    pub prompt: String,
    /// Pixels. A provider takes the nearest of its own sizes.
    pub width: u32,
    /// Pixels.
    pub height: u32,
    /// How many.
    pub count: u32,
}

/// Pictures.
#[derive(Clone, Debug, PartialEq)]
pub struct Drawn {
    /// In the order in which they came; there may be fewer than were asked for.
    pub images: Vec<Image>,
    /// Tokens.
    pub usage: Usage,
}

/// Sound with words in it.
#[derive(Clone, PartialEq)]
pub struct Speech {
    /// The model's name at its provider.
    pub model: String,
    /// What kind of file it is, as its name ends: `mp3`, `wav`.
    pub format: String,
    /// The file's bytes.
    pub data: Arc<[u8]>,
    /// The language that is spoken (ISO 639-1), where it is known.
    pub language: Option<String>,
}

impl std::fmt::Debug for Speech {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Speech({}, {}, {} bytes)", self.model, self.format, self.data.len())
    }
}

/// The words of a speech.
#[derive(Clone, Debug, PartialEq)]
pub struct Transcript {
    /// All of them.
    pub text: String,
    /// Tokens.
    pub usage: Usage,
}
