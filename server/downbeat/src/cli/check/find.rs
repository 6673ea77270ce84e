//! From the paths of a call to pipelines.

use std::{
    collections::BTreeSet,
    path::{Path, PathBuf},
};

use checks::{models_file, suite::Suite};
use models::catalogue::{FILE, Owner};
use pipeline::catalogue::Catalogue;

use super::{Checked, Outcome};
use crate::{
    cli::{
        search::{self, identity, is_named_pipeline},
        terminal::{Terminal, Verbosity},
    },
    testing::Tests,
    workspace::{self, Analysis, Configured, Source},
};

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
    models(&mut outcome);
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

/// Adds the `models.yaml` of every such workspace, where something is wrong with it.
fn models(outcome: &mut Outcome) {
    let folders = outcome.files.iter().map(|file| workspace::root(&file.source.folder()));
    for root in folders.collect::<BTreeSet<_>>() {
        let path = root.join(FILE);
        if !path.is_file() {
            continue;
        }
        match Source::read(&path) {
            Ok(source) if models_file::is_one(&source.text) => {
                let findings = workspace::models_findings(&source.text, Owner::Workspace);
                if !findings.is_empty() {
                    let analysis = Analysis::of_other(&source.text, findings);
                    outcome.configurations.push(Checked { source, analysis });
                }
            }
            Ok(_) => {}
            Err(unreadable) => outcome.unreadable.push(unreadable),
        }
    }
}

fn file(path: &Path, catalogue: &Catalogue, outcome: &mut Outcome) {
    match Source::read(path) {
        Ok(source) => outcome.files.push(check(source, catalogue)),
        Err(unreadable) => outcome.unreadable.push(unreadable),
    }
}

pub(super) fn check(source: Source, catalogue: &Catalogue) -> Checked {
    if Suite::is_named(&source.name) {
        let tests = Tests::new(source, catalogue);
        let analysis = Analysis::of_other(&tests.source.text, tests.findings);
        return Checked { source: tests.source, analysis };
    }
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
    let search = search::yaml_files(path);
    let mut found = !search.unreadable.is_empty();
    outcome.unreadable.extend(search.unreadable);
    for candidate in search.files {
        if !seen.insert(identity(&candidate)) {
            found = true;
            continue;
        }
        let named = is_named_pipeline(&candidate) || Suite::is_named(&candidate.to_string_lossy());
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
        outcome.unreadable.push(search::nothing_in(path));
    }
}
