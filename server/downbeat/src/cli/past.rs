//! Past runs: in which workspace they are looked for, and which one a name means.

use std::{
    collections::VecDeque,
    path::{Path, PathBuf},
};

use engine::{Archive, Document, Found};

use super::{
    args::{Past, Workspace},
    exit::Exit,
    terminal::Terminal,
};
use crate::workspace::{self, display};

/// The word for the newest run.
const LATEST: &str = "latest";
/// Folders that are looked at for other workspaces.
const MOST_FOLDERS: usize = 2_000;
/// How deep folders are followed for that.
const DEEPEST: usize = 4;
/// Workspaces that are told.
const TOLD: usize = 5;

/// The root of the workspace that is looked at.
///
/// # Errors
/// In words: the folder that was named is not there.
pub(super) fn root(place: &Workspace) -> Result<PathBuf, String> {
    match &place.cwd {
        None => Ok(workspace::root(&workspace::current_dir())),
        Some(path) => super::place::existing_folder("--cwd", path).map(|it| workspace::root(&it)),
    }
}

/// The root of the workspace that a pipeline belongs to. Its file may be gone.
pub(super) fn root_of(file: &Path) -> PathBuf {
    let file = workspace::current_dir().join(file);
    workspace::root(file.parent().unwrap_or(&file))
}

/// The archive of a workspace; says where runs are when nothing ever ran in it.
///
/// # Errors
/// How the command ends: nothing ran here, or the journal cannot be read.
pub(super) fn archive(terminal: Terminal, root: &Path) -> Result<Archive, Exit> {
    match Archive::open(&root.join(workspace::STATE)) {
        Ok(Some(archive)) => Ok(archive),
        Ok(None) => {
            terminal.error(&format!("nothing has run in the workspace `{}` yet", display(root)));
            elsewhere(root).iter().for_each(|line| terminal.help(line));
            Err(Exit::Failure)
        }
        Err(error) => {
            terminal.error(&error.to_string());
            Err(Exit::Failure)
        }
    }
}

/// The document of the run that is meant, and the archive that has it.
///
/// # Errors
/// How the command ends: there is no such run, or it cannot be read.
pub(super) fn document(terminal: Terminal, past: &Past) -> Result<(Archive, Document), Exit> {
    let root = root(&past.place).map_err(|message| {
        terminal.error(&message);
        Exit::Wrong
    })?;
    let archive = archive(terminal, &root)?;
    let run = find(terminal, &archive, &past.run, &root)?;
    match archive.document(&run) {
        Ok(Some(document)) => Ok((archive, document)),
        Ok(None) => Err(unknown(terminal, &past.run, &root)),
        Err(error) => {
            terminal.error(&error.to_string());
            Err(Exit::Failure)
        }
    }
}

/// The id of the run that a name means.
///
/// # Errors
/// How the command ends: there is no such run, or the journal cannot be read.
pub(super) fn find(
    terminal: Terminal,
    archive: &Archive,
    name: &str,
    root: &Path,
) -> Result<String, Exit> {
    match archive.find(name) {
        Ok(Found::Run(run)) => Ok(run),
        Ok(Found::Several(runs)) => {
            terminal.error(&format!("several runs begin with `{name}`"));
            terminal.help(&format!("they are `{}`", runs.join("`, `")));
            Err(Exit::Wrong)
        }
        Ok(Found::Nothing) => Err(unknown(terminal, name, root)),
        Err(error) => {
            terminal.error(&error.to_string());
            Err(Exit::Failure)
        }
    }
}

/// [`find`] beside a pipeline: there, `latest` is the newest run of its file.
///
/// # Errors
/// As [`find`]; or the file has not run.
pub(super) fn find_of(
    terminal: Terminal,
    archive: &Archive,
    name: &str,
    root: &Path,
    file: Option<&Path>,
) -> Result<String, Exit> {
    match file.filter(|_| name == LATEST) {
        None => find(terminal, archive, name, root),
        Some(file) => newest(terminal, root, file)?.ok_or_else(|| {
            terminal.error(&format!(
                "`{}` has not run in the workspace `{}` yet",
                display(file),
                display(root)
            ));
            Exit::Wrong
        }),
    }
}

/// The newest run of a pipeline, if it ever ran.
///
/// # Errors
/// How the command ends: the journal cannot be read.
pub(super) fn newest(terminal: Terminal, root: &Path, file: &Path) -> Result<Option<String>, Exit> {
    let runs = workspace::runs(root, Some(file), 1).map_err(|error| {
        terminal.error(&error.to_string());
        Exit::Failure
    })?;
    Ok(runs.into_iter().next().map(|run| run.run))
}

fn unknown(terminal: Terminal, name: &str, root: &Path) -> Exit {
    terminal.error(&format!("no run of the workspace `{}` begins with `{name}`", display(root)));
    terminal.help("`downbeat runs` lists them");
    Exit::Wrong
}

/// What may help where nothing ran: workspaces below that have runs.
pub(super) fn elsewhere(root: &Path) -> Vec<String> {
    let found = workspaces_below(root);
    let told = found.iter().take(TOLD);
    let lines =
        told.map(|place| format!("there are runs in `{0}`: add `--cwd {0}`", display(place)));
    lines.collect()
}

/// Workspaces with runs below a folder, nearest first.
fn workspaces_below(root: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut open = VecDeque::from([(root.to_owned(), 0)]);
    let mut seen = 0;
    while let Some((folder, depth)) = open.pop_front() {
        let Ok(entries) = std::fs::read_dir(&folder) else { continue };
        let folders =
            entries.flatten().filter(|entry| entry.file_type().is_ok_and(|it| it.is_dir()));
        let mut folders: Vec<_> = folders.map(|entry| (entry.file_name(), entry.path())).collect();
        folders.sort();
        for (name, path) in folders {
            seen += 1;
            let is_hidden = name.to_string_lossy().starts_with('.');
            if name == workspace::STATE && folder != root {
                found.push(folder.clone());
            } else if !is_hidden && depth < DEEPEST {
                open.push_back((path, depth + 1));
            }
        }
        if seen >= MOST_FOLDERS || found.len() >= TOLD {
            break;
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    #[test]
    fn workspaces_below_are_found() {
        let root = tempfile::tempdir().unwrap();
        for folder in ["b/.downbeat", "a/deep/.downbeat", "c/.hidden/.downbeat", ".downbeat"] {
            fs::create_dir_all(root.path().join(folder)).unwrap();
        }
        let found = workspaces_below(root.path());
        assert_eq!(found, [root.path().join("b"), root.path().join("a/deep")]);
    }
}
