//! What is not in the journal did not happen: a run's steps settle only when their records are on disk.
//!
//! The journal is a SQLite file in WAL mode, `journal.db` in the state folder of a workspace. All writing of a process
//! goes through one thread, which joins what arrives together into one transaction: an fsync is the whole cost of a
//! durable record, and 16 records share it. Several processes may read and write; each transaction is short and takes
//! the write lock at its beginning.

mod archive;
mod blobs;
mod calls;
mod course;
mod lease;
mod memory;
mod pace;
mod past;
mod read;
pub(crate) mod recipe;
mod resume;
mod sayings;
mod schema;
mod sweep;
mod told;
mod writer;

use std::{
    fs, io,
    path::{Path, PathBuf},
    sync::Arc,
};

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{
    Document,
    document::{RunStatus, StepRecord, Turn},
    reuse::{Key, Look, Pepper},
};
pub use archive::{Archive, Found, Wanted};
use calls::Calls;
pub(crate) use calls::{EarlierCall, KeptCall};
use memory::Memory;
use pace::Wishes;
pub use pace::{Heard, Pace, PaceError};
pub(crate) use past::{KeptStep, PastRun};
pub(crate) use resume::Lease;
pub use resume::{Past, ResumeError};
pub use sweep::{Earnest, Forget, Forgotten};
pub(crate) use told::Asker;
use writer::Writer;
pub use writer::reason;
pub(crate) use writer::{Done, Entry};

/// The journal of a workspace. Cheap to clone; all clones share one writer thread, and the last one to be dropped waits
/// until everything is written.
#[derive(Clone, Debug)]
pub struct Journal {
    store: Arc<Store>,
    wishes: Wishes,
}

#[derive(Debug)]
enum Store {
    Memory(Memory),
    Disk { folder: PathBuf, writer: Writer, calls: Calls, set_aside: Option<PathBuf> },
}

/// A run in a list.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
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
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct JournalError {
    /// What happened, and where.
    pub message: String,
}

impl JournalError {
    pub(crate) fn new(what: impl std::fmt::Display, why: impl std::fmt::Display) -> Self {
        Self { message: format!("{what}: {why}") }
    }
}

/// The durations, in seconds, that steps of a pipeline took lately.
pub(crate) type History = std::collections::BTreeMap<String, f64>;

impl Journal {
    /// Opens, or makes, the journal in a state folder (`.downbeat` of the workspace). A damaged one is set aside, see
    /// [`Journal::set_aside`].
    ///
    /// # Errors
    /// The folder cannot be made, read or written, or the journal was written by a newer version. A run without a
    /// journal is the caller's choice: [`Journal::in_memory`].
    pub fn open(folder: &Path) -> Result<Self, JournalError> {
        make_folder(folder).map_err(|error| {
            JournalError::new(
                format_args!("cannot write the state folder `{}`", folder.display()),
                reason(&error),
            )
        })?;
        let (connection, set_aside) = schema::open(folder)?;
        let wishes = Wishes::default();
        let writer = Writer::start(connection, folder.to_owned(), wishes.clone())?;
        let calls = Calls::new(folder);
        let folder = folder.to_owned();
        let store = Arc::new(Store::Disk { folder, writer, calls, set_aside });
        Ok(Self { store, wishes })
    }

    /// Opens the journal in a state folder if there is one. `None`: nothing was ever run there.
    ///
    /// # Errors
    /// As [`Journal::open`].
    pub fn existing(folder: &Path) -> Result<Option<Self>, JournalError> {
        if schema::file(folder).exists() { Self::open(folder).map(Some) } else { Ok(None) }
    }

    /// A journal that forgets everything when its last clone is dropped.
    #[must_use]
    pub fn in_memory() -> Self {
        Self { store: Arc::new(Store::Memory(Memory::default())), wishes: Wishes::default() }
    }

    /// Where a damaged journal was put when this one was opened; tell the user.
    #[must_use]
    pub fn set_aside(&self) -> Option<&Path> {
        match &*self.store {
            Store::Memory(_) => None,
            Store::Disk { set_aside, .. } => set_aside.as_deref(),
        }
    }

    /// All runs, newest first.
    ///
    /// # Errors
    /// The journal cannot be read.
    pub fn runs(&self) -> Result<Vec<RunSummary>, JournalError> {
        match &*self.store {
            Store::Memory(memory) => Ok(memory.runs()),
            Store::Disk { folder, .. } => read::runs(folder),
        }
    }

    /// The document of a run: final, or as far as it came. `None`: there is no such run.
    ///
    /// # Errors
    /// The journal cannot be read.
    pub fn document(&self, run: &str) -> Result<Option<Document>, JournalError> {
        match &*self.store {
            Store::Memory(memory) => Ok(memory.document(run)),
            Store::Disk { folder, .. } => read::document(folder, run),
        }
    }

