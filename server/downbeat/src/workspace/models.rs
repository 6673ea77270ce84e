//! Models as the files of the user and of a workspace describe them.

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;

use checks::{Diagnostic, models_file};
use models::{
    Providers, Surroundings,
    catalogue::{FILE, Owner, Places, load, may_name},
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

/// The owner of a file that describes models for this workspace; nothing where it is another one.
pub(crate) fn models_owner(path: &Path, workspace: &Path) -> Option<Owner> {
    if path.file_name()? != FILE {
        return None;
    }
    let folder = path.parent()?;
    if user_folder().is_some_and(|it| it == folder) {
        return Some(Owner::User);
    }
    (folder == workspace).then_some(Owner::Workspace)
}

/// What is wrong in the text of a `models.yaml`.
pub(crate) fn models_findings(text: &str, owner: Owner) -> Vec<Diagnostic> {
    models_file::read(text, &|server| may_name(owner, server))
}

/// Where keys and servers are looked for by what works in this workspace.
pub(crate) fn surroundings(workspace: &Path) -> Surroundings {
    let declared = load(&model_files(workspace)).declared;
    Surroundings { declared, ..Surroundings::of_process(workspace) }
}

/// Who can be asked now. Looks for keys, and asks the servers of this machine what they have; nobody, where that cannot be
/// done.
pub(crate) fn reach(workspace: &Path) -> Reach {
    asked(surroundings(workspace))
}

fn asked(surroundings: Surroundings) -> Reach {
    let providers = Arc::new(Providers::new(surroundings));
    match tokio::runtime::Builder::new_current_thread().enable_all().build() {
        Ok(runtime) => runtime.block_on(providers.reach()),
        Err(_) => Reach::Known(Vec::new()),
    }
}

/// Who can be asked, as an editor may know it: keys of the environment and servers of this machine, looked for once on a
/// thread of its own. Servers that files of the workspace name are not asked: nobody has trusted those yet.
#[derive(Clone, Debug, Default)]
pub(super) struct Reachable {
    found: Arc<Mutex<Looked>>,
}

#[derive(Debug, Default)]
enum Looked {
    #[default]
    Never,
    Looking,
    Found(Reach),
}

impl Reachable {
    /// What was found; not known at first.
    pub(super) fn get(&self, workspace: &Path) -> Reach {
        let mut looked = self.found.lock().unwrap_or_else(PoisonError::into_inner);
        match &*looked {
            Looked::Found(reach) => return reach.clone(),
            Looked::Looking => return Reach::NotKnown,
            Looked::Never => {}
        }
        let (found, folder) = (Arc::clone(&self.found), workspace.to_owned());
        let look = move || {
            let reach = asked(Surroundings::of_process(folder));
            *found.lock().unwrap_or_else(PoisonError::into_inner) = Looked::Found(reach);
        };
        let started = thread::Builder::new().name("providers".to_owned()).spawn(look);
        if started.is_ok() {
            *looked = Looked::Looking;
        }
        Reach::NotKnown
    }
}
