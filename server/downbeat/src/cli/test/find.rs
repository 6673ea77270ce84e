//! From the paths of a call to files of tests.

use std::{
    collections::BTreeSet,
    path::{Path, PathBuf},
};

use checks::suite::Suite;
use pipeline::catalogue::Catalogue;

use crate::{
    cli::search::{self, identity},
    testing::Tests,
    workspace::{Source, Unreadable, display},
};

/// What was found.
#[derive(Debug, Default)]
pub(crate) struct Found {
    /// In the order asked for.
    pub(crate) files: Vec<Tests>,
    pub(crate) unreadable: Vec<Unreadable>,
}

/// The files of tests that `paths` name: themselves, those in folders, those beside pipelines. Each once.
pub(crate) fn all(paths: &[PathBuf], catalogue: &Catalogue) -> Found {
    let mut found = Found::default();
    let mut seen = BTreeSet::new();
    for path in paths {
        let before = found.files.len();
        let files = if path.is_dir() {
            let search = search::yaml_files(path);
            found.unreadable.extend(search.unreadable);
            let named = search.files.into_iter().filter(|file| is_named(file));
            // As people write it.
            named.map(|file| file.strip_prefix(".").map_or(file.clone(), Path::to_owned)).collect()
        } else {
            vec![beside(path).unwrap_or_else(|| path.clone())]
        };
        let any = !files.is_empty();
        for file in files.into_iter().filter(|file| seen.insert(identity(file))) {
            match Source::read(&file) {
                Ok(source) => found.files.push(Tests::new(source, catalogue)),
                Err(unreadable) => found.unreadable.push(unreadable),
            }
        }
        if !any && before == found.files.len() {
            let reason = "no `NAME.pipeline.test.yaml` is in this folder".to_owned();
            found.unreadable.push(Unreadable::read(display(path), reason));
        }
    }
    found
}

fn is_named(file: &Path) -> bool {
    file.file_name().is_some_and(|name| Suite::is_named(&name.to_string_lossy()))
}

/// The tests of a pipeline; the place of the first where there are none.
fn beside(pipeline: &Path) -> Option<PathBuf> {
    let name = pipeline.file_name()?.to_string_lossy();
    let names = Suite::of_pipeline(&name)?;
    let places = names.map(|name| pipeline.with_file_name(name));
    let there = places.iter().find(|place| place.is_file()).cloned();
    let [first, _] = places;
    Some(there.unwrap_or(first))
}
