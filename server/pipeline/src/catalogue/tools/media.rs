//! Tools for images, sound and film.

use crate::catalogue::{
    Effect, Envelope, Field, Parameter, Signature,
    Type::{Any, Integer, List, Map, Model, Number, Path, Text},
    build::{READS_AND_WRITES, field, parameter},
};

const MODEL: Parameter = parameter("model", Model, "The model to ask.");
const METADATA: Field = field("metadata", Map, "How it was made.");
const LOOKS: &[Effect] = &[Effect::Reads, Effect::Model];
const MAKES: &[Effect] = &[Effect::Reads, Effect::Writes, Effect::Model];

/// Looks at a picture.
pub static IMAGE_ANALYSIS: Signature = Signature {
    name: "image-analysis",
    aliases: &[],
    doc: "Has a model look at a picture: describe it, name objects or faces, read its text, classify it.\n\n\
        ```yaml\n\
        - id: look\n  tool: image-analysis\n  parameters:\n    image: photo.jpg\n    analysis_type: describe\n\
        ```",
    operations: &[],
    default_operation: None,
    parameters: &[
        parameter("image", Any, "Path or address of the picture, or its bytes in base64.")
            .required(),
        parameter("analysis_type", Text, "What to look for.").required().one_of(&[
            "describe",
            "detect_objects",
            "extract_text",
            "detect_faces",
            "classify",
        ]),
        MODEL,
        parameter("detail_level", Text, "How closely to look.")
            .or(r#""medium""#)
            .one_of(&["low", "medium", "high"]),
        parameter("output_format", Text, "The form of the answer.").or(r#""json""#),
        parameter("confidence_threshold", Number, "Leave out what is less certain, from 0 to 1.")
            .within(0.0, 1.0)
            .or("0.5"),
    ],
    result: &[field("analysis", Any, "What was seen."), METADATA],
    envelope: Envelope::Wrapped,
    effects: LOOKS,
    primary: Some("analysis"),
};

/// Makes a picture.
pub static IMAGE_GENERATION: Signature = Signature {
    name: "image-generation",
    aliases: &[],
    doc: "Has a model make pictures from words and stores them.\n\n\
        ```yaml\n\
        - id: draw\n  tool: image-generation\n  parameters:\n    prompt: a lighthouse at dusk\n    size: 1024x1024\n\
        ```",
    operations: &[],
    default_operation: None,
    parameters: &[
        parameter("prompt", Text, "What the picture shows.").required(),
        MODEL,
        parameter("size", Text, "Width and height in pixels.").or(r#""512x512""#),
        parameter("style", Text, "The manner of the picture."),
        parameter("negative_prompt", Text, "What it must not show."),
        parameter("num_images", Integer, "How many pictures.").at_least(1.0).or("1"),
        parameter("output_format", Text, "How they come back.")
            .or(r#""file""#)
            .one_of(&["file", "url", "base64"]),
        parameter("output_path", Path, "The folder for files.").or(r#""generated_images""#),
        parameter("filename", Text, "The name of the file."),
    ],
    result: &[field("images", List, "The pictures."), METADATA],
    envelope: Envelope::Wrapped,
    effects: MAKES,
    primary: Some("images"),
};

/// Works on sound.
pub static AUDIO_PROCESSING: Signature = Signature {
    name: "audio-processing",
    aliases: &[],
    doc: "Writes speech down, analyses, improves or converts sound.\n\n\
        ```yaml\n\
        - id: words\n  tool: audio-processing\n  parameters:\n    audio: talk.mp3\n    operation: transcribe\n\
        ```",
    operations: &[],
    default_operation: None,
    parameters: &[
        parameter("audio", Any, "Path of the sound, or its bytes in base64.").required(),
        parameter("operation", Text, "What to do.").required().one_of(&[
            "transcribe",
            "analyze",
            "enhance",
            "convert",
        ]),
        MODEL,
        parameter("language", Text, "The language that is spoken.").or(r#""en""#),
        parameter("output_format", Text, "The format of what is written."),
        parameter("output_path", Path, "Where it is written."),
        parameter("enhance_options", Map, "How to improve the sound."),
    ],
    result: &[
        field("transcription", Text, "What is said."),
        field("analysis", Map, "Facts of the sound."),
        field("enhanced_audio", Path, "The improved sound."),
        field("converted_audio", Path, "The converted sound."),
    ],
    envelope: Envelope::Wrapped,
    effects: MAKES,
    primary: Some("transcription"),
};

/// Works on film.
pub static VIDEO_PROCESSING: Signature = Signature {
    name: "video-processing",
    aliases: &[],
    doc: "Analyses or sums up a film, or takes pictures or the sound out of it, with the `ffmpeg` of the machine. `analyze` and \
        `summarize` have a model look at pictures of it, from which they say what is to be seen; the others ask nobody.\n\n\
        ```yaml\n\
        - id: frames\n  tool: video-processing\n  parameters:\n    video: talk.mp4\n    operation: extract_frames\n    frame_interval: 5\n\
        ```",
    operations: &[],
    default_operation: None,
    parameters: &[
        parameter("video", Any, "Path of the film.").required(),
        parameter("operation", Text, "What to do.")
            .required()
            .one_of(&["analyze", "extract_frames", "extract_audio", "summarize"])
            .doing(&[
                ("analyze", LOOKS),
                ("extract_frames", READS_AND_WRITES),
                ("extract_audio", READS_AND_WRITES),
                ("summarize", LOOKS),
            ]),
        MODEL,
        parameter("frame_interval", Number, "Seconds between two pictures.").at_least(0.01).or("1"),
        parameter("start_time", Number, "Where to begin, in seconds.").at_least(0.0).or("0"),
        parameter("end_time", Number, "Where to stop, in seconds; the end when absent."),
        parameter(
            "output_path",
            Path,
            "The folder for what is taken out; for the sound also a file (`talk.mp3`).",
        )
        .or(r#""video_output""#),
    ],
    result: &[
        field("analysis", Map, "What there is to the film, and to be seen in it.").of(&[
            field("video_info", Map, "Facts of the film.").of(VIDEO_INFO),
            field("summary", Text, "What happens in it."),
            field("scene_changes", List, "Where the picture changes at once, in seconds."),
            field("detected_objects", List, "What is to be seen."),
            field("dominant_colors", List, "Its colours (`#rrggbb`), what there is most of first."),
            field("key_moments", List, "Where something happens.").of(MOMENT),
        ]),
        field("frames", List, "The paths of the pictures, in order."),
        field("frame_times", List, "Where each picture is, in seconds."),
        field("audio_path", Path, "The sound."),
        field("summary", Text, "What happens in it."),
        field("key_moments", List, "Where something happens.").of(MOMENT),
        field("video_info", Map, "Facts of the film.").of(VIDEO_INFO),
        METADATA,
    ],
    envelope: Envelope::Wrapped,
    effects: MAKES,
    primary: Some("analysis"),
};

const VIDEO_INFO: &[Field] = &[
    field("duration", Number, "Seconds; nothing where the film does not say."),
    field("resolution", Text, "Width and height (`1280x720`)."),
    field("width", Integer, "Pixels."),
    field("height", Integer, "Pixels."),
    field("fps", Number, "Pictures in a second; nothing where the film does not say."),
    field("codec", Text, "How the pictures are stored."),
    field("format", Text, "How the file is put together."),
    field("size", Integer, "Bytes of the file."),
    field("audio", Map, "Its sound; nothing where it has none.").of(&[
        field("codec", Text, "How it is stored."),
        field("sample_rate", Integer, "Samples in a second."),
        field("channels", Integer, "How many there are."),
    ]),
];

const MOMENT: &[Field] =
    &[field("time", Number, "Where, in seconds."), field("description", Text, "What happens.")];
