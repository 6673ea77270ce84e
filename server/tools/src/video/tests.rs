//! A real film, made by the ffmpeg of the machine: three seconds of a test picture and two of blue, with sound.

use std::{path::Path, process::Command};

use engine::{
    Ceiling,
    tool::{Reliance, Tool as _},
};
use serde_json::{Value as Json, json};

use super::VideoProcessing;
use crate::{
    process::on_path,
    testing::{call_in, failure, parameters, skipped, value},
};

/// A folder with `film.mp4`; nothing, said aloud, where there is no ffmpeg.
fn with_film(test: &str) -> Option<tempfile::TempDir> {
    if !on_path("ffmpeg") || !on_path("ffprobe") {
        skipped(test, "there is no ffmpeg: `cargo xtask test` installs it");
        return None;
    }
    let folder = tempfile::tempdir().unwrap();
    let mut command = Command::new("ffmpeg");
    command.args(["-v", "error", "-f", "lavfi", "-i", "testsrc=duration=3:size=320x180:rate=25"]);
    command.args(["-f", "lavfi", "-i", "color=c=blue:duration=2:size=320x180:rate=25"]);
    command.args(["-f", "lavfi", "-i", "sine=frequency=440:duration=5"]);
    command.args(["-filter_complex", "[0:v][1:v]concat=n=2:v=1[v]", "-map", "[v]", "-map", "2:a"]);
    command.args(["-pix_fmt", "yuv420p", "film.mp4"]).current_dir(folder.path());
    assert!(command.status().unwrap().success());
    Some(folder)
}

fn asked(folder: &Path, given: Json) -> engine::tool::Call {
    let mut all = parameters(json!({
        "video": "film.mp4", "frame_interval": 1, "start_time": 0, "output_path": "video_output",
    }));
    all.extend(parameters(given));
    call_in(folder, all)
}

#[test]
fn pictures_are_files_at_their_times() {
    let Some(folder) = with_film("pictures_are_files_at_their_times") else { return };
    let given = json!({ "operation": "extract_frames", "frame_interval": 0.5, "output_path": "out/frames" });
    let answer = value(&VideoProcessing, asked(folder.path(), given));
    let result = &answer["result"];
    let frames = result["frames"].as_array().unwrap();
    assert_eq!(frames.len(), 10, "{result}");
    assert_eq!(frames[0], "out/frames/frame_0000.jpg");
    assert_eq!(result["frame_times"][9], 4.5);
    assert_eq!(result["video_info"]["resolution"], "320x180");
    assert_eq!(result["video_info"]["duration"], 5.0);
    assert_eq!(result["video_info"]["fps"], 25.0);
    let size = |name: &Json| {
        let bytes = std::fs::read(folder.path().join(name.as_str().unwrap())).unwrap();
        assert!(bytes.starts_with(b"\xff\xd8\xff"));
        bytes.len()
    };
    // Behind the third second everything is blue, and takes next to nothing.
    assert!(size(&frames[5]) > 2 * size(&frames[6]));
    assert!(!folder.path().join("out/frames/frame_0010.jpg").exists());
}

#[test]
fn a_part_begins_where_it_is_asked_for() {
    let Some(folder) = with_film("a_part_begins_where_it_is_asked_for") else { return };
    let given = json!({ "operation": "extract_frames", "start_time": 2.5, "end_time": 3.5, "frame_interval": 0.5 });
    let answer = value(&VideoProcessing, asked(folder.path(), given));
    assert_eq!(answer["result"]["frame_times"], json!([2.5, 3.0]));
    let given = json!({ "operation": "analyze", "start_time": 2 });
    let answer = value(&VideoProcessing, asked(folder.path(), given));
    assert_eq!(answer["result"]["scene_changes"], json!([3.0]));
}

#[test]
fn the_sound_is_a_file_of_the_kind_that_is_asked_for() {
    let Some(folder) = with_film("the_sound_is_a_file_of_the_kind_that_is_asked_for") else {
        return;
    };
    let path = |given: Json| {
        value(&VideoProcessing, asked(folder.path(), given))["result"]["audio_path"].clone()
    };
    assert_eq!(path(json!({ "operation": "extract_audio" })), "video_output/film.m4a");
    let wav = json!({ "operation": "extract_audio", "output_path": "talk.wav", "end_time": 1 });
    assert_eq!(path(wav), "talk.wav");
    let bytes = std::fs::read(folder.path().join("talk.wav")).unwrap();
    assert!(bytes.starts_with(b"RIFF"));
    // A second of 44,100 samples of two bytes.
    assert!(bytes.len().abs_diff(88_200) < 2_000, "{}", bytes.len());
}

