//! What `ffprobe` says of a file.

use serde::Deserialize;
use serde_json::{Value as Json, json};

use super::rounded;

/// Facts of a film.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Facts {
    /// The number of the stream that has the pictures.
    pub(super) stream: u32,
    /// As it is shown: what is stored on its side is put upright.
    pub(super) width: u32,
    pub(super) height: u32,
    pub(super) fps: Option<f64>,
    pub(super) duration: Option<f64>,
    pub(super) codec: Option<String>,
    pub(super) format: String,
    pub(super) size: Option<u64>,
    pub(super) sound: Option<Sound>,
}

/// Facts of its sound.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Sound {
    /// The number of the stream.
    pub(super) stream: u32,
    codec: Option<String>,
    sample_rate: Option<u32>,
    channels: Option<u32>,
}

#[derive(Deserialize)]
struct Probe {
    #[serde(default)]
    streams: Vec<Stream>,
    format: Format,
}

#[derive(Deserialize)]
struct Format {
    format_name: String,
    duration: Option<String>,
    size: Option<String>,
}

#[derive(Deserialize)]
struct Stream {
    index: u32,
    codec_type: Option<String>,
    codec_name: Option<String>,
    width: Option<u32>,
    height: Option<u32>,
    avg_frame_rate: Option<String>,
    r_frame_rate: Option<String>,
    duration: Option<String>,
    sample_rate: Option<String>,
    channels: Option<u32>,
    #[serde(default)]
    disposition: Disposition,
    #[serde(default)]
    side_data_list: Vec<SideData>,
}

#[derive(Default, Deserialize)]
struct Disposition {
    /// 1: it is the cover of a record.
    #[serde(default)]
    attached_pic: u8,
}

#[derive(Deserialize)]
struct SideData {
    rotation: Option<f64>,
}

impl Facts {
    /// From the JSON of `ffprobe -show_format -show_streams`.
    ///
    /// # Errors
    /// In words: there are no pictures in it, or it is no such JSON.
    pub(super) fn read(printed: &str) -> Result<Self, String> {
        let probe: Probe = serde_json::from_str(printed)
            .map_err(|error| format!("what `ffprobe` printed cannot be read: {error}"))?;
        let of_kind = |kind: &str| {
            let kind = kind.to_owned();
            move |it: &&Stream| it.codec_type.as_deref() == Some(&*kind)
        };
        let mut pictures = probe.streams.iter().filter(of_kind("video"));
        let stream = pictures.find(|it| it.disposition.attached_pic == 0);
        let (stream, width, height) = stream
            .and_then(|it| Some((it, it.width?, it.height?)))
            .filter(|(_, width, height)| *width > 0 && *height > 0)
            .ok_or("there are no moving pictures in it")?;
        let turned = stream.side_data_list.iter().filter_map(|it| it.rotation).next();
        let lies = turned.is_some_and(|degrees| (degrees.abs() % 180.0 - 90.0).abs() < 45.0);
        let (width, height) = if lies { (height, width) } else { (width, height) };
        let sound = probe.streams.iter().find(of_kind("audio")).map(|it| Sound {
            stream: it.index,
            codec: it.codec_name.clone(),
            sample_rate: it.sample_rate.as_deref().and_then(|it| it.parse().ok()),
            channels: it.channels,
        });
        let rates = [&stream.avg_frame_rate, &stream.r_frame_rate];
        let lengths = [&probe.format.duration, &stream.duration];
        Ok(Self {
            stream: stream.index,
            width,
            height,
            fps: rates.into_iter().flatten().find_map(|it| ratio(it)),
            duration: lengths.into_iter().flatten().find_map(|it| positive(it)),
            codec: stream.codec_name.clone(),
            format: probe.format.format_name,
            size: probe.format.size.and_then(|it| it.parse().ok()),
            sound,
        })
    }

    /// `video_info` of an answer. What is not known is null.
    pub(super) fn to_json(&self) -> Json {
        json!({
            "duration": self.duration.map(rounded),
            "resolution": format!("{}x{}", self.width, self.height),
            "width": self.width,
            "height": self.height,
            "fps": self.fps.map(rounded),
            "codec": self.codec,
            "format": self.format,
            "size": self.size,
            "audio": self.sound.as_ref().map(|it| json!({
                "codec": it.codec, "sample_rate": it.sample_rate, "channels": it.channels,
            })),
        })
    }
}

/// A number above 0.
fn positive(text: &str) -> Option<f64> {
    text.parse().ok().filter(|it: &f64| it.is_finite() && *it > 0.0)
}

/// `30000/1001`.
fn ratio(text: &str) -> Option<f64> {
    let (above, below) = text.split_once('/')?;
    Some(positive(above)? / positive(below)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(streams: Json) -> Result<Facts, String> {
        let format = json!({ "format_name": "mov", "duration": "4.004000", "size": "44527" });
        Facts::read(&json!({ "streams": streams, "format": format }).to_string())
    }

    #[test]
    fn a_film_that_lies_on_its_side_is_put_upright() {
        let facts = read(json!([
            { "index": 0, "codec_type": "audio", "codec_name": "aac", "sample_rate": "44100", "channels": 2 },
            { "index": 1, "codec_type": "video", "width": 500, "height": 500, "disposition": { "attached_pic": 1 } },
            { "index": 2, "codec_type": "video", "codec_name": "h264", "width": 1920, "height": 1080,
              "avg_frame_rate": "30000/1001", "side_data_list": [{}, { "rotation": -90 }] },
        ]))
        .unwrap();
        assert_eq!((facts.stream, facts.width, facts.height), (2, 1080, 1920));
        let told = facts.to_json();
        assert_eq!(told["fps"], 29.97);
        assert_eq!(told["duration"], 4.004);
        assert_eq!(told["resolution"], "1080x1920");
        assert_eq!(told["audio"]["sample_rate"], 44100);
    }

    #[test]
    fn unknown_is_null() {
        let facts = Facts::read(
            r#"{"streams": [{"index": 0, "codec_type": "video", "width": 2, "height": 2, "avg_frame_rate": "0/0"}], "format": {"format_name": "h264"}}"#,
        )
        .unwrap();
        let told = facts.to_json();
        for name in ["fps", "duration", "audio", "size"] {
            assert_eq!(told[name], Json::Null, "{name}");
        }
    }

    #[test]
    fn sound_alone_is_no_film() {
        let sound = json!([{ "index": 0, "codec_type": "audio" }]);
        assert!(read(sound).unwrap_err().contains("no moving pictures"));
        assert!(Facts::read("no").is_err());
    }
}