    /// Average durations of the steps that completed in the last runs of a pipeline.
    pub(crate) fn history(&self, pipeline: &str) -> Result<History, JournalError> {
        match &*self.store {
            Store::Memory(_) => Ok(History::new()),
            Store::Disk { folder, .. } => read::history(folder, pipeline),
        }
    }

    /// Whether what is written can be read when the run is over.
    pub(crate) fn outlives_runs(&self) -> bool {
        matches!(*self.store, Store::Disk { .. })
    }

    /// Visits the records of a run's own steps, in no order, as far as they are on disk.
    pub(crate) fn each_record(
        &self,
        run: &str,
        visit: impl FnMut(StepRecord),
    ) -> Result<(), JournalError> {
        match &*self.store {
            Store::Memory(_) => Ok(()),
            Store::Disk { folder, .. } => read::each_record(folder, run, visit),
        }
    }

    /// What the records of a run that is over do not tell of it; nothing where nothing outlives it.
    pub(crate) fn course(
        &self,
        document: &Document,
        mark: &str,
    ) -> Result<Vec<Turn>, JournalError> {
        match &*self.store {
            Store::Memory(_) => Ok(Vec::new()),
            Store::Disk { folder, .. } => read::course_of(folder, document, mark),
        }
    }

    /// The key of the keys of calls; `None` where no answer outlives its run.
    pub(crate) fn pepper(&self) -> Option<Pepper> {
        match &*self.store {
            Store::Memory(_) => None,
            Store::Disk { calls, .. } => calls.pepper(),
        }
    }

    /// What a run other than `asking` was answered to a call.
    pub(crate) fn earlier_call(
        &self,
        key: &Key,
        look: &Look,
        asking: &str,
    ) -> Result<Option<EarlierCall>, JournalError> {
        match &*self.store {
            Store::Memory(_) => Ok(None),
            Store::Disk { calls, .. } => calls.find(key, look, asking),
        }
    }

    /// A call of a step in a run.
    pub(crate) fn kept_call(
        &self,
        run: &str,
        path: &str,
    ) -> Result<Option<KeptCall>, JournalError> {
        match &*self.store {
            Store::Memory(_) => Ok(None),
            Store::Disk { calls, .. } => calls.kept(run, path),
        }
    }

    /// Writes an entry; `done` is called once, from any thread, when it is as durable as it asks to be.
    pub(crate) fn write(&self, entry: Entry, done: Done) {
        match &*self.store {
            Store::Memory(memory) => {
                memory.write(entry);
                done(Ok(()));
            }
            Store::Disk { writer, .. } => writer.write(entry, done),
        }
    }

    /// Waits until everything that was written so far is there to be read.
    pub(crate) fn flush(&self) -> Result<(), JournalError> {
        let Store::Disk { writer, .. } = &*self.store else { return Ok(()) };
        let (sender, receiver) = std::sync::mpsc::channel();
        writer.write(Entry::Flush, Box::new(move |result| drop(sender.send(result))));
        receiver.recv().unwrap_or_else(|_| Err(writer::stopped()))
    }

    /// [`Journal::write`], awaited.
    pub(crate) async fn written(&self, entry: Entry) -> Result<(), JournalError> {
        let (sender, receiver) = tokio::sync::oneshot::channel();
        // The receiver lives until the answer is there.
        self.write(entry, Box::new(move |result| drop(sender.send(result))));
        receiver.await.unwrap_or_else(|_| Err(writer::stopped()))
    }
}

/// The record of a step in a run.
#[derive(Clone, Debug)]
pub(crate) struct StepEntry {
    pub(crate) run: Arc<str>,
    /// Its id; behind that of its round where it is inside a loop: `loop[3].body`.
    pub(crate) path: Arc<str>,
    pub(crate) record: Arc<StepRecord>,
    /// None while it has not ended.
    pub(crate) ended: Option<Ended>,
}

/// How the end of a step stands among the others.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Ended {
    /// Its place among all that came in during the run.
    pub(crate) turn: u64,
    /// The attempt whose answer the record's value is; none where it is made of something else.
    pub(crate) attempt: Option<u32>,
    /// Under which later runs may find the value.
    pub(crate) key: Option<Key>,
    /// The parts of the call, to say later what differs.
    pub(crate) parts: Option<Arc<str>>,
}

/// Something that was answered from outside and is not, as it came, the value of a step.
#[derive(Clone, Debug)]
pub(crate) struct AnswerEntry {
    pub(crate) run: Arc<str>,
    /// Of the step or round that asked.
    pub(crate) path: Arc<str>,
    /// What was asked, in the words of [`crate::recall`].
    pub(crate) question: String,
    /// Its place among all that came in during the run.
    pub(crate) turn: u64,
    /// JSON text without secrets.
    pub(crate) answer: String,
}

fn make_folder(folder: &Path) -> io::Result<()> {
    fs::create_dir_all(folder)?;
    let ignore = folder.join(".gitignore");
    if ignore.exists() { Ok(()) } else { fs::write(ignore, "*\n") }
}

#[cfg(test)]
mod archive_tests;
#[cfg(test)]
mod tests;
