//! What is to be seen of a film without a model, and the pictures for one.

use base64::{Engine as _, prelude::BASE64_STANDARD};
use engine::tool::{Call, Failure};
use serde_json::{Value as Json, json};

use super::{
    broken, colors,
    film::{Film, Folder},
    rounded,
    span::every,
    wrong,
};

/// Pictures that a model is shown of a film, and the pixels of the longer side of each.
const MOST: u64 = 24;
const SIDE: u32 = 768;
/// How much of a picture changes at once with the scene, from 0 to 1.
const CHANGE: f64 = 0.3;
/// The file of small pictures, for their colours.
const SMALL: &str = "small.rgb";

/// Looks through the film once.
pub(super) async fn look(call: &Call, film: &Film) -> Result<Json, Failure> {
    let length = film.span.length().ok_or_else(|| {
        wrong(format!("`{}` does not say how long it is; set `end_time`", film.written))
    })?;
    // Evenly, where they would be too many.
    let interval = film.interval.max(length / MOST as f64);
    let count = film.span.pictures(interval).unwrap_or(MOST).min(MOST);
    let folder = Folder::new()?;
    call.output.progress(0.1, "looks through the film");
    let printed = film.process(call, &folder, work(film, interval, count)).await?;
    let made = folder.pictures()?;
    if made.is_empty() {
        let message = format!("there is no picture in that part of `{}`", film.written);
        return Err(Failure::permanent("MediaError", message));
    }
    let mut pictures = Vec::new();
    for (number, path) in made.iter().enumerate() {
        let data = tokio::fs::read(path).await.map_err(|error| broken(&error))?;
        let time = rounded(film.span.time(number, interval));
        pictures.push(json!({ "time": time, "data": BASE64_STANDARD.encode(data) }));
    }
    let small = tokio::fs::read(folder.path.join(SMALL)).await.map_err(|error| broken(&error))?;
    Ok(json!({
        "video_info": film.facts.to_json(),
        "scene_changes": scenes(&printed, film.span.start),
        "dominant_colors": colors::dominant(&small),
        "pictures": pictures,
        "metadata": {
            "frames": made.len(), "frame_interval": rounded(interval),
            "start_time": film.span.start, "end_time": film.span.end,
        },
    }))
}

/// One pass for all three: changes of scene are printed, pictures and their small copies are files.
fn work(film: &Film, interval: f64, count: u64) -> Vec<String> {
    let every = every(interval);
    let filters = format!(
        "[0:{}]split=3[all][some][few];\
         [all]scale=320:-2,select=gt(scene\\,{CHANGE}),metadata=print:file=-[scenes];\
         [some]{every},scale=w=min({SIDE}\\,iw):h=min({SIDE}\\,ih):force_original_aspect_ratio=decrease:force_divisible_by=2[pictures];\
         [few]{every},scale=32:18,format=rgb24[small]",
        film.facts.stream
    );
    let count = count.to_string();
    let options = [
        "-filter_complex",
        &*filters,
        "-map",
        "[scenes]",
        "-f",
        "null",
        "-",
        "-map",
        "[pictures]",
        "-q:v",
        "4",
        "-start_number",
        "0",
        "-frames:v",
        &*count,
        "frame_%04d.jpg",
        "-map",
        "[small]",
        "-frames:v",
        &*count,
        "-f",
        "rawvideo",
        SMALL,
    ];
    options.map(str::to_owned).into()
}

/// Seconds of what the filter `metadata` printed: `frame:0 pts:38400 pts_time:3`.
fn scenes(printed: &str, start: f64) -> Vec<f64> {
    let times = printed.lines().filter_map(|line| {
        let word = line.split_whitespace().find_map(|it| it.strip_prefix("pts_time:"))?;
        word.parse::<f64>().ok()
    });
    times.map(|time| rounded(start + time)).collect()
}

#[cfg(test)]
mod tests {
    use super::scenes;

    #[test]
    fn changes_of_scene_are_counted_from_the_beginning_of_the_film() {
        let printed = "frame:0    pts:38400   pts_time:3\nlavfi.scene_score=0.888874\nframe:1 pts:9 pts_time:4.52\n";
        assert_eq!(scenes(printed, 10.0), [13.0, 14.52]);
    }
}
