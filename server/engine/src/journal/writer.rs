//! The one thread that writes, and its group commit.

use std::{
    collections::BTreeSet,
    path::{Path, PathBuf},
    sync::{
        Arc,
        mpsc::{self, Receiver, RecvTimeoutError, Sender},
    },
    thread::JoinHandle,
    time::Instant,
};

use rusqlite::{Connection, OptionalExtension as _, Transaction, TransactionBehavior, params};

use super::{AnswerEntry, JournalError, Pace, StepEntry, Wishes, blobs, lease, recipe::Recipe};
use crate::{Document, document::StepRecord, reuse::Key};

/// Entries that one transaction takes.
const BATCH: usize = 256;

/// Called once with what became of an entry.
pub(crate) type Done = Box<dyn FnOnce(Result<(), JournalError>) + Send>;

/// Something to write.
#[derive(Debug)]
pub(crate) enum Entry {
    /// A run starts; its document with all steps pending.
    Begin { document: Arc<Document>, recipe: Box<Recipe> },
    /// A run that was taken over is driven from here on.
    Drive { run: Arc<str> },
    /// What a step is about: lost in a power failure, not in a crash.
    Note(StepEntry),
    /// How a step ended: on disk when it is done.
    Step(StepEntry),
    /// What was answered from outside: on disk when it is done.
    Answer(AnswerEntry),
    /// A run is driven no longer, though it has not ended.
    Release { run: Arc<str> },
    /// Nothing: what was written before is there when it is done.
    Flush,
    /// A run ended. What its steps came to is known, each from its own entry; here they have no values, and keep their
    /// order and those that were never reached.
    Finish { document: Arc<Document> },
}

impl Entry {
    const fn is_durable(&self) -> bool {
        !matches!(self, Self::Note(_) | Self::Drive { .. } | Self::Flush)
    }

    /// The run that must be ours for it to be written.
    fn run(&self) -> Option<&str> {
        match self {
            Self::Begin { .. } | Self::Flush => None,
            Self::Drive { run } | Self::Release { run } => Some(run),
            Self::Note(entry) | Self::Step(entry) => Some(&entry.run),
            Self::Answer(entry) => Some(&entry.run),
            Self::Finish { document } => Some(&document.run),
        }
    }
}

/// The handle of the thread.
#[derive(Debug)]
pub(super) struct Writer {
    sender: Option<Sender<(Entry, Done)>>,
    thread: Option<JoinHandle<()>>,
}

impl Writer {
    pub(super) fn start(
        connection: Connection,
        folder: PathBuf,
        wishes: Wishes,
    ) -> Result<Self, JournalError> {
        let (sender, receiver) = mpsc::channel();
        let thread = std::thread::Builder::new()
            .name("journal".into())
            .spawn(move || write_all(connection, &folder, &receiver, &wishes))
            .map_err(|error| JournalError::new("cannot start the journal's thread", error))?;
        Ok(Self { sender: Some(sender), thread: Some(thread) })
    }

    pub(super) fn write(&self, entry: Entry, done: Done) {
        let refused = match &self.sender {
            Some(sender) => sender.send((entry, done)).err().map(|mpsc::SendError((_, done))| done),
            None => Some(done),
        };
        if let Some(done) = refused {
            done(Err(stopped()));
        }
    }
}

impl Drop for Writer {
    fn drop(&mut self) {
        drop(self.sender.take());
        if let Some(thread) = self.thread.take() {
            // A panic there was answered with `stopped` where it mattered.
            let _ = thread.join();
        }
    }
}

/// The error of an entry that nobody took.
pub(super) fn stopped() -> JournalError {
    JournalError::new("cannot write the journal", "its thread has stopped")
}

