//! `extract_frames`: pictures as files.

use std::{ffi::OsStr, path::PathBuf};

use engine::tool::{Call, Failure, Place};
use serde_json::{Value as Json, json};

use super::{
    film::{Film, Folder, of_file},
    rounded,
    span::every,
    wrong,
};
use crate::{
    answer::text,
    files::{Follow, Reach, copy, to_write},
};

/// Pictures of one call, and their pixels together.
const MOST: u64 = 10_000;
const PIXELS: u64 = 10_000_000_000;

/// Takes them out, and answers with their paths.
pub(super) async fn extract(call: &Call, film: &Film) -> Result<Json, Failure> {
    let written = text(&call.parameters, "output_path").unwrap_or_default();
    let target = to_write(&call.place, &written, Follow::Link).map_err(of_file)?;
    let each = u64::from(film.facts.width) * u64::from(film.facts.height);
    let most = MOST.min(PIXELS / each);
    let count = film.span.pictures(film.interval);
    if let Some(count) = count.filter(|it| *it > most) {
        return Err(too_many(&format!("{count} pictures"), most, film));
    }
    let folder = Folder::new()?;
    let work = [
        "-map".to_owned(),
        format!("0:{}", film.facts.stream),
        "-vf".to_owned(),
        every(film.interval),
        "-q:v".to_owned(),
        "2".to_owned(),
        "-start_number".to_owned(),
        "0".to_owned(),
        "-frames:v".to_owned(),
        count.unwrap_or(most + 1).to_string(),
        "frame_%04d.jpg".to_owned(),
    ];
    call.output.progress(0.1, "takes pictures out");
    film.process(call, &folder, work.into()).await?;
    let made = folder.pictures()?;
    if made.is_empty() {
        let message = format!("there is no picture in that part of `{}`", film.written);
        return Err(Failure::permanent("MediaError", message));
    }
    if made.len() as u64 > most {
        return Err(too_many("more pictures than that", most, film));
    }
    let times: Vec<f64> =
        (0..made.len()).map(|number| rounded(film.span.time(number, film.interval))).collect();
    call.output.progress(0.9, "stores them");
    let place = call.place.clone();
    let stored = tokio::task::spawn_blocking(move || store(&place, &made, &target)).await;
    let frames = stored.map_err(|error| Failure::permanent("OSError", error.to_string()))??;
    Ok(json!({
        "frames": frames,
        "frame_times": times,
        "video_info": film.facts.to_json(),
        "metadata": { "frame_interval": film.interval, "start_time": film.span.start, "end_time": film.span.end },
    }))
}

fn too_many(asked: &str, most: u64, film: &Film) -> Failure {
    wrong(format!(
        "that would be {asked} of {}x{}, and one call takes at most {most} of that size; raise `frame_interval` ({} s) or set \
         `end_time`",
        film.facts.width, film.facts.height, film.interval
    ))
}

fn store(place: &Place, made: &[PathBuf], folder: &Reach) -> Result<Vec<String>, Failure> {
    let mut stored = Vec::new();
    for path in made {
        let name = path.file_name().unwrap_or(OsStr::new("frame.jpg"));
        let from = Reach { written: name.to_string_lossy().into_owned(), path: path.clone() };
        let to = folder.join(name);
        copy(place, &from, &to).map_err(of_file)?;
        stored.push(to.written);
    }
    Ok(stored)
}
