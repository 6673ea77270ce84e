//! Pipelines as they are read without a binary: the files of a folder, and what is found in a text.

use std::{
    fs,
    path::{Path, PathBuf},
};

use checks::{Diagnostic, Input, NoFiles, check, configuration::Settings};
use pipeline::{Pipeline, Plan, catalogue::Catalogue, names::Names};
use syntax::Document;

/// The files below a folder whose names end so (`yaml`), by their paths.
///
/// # Panics
/// When a folder cannot be read.
#[must_use]
pub fn files(folder: &Path, extensions: &[&str]) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        let ends_so = |it: &str| path.extension().is_some_and(|extension| extension == it);
        if path.is_dir() {
            found.extend(files(&path, extensions));
        } else if extensions.iter().any(|it| ends_so(it)) {
            found.push(path);
        }
    }
    found.sort();
    found
}

/// What is found in a text that stands alone: no file beside it, nothing configured.
#[must_use]
pub fn findings(text: &str) -> Vec<Diagnostic> {
    read(text).2
}

/// The pipeline that such a text is, its plan, and what is found in it.
#[must_use]
pub fn read(text: &str) -> (Pipeline, Plan, Vec<Diagnostic>) {
    let catalogue = Catalogue::declared();
    let pipeline = pipeline::lower(&Document::new(text), &catalogue);
    let names = Names::new(&pipeline);
    let plan = Plan::new(&pipeline, &names);
    let found = check(&Input {
        pipeline: &pipeline,
        plan: &plan,
        names: &names,
        catalogue: &catalogue,
        roster: &pipeline::models::Roster::default(),
        files: &NoFiles,
        settings: &Settings::default(),
    });
    (pipeline, plan, found)
}
