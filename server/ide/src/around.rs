//! What lies round a pipeline, outside its text: an input, filled by whoever may look.

use std::fmt::Debug;
use std::sync::Arc;

use pipeline::models::Reach;

/// What is known of the surroundings now; it may become more later.
pub trait Around: Debug + Send + Sync {
    /// Personalities in files, those nearest to the pipeline first; the first of a name counts.
    fn personalities(&self) -> Arc<[Personality]>;

    /// Which models can be had; it is found in the background.
    fn reach(&self) -> Reach {
        Reach::NotKnown
    }

    /// Files of the workspace that a pipeline may name.
    fn files(&self) -> Arc<[File]>;
}

/// A personality that is a file of its own.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Personality {
    /// The file's name without its ending.
    pub name: String,
    /// Where the file lies, for people.
    pub source: String,
    /// Its text, perhaps cut.
    pub text: String,
}

/// A file by the two names that a pipeline may give it, both with `/` between their parts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct File {
    /// As includes, prompts and sub-pipelines name it: looked for from the pipeline's folder upward.
    pub included: String,
    /// As tools name it: looked for from the working directory.
    pub worked: String,
}

/// Nothing is known.
#[derive(Clone, Copy, Debug, Default)]
pub struct NothingAround;

impl Around for NothingAround {
    fn personalities(&self) -> Arc<[Personality]> {
        Arc::default()
    }

    fn files(&self) -> Arc<[File]> {
        Arc::default()
    }
}
