//! Models as the files of the user and of a workspace describe them.

use std::path::{Path, PathBuf};

use models::catalogue::{Places, load};
use pipeline::models::Roster;

/// The folder of the user's own files.
pub(crate) fn user_folder() -> Option<PathBuf> {
    let home = std::env::home_dir().filter(|home| home.is_absolute())?;
    Some(home.join(".orchestrator"))
}

/// Where the files about models lie.
pub(crate) fn model_files(workspace: &Path) -> Places {
    Places { user: user_folder(), workspace: Some(workspace.to_owned()) }
}

/// The models that a pipeline of this workspace may name. What cannot be read is left out; `downbeat models` says it.
pub(crate) fn roster(workspace: &Path) -> Roster {
    load(&model_files(workspace)).roster
}
