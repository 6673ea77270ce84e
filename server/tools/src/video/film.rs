//! The film of a call, looked at.

use std::path::PathBuf;

use engine::tool::{Call, Failure};
use serde_json::Value as Json;
use tempfile::TempDir;

use super::{
    broken,
    facts::Facts,
    program::{Program, Task, perform},
    span::Span,
    wrong,
};
use crate::{
    answer::text,
    files::{FileError, to_read},
};

/// A film, its facts, and the part of it that is asked for.
pub(super) struct Film {
    /// As the author wrote it.
    pub(super) written: String,
    pub(super) path: PathBuf,
    pub(super) facts: Facts,
    pub(super) span: Span,
    /// Seconds between two pictures.
    pub(super) interval: f64,
}

impl Film {
    /// Finds it, and asks `ffprobe` about it.
    ///
    /// # Errors
    /// There is none, or nothing of it is asked for.
    pub(super) async fn open(call: &Call) -> Result<Self, Failure> {
        let written = text(&call.parameters, "video").unwrap_or_default();
        let written = written.trim();
        if written.contains("://") {
            return Err(wrong(
                "`video` is an address; fetch it into a file first, and name the file",
            ));
        }
        let reach = to_read(&call.place, written).map_err(of_file)?;
        let metadata = std::fs::metadata(&reach.path)
            .map_err(|error| of_file(FileError::of(&error, written)))?;
        if !metadata.is_file() {
            return Err(wrong(format!("`{written}` is no file")));
        }
        let printed = perform(
            call,
            written,
            Task {
                program: Program::Ffprobe,
                of_film: ["-of", "json", "-show_format", "-show_streams"].map(Into::into).into(),
                film: &reach.path,
                work: Vec::new(),
                folder: &call.place.cwd,
            },
        )
        .await?;
        let facts = Facts::read(&printed).map_err(|why| {
            Failure::permanent("MediaError", format!("`{written}` is no film: {why}"))
        })?;
        let span = Span::of(&call.parameters, facts.duration).map_err(wrong)?;
        let interval = call.parameters.get("frame_interval").and_then(Json::as_f64).unwrap_or(1.0);
        if !(interval.is_finite() && interval >= 0.01) {
            return Err(wrong(format!("`frame_interval` is 0.01 s or more, not {interval}")));
        }
        Ok(Self { written: written.to_owned(), path: reach.path, facts, span, interval })
    }

    /// Has `ffmpeg` do that with it in a folder.
    pub(super) async fn process(
        &self,
        call: &Call,
        folder: &Folder,
        work: Vec<String>,
    ) -> Result<String, Failure> {
        let task = Task {
            program: Program::Ffmpeg,
            of_film: self.span.options(),
            film: &self.path,
            work,
            folder: &folder.path,
        };
        perform(call, &self.written, task).await
    }
}

/// What is to be said of a file.
pub(super) fn of_file(error: FileError) -> Failure {
    Failure::permanent(error.error_type, error.message)
}

/// A folder that is gone when the call is over.
pub(super) struct Folder {
    _kept: TempDir,
    /// Without a link in it.
    pub(super) path: PathBuf,
}

impl Folder {
    /// A new one.
    pub(super) fn new() -> Result<Self, Failure> {
        let made = tempfile::tempdir().map_err(|error| broken(&error))?;
        let path = made.path().canonicalize().map_err(|error| broken(&error))?;
        Ok(Self { _kept: made, path })
    }

    /// The pictures in it, in order.
    pub(super) fn pictures(&self) -> Result<Vec<PathBuf>, Failure> {
        let entries = std::fs::read_dir(&self.path).map_err(|error| broken(&error))?;
        let mut found: Vec<PathBuf> = entries
            .filter_map(|entry| entry.ok().map(|it| it.path()))
            .filter(|it| it.extension().is_some_and(|it| it == "jpg"))
            .collect();
        // Five digits are more than four.
        found.sort_by_key(|it| (it.as_os_str().len(), it.clone()));
        Ok(found)
    }
}
