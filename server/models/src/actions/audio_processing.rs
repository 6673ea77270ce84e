//! `audio-processing`: speech, written down by a model. What else it declares needs no model, and is refused by name.

use std::sync::Arc;

use async_trait::async_trait;
use base64::{Engine as _, prelude::BASE64_STANDARD};
use engine::tool::{Call, Failure, Tool};
use pipeline::catalogue::{AUDIO_PROCESSING, Signature};
use serde_json::{Value as Json, json};

use super::{Writer, before_asking, file, text, write, wrong};
use crate::{
    Host, Speech,
    step::{self, told},
};

/// Bytes of a recording that OpenAI takes.
const LARGEST: u64 = 25 * 1024 * 1024;

/// See the module.
pub(super) struct AudioProcessing {
    pub(super) host: Arc<Host>,
    pub(super) write: Writer,
}

#[async_trait]
impl Tool for AudioProcessing {
    fn signature(&self) -> &'static Signature {
        &AUDIO_PROCESSING
    }

    async fn call(&self, call: Call) -> Result<Json, Failure> {
        let operation = text(&call.parameters, "operation");
        if operation != "transcribe" {
            let message =
                format!("`audio-processing` cannot `{operation}` yet; it can `transcribe`");
            return before_asking(&call, Err(Failure::permanent("NotSupportedError", message)));
        }
        let mind = step::mind(&call)?;
        let speech = before_asking(&call, speech(&call, &mind.model).await)?;
        let asked = async {
            let provider = self.host.provider(&mind.provider, &call.hosts).await?;
            provider.transcribe(&speech, &call.cancel).await
        };
        let said = asked.await;
        told(&call, said.as_ref().map(|it| it.usage));
        let said = said?.text;
        call.output.text(&said);
        let mut answer = json!({ "transcription": said, "model_used": mind.model });
        let path = text(&call.parameters, "output_path").trim();
        if !path.is_empty() {
            write(self.write, &call, path, said.into_bytes().into()).await?;
            answer["path"] = path.into();
        }
        Ok(answer)
    }
}

async fn speech(call: &Call, model: &str) -> Result<Speech, Failure> {
    let written = text(&call.parameters, "audio").trim();
    let language = text(&call.parameters, "language").trim();
    let (data, format) = match file(call, "audio") {
        Some(path) => {
            let length = tokio::fs::metadata(&path).await.map_or(0, |it| it.len());
            if length > LARGEST {
                return Err(wrong(format!("the recording is larger than {} MiB", LARGEST >> 20)));
            }
            let read = tokio::fs::read(&path).await;
            let data = read
                .map_err(|error| Failure::permanent("OSError", format!("`{written}`: {error}")))?;
            let ending = path.extension().map(|it| it.to_string_lossy().to_lowercase());
            (data, ending.unwrap_or_else(|| "wav".to_owned()))
        }
        None => {
            let (head, encoded) = written.split_once(',').unwrap_or(("", written));
            let compact: String = encoded.split_whitespace().collect();
            let data = BASE64_STANDARD.decode(compact).map_err(|_| {
                let shown: String = written.chars().take(80).collect();
                Failure::permanent("FileNotFoundError", format!("File not found: {shown}"))
            })?;
            let kind = head.strip_prefix("data:audio/").and_then(|it| it.split(';').next());
            (data, kind.unwrap_or("wav").replace("mpeg", "mp3"))
        }
    };
    Ok(Speech {
        model: model.to_owned(),
        format,
        data: data.into(),
        language: Some(language.to_owned()).filter(|it| !it.is_empty()),
    })
}
