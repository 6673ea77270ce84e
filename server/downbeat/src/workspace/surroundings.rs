//! What lies round an open pipeline: personalities and files, listed off the threads that answer.
//!
//! A listing is bounded in entries and depth. Whoever asks waits a moment for the first one; after that the last listing is
//! given at once, and an old one is renewed behind it.

use std::collections::VecDeque;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use ide::{Around, File, Personality};
use pipeline::models::Reach;

use super::files::{PERSONALITIES, PERSONALITY_ENDINGS, home_personalities};
use super::models::Reachable;
use super::{display, source::read_start};

/// How long a listing counts as new.
const FRESH: Duration = Duration::from_secs(2);
/// How long the first one is waited for.
const PATIENCE: Duration = Duration::from_millis(150);
/// Most files in a listing.
const MOST_FILES: usize = 2_000;
/// Most entries of folders that are looked at for it.
const MOST_ENTRIES: usize = 20_000;
/// How deep folders are followed.
const DEEPEST: usize = 8;
/// Most personalities of one folder.
const MOST_PERSONALITIES: usize = 200;
/// Most bytes of a personality that are read.
const LONGEST_PERSONALITY: u64 = 64 << 10;
/// Folders whose files nobody names in a pipeline.
const SKIPPED: [&str; 4] = ["node_modules", "target", "venv", "__pycache__"];

/// The surroundings of pipelines in one folder.
#[derive(Clone, Debug)]
pub(crate) struct Surroundings {
    folder: PathBuf,
    workspace: PathBuf,
    shelf: Arc<Shelf>,
}

#[derive(Debug, Default)]
struct Shelf {
    last: Mutex<Last>,
    done: Condvar,
    reach: Reachable,
}

#[derive(Debug, Default)]
struct Last {
    found: Found,
    /// When it was found; `None` before the first time and after a change.
    at: Option<Instant>,
    is_listing: bool,
    was_listed: bool,
}

#[derive(Clone, Debug, Default)]
struct Found {
    personalities: Arc<[Personality]>,
    files: Arc<[File]>,
}

impl Surroundings {
    /// Both absolute; `workspace` is `folder` or a folder above it.
    pub(crate) fn new(folder: PathBuf, workspace: PathBuf) -> Self {
        Self { folder, workspace, shelf: Arc::default() }
    }

    /// Files changed: the next question starts a new listing.
    pub(crate) fn forget(&self) {
        self.last().at = None;
    }

    fn last(&self) -> MutexGuard<'_, Last> {
        self.shelf.last.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn found(&self) -> Found {
        let mut last = self.last();
        if last.at.is_none_or(|at| at.elapsed() > FRESH) && !last.is_listing {
            let lister = self.clone();
            let started =
                thread::Builder::new().name("listing".to_owned()).spawn(move || lister.list());
            last.is_listing = started.is_ok();
        }
        if !last.was_listed {
            let waited = self.shelf.done.wait_timeout_while(last, PATIENCE, |last| last.is_listing);
            last = waited.unwrap_or_else(PoisonError::into_inner).0;
        }
        last.found.clone()
    }

    fn list(&self) {
        // A listing that panics must not be waited for again and again.
        let found = std::panic::catch_unwind(|| Found {
            personalities: personalities(&self.folder, &self.workspace).into(),
            files: files(&self.folder, &self.workspace).into(),
        });
        let mut last = self.last();
        last.is_listing = false;
        last.was_listed = true;
        last.at = Some(Instant::now());
        if let Ok(found) = found {
            last.found = found;
        }
        self.shelf.done.notify_all();
    }
}

impl Around for Surroundings {
    fn reach(&self) -> Reach {
        self.shelf.reach.get(&self.workspace)
    }

    fn personalities(&self) -> Arc<[Personality]> {
        self.found().personalities
    }

    fn files(&self) -> Arc<[File]> {
        self.found().files
    }
}

/// Folders from the pipeline's own upward to the workspace.
fn upward<'p>(folder: &'p Path, workspace: &'p Path) -> impl Iterator<Item = &'p Path> {
    folder.ancestors().take_while(move |above| above.starts_with(workspace))
}

