//! Forgetting old runs, and the large values that no run refers to any longer.
//!
//! Everything happens under the journal's write lock. Writers put a large value on disk inside the transaction that
//! refers to it, so what nothing refers to under the lock is garbage.

use std::{
    collections::BTreeSet,
    fs, io,
    path::{Path, PathBuf},
};

use rusqlite::{Connection, Transaction, TransactionBehavior};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Archive, JournalError, RunSummary, blobs, lease, read, schema};
use crate::document::RunStatus;

/// Which runs may be forgotten: those that every given rule lets go. Without a rule none is.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Forget {
    /// Not the newest so many.
    pub keep: Option<usize>,
    /// Only those that started so many seconds ago.
    pub older_than: Option<f64>,
}

/// Whether it happens.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Earnest {
    /// It does.
    Real,
    /// It is only said what would happen.
    Rehearsal,
}

/// What was, or would be, forgotten.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Forgotten {
    /// Runs, newest first.
    pub runs: Vec<RunSummary>,
    /// Stored large values that no run refers to.
    pub values: usize,
    /// Bytes of these values.
    pub bytes: u64,
}

impl Archive {
    /// Forgets runs, and large values that nothing refers to. A run in flight is never forgotten.
    ///
    /// # Errors
    /// The journal or its folder of values cannot be read or written.
    pub fn forget(&self, which: Forget, earnest: Earnest) -> Result<Forgotten, JournalError> {
        let folder = self.folder();
        let (mut connection, set_aside) = schema::open(folder)?;
        if let Some(aside) = set_aside {
            let message = "the journal is damaged and was set aside, nothing was forgotten";
            return Err(JournalError::new(message, aside.display()));
        }
        let mut lock = locked(&mut connection)?;
        let runs = candidates(&lock, which)?;
        remove(&lock, &runs)?;
        if earnest == Earnest::Real {
            lock.commit().map_err(unforgotten)?;
            lock = locked(&mut connection)?;
        }
        let garbage = garbage(folder, &references(&lock)?).map_err(unforgotten)?;
        if earnest == Earnest::Real {
            for (path, _) in &garbage {
                fs::remove_file(path).map_err(unforgotten)?;
            }
        }
        lock.rollback().map_err(unforgotten)?;
        if earnest == Earnest::Real {
            shrink(&connection)?;
        }
        Ok(Forgotten {
            runs,
            values: garbage.len(),
            bytes: garbage.iter().map(|(_, bytes)| bytes).sum(),
        })
    }
}

fn locked(connection: &mut Connection) -> Result<Transaction<'_>, JournalError> {
    connection.transaction_with_behavior(TransactionBehavior::Immediate).map_err(unforgotten)
}

fn candidates(connection: &Connection, which: Forget) -> Result<Vec<RunSummary>, JournalError> {
    if which == Forget::default() {
        return Ok(Vec::new());
    }
    let sql = format!(
        "SELECT {} FROM runs ORDER BY started_at DESC, rowid DESC LIMIT -1 OFFSET ?1",
        read::SUMMARY
    );
    let mut statement = connection.prepare(&sql).map_err(unforgotten)?;
    let skipped = i64::try_from(which.keep.unwrap_or(0)).unwrap_or(i64::MAX);
    let rows = statement.query_map([skipped], read::summary).map_err(unforgotten)?;
    let now = lease::now();
    let goes = |run: &RunSummary| {
        run.status != RunStatus::Running
            && which.older_than.is_none_or(|seconds| now - run.started_at > seconds)
    };
    let runs = rows.filter(|run| run.as_ref().map_or(true, goes));
    runs.collect::<Result<_, _>>().map_err(unforgotten)
}

/// Removes the rows of runs from every table that has a column `run`.
fn remove(transaction: &Transaction<'_>, runs: &[RunSummary]) -> Result<(), JournalError> {
    let tables = columns(transaction)?;
    for (table, _) in tables.iter().filter(|(_, column)| column == "run") {
        let mut statement = transaction
            .prepare(&format!("DELETE FROM \"{table}\" WHERE run = ?1"))
            .map_err(unforgotten)?;
        for run in runs {
            statement.execute([&run.run]).map_err(unforgotten)?;
        }
    }
    Ok(())
}

/// Hashes of all large values that a text anywhere in the journal names.
fn references(connection: &Connection) -> Result<BTreeSet<String>, JournalError> {
    let mut found = BTreeSet::new();
    for (table, column) in columns(connection)? {
        let sql = format!(
            "SELECT \"{column}\" FROM \"{table}\"
             WHERE typeof(\"{column}\") = 'text' AND instr(\"{column}\", '{}') > 0",
            blobs::MARK
        );
        let mut statement = connection.prepare(&sql).map_err(unforgotten)?;
        let mut rows = statement.query([]).map_err(unforgotten)?;
        while let Some(row) = rows.next().map_err(unforgotten)? {
            let text = row.get::<_, String>(0).map_err(unforgotten)?;
            found.extend(text.split(blobs::MARK).skip(1).filter_map(blobs::hash_at_start));
        }
    }
    Ok(found)
}

/// Every column of every table, as (table, column).
fn columns(connection: &Connection) -> Result<Vec<(String, String)>, JournalError> {
    let sql = "SELECT tables.name, columns.name
               FROM sqlite_schema AS tables, pragma_table_info(tables.name) AS columns
               WHERE tables.type = 'table' ORDER BY tables.name, columns.cid";
    let mut statement = connection.prepare(sql).map_err(unforgotten)?;
    let rows =
        statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?))).map_err(unforgotten)?;
    rows.collect::<Result<_, _>>().map_err(unforgotten)
}

/// Stored values, with their sizes, that are not among the references, and what a crash left of writing some.
fn garbage(folder: &Path, references: &BTreeSet<String>) -> io::Result<Vec<(PathBuf, u64)>> {
    let shelves = match fs::read_dir(blobs::folder(folder)) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        shelves => shelves?,
    };
    let mut found = Vec::new();
    for shelf in shelves {
        for value in fs::read_dir(shelf?.path())? {
            let value = value?;
            let is_kept = value.file_name().to_str().is_some_and(|name| references.contains(name));
            if !is_kept {
                found.push((value.path(), value.metadata()?.len()));
            }
        }
    }
    found.sort();
    Ok(found)
}

/// Gives room back to the disk when a quarter of the file is free.
fn shrink(connection: &Connection) -> Result<(), JournalError> {
    let count = |what: &str| {
        let sql = format!("PRAGMA {what}");
        connection.query_row(&sql, [], |row| row.get::<_, i64>(0)).map_err(unforgotten)
    };
    if count("freelist_count")? * 4 > count("page_count")? {
        connection.execute_batch("VACUUM").map_err(unforgotten)?;
    }
    let checkpoint = "PRAGMA wal_checkpoint(TRUNCATE)";
    connection.query_row(checkpoint, [], |_| Ok(())).map_err(unforgotten)
}

fn unforgotten(error: impl std::fmt::Display) -> JournalError {
    JournalError::new("cannot clean up the journal", error)
}
