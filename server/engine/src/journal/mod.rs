//! What is not in the journal did not happen.

use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use crate::{Document, document::RunStatus};

/// The journal of a workspace. Cheap to clone; all clones share one writer thread.
#[derive(Clone, Debug)]
pub struct Journal {
    set_aside: Option<PathBuf>,
}

/// A run in a list.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct RunSummary {
    /// Its id.
    pub run: String,
    /// Id of the pipeline.
    pub pipeline: String,
    /// The pipeline's file, unless it came from standard input.
    pub file: Option<String>,
    /// How it stands; `interrupted` when its process died.
    pub status: RunStatus,
    /// Unix seconds.
    pub started_at: f64,
    /// Seconds; `None` while it runs and where it was interrupted.
    pub duration: Option<f64>,
}

/// Why a journal cannot be used.
#[derive(Debug, thiserror::Error)]
#[error("{message}")]
pub struct JournalError {
    /// What happened, where, and what to do.
    pub message: String,
}

impl Journal {
    /// Opens, or makes, the journal in a state folder (`.downbeat` of the workspace). A damaged one is set aside, see
    /// [`Journal::set_aside`].
    ///
    /// # Errors
    /// The folder cannot be made, read or written, or the journal was written by a newer version.
    pub fn open(_folder: &Path) -> Result<Self, JournalError> {
        todo!()
    }

    /// A journal that forgets everything when it is dropped.
    #[must_use]
    pub fn in_memory() -> Self {
        todo!()
    }

    /// Where a damaged journal was put when this one was opened; tell the user.
    #[must_use]
    pub fn set_aside(&self) -> Option<&Path> {
        self.set_aside.as_deref()
    }

    /// All runs, newest first.
    ///
    /// # Errors
    /// The journal cannot be read.
    pub fn runs(&self) -> Result<Vec<RunSummary>, JournalError> {
        todo!()
    }

    /// The document of a run: final, or as far as it came. `None`: there is no such run.
    ///
    /// # Errors
    /// The journal cannot be read.
    pub fn document(&self, _run: &str) -> Result<Option<Document>, JournalError> {
        todo!()
    }
}
