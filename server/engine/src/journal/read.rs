//! Reading a journal, also while others write it.

use std::path::Path;

use rusqlite::{Connection, OptionalExtension as _, Row, params};

use super::{History, JournalError, RunSummary, blobs, course, lease, recipe::Recipe, schema};
use crate::{
    Document,
    document::{RunStatus, StepRecord, Turn},
};

/// Runs whose steps say how long a step takes.
const RUNS_OF_HISTORY: u32 = 5;

/// The columns that [`summary`] reads.
pub(super) const SUMMARY: &str =
    "run, pipeline, file, status, started_at, duration, owner, heartbeat, paused";

pub(super) fn runs(folder: &Path) -> Result<Vec<RunSummary>, JournalError> {
    let connection = schema::open_to_read(folder)?;
    let sql = format!("SELECT {SUMMARY} FROM runs ORDER BY started_at DESC, rowid DESC");
    let mut statement = connection.prepare(&sql).map_err(unreadable)?;
    let rows = statement.query_map([], summary).map_err(unreadable)?;
    rows.collect::<Result<_, _>>().map_err(unreadable)
}

/// A row of [`SUMMARY`].
pub(super) fn summary(row: &Row<'_>) -> rusqlite::Result<RunSummary> {
    Ok(RunSummary {
        run: row.get(0)?,
        pipeline: row.get(1)?,
        file: row.get(2)?,
        status: status(row, 3, 6)?,
        started_at: row.get(4)?,
        duration: row.get(5)?,
    })
}

/// The status of a run whose owner, heartbeat and pause stand from column `owner` on.
fn status(row: &Row<'_>, status: usize, owner: usize) -> rusqlite::Result<RunStatus> {
    let word: String = row.get(status)?;
    let lives = || {
        Ok::<_, rusqlite::Error>(lease::lives(&row.get::<_, String>(owner)?, row.get(owner + 1)?))
    };
    let lives = word == "running" && lives()?;
    Ok(standing(&word, lives, row.get(owner + 2)?))
}

/// How a run stands: by the word in its row, whether its process lives, and whether it is paused.
pub(super) fn standing(word: &str, lives: bool, paused: bool) -> RunStatus {
    match word {
        "completed" => RunStatus::Completed,
        "failed" => RunStatus::Failed,
        "cancelled" => RunStatus::Cancelled,
        "running" if lives && paused => RunStatus::Paused,
        "running" if lives => RunStatus::Running,
        _ => RunStatus::Interrupted,
    }
}

pub(super) fn document(folder: &Path, run: &str) -> Result<Option<Document>, JournalError> {
    let mut connection = schema::open_to_read(folder)?;
    // One snapshot for both tables.
    let snapshot = connection.transaction().map_err(unreadable)?;
    let found = snapshot
        .query_row(
            "SELECT document, status, owner, heartbeat, paused, recipe FROM runs WHERE run = ?1",
            [run],
            |row| {
                Ok((row.get::<_, String>(0)?, status(row, 1, 2)?, row.get::<_, Option<String>>(5)?))
            },
        )
        .optional()
        .map_err(unreadable)?;
    let Some((row, status, recipe)) = found else { return Ok(None) };
    let mut document: Document = parse(folder, row)?;
    document.status = status;
    records(&snapshot, folder, run, |record| {
        document.steps.insert(record.id.clone(), record);
    })?;
    if let Some(recipe) = recipe.filter(|_| document.completed_at.is_some()) {
        let recipe: Recipe = parse(folder, recipe)?;
        document.course = course::course(&snapshot, folder, &document, &recipe.mark)?;
    }
    Ok(Some(document))
}

/// See [`Journal::course`](super::Journal::course).
pub(super) fn course_of(
    folder: &Path,
    document: &Document,
    mark: &str,
) -> Result<Vec<Turn>, JournalError> {
    course::course(&schema::open_to_read(folder)?, folder, document, mark)
}

/// Visits the records of a run's own steps, one after the other, in no order.
pub(super) fn each_record(
    folder: &Path,
    run: &str,
    visit: impl FnMut(StepRecord),
) -> Result<(), JournalError> {
    records(&schema::open_to_read(folder)?, folder, run, visit)
}

/// Those of the pipeline's own steps: the path of a step inside a loop has a `.`, which no id has.
fn records(
    connection: &Connection,
    folder: &Path,
    run: &str,
    mut visit: impl FnMut(StepRecord),
) -> Result<(), JournalError> {
    let mut statement = connection
        .prepare("SELECT record FROM steps WHERE run = ?1 AND instr(step, '.') = 0")
        .map_err(unreadable)?;
    let rows = statement.query_map([run], |row| row.get::<_, String>(0)).map_err(unreadable)?;
    for row in rows {
        visit(parse(folder, row.map_err(unreadable)?)?);
    }
    Ok(())
}

pub(super) fn history(folder: &Path, pipeline: &str) -> Result<History, JournalError> {
    let connection = schema::open_to_read(folder)?;
    let sql = "SELECT step, avg(duration) FROM steps
               WHERE status = 'completed' AND duration IS NOT NULL AND instr(step, '.') = 0
                 AND run IN (SELECT run FROM runs WHERE pipeline = ?1 ORDER BY started_at DESC LIMIT ?2)
               GROUP BY step";
    let mut statement = connection.prepare(sql).map_err(unreadable)?;
    let rows = statement
        .query_map(params![pipeline, RUNS_OF_HISTORY], |row| Ok((row.get(0)?, row.get(1)?)))
        .map_err(unreadable)?;
    rows.collect::<Result<_, _>>().map_err(unreadable)
}

pub(super) fn parse<T: serde::de::DeserializeOwned>(
    folder: &Path,
    row: String,
) -> Result<T, JournalError> {
    let text = blobs::get(folder, row).map_err(unreadable)?;
    serde_json::from_str(&text).map_err(unreadable)
}

pub(super) fn unreadable(error: impl std::fmt::Display) -> JournalError {
    JournalError::new("cannot read the journal", error)
}
