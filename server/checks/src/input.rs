use std::{path::PathBuf, sync::Arc};

use pipeline::{Pipeline, Plan, catalogue::Catalogue, models::Roster, names::Names};

use crate::configuration::Settings;

/// Everything a rule may read.
#[derive(Clone, Copy)]
pub struct Input<'a> {
    /// The lowered document.
    pub pipeline: &'a Pipeline,
    /// Its graph.
    pub plan: &'a Plan,
    /// Its names.
    pub names: &'a Names,
    /// Tools and actions.
    pub catalogue: &'a Catalogue,
    /// Models, with or without what is known of their providers.
    pub roster: &'a Roster,
    /// Files that the pipeline names, as far as the caller knows them.
    pub files: &'a dyn Files,
    /// How much the author's rules weigh.
    pub settings: &'a Settings,
}

/// The file system as an input. The caller searches where LANGUAGE §12 "Files" says.
pub trait Files: std::fmt::Debug + Send + Sync {
    /// Whether a file that the pipeline names by `path` is found; `None`: not known, then no rule speaks of it.
    fn exists(&self, path: &str) -> Option<bool>;

    /// The text that a template includes by `path`, or why it cannot be included; `None`: not known.
    fn included(&self, _path: &str) -> Option<Result<String, String>> {
        None
    }

    /// The text of a pipeline that this one names by `path`; `None`: nowhere, or not known.
    fn read(&self, _path: &str) -> Option<Arc<str>> {
        None
    }

    /// Where a file lies that the pipeline names by `path`, absolute; `None`: nowhere, or not known.
    fn find(&self, _path: &str, _role: FileRole) -> Option<PathBuf> {
        None
    }

    /// The text of that file; `None`: there is none, it is not known, or it is too large or no text.
    fn text(&self, _path: &str, _role: FileRole) -> Option<String> {
        None
    }
}

/// What a file is to the pipeline that names it: decides where it is looked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FileRole {
    /// Part of the pipeline: an include, a prompt, a sub-pipeline.
    Part,
    /// The text of the personality of that name.
    Personality,
    /// Something that a step reads or writes: relative to the working directory.
    Data,
}

/// Nothing is known of files.
#[derive(Clone, Copy, Debug, Default)]
pub struct NoFiles;

impl Files for NoFiles {
    fn exists(&self, _path: &str) -> Option<bool> {
        None
    }
}
