//! What is to be run of some files of tests.

use std::num::NonZeroUsize;

/// What the caller wants, over what the files say.
#[derive(Clone, Debug)]
pub(crate) struct Order {
    /// Which tests.
    pub(crate) pick: Pick,
    /// How often each, instead of what the file says.
    pub(crate) times: Option<u32>,
    /// With these models, instead of what the file says.
    pub(crate) models: Vec<String>,
    /// How many runs go on at once.
    pub(crate) jobs: NonZeroUsize,
}

/// Which tests are run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Pick {
    /// All.
    All,
    /// Those whose name has one of these in it.
    Like(Vec<String>),
    /// Those of these names.
    Named(Vec<String>),
}

impl Pick {
    /// Whether a test of that name is to be run.
    pub(crate) fn wants(&self, name: &str) -> bool {
        match self {
            Self::All => true,
            Self::Like(parts) => parts.iter().any(|part| name.contains(part.as_str())),
            Self::Named(names) => names.iter().any(|it| it == name),
        }
    }
}
