//! Where things are and what they hold: the workspace of a pipeline, its text, and what the front end makes of it.
//!
//! The command line and the language server read pipelines through here, so they see the same files, the same
//! catalogue and the same findings.

mod again;
mod analysis;
mod blocking;
mod files;
mod front_end;
mod lines;
mod models;
mod past;
mod recorded;
mod rewrite;
mod settings;
mod source;
mod surroundings;

use std::path::{Path, PathBuf};

pub(crate) use self::{
    again::{Again, again},
    analysis::{Analysis, analyse, analyse_in, catalogue, host, toolbox, toolbox_of},
    blocking::Blocking,
    files::PipelineFiles,
    front_end::Checked,
    lines::Lines,
    models::{
        model_files, models_findings, models_owner, reach, roster, surroundings, user_folder,
    },
    past::{recall, runs},
    recorded::{Anybody, recorded_toolbox},
    rewrite::rewrite,
    settings::{Configured, bound, configured, limits, settings},
    source::{Source, Unreadable, display, reason},
    surroundings::Surroundings,
};

/// What marks the folder that a workspace starts at.
const MARKERS: [&str; 3] = ["downbeat.toml", ".downbeat", ".git"];

/// The folder of a workspace in which runs are kept.
pub(crate) const STATE: &str = ".downbeat";

/// The workspace of a pipeline in `folder`: the nearest folder upward with a marker, else `folder` itself.
/// `folder` is absolute.
pub(crate) fn root(folder: &Path) -> PathBuf {
    let marked = |candidate: &&Path| MARKERS.iter().any(|marker| candidate.join(marker).exists());
    folder.ancestors().find(marked).unwrap_or(folder).to_owned()
}

/// The process's working directory; the root of the file system where it no longer exists.
#[expect(
    clippy::disallowed_methods,
    reason = "the one place that looks at the process's surroundings"
)]
pub(crate) fn current_dir() -> PathBuf {
    std::env::current_dir().unwrap_or_else(|_| PathBuf::from(std::path::MAIN_SEPARATOR_STR))
}
