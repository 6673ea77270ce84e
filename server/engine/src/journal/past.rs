//! What is known of one run that began before. The journal is asked piece by piece: a long run does not have to fit into memory
//! to go on.

use std::{
    path::{Path, PathBuf},
    sync::{Mutex, MutexGuard, PoisonError},
};

use rusqlite::{Connection, OptionalExtension as _, params};
use serde_json::Value as Json;

use super::{
    JournalError, blobs,
    read::unreadable,
    schema,
    told::{Asker, Told},
};
use crate::{
    document::{Decided, StepRecord, StepStatus},
    recall::Question,
};

/// See the module.
#[derive(Debug)]
pub(crate) enum PastRun {
    /// As the journal has it.
    Stored(Stored),
    /// As its document tells it.
    Told(Told),
}

/// A run in a journal.
#[derive(Debug)]
pub(crate) struct Stored {
    connection: Mutex<Connection>,
    folder: PathBuf,
    run: String,
}

/// An answer from outside, as it was kept.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Kept {
    /// Its place among all that came in during the run.
    pub(crate) turn: u64,
    /// Secrets are closed in it.
    pub(crate) answer: Json,
}

/// The record of a step, as it was kept.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct KeptStep {
    pub(crate) record: StepRecord,
    /// When it ended among all that came in; none where it did not.
    pub(crate) turn: Option<u64>,
    /// The attempt whose answer its value is; none where it is made of something else.
    pub(crate) attempt: Option<u32>,
}

impl KeptStep {
    /// Whether it is over for good.
    pub(crate) const fn is_over(&self) -> bool {
        matches!(
            self.record.status,
            StepStatus::Completed | StepStatus::Failed | StepStatus::Skipped
        )
    }
}

impl PastRun {
    pub(super) fn open(folder: &Path, run: &str) -> Result<Self, JournalError> {
        let connection = Mutex::new(schema::open_to_read(folder)?);
        Ok(Self::Stored(Stored { connection, folder: folder.to_owned(), run: run.to_owned() }))
    }

    /// What was answered to a question of a step.
    pub(crate) fn answer(&self, path: &str, question: &str) -> Result<Option<Kept>, JournalError> {
        match self {
            Self::Stored(stored) => stored.answer(path, question),
            Self::Told(told) => Ok(told.answer(path, question)),
        }
    }

    /// The record of a step.
    pub(crate) fn step(&self, path: &str) -> Result<Option<KeptStep>, JournalError> {
        match self {
            Self::Stored(stored) => stored.step(path),
            Self::Told(told) => Ok(told.step(path)),
        }
    }

    /// What AUTO tags were answered, where that is told by places and not by questions.
    pub(crate) fn decided(&self, of: Asker<'_>) -> Option<&[Decided]> {
        match self {
            Self::Stored(_) => None,
            Self::Told(told) => Some(told.decided(of)),
        }
    }

    /// What calls of the run used, each step's all together; and for how many seconds it was driven.
    pub(crate) fn spent(&self) -> Result<(Vec<Json>, f64), JournalError> {
        match self {
            Self::Stored(stored) => stored.spent(),
            Self::Told(_) => Ok((Vec::new(), 0.0)),
        }
    }

    /// The turn after the last one that was kept.
    pub(crate) fn next_turn(&self) -> Result<u64, JournalError> {
        match self {
            Self::Stored(stored) => stored.next_turn(),
            Self::Told(told) => Ok(told.turns()),
        }
    }
}

impl Stored {
    fn lock(&self) -> MutexGuard<'_, Connection> {
        self.connection.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn answer(&self, path: &str, question: &str) -> Result<Option<Kept>, JournalError> {
        let sql = "SELECT turn, answer FROM answers WHERE run = ?1 AND path = ?2 AND question = ?3";
        let connection = self.lock();
        let found = connection
            .prepare_cached(sql)
            .and_then(|mut statement| {
                statement
                    .query_row(params![self.run, path, question], |row| {
                        Ok((row.get::<_, i64>(0)?, row.get::<_, String>(1)?))
                    })
                    .optional()
            })
            .map_err(unreadable)?;
        drop(connection);
        let Some((turn, row)) = found else { return Ok(None) };
        let text = blobs::get(&self.folder, row).map_err(unreadable)?;
        let answer = serde_json::from_str(&text).map_err(unreadable)?;
        Ok(Some(Kept { turn: turn.unsigned_abs(), answer }))
    }

    fn step(&self, path: &str) -> Result<Option<KeptStep>, JournalError> {
        let sql = "SELECT record, turn, attempt FROM steps WHERE run = ?1 AND step = ?2";
        let connection = self.lock();
        let found = connection
            .prepare_cached(sql)
            .and_then(|mut statement| {
                statement
                    .query_row(params![self.run, path], |row| {
                        let turn: Option<i64> = row.get(1)?;
                        Ok((row.get::<_, String>(0)?, turn.map(i64::unsigned_abs), row.get(2)?))
                    })
                    .optional()
            })
            .map_err(unreadable)?;
        drop(connection);
        let Some((row, turn, attempt)) = found else { return Ok(None) };
        let text = blobs::get(&self.folder, row).map_err(unreadable)?;
        let record = serde_json::from_str(&text).map_err(unreadable)?;
        Ok(Some(KeptStep { record, turn, attempt }))
    }

    fn spent(&self) -> Result<(Vec<Json>, f64), JournalError> {
        let connection = self.lock();
        let driven = connection
            .query_row("SELECT driven FROM runs WHERE run = ?1", [&self.run], |row| row.get(0))
            .map_err(unreadable)?;
        let sql = "SELECT answer FROM answers WHERE run = ?1 AND question = ?2";
        let mut statement = connection.prepare(sql).map_err(unreadable)?;
        let rows = statement
            .query_map(params![self.run, Question::Usage.to_string()], |row| {
                row.get::<_, String>(0)
            })
            .map_err(unreadable)?;
        let parse = |row: rusqlite::Result<String>| {
            let text = blobs::get(&self.folder, row.map_err(unreadable)?).map_err(unreadable)?;
            serde_json::from_str(&text).map_err(unreadable)
        };
        Ok((rows.map(parse).collect::<Result<_, _>>()?, driven))
    }

    fn next_turn(&self) -> Result<u64, JournalError> {
        let sql = "SELECT max(ifnull((SELECT max(turn) FROM steps WHERE run = ?1), -1),
                              ifnull((SELECT max(turn) FROM answers WHERE run = ?1), -1))";
        let last: i64 =
            self.lock().query_row(sql, [&self.run], |row| row.get(0)).map_err(unreadable)?;
        Ok(last.wrapping_add(1).unsigned_abs())
    }
}
