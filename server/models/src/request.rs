//! What any model can be asked.

use std::{fmt, sync::Arc};

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value as Json};

use crate::{Code, ModelError};

/// One question.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Request {
    /// The model's name at its provider, without the provider: `gpt-4o-mini`.
    pub model: String,
    /// What was said, in order. System messages count together, wherever they stand.
    pub messages: Vec<Message>,
    /// From 0; the provider's own where `None`.
    pub temperature: Option<f64>,
    /// Most tokens that the answer may have. The provider's own limit where `None`, for Anthropic 4,096, which has none.
    pub max_tokens: Option<u32>,
    /// Texts at which the answer ends. Who takes none of them (OpenAI's responses) refuses the request.
    pub stop: Vec<String>,
    /// Makes answers repeatable where the provider can.
    pub seed: Option<u64>,
    /// The shape of the answer.
    pub response: Format,
    /// What the model may call.
    pub tools: Vec<ToolOffer>,
}

/// A part of the conversation.
#[derive(Clone, Debug, PartialEq)]
pub enum Message {
    /// Who the model is to be.
    System(String),
    /// What it is asked.
    User(Vec<Part>),
    /// What it said before.
    Assistant {
        /// Its words; may be empty beside calls.
        text: String,
        /// The tools it called.
        tool_calls: Vec<ToolCall>,
    },
    /// What a tool answered.
    Tool {
        /// [`ToolCall::id`] of the call.
        id: String,
        /// The tool's name.
        name: String,
        /// Its answer as text.
        content: String,
    },
}

impl Message {
    /// A question in words.
    pub fn user(text: impl Into<String>) -> Self {
        Self::User(vec![Part::Text(text.into())])
    }
}

/// A part of what a model is asked.
#[derive(Clone, Debug, PartialEq)]
pub enum Part {
    /// Words.
    Text(String),
    /// A picture.
    Image(Image),
}

/// A picture that a model looks at. Cheap to clone.
#[derive(Clone, PartialEq)]
pub struct Image {
    /// `image/png`, `image/jpeg`, `image/webp`, `image/gif`.
    pub media_type: String,
    /// The file's bytes.
    pub data: Arc<[u8]>,
}

impl Image {
    /// A picture of one of those kinds, which its first bytes tell.
    pub(crate) fn of_bytes(data: Vec<u8>) -> Result<Self, ModelError> {
        let media_type = match *data {
            [0x89, b'P', b'N', b'G', ..] => "image/png",
            [0xff, 0xd8, 0xff, ..] => "image/jpeg",
            [b'G', b'I', b'F', b'8', ..] => "image/gif",
            [b'R', b'I', b'F', b'F', _, _, _, _, b'W', b'E', b'B', b'P', ..] => "image/webp",
            _ => {
                let message = "it is no picture of a kind that is known: PNG, JPEG, GIF or WebP";
                return Err(ModelError::new(Code::Malformed, message));
            }
        };
        Ok(Self { media_type: media_type.to_owned(), data: data.into() })
    }
}

impl fmt::Debug for Image {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Image({}, {} bytes)", self.media_type, self.data.len())
    }
}

/// The shape of an answer.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum Format {
    /// Words.
    #[default]
    Text,
    /// JSON of a shape. Providers that can force it do; others are told in words, and the answer may have another shape.
    Json(Structure),
}

/// A shape of JSON.
#[derive(Clone, Debug, PartialEq)]
pub struct Structure {
    /// Letters, digits, `_` and `-`; what the model is told that it makes.
    pub name: String,
    /// A JSON Schema of an object.
    pub schema: Json,
}

/// A tool that a model may call.
#[derive(Clone, Debug, PartialEq)]
pub struct ToolOffer {
    /// Letters, digits, `_` and `-`, at most 64.
    pub name: String,
    /// What it does, for the model.
    pub description: String,
    /// A JSON Schema of an object: its arguments.
    pub parameters: Json,
}

/// A call that a model wants made.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ToolCall {
    /// By which the answer is told apart from those of other calls; made here for providers that give none.
    pub id: String,
    /// The tool's name, as the model wrote it: it may be none that was offered.
    pub name: String,
    /// Its arguments, as the model wrote them: they may not fit the tool's schema.
    pub arguments: Map<String, Json>,
    /// What the provider wants back with the call and nobody else reads (Gemini's thought signature).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub seal: Option<String>,
}

#[cfg(test)]
mod tests {
    use super::Image;

    #[test]
    fn pictures_are_known_by_their_first_bytes() {
        let kind = |data: &[u8]| Image::of_bytes(data.to_vec()).ok().map(|it| it.media_type);
        assert_eq!(kind(b"\x89PNG\r\n").as_deref(), Some("image/png"));
        assert_eq!(kind(b"RIFF0000WEBPVP8 ").as_deref(), Some("image/webp"));
        assert_eq!(kind(b"<svg/>"), None);
    }
}
