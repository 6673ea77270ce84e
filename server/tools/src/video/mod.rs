//! `video-processing`: films, by the `ffmpeg` of the machine.
//!
//! `extract_frames` and `extract_audio` are whole here. Of `analyze` and `summarize` here is what no model is needed for: facts,
//! changes of scene, colours, and the pictures (`pictures`: `time`, and `data` in base64) that a model is to look at; whoever asks
//! it puts what it says in their place.

mod colors;
mod facts;
mod film;
mod frames;
mod look;
mod program;
mod sound;
mod span;
#[cfg(test)]
mod tests;

use async_trait::async_trait;
use engine::{
    Ceiling,
    tool::{Call, Failure, Reliance, Tool},
};
use pipeline::catalogue::{Signature, VIDEO_PROCESSING};
use serde_json::{Value as Json, json};

use self::film::Film;
use crate::{
    answer::{done, failed, text},
    files::to_read,
};

/// See the module.
#[derive(Debug)]
pub(crate) struct VideoProcessing;

#[async_trait]
impl Tool for VideoProcessing {
    fn signature(&self) -> &'static Signature {
        &VIDEO_PROCESSING
    }

    fn ceiling(&self, _: &Call) -> Option<Ceiling> {
        None
    }

    /// What only looks follows from the film.
    fn relies_on(&self, call: &Call) -> Reliance {
        let only_looks = matches!(&*operation(call), "analyze" | "summarize");
        let written = text(&call.parameters, "video").unwrap_or_default();
        match to_read(&call.place, &written) {
            Ok(reach) if only_looks && reach.path.is_file() => Reliance::Files(vec![reach.path]),
            _ => Reliance::World,
        }
    }

    async fn call(&self, call: Call) -> Result<Json, Failure> {
        let operation = operation(&call);
        let answered = answer(&call, &operation).await;
        answered.map(done).map_err(|failure| Failure {
            value: failed("", failure.message.as_str(), json!({ "operation": operation })).value,
            ..failure
        })
    }
}

async fn answer(call: &Call, operation: &str) -> Result<Json, Failure> {
    let film = Film::open(call).await?;
    match operation {
        "extract_frames" => frames::extract(call, &film).await,
        "extract_audio" => sound::extract(call, &film).await,
        _ => look::look(call, &film).await,
    }
}

fn operation(call: &Call) -> String {
    text(&call.parameters, "operation").unwrap_or_default()
}

/// A parameter that cannot be used.
fn wrong(why: impl Into<String>) -> Failure {
    Failure::permanent("ParameterError", why)
}

/// What the disk refuses.
fn broken(error: &std::io::Error) -> Failure {
    Failure::permanent("OSError", format!("a folder for the work on the film: {error}"))
}

/// Seconds as they are told: to the millisecond.
fn rounded(seconds: f64) -> f64 {
    (seconds * 1000.0).round() / 1000.0
}