#[test]
fn a_film_is_looked_through_once() {
    let Some(folder) = with_film("a_film_is_looked_through_once") else { return };
    let answer = value(&VideoProcessing, asked(folder.path(), json!({ "operation": "analyze" })));
    let seen = &answer["result"];
    assert_eq!(seen["scene_changes"], json!([3.0]));
    // Blue, as far as the film keeps it: every ffmpeg rounds otherwise.
    let most = seen["dominant_colors"][0].as_str().unwrap();
    assert!(most.starts_with("#0000f"), "{most}");
    let times: Vec<&Json> =
        seen["pictures"].as_array().unwrap().iter().map(|it| &it["time"]).collect();
    assert_eq!(times, [0.0, 1.0, 2.0, 3.0, 4.0]);
    // However long it is, a model is shown as many pictures as it can take.
    let given = json!({ "operation": "summarize", "frame_interval": 0.01 });
    let answer = value(&VideoProcessing, asked(folder.path(), given));
    assert_eq!(answer["result"]["pictures"].as_array().unwrap().len(), 24);
}

#[test]
fn what_only_looks_follows_from_the_film() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("film.mp4"), "x").unwrap();
    let relies = |operation: &str| {
        VideoProcessing.relies_on(&asked(folder.path(), json!({ "operation": operation })))
    };
    let path = folder.path().canonicalize().unwrap().join("film.mp4");
    assert_eq!(relies("analyze"), Reliance::Files(vec![path]));
    assert_eq!(relies("extract_frames"), Reliance::World);
    let call = asked(folder.path(), json!({ "operation": "extract_frames" }));
    assert_eq!(VideoProcessing.ceiling(&call), None::<Ceiling>);
}

#[test]
fn what_cannot_be_done_is_said() {
    let Some(folder) = with_film("what_cannot_be_done_is_said") else { return };
    std::fs::write(folder.path().join("words.mp4"), "no film at all").unwrap();
    std::fs::write(
        folder.path().join("list.m3u8"),
        "#EXTM3U\n#EXT-X-TARGETDURATION:5\n#EXTINF:5,\nfilm.mp4\n#EXT-X-ENDLIST\n",
    )
    .unwrap();
    std::fs::write(folder.path().join("list.ffconcat"), "ffconcat version 1.0\nfile film.mp4\n")
        .unwrap();
    for (given, error_type, words) in [
        (json!({ "video": "gone.mp4" }), "FileNotFoundError", "gone.mp4"),
        (json!({ "video": "https://example.org/a.mp4" }), "ParameterError", "fetch it into a file"),
        (json!({ "video": "../film.mp4" }), "PermissionError", "out of the workspace"),
        (json!({ "video": "words.mp4" }), "MediaError", "cannot read `words.mp4`"),
        // What refers to other files is no film.
        (json!({ "video": "list.m3u8" }), "MediaError", "whitelist"),
        (json!({ "video": "list.ffconcat" }), "MediaError", "whitelist"),
        (json!({ "start_time": 7 }), "ParameterError", "behind the end"),
        (json!({ "end_time": 0 }), "ParameterError", "not behind"),
        (json!({ "output_path": "../out" }), "PermissionError", "outside the workspace"),
        (json!({ "frame_interval": 0 }), "ParameterError", "`frame_interval`"),
    ] {
        let mut all = json!({ "operation": "extract_frames" });
        all.as_object_mut().unwrap().extend(parameters(given));
        let failure = failure(&VideoProcessing, asked(folder.path(), all.clone()));
        assert_eq!(failure.error_type, error_type, "{all}: {}", failure.message);
        assert!(failure.message.contains(words), "{all}: {}", failure.message);
    }
}

#[test]
fn a_film_without_sound_and_one_that_takes_too_long() {
    let Some(folder) = with_film("a_film_without_sound_and_one_that_takes_too_long") else {
        return;
    };
    let mut mute = Command::new("ffmpeg");
    mute.args(["-v", "error", "-i", "film.mp4", "-an", "-c", "copy", "mute.mp4"]);
    assert!(mute.current_dir(folder.path()).status().unwrap().success());
    let given = json!({ "operation": "extract_audio", "video": "mute.mp4" });
    assert!(
        failure(&VideoProcessing, asked(folder.path(), given)).message.contains("has no sound")
    );
    let mut call = asked(folder.path(), json!({ "operation": "analyze" }));
    call.timeout = Some(std::time::Duration::from_millis(1));
    assert_eq!(failure(&VideoProcessing, call).error_type, "TimeoutError");
    let call = asked(folder.path(), json!({ "operation": "analyze" }));
    call.cancel.cancel();
    assert_eq!(failure(&VideoProcessing, call).error_type, "CancelledError");
}
