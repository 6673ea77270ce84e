//! Models as the files of the user and of a workspace describe them.

use std::path::{Path, PathBuf};

use models::{
    Providers, Surroundings,
    catalogue::{Places, load},
};
use pipeline::models::{Reach, Roster};

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

/// Where keys and servers are looked for by what works in this workspace.
pub(crate) fn surroundings(workspace: &Path) -> Surroundings {
    let declared = load(&model_files(workspace)).declared;
    Surroundings { declared, ..Surroundings::of_process(workspace) }
}

/// Who can be asked now. Looks for keys, and asks the servers of this machine what they have; nobody, where that cannot be
/// done.
pub(crate) fn reach(workspace: &Path) -> Reach {
    let providers = Providers::new(surroundings(workspace));
    match tokio::runtime::Builder::new_current_thread().enable_all().build() {
        Ok(runtime) => runtime.block_on(providers.reach()),
        Err(_) => Reach::Known(Vec::new()),
    }
}
