//! Where things are: the workspace of a pipeline, its text, and what the front end needs to read it.

use std::path::{Path, PathBuf};

/// What marks the folder that a workspace starts at.
const MARKERS: [&str; 3] = ["downbeat.toml", ".downbeat", ".git"];

/// The workspace of a pipeline in `folder`: the nearest folder upward with a marker, else `folder` itself.
/// `folder` is absolute.
pub(crate) fn root(folder: &Path) -> PathBuf {
    folder
        .ancestors()
        .find(|candidate| MARKERS.iter().any(|marker| candidate.join(marker).exists()))
        .unwrap_or(folder)
        .to_owned()
}

/// The process's working directory; `/` where it no longer exists.
#[expect(
    clippy::disallowed_methods,
    reason = "the one place that looks at the process's surroundings"
)]
pub(crate) fn current_dir() -> PathBuf {
    std::env::current_dir().unwrap_or_else(|_| PathBuf::from(std::path::MAIN_SEPARATOR_STR))
}
