//! OpenAI: chat completions, and the responses that some of its models have instead; pictures and transcripts. Source: OpenAI's
//! API reference, "Images" and "Audio".

use std::cmp::Ordering;

use async_trait::async_trait;
use base64::{Engine as _, prelude::BASE64_STANDARD};
use pipeline::models::Listed;
use serde::Deserialize;
use serde_json::{Value as Json, json};
use tokio_util::sync::CancellationToken;

use super::{Chat, Responses};
use crate::{
    Code, Drawing, Drawn, Embeddings, Image, ModelError, Provider, Reply, Request, Sink, Speech,
    Transcript, Usage, wire::Peer,
};

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

    async fn draw(
        &self,
        drawing: &Drawing,
        cancel: &CancellationToken,
    ) -> Result<Drawn, ModelError> {
        let peer = &self.chat.peer;
        let made: Pictures =
            peer.made("images/generations", &drawing_body(drawing), cancel).await?;
        let unreadable = || ModelError::new(Code::Malformed, "a picture came without its bytes");
        let images = made.data.into_iter().map(|it| {
            let data = it.b64_json.and_then(|text| BASE64_STANDARD.decode(text).ok());
            Image::of_bytes(data.ok_or_else(unreadable)?)
        });
        Ok(Drawn { images: images.collect::<Result<_, _>>()?, usage: made.usage.into() })
    }

    async fn transcribe(
        &self,
        speech: &Speech,
        cancel: &CancellationToken,
    ) -> Result<Transcript, ModelError> {
        let peer = &self.chat.peer;
        let is_plain = |it: char| it.is_ascii_alphanumeric() || "-._:".contains(it);
        let words =
            [&*speech.model, &*speech.format, speech.language.as_deref().unwrap_or_default()];
        if let Some(word) = words.into_iter().find(|word| !word.chars().all(is_plain)) {
            let message = format!(
                "`{}`: `{word}` is no name of a model, a format or a language",
                peer.name()
            );
            return Err(ModelError::new(Code::Invalid, message));
        }
        let mut fields = vec![("model", &*speech.model), ("response_format", "json")];
        fields.extend(speech.language.as_deref().map(|it| ("language", it)));
        let name = format!("speech.{}", speech.format);
        let asked = peer.post_form("audio/transcriptions", &fields, (&name, &speech.data));
        let said: Said = peer.whole(asked, cancel).await?;
        Ok(Transcript { text: said.text, usage: said.usage.into() })
    }

    async fn models(&self, cancel: &CancellationToken) -> Result<Vec<Listed>, ModelError> {
        self.chat.models(cancel).await
    }
}

/// The body of `images/generations`. Those of the `dall-e` family say where a picture is unless they are told to send it;
/// the others know no other way, and refuse to be told.
fn drawing_body(drawing: &Drawing) -> Json {
    let Drawing { model, prompt, width, height, count } = drawing;
    let mut body = json!({"model": model, "prompt": prompt, "n": count});
    let is_dall_e = model.starts_with("dall-e");
    if is_dall_e {
        body["response_format"] = "b64_json".into();
    }
    body["size"] = match (model.as_str(), width.cmp(height)) {
        ("dall-e-2", _) => match width.max(height) {
            0..=256 => "256x256",
            257..=512 => "512x512",
            _ => "1024x1024",
        },
        (_, Ordering::Equal) => "1024x1024",
        (_, Ordering::Greater) if is_dall_e => "1792x1024",
        (_, Ordering::Less) if is_dall_e => "1024x1792",
        (_, Ordering::Greater) => "1536x1024",
        (_, Ordering::Less) => "1024x1536",
    }
    .into();
    body
}

#[derive(Deserialize)]
struct Pictures {
    data: Vec<Picture>,
    #[serde(default)]
    usage: Tokens,
}

#[derive(Deserialize)]
struct Picture {
    b64_json: Option<String>,
}

#[derive(Deserialize)]
struct Said {
    text: String,
    #[serde(default)]
    usage: Tokens,
}

/// Of a recording that is paid by its length, nothing.
#[derive(Default, Deserialize)]
struct Tokens {
    input_tokens: Option<u64>,
    output_tokens: Option<u64>,
}

impl From<Tokens> for Usage {
    fn from(tokens: Tokens) -> Self {
        Self { input: tokens.input_tokens, output: tokens.output_tokens, cached: None }
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
    use super::{drawing_body, has_responses_only};
    use crate::Drawing;

    #[test]
    fn pictures_are_asked_for_in_a_size_that_the_model_has() {
        for (model, width, height, size) in [
            ("gpt-image-1", 512, 512, "1024x1024"),
            ("gpt-image-1", 800, 600, "1536x1024"),
            ("dall-e-3", 600, 800, "1024x1792"),
            ("dall-e-2", 300, 300, "512x512"),
        ] {
            let drawing =
                Drawing { model: model.into(), prompt: "x".into(), width, height, count: 1 };
            let body = drawing_body(&drawing);
            assert_eq!(body["size"], size, "{model}");
            assert_eq!(body.get("response_format").is_some(), model.starts_with("dall"), "{model}");
        }
    }

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