fn write_all(
    mut connection: Connection,
    folder: &Path,
    receiver: &Receiver<(Entry, Done)>,
    wishes: &Wishes,
) {
    let mut driven = BTreeSet::<String>::new();
    let mut full = true;
    let mut next_beat = Instant::now() + lease::BEAT;
    loop {
        if Instant::now() >= next_beat {
            beat(&mut connection, &driven, wishes);
            next_beat = Instant::now() + lease::BEAT;
        }
        let first = match receiver.recv_timeout(next_beat - Instant::now()) {
            Ok(first) => first,
            Err(RecvTimeoutError::Timeout) => continue,
            Err(RecvTimeoutError::Disconnected) => return,
        };
        let (entries, done): (Vec<_>, Vec<_>) =
            std::iter::once(first).chain(receiver.try_iter().take(BATCH - 1)).unzip();
        let result = set_durability(&connection, &mut full, entries.iter().any(Entry::is_durable))
            .and_then(|()| write_batch(&mut connection, folder, &entries));
        for (entry, done) in std::iter::zip(entries, done) {
            let result = match (&result, entry.run()) {
                (Ok(lost), Some(run)) if lost.contains(run) => Err(taken(run)),
                (Ok(_), _) => Ok(()),
                (Err(error), _) => Err(error.clone()),
            };
            match entry {
                Entry::Begin { document, .. } if result.is_ok() => {
                    driven.insert(document.run.clone());
                    // Whoever waits takes it back.
                    drop(document);
                }
                Entry::Drive { run } if result.is_ok() => {
                    driven.insert(run.to_string());
                }
                Entry::Finish { document } if result.is_ok() => {
                    driven.remove(&document.run);
                    // Whoever waits takes it back.
                    drop(document);
                }
                Entry::Release { run } => {
                    driven.remove(&*run);
                }
                // It holds what goes on with the run when it is done.
                other => drop(other),
            }
            done(result);
        }
    }
}

fn set_durability(
    connection: &Connection,
    full: &mut bool,
    wanted: bool,
) -> Result<(), JournalError> {
    if *full != wanted {
        connection
            .pragma_update(None, "synchronous", if wanted { "FULL" } else { "NORMAL" })
            .map_err(unwritten)?;
        *full = wanted;
    }
    Ok(())
}

/// Writes what is ours to write. Gives the runs that another process drives by now: nothing of theirs was written.
fn write_batch(
    connection: &mut Connection,
    folder: &Path,
    entries: &[Entry],
) -> Result<BTreeSet<String>, JournalError> {
    let transaction =
        connection.transaction_with_behavior(TransactionBehavior::Immediate).map_err(unwritten)?;
    let mut lost = BTreeSet::new();
    for run in entries.iter().filter_map(Entry::run).collect::<BTreeSet<_>>() {
        let owner: Option<String> = transaction
            .prepare_cached("SELECT owner FROM runs WHERE run = ?1")
            .and_then(|mut statement| statement.query_row([run], |row| row.get(0)).optional())
            .map_err(unwritten)?;
        if owner.is_some_and(|owner| owner != lease::owner()) {
            lost.insert(run.to_owned());
        }
    }
    for entry in entries.iter().filter(|entry| entry.run().is_none_or(|run| !lost.contains(run))) {
        write(&transaction, folder, entry)?;
    }
    transaction.commit().map_err(unwritten)?;
    Ok(lost)
}

fn taken(run: &str) -> JournalError {
    JournalError::new(
        "cannot write the journal",
        format_args!("another process goes on with `{run}`"),
    )
}

fn write(transaction: &Transaction<'_>, folder: &Path, entry: &Entry) -> Result<(), JournalError> {
    match entry {
        Entry::Begin { document, recipe } => {
            let file = recipe.file.as_ref().map(|file| file.display().to_string());
            let (recipe, text) = (text(folder, recipe)?, text(folder, document)?);
            transaction
                .prepare_cached(
                    "INSERT INTO runs (run, pipeline, file, status, started_at, duration, owner, heartbeat, document, recipe)
                     VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)",
                )
                .and_then(|mut statement| {
                    statement.execute(params![
                        document.run,
                        document.pipeline_id,
                        file,
                        document.status.as_str(),
                        document.started_at,
                        document.duration,
                        lease::owner(),
                        lease::now(),
                        text,
                        recipe,
                    ])
                })
        }
        Entry::Note(StepEntry { run, path, record, ended })
        | Entry::Step(StepEntry { run, path, record, ended }) => {
            let text = text::<StepRecord>(folder, record)?;
            let ended = ended.as_ref();
            let turn = ended.map(|ended| ended.turn.cast_signed());
            let attempt = ended.and_then(|ended| ended.attempt);
            let call = ended.and_then(|ended| ended.key);
            let parts = ended.and_then(|ended| ended.parts.as_deref());
            let called_at = call.and(record.completed_at);
            if let Some(call) = &call {
                forget_same_call(transaction, call, run, path).map_err(unwritten)?;
            }
            transaction
                .prepare_cached("INSERT OR REPLACE INTO steps VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)")
                .and_then(|mut statement| {
                    statement.execute(params![
                        &**run,
                        &**path,
                        record.status.as_str(),
                        record.duration,
                        text,
                        turn,
                        attempt,
                        call.as_ref().map(Key::as_bytes),
                        called_at,
                        parts
                    ])
                })
        }
        Entry::Answer(AnswerEntry { run, path, question, turn, answer }) => {
            let answer = blobs::put(folder, answer.clone()).map_err(unstored)?;
            transaction
                .prepare_cached("INSERT OR REPLACE INTO answers VALUES (?1, ?2, ?3, ?4, ?5)")
                .and_then(|mut statement| {
                    statement.execute(params![&**run, &**path, question, turn.cast_signed(), answer])
                })
        }
        Entry::Drive { .. } | Entry::Flush => Ok(0),
        Entry::Release { run } => transaction
            .prepare_cached(&format!(
                "UPDATE runs SET status = 'interrupted', {DRIVEN}, heartbeat = ?2, paused = 0
                 WHERE run = ?1 AND status = 'running'"
            ))
            .and_then(|mut statement| statement.execute(params![&**run, lease::now()])),
        Entry::Finish { document } => {
            let text = text(folder, &**document)?;
            transaction
                .prepare_cached(&format!(
                    "UPDATE runs SET status = ?3, duration = ?4, document = ?5, {DRIVEN}, heartbeat = ?2, paused = 0
                     WHERE run = ?1"
                ))
                .and_then(|mut statement| {
                    statement.execute(params![document.run, lease::now(), document.status.as_str(), document.duration, text])
                })
        }
    }
    .map(drop)
    .map_err(unwritten)
}

