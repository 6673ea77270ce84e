use pipeline::{Pipeline, Plan, catalogue::Catalogue, names::Names};

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
    /// Files that the pipeline names, as far as the caller knows them.
    pub files: &'a dyn Files,
}

/// The file system as an input. The caller searches where LANGUAGE §12 "Files" says.
pub trait Files {
    /// Whether a file that the pipeline names by `path` is found; `None`: not known, then no rule speaks of it.
    fn exists(&self, path: &str) -> Option<bool>;
}

/// Nothing is known of files.
#[derive(Clone, Copy, Debug, Default)]
pub struct NoFiles;

impl Files for NoFiles {
    fn exists(&self, _path: &str) -> Option<bool> {
        None
    }
}
