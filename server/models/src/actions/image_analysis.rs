//! `image-analysis`: what a model sees in a picture.

use std::sync::Arc;

use async_trait::async_trait;
use base64::{Engine as _, engine::general_purpose::STANDARD};
use engine::tool::{Call, Failure, Reliance, Tool};
use pipeline::catalogue::{IMAGE_ANALYSIS, Signature};
use serde_json::{Value as Json, json};

use super::{before_asking, file, text, wrong};
use crate::{
    Host, Image, Part,
    prompt::{self, Shape},
    step::{self, answer},
};

/// Bytes of a picture.
const LARGEST: u64 = 20 * 1024 * 1024;

/// See the module.
pub(super) struct ImageAnalysis(pub(super) Arc<Host>);

#[async_trait]
impl Tool for ImageAnalysis {
    fn signature(&self) -> &'static Signature {
        &IMAGE_ANALYSIS
    }

    fn relies_on(&self, call: &Call) -> Reliance {
        match file(call, "image") {
            Some(path) => Reliance::Files(vec![path]),
            None => Reliance::Nothing,
        }
    }

    async fn call(&self, call: Call) -> Result<Json, Failure> {
        let mind = step::mind(&call)?;
        let image = before_asking(&call, image(&call).await)?;
        let parameters = &call.parameters;
        let kind = text(parameters, "analysis_type");
        let threshold =
            parameters.get("confidence_threshold").and_then(Json::as_f64).unwrap_or(0.5);
        let question = question(kind, text(parameters, "detail_level"), threshold);
        let bytes = image.data.len();
        let media_type = image.media_type.clone();
        let parts = vec![Part::Text(question), Part::Image(image)];
        let request = prompt::ask(mind, parameters, parts);
        let wants_json = text(parameters, "output_format").eq_ignore_ascii_case("json");
        let shape = match (wants_json, &mind.variables) {
            (_, Some(schema)) => Some(Shape::of(schema)),
            (true, None) => Some(Shape::of(&shape(kind))),
            (false, None) => None,
        };
        let shape = before_asking(&call, shape.transpose().map_err(wrong))?;
        let seen = answer(&self.0, &call, request, shape.as_ref()).await?;
        Ok(json!({
            "analysis": seen.value,
            "metadata": { "analysis_type": kind, "model": mind.full_name(), "media_type": media_type, "bytes": bytes },
        }))
    }
}

fn question(kind: &str, detail: &str, threshold: f64) -> String {
    let asked = match kind {
        "detect_objects" => {
            "Name the objects in this picture, and how sure you are of each, from 0 to 1."
        }
        "extract_text" => "Write down all the text in this picture, word by word.",
        "detect_faces" => "Say how many faces are in this picture, and where each is.",
        "classify" => "Say what kind of picture this is, and how sure you are, from 0 to 1.",
        _ => "Describe this picture.",
    };
    format!(
        "{asked} Look with {detail} attention to detail. Leave out what you are less sure of than {threshold}."
    )
}

fn shape(kind: &str) -> Json {
    let text = json!({ "type": "string" });
    let sure = json!({ "type": "number", "minimum": 0, "maximum": 1 });
    let listed = |name: &str, item: Json| json!({ "type": "object", "properties": { name: { "type": "array", "items": item } }, "required": [name] });
    let item = |properties: Json| {
        let required: Vec<_> =
            properties.as_object().into_iter().flat_map(|it| it.keys().cloned()).collect();
        json!({ "type": "object", "properties": properties, "required": required })
    };
    match kind {
        "detect_objects" => listed("objects", item(json!({ "name": text, "confidence": sure }))),
        "extract_text" => item(json!({ "text": text })),
        "detect_faces" => listed("faces", item(json!({ "place": text, "confidence": sure }))),
        "classify" => item(json!({ "class": text, "confidence": sure })),
        _ => item(json!({ "description": text })),
    }
}

async fn image(call: &Call) -> Result<Image, Failure> {
    let written = text(&call.parameters, "image").trim();
    if written.starts_with("http://") || written.starts_with("https://") {
        return Err(wrong("`image` is an address; fetch it into a file first, and name the file"));
    }
    let data = match file(call, "image") {
        Some(path) => {
            let length = tokio::fs::metadata(&path).await.map_or(0, |it| it.len());
            if length > LARGEST {
                return Err(wrong(format!("the picture is larger than {} MiB", LARGEST >> 20)));
            }
            let read = tokio::fs::read(&path).await;
            read.map_err(|error| Failure::permanent("OSError", format!("`{written}`: {error}")))?
        }
        None => {
            let encoded = written
                .strip_prefix("data:")
                .map_or(written, |it| it.split_once(',').map_or(it, |(_, data)| data));
            let compact: String = encoded.split_whitespace().collect();
            STANDARD.decode(compact).map_err(|_| {
                let shown: String = written.chars().take(80).collect();
                Failure::permanent("FileNotFoundError", format!("File not found: {shown}"))
            })?
        }
    };
    Image::of_bytes(data)
        .map_err(|_| wrong("`image` is no picture that models read: PNG, JPEG, GIF or WebP"))
}
