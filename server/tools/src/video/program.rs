//! Running `ffmpeg` and `ffprobe`. A film comes from anywhere: it is read as a file of a known kind that refers to no others,
//! and by no other protocol.

use std::{ffi::OsString, path::Path, time::Duration};

use engine::tool::{Call, Failure, Output};

use crate::process::{Command, Ending, on_path, run};

/// Kinds of files that hold a film themselves, by ffmpeg's names. Playlists and lists of files are none of them.
const FORMATS: &str = "mov,matroska,webm,avi,mpegts,mpeg,mpegvideo,ogg,flv,asf,gif,apng,mxf,nut,ivf,h264,hevc,av1,obu,dv,rm,wtv,yuv4mpegpipe";
/// Pixels of one picture: four times 4K.
const PIXELS: &str = "33177600";
/// For each program, where the step sets no timeout itself.
const LIMIT: Duration = Duration::from_secs(600);
/// Bytes that are kept of what a program prints.
const KEPT: usize = 8 << 20;
/// Letters of a program's complaint that are told.
const TOLD: usize = 400;

/// The two programs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Program {
    Ffmpeg,
    Ffprobe,
}

impl Program {
    const fn name(self) -> &'static str {
        match self {
            Self::Ffmpeg => "ffmpeg",
            Self::Ffprobe => "ffprobe",
        }
    }

    /// Options that hold for every call, before those of the film.
    fn manners(self) -> Vec<OsString> {
        let own: &[&str] = match self {
            Self::Ffmpeg => &["-nostdin", "-hide_banner", "-nostats", "-y"],
            Self::Ffprobe => &["-hide_banner"],
        };
        let all = ["-v", "error", "-protocol_whitelist", "file", "-format_whitelist", FORMATS];
        own.iter().chain(&all).map(Into::into).collect()
    }
}

/// What is asked of a program: options of the film, the film, and what to do with it.
pub(super) struct Task<'t> {
    pub(super) program: Program,
    pub(super) of_film: Vec<String>,
    pub(super) film: &'t Path,
    pub(super) work: Vec<String>,
    /// Where it works: relative names of what it writes start here.
    pub(super) folder: &'t Path,
}

/// Does it, and gives what the program printed.
///
/// # Errors
/// A program is missing, it fails, or it is stopped.
pub(super) async fn perform(call: &Call, written: &str, task: Task<'_>) -> Result<String, Failure> {
    let Task { program, of_film, film, work, folder } = task;
    let name = program.name();
    if !on_path(name) {
        let message = format!(
            "`video-processing` needs `{name}`, which is not on the search path: install FFmpeg (the package `ffmpeg` of \
             apt, dnf, brew and winget); nothing is ever installed by a run"
        );
        return Err(Failure::permanent("MissingProgramError", message));
    }
    let mut arguments = program.manners();
    if program == Program::Ffmpeg {
        arguments.extend(["-max_pixels".into(), PIXELS.into()]);
    }
    arguments.extend(of_film.into_iter().map(Into::into));
    let mut source = OsString::from("file:");
    source.push(film);
    arguments.extend(["-i".into(), source]);
    arguments.extend(work.into_iter().map(Into::into));
    let command = Command {
        program: name.into(),
        arguments,
        environment: vec![("AV_LOG_FORCE_NOCOLOR".into(), "1".into())],
        folder: folder.to_owned(),
        marker: call.place.idempotency_key.clone(),
        kept: KEPT,
    };
    let limit = call.timeout.unwrap_or(LIMIT);
    let ran = run(command, Some(limit), &call.cancel, &Output::none()).await.map_err(|error| {
        Failure::permanent("OSError", format!("`{name}` could not be started: {error}"))
    })?;
    match ran.ending {
        Ending::Exited(0) => Ok(ran.stdout),
        Ending::Exited(code) => {
            let said = ran.stderr.replace(&*film.to_string_lossy(), written);
            let lines = said.lines().map(str::trim).filter(|it| !it.is_empty());
            let said: String = lines.collect::<Vec<_>>().join("; ").chars().take(TOLD).collect();
            let message = format!("`{name}` cannot read `{written}` as a film: {said}");
            let failure = Failure::permanent("MediaError", message);
            Err(Failure { code: Some(code.into()), ..failure })
        }
        Ending::TimedOut => {
            let message =
                format!("`{name}` was not ready with `{written}` within {} s", limit.as_secs());
            Err(Failure::permanent("TimeoutError", message))
        }
        Ending::Cancelled => Err(Failure::permanent("CancelledError", "the call was cancelled")),
    }
}
