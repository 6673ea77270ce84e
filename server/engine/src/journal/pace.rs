//! Pausing runs, from whatever process: the wish stands in the run's row, and who drives the run looks at it with every
//! heartbeat. A wish of the driving process itself is heard at once.

use std::{
    collections::BTreeMap,
    path::Path,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use rusqlite::{OptionalExtension as _, TransactionBehavior, params};
use tokio::sync::watch;

use super::{Journal, JournalError, Store, lease, schema};
use crate::document::RunStatus;

/// Whether a run that goes on begins anything.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Pace {
    /// It does.
    #[default]
    Going,
    /// It does not; what is in flight ends.
    Paused,
}

/// What came of a wish.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Heard {
    /// The process that drives the run takes it up: within two seconds, and at once where it is this one.
    Soon,
    /// It is so already.
    Already,
}

/// Why a run cannot be paused.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PaceError {
    /// The journal has no such run.
    #[error("there is no run `{0}` in this workspace")]
    Unknown(String),
    /// Nobody drives it.
    #[error("the run `{run}` does not go on: it is {}", .status.as_str())]
    Still {
        /// Which run.
        run: String,
        /// How it stands.
        status: RunStatus,
    },
    /// The journal cannot be read or written.
    #[error(transparent)]
    Journal(#[from] JournalError),
}

/// The wishes for the runs of this process, where they are listened to.
#[derive(Clone, Debug, Default)]
pub(super) struct Wishes {
    heard: Arc<Mutex<BTreeMap<String, watch::Sender<Pace>>>>,
}

impl Wishes {
    fn lock(&self) -> MutexGuard<'_, BTreeMap<String, watch::Sender<Pace>>> {
        self.heard.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn listen(&self, run: &str) -> watch::Receiver<Pace> {
        let (sender, receiver) = watch::channel(Pace::default());
        let mut heard = self.lock();
        heard.retain(|_, sender| !sender.is_closed());
        heard.insert(run.to_owned(), sender);
        receiver
    }

    pub(super) fn tell(&self, run: &str, pace: Pace) {
        if let Some(sender) = self.lock().get(run) {
            sender.send_if_modified(|before| std::mem::replace(before, pace) != pace);
        }
    }
}

impl Journal {
    /// Hears what is wished for a run that this process drives.
    pub(crate) fn listen(&self, run: &str) -> watch::Receiver<Pace> {
        self.wishes.listen(run)
    }

    /// Pauses a run, whoever drives it, or lets it go on. A run that ends, or that is taken over, is paused no longer.
    ///
    /// # Errors
    /// Why it cannot be.
    pub fn set_pace(&self, run: &str, pace: Pace) -> Result<Heard, PaceError> {
        let heard = match &*self.store {
            Store::Memory(memory) => memory.set_pace(run, pace)?,
            Store::Disk { folder, .. } => {
                self.flush()?;
                wish(folder, run, pace)?
            }
        };
        self.wishes.tell(run, pace);
        Ok(heard)
    }
}

fn wish(folder: &Path, run: &str, pace: Pace) -> Result<Heard, PaceError> {
    let unwritten = |error| {
        let path = schema::file(folder);
        JournalError::new(format_args!("cannot write the journal `{}`", path.display()), error)
    };
    let mut connection = schema::open_to_write(folder)?;
    let transaction =
        connection.transaction_with_behavior(TransactionBehavior::Immediate).map_err(unwritten)?;
    let found: Option<(String, String, f64, bool)> = transaction
        .query_row(
            "SELECT status, owner, heartbeat, paused FROM runs WHERE run = ?1",
            [run],
            |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?)),
        )
        .optional()
        .map_err(unwritten)?;
    let (status, owner, heartbeat, paused) =
        found.ok_or_else(|| PaceError::Unknown(run.to_owned()))?;
    let status = super::read::standing(&status, lease::lives(&owner, heartbeat), paused);
    if !matches!(status, RunStatus::Running | RunStatus::Paused) {
        return Err(PaceError::Still { run: run.to_owned(), status });
    }
    let wanted = pace == Pace::Paused;
    if paused == wanted {
        return Ok(Heard::Already);
    }
    transaction
        .execute("UPDATE runs SET paused = ?2 WHERE run = ?1", params![run, wanted])
        .map_err(unwritten)?;
    transaction.commit().map_err(unwritten)?;
    Ok(Heard::Soon)
}
