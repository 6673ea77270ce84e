//! `image-generation`: pictures from words, as files.

use std::sync::Arc;

use async_trait::async_trait;
use base64::{Engine as _, prelude::BASE64_STANDARD};
use engine::tool::{Call, Failure, Tool};
use pipeline::catalogue::{IMAGE_GENERATION, Signature};
use serde_json::{Map, Value as Json, json};

use super::{Writer, before_asking, text, write, wrong};
use crate::{
    Code, Drawing, Drawn, Host, Image, ModelError,
    step::{self, told},
};

/// Pictures of one call.
const MOST: u64 = 10;

/// See the module.
pub(super) struct ImageGeneration {
    pub(super) host: Arc<Host>,
    pub(super) write: Writer,
}

#[async_trait]
impl Tool for ImageGeneration {
    fn signature(&self) -> &'static Signature {
        &IMAGE_GENERATION
    }

    async fn call(&self, call: Call) -> Result<Json, Failure> {
        let mind = step::mind(&call)?;
        let drawing = before_asking(&call, drawing(&mind.model, &call.parameters))?;
        let asked = async {
            self.host
                .provider(&mind.provider, &call.hosts)
                .await?
                .draw(&drawing, &call.cancel)
                .await
        };
        let drawn = asked.await;
        told(&call, drawn.as_ref().map(|it| it.usage));
        let Drawn { images, .. } = drawn?;
        if images.is_empty() {
            let message = format!("`{}`: it answered without a picture", mind.provider);
            return Err(ModelError::new(Code::Malformed, message).into());
        }
        let mut made = Vec::new();
        for (number, image) in images.iter().enumerate() {
            let bytes = image.data.len();
            let place = match text(&call.parameters, "output_format") {
                "base64" => ("base64", BASE64_STANDARD.encode(&image.data)),
                "url" => {
                    let data = BASE64_STANDARD.encode(&image.data);
                    ("url", format!("data:{};base64,{data}", image.media_type))
                }
                _ => {
                    let path = path(&call, image, number, images.len());
                    write(self.write, &call, &path, Arc::clone(&image.data)).await?;
                    ("path", path)
                }
            };
            made.push(json!({ place.0: place.1, "media_type": image.media_type, "bytes": bytes }));
        }
        Ok(json!({
            "images": made,
            "metadata": { "model": mind.full_name(), "prompt": drawing.prompt, "count": images.len() },
        }))
    }
}

fn drawing(model: &str, parameters: &Map<String, Json>) -> Result<Drawing, Failure> {
    let mut prompt = text(parameters, "prompt").trim().to_owned();
    for (name, words) in [("style", "Style"), ("negative_prompt", "It must not show")] {
        let said = text(parameters, name).trim();
        if !said.is_empty() {
            prompt.push_str(&format!("\n{words}: {said}."));
        }
    }
    let size = text(parameters, "size");
    let sides = size.split_once(['x', 'X', '*']);
    let side = |text: &str| text.trim().parse::<u32>().ok().filter(|it| (1..=16_384).contains(it));
    let sides = sides.and_then(|(width, height)| Some((side(width)?, side(height)?)));
    let (width, height) = sides.ok_or_else(|| {
        wrong(format!("`size` is width and height in pixels (`1024x1024`), not `{size}`"))
    })?;
    let count = parameters.get("num_images").and_then(Json::as_u64).unwrap_or(1);
    if !(1..=MOST).contains(&count) {
        return Err(wrong(format!("`num_images` is from 1 to {MOST}, not {count}")));
    }
    Ok(Drawing { model: model.to_owned(), prompt, width, height, count: count as u32 })
}

/// The file of a picture: the name that is asked for, else that of the step, with a number where there are several, and the
/// ending of what it is.
fn path(call: &Call, image: &Image, number: usize, of: usize) -> String {
    let ending = image.media_type.strip_prefix("image/").unwrap_or("png");
    let asked = text(&call.parameters, "filename").trim();
    let plain = |it: char| if it.is_alphanumeric() || it == '-' { it } else { '_' };
    let name = match asked {
        "" => call.place.path.chars().map(plain).collect(),
        asked => asked.to_owned(),
    };
    let known = ["png", "jpg", "jpeg", "webp", "gif"];
    let stem = match name.rsplit_once('.') {
        Some((stem, end)) if known.contains(&&*end.to_lowercase()) => stem,
        _ => &name,
    };
    let number = if of > 1 { format!("_{}", number + 1) } else { String::new() };
    let folder = text(&call.parameters, "output_path").trim_end_matches('/');
    let slash = if folder.is_empty() { "" } else { "/" };
    format!("{folder}{slash}{stem}{number}.{ending}")
}
