//! `extract_audio`: the sound as a file.

use engine::tool::{Call, Failure};
use serde_json::{Value as Json, json};

use super::{
    film::{Film, Folder, of_file},
    wrong,
};
use crate::{
    answer::text,
    files::{Follow, Reach, copy, to_write},
};

/// Endings of files that are written. Where only a folder is named, it is the first: small, and every ffmpeg makes it.
const ENDINGS: [&str; 7] = ["m4a", "mp3", "wav", "flac", "ogg", "opus", "aac"];
/// Bytes of a file: 4 GiB, where a WAV ends.
const LARGEST: u64 = 4 << 30;

/// Takes it out, and answers with its path.
pub(super) async fn extract(call: &Call, film: &Film) -> Result<Json, Failure> {
    let Some(sound) = &film.facts.sound else {
        let message = format!("`{}` has no sound", film.written);
        return Err(Failure::permanent("MediaError", message));
    };
    let (written, ending) = target(call, film)?;
    let to = to_write(&call.place, &written, Follow::Link).map_err(of_file)?;
    let folder = Folder::new()?;
    let name = format!("sound.{ending}");
    let (stream, most) = (format!("0:{}", sound.stream), LARGEST.to_string());
    let work = ["-map", &stream, "-vn", "-map_metadata", "-1", "-fs", &most, &name];
    call.output.progress(0.1, "takes the sound out");
    film.process(call, &folder, work.map(str::to_owned).into()).await?;
    let from = Reach { written: name.clone(), path: folder.path.join(&name) };
    let bytes = std::fs::metadata(&from.path).map_or(0, |it| it.len());
    if bytes >= LARGEST - (1 << 20) {
        return Err(wrong(format!(
            "the sound is larger than {} GiB; set `end_time`, or name a file of another kind (`.m4a`)",
            LARGEST >> 30
        )));
    }
    let place = call.place.clone();
    let stored = tokio::task::spawn_blocking(move || copy(&place, &from, &to)).await;
    stored.map_err(|error| Failure::permanent("OSError", error.to_string()))?.map_err(of_file)?;
    Ok(json!({
        "audio_path": written,
        "video_info": film.facts.to_json(),
        "metadata": { "bytes": bytes, "start_time": film.span.start, "end_time": film.span.end },
    }))
}

/// The file, and its ending.
fn target(call: &Call, film: &Film) -> Result<(String, &'static str), Failure> {
    let written = text(&call.parameters, "output_path").unwrap_or_default();
    let end = |it: &str| {
        it.rsplit('/').next().and_then(|it| it.rsplit_once('.')).map(|it| it.1.to_lowercase())
    };
    if let Some(known) = end(&written).and_then(|end| ENDINGS.into_iter().find(|it| *it == end)) {
        return Ok((written, known));
    }
    if written.trim().is_empty() {
        return Err(wrong("`output_path` is empty"));
    }
    let stem = film.path.file_stem().map_or_else(|| "sound".into(), |it| it.to_string_lossy());
    let folder = written.trim_end_matches('/');
    Ok((format!("{folder}/{stem}.{}", ENDINGS[0]), ENDINGS[0]))
}