/// Lets only the newest of the same calls of a run be found: who looks passes over what its own run was answered, and is
/// not to pass over thousands.
fn forget_same_call(
    transaction: &Transaction<'_>,
    call: &Key,
    run: &str,
    path: &str,
) -> rusqlite::Result<()> {
    // Those that were made since the run began are few, whoever made them.
    let sql = "UPDATE steps SET call = NULL
               WHERE call = ?1 AND called_at >= (SELECT started_at FROM runs WHERE run = ?2)
                 AND run = ?2 AND step <> ?3";
    transaction.prepare_cached(sql)?.execute(params![call.as_bytes(), run, path]).map(drop)
}

fn text<T: serde::Serialize>(folder: &Path, value: &T) -> Result<String, JournalError> {
    blobs::put_json(folder, value).map_err(unstored)
}

/// Counts the time since the last heartbeat, `?2` being now; what passes while a run is paused does not count.
const DRIVEN: &str = "driven = driven + CASE WHEN paused THEN 0 ELSE max(0, ?2 - heartbeat) END";

/// Renews the heartbeats of the runs that are driven here, and hears what is wished for them.
// A beat that fails is made up for by the next one; entries report their own errors.
fn beat(connection: &mut Connection, driven: &BTreeSet<String>, wishes: &Wishes) {
    if driven.is_empty() {
        return;
    }
    let renewed = connection.transaction_with_behavior(TransactionBehavior::Immediate).and_then(
        |transaction| {
            let sql = format!(
                "UPDATE runs SET {DRIVEN}, heartbeat = ?2 WHERE run = ?1 AND owner = ?3 RETURNING paused"
            );
            let mut heard = Vec::new();
            for run in driven {
                let paused: Option<bool> = transaction
                    .prepare_cached(&sql)?
                    .query_row(params![run, lease::now(), lease::owner()], |row| row.get(0))
                    .optional()?;
                heard.extend(paused.map(|paused| (run, paused)));
            }
            transaction.commit()?;
            Ok(heard)
        },
    );
    match renewed {
        Ok(heard) => {
            for (run, paused) in heard {
                wishes.tell(run, if paused { Pace::Paused } else { Pace::Going });
            }
        }
        Err(error) => tracing::warn!(%error, "heartbeat not written"),
    }
}

fn unstored(error: std::io::Error) -> JournalError {
    unwritten(reason(&error))
}

/// Why something could not be read or written, in few words.
#[must_use]
pub fn reason(error: &std::io::Error) -> String {
    match error.kind() {
        std::io::ErrorKind::StorageFull => "the disk is full".to_owned(),
        std::io::ErrorKind::ReadOnlyFilesystem => "the disk is read-only".to_owned(),
        std::io::ErrorKind::PermissionDenied => "permission denied".to_owned(),
        _ => error.to_string(),
    }
}

fn unwritten(error: impl std::fmt::Display) -> JournalError {
    JournalError::new("cannot write the journal", error)
}
