//! From the paths of a call to pipelines.

use std::{
    collections::BTreeSet,
    path::{Path, PathBuf},
};

use pipeline::catalogue::Catalogue;

use super::{Checked, Outcome};
use crate::{
    cli::terminal::{Terminal, Verbosity},
    workspace::{self, Analysis, Configured, Source, Unreadable},
};

/// Folders deeper than this below the one asked for are not searched.
const MAX_DEPTH: usize = 64;

/// Folders that hold no pipelines of the author.
const SKIPPED: [&str; 3] = ["node_modules", "target", "__pycache__"];

/// Reads and checks everything that `paths` name, each file once.
pub(super) fn all(terminal: Terminal, paths: &[PathBuf], catalogue: &Catalogue) -> Outcome {
    let mut outcome = Outcome::default();
    let mut seen = BTreeSet::new();
    for path in paths {
        if path.is_dir() {
            folder(terminal, path, catalogue, &mut seen, &mut outcome);
        } else if seen.insert(identity(path)) {
            file(path, catalogue, &mut outcome);
        }
    }
    configurations(&mut outcome);
    outcome
}

/// Adds the `downbeat.toml` of every workspace that a checked file lies in, where something is wrong with it.
fn configurations(outcome: &mut Outcome) {
    let folders = outcome.files.iter().map(|file| workspace::root(&file.source.folder()));
    for root in folders.collect::<BTreeSet<_>>() {
        match workspace::configured(&root) {
            Ok(Some(Configured { source, findings, .. })) if !findings.is_empty() => {
                let analysis = Analysis::of_other(&source.text, findings);
                outcome.configurations.push(Checked { source, analysis });
            }
            Ok(_) => {}
            Err(unreadable) => outcome.unreadable.push(unreadable),
        }
    }
}

/// The same for every way to name a file.
fn identity(path: &Path) -> PathBuf {
    std::fs::canonicalize(path).unwrap_or_else(|_| path.to_owned())
}

fn file(path: &Path, catalogue: &Catalogue, outcome: &mut Outcome) {
    match Source::read(path) {
        Ok(source) => outcome.files.push(check(source, catalogue)),
        Err(unreadable) => outcome.unreadable.push(unreadable),
    }
}

fn check(source: Source, catalogue: &Catalogue) -> Checked {
    let root = workspace::root(&source.folder());
    let analysis = workspace::analyse(&source, &root, catalogue);
    Checked { source, analysis }
}

/// Checks the pipelines below a folder: files that are named so, and YAML files that look so.
fn folder(
    terminal: Terminal,
    path: &Path,
    catalogue: &Catalogue,
    seen: &mut BTreeSet<PathBuf>,
    outcome: &mut Outcome,
) {
    let mut candidates = Vec::new();
    let unreadable_before = outcome.unreadable.len();
    search(path, 0, &mut candidates, &mut outcome.unreadable);
    let mut found = outcome.unreadable.len() > unreadable_before;
    for candidate in candidates {
        if !seen.insert(identity(&candidate)) {
            found = true;
            continue;
        }
        let named = is_named_pipeline(&candidate);
        match Source::read(&candidate) {
            Ok(source) => {
                let checked = check(source, catalogue);
                if named || checked.analysis.pipeline.is_pipeline {
                    found = true;
                    outcome.files.push(checked);
                }
            }
            Err(unreadable) if named => {
                found = true;
                outcome.unreadable.push(unreadable);
            }
            Err(unreadable) if terminal.verbosity >= Verbosity::Verbose => {
                terminal.note(&format!("skipped: {unreadable}"))
            }
            Err(_) => {}
        }
    }
    if !found {
        let name = workspace::display(path);
        outcome.unreadable.push(Unreadable::read(name, "no pipeline is in this folder".to_owned()));
    }
}

/// All YAML files below a folder, in the order of their names; links to folders are not followed.
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

fn is_named_pipeline(path: &Path) -> bool {
    path.file_stem().is_some_and(|stem| stem.to_string_lossy().ends_with(".pipeline"))
}
