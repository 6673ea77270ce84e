//! Where a pipeline works: its workspace, its working directory and what it may write to.

use std::path::{Path, PathBuf};

use super::args::Place;
use crate::workspace::{self, Source};

/// Absolute paths.
#[derive(Clone, Debug)]
pub(crate) struct Workplace {
    /// Relative paths of steps start here.
    pub(crate) cwd: PathBuf,
    /// Holds `.downbeat`; may be written to.
    pub(crate) workspace: PathBuf,
    /// Where the pipeline lies.
    pub(crate) folder: PathBuf,
    /// Further folders that may be written to.
    pub(super) writable: Vec<PathBuf>,
    /// Hosts that may be reached though their addresses are private.
    pub(super) reachable: Vec<String>,
}

impl Workplace {
    /// Where a pipeline works that was called for in this way.
    ///
    /// # Errors
    /// In words: a folder that was named is not there.
    pub(super) fn new(source: &Source, call: &Place) -> Result<Self, String> {
        let mut place = Self::usual(source);
        if let Some(path) = &call.cwd {
            place.cwd = existing_folder("--cwd", path)?;
        }
        place.writable =
            call.allow_write.iter().map(|path| writable(path)).collect::<Result<_, _>>()?;
        place.reachable.clone_from(&call.allow_host);
        Ok(place)
    }

    /// Where a pipeline works when nothing else is said: in its workspace.
    pub(crate) fn usual(source: &Source) -> Self {
        let folder = source.folder();
        let workspace = workspace::root(&folder);
        Self {
            cwd: workspace.clone(),
            workspace,
            folder,
            writable: Vec::new(),
            reachable: Vec::new(),
        }
    }
}

pub(super) fn existing_folder(option: &str, path: &Path) -> Result<PathBuf, String> {
    let say = |reason: &str| format!("`{option} {}`: {reason}", workspace::display(path));
    let absolute = std::fs::canonicalize(path).map_err(|error| say(&workspace::reason(&error)))?;
    if absolute.is_dir() { Ok(absolute) } else { Err(say("it is not a folder")) }
}

/// A path that may be written to need not be there yet.
fn writable(path: &Path) -> Result<PathBuf, String> {
    let absolute = workspace::current_dir().join(path);
    std::path::absolute(&absolute).map_err(|error| {
        format!("`--allow-write {}`: {}", workspace::display(path), workspace::reason(&error))
    })
}
