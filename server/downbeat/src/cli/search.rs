//! Looking for pipelines in folders.

use std::path::{Path, PathBuf};

use crate::workspace::{self, Unreadable};

/// Folders deeper than this below the one asked for are not searched.
const MAX_DEPTH: usize = 64;

/// Folders that hold no pipelines of the author.
const SKIPPED: [&str; 3] = ["node_modules", "target", "__pycache__"];

/// What is in a folder.
#[derive(Debug, Default)]
pub(crate) struct Search {
    /// In the order of their names.
    pub(crate) files: Vec<PathBuf>,
    /// Folders that could not be looked into.
    pub(crate) unreadable: Vec<Unreadable>,
}

/// All YAML files below a folder; links to folders are not followed.
pub(crate) fn yaml_files(folder: &Path) -> Search {
    let mut found = Search::default();
    search(folder, 0, &mut found.files, &mut found.unreadable);
    found
}

/// What to say of a folder without pipelines.
pub(crate) fn nothing_in(folder: &Path) -> Unreadable {
    let reason = "no pipeline is in this folder".to_owned();
    Unreadable::read(workspace::display(folder), reason)
}

/// The same for every way to name a file.
pub(crate) fn identity(path: &Path) -> PathBuf {
    std::fs::canonicalize(path).unwrap_or_else(|_| path.to_owned())
}

fn search(folder: &Path, depth: usize, found: &mut Vec<PathBuf>, unreadable: &mut Vec<Unreadable>) {
    let entries = match std::fs::read_dir(folder) {
        Ok(entries) => entries,
        Err(error) => {
            unreadable
                .push(Unreadable::read(workspace::display(folder), workspace::reason(&error)));
            return;
        }
    };
    let mut entries: Vec<_> = entries.flatten().collect();
    entries.sort_by_key(std::fs::DirEntry::file_name);
    for entry in entries {
        let name = entry.file_name();
        let name = name.to_string_lossy();
        let path = entry.path();
        match entry.file_type() {
            Ok(kind) if kind.is_dir() && depth < MAX_DEPTH && is_authors(&name) => {
                search(&path, depth + 1, found, unreadable);
            }
            Ok(kind) if !kind.is_dir() && is_yaml(&path) && path.is_file() => found.push(path),
            _ => {}
        }
    }
}

/// Whether a folder of that name may hold pipelines of the author.
fn is_authors(name: &str) -> bool {
    !name.starts_with('.') && !SKIPPED.contains(&name)
}

fn is_yaml(path: &Path) -> bool {
    path.extension()
        .is_some_and(|it| it.eq_ignore_ascii_case("yaml") || it.eq_ignore_ascii_case("yml"))
}

pub(crate) fn is_named_pipeline(path: &Path) -> bool {
    path.file_stem().is_some_and(|stem| stem.to_string_lossy().ends_with(".pipeline"))
}