fn personalities(folder: &Path, workspace: &Path) -> Vec<Personality> {
    let mut found: Vec<Personality> = Vec::new();
    let near = upward(folder, workspace).map(|above| above.join(PERSONALITIES));
    for place in near.chain(home_personalities()) {
        for path in sorted_entries(&place, MOST_PERSONALITIES) {
            let ending = path.extension().and_then(|it| it.to_str()).unwrap_or_default();
            let Some(name) = path.file_stem().and_then(|it| it.to_str()) else { continue };
            if !PERSONALITY_ENDINGS.contains(&ending) || found.iter().any(|it| it.name == name) {
                continue;
            }
            let Some(text) = read_start(&path, LONGEST_PERSONALITY) else { continue };
            let source = path.strip_prefix(workspace).map_or_else(|_| display(&path), display);
            found.push(Personality { name: name.to_owned(), source, text });
        }
    }
    found
}

/// Entries of a folder by name; `md` before `txt` before `yaml`.
fn sorted_entries(folder: &Path, most: usize) -> Vec<PathBuf> {
    let Ok(entries) = std::fs::read_dir(folder) else { return Vec::new() };
    let mut paths: Vec<PathBuf> = entries.take(most).flatten().map(|entry| entry.path()).collect();
    paths.sort();
    paths
}

/// Files below the workspace by their names, those in the pipeline's folder first.
fn files(folder: &Path, workspace: &Path) -> Vec<File> {
    let mut found = Vec::new();
    let mut looked_at = 0;
    let mut open: VecDeque<(PathBuf, usize)> = VecDeque::from([(folder.to_owned(), 0)]);
    if folder != workspace {
        open.push_back((workspace.to_owned(), 0));
    }
    while let Some((place, depth)) = open.pop_front() {
        let Ok(entries) = std::fs::read_dir(&place) else { continue };
        let mut entries: Vec<_> = entries.take(MOST_ENTRIES - looked_at).flatten().collect();
        looked_at += entries.len();
        entries.sort_by_key(std::fs::DirEntry::file_name);
        for entry in entries {
            let path = entry.path();
            let name = entry.file_name();
            let Some(name) = name.to_str().filter(|it| !it.starts_with('.')) else { continue };
            let Ok(kind) = entry.file_type() else { continue };
            if kind.is_dir() {
                if depth < DEEPEST && !SKIPPED.contains(&name) && path != folder {
                    open.push_back((path, depth + 1));
                }
            } else if kind.is_symlink() && path.is_dir() {
                // It may lead back up.
            } else if let Some(file) = named(&path, folder, workspace) {
                found.push(file);
            }
            if found.len() >= MOST_FILES {
                return found;
            }
        }
        if looked_at >= MOST_ENTRIES {
            break;
        }
    }
    found
}

/// A file by the names that a pipeline in `folder` gives it.
fn named(path: &Path, folder: &Path, workspace: &Path) -> Option<File> {
    let holder = upward(folder, workspace).find(|above| path.starts_with(above))?;
    Some(File {
        included: display(path.strip_prefix(holder).ok()?),
        worked: display(path.strip_prefix(workspace).ok()?),
    })
}

#[cfg(test)]
mod tests {
    use std::fs;

    use ide::Around as _;

    use super::Surroundings;

    #[test]
    fn personalities_and_files_round_a_pipeline() {
        let place = tempfile::tempdir().unwrap();
        let (workspace, folder) = (place.path().to_owned(), place.path().join("flows/daily"));
        for (path, text) in [
            ("flows/daily/a.pipeline.yaml", "id: a"),
            ("flows/daily/personalities/editor.md", "You edit.\nWell."),
            ("personalities/editor.md", "Another one."),
            ("personalities/teacher.yaml", "system_prompt: You teach."),
            ("personalities/notes.pdf", "no"),
            ("data/in.csv", "a,b"),
            (".hidden/x.txt", "no"),
            ("node_modules/x.txt", "no"),
        ] {
            let path = workspace.join(path);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, text).unwrap();
        }
        let around = Surroundings::new(folder, workspace);
        let found = super::personalities(&around.folder, &around.workspace);
        let names: Vec<_> = found.iter().map(|it| (it.name.as_str(), it.text.as_str())).collect();
        assert_eq!(
            names.get(..2),
            Some(&[("editor", "You edit.\nWell."), ("teacher", "system_prompt: You teach.")][..])
        );
        let files = super::files(&around.folder, &around.workspace);
        let names: Vec<_> =
            files.iter().map(|it| (it.included.as_str(), it.worked.as_str())).collect();
        assert_eq!(names.first(), Some(&("a.pipeline.yaml", "flows/daily/a.pipeline.yaml")));
        assert!(names.contains(&("data/in.csv", "data/in.csv")), "{names:?}");
        assert!(!names.iter().any(|(name, _)| name.contains("x.txt")), "{names:?}");
        assert_eq!(names.len(), 6, "{names:?}");
        assert!(around.files().len() <= names.len());
    }
}
