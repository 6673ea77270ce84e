//! The course of a run, for its document: from the rows of its answers and of the ends of its steps.

use std::{
    collections::{BTreeMap, BTreeSet},
    path::Path,
};

use rusqlite::{Connection, params};
use serde_json::Value as Json;

use super::{
    JournalError, blobs,
    read::{parse, unreadable},
};
use crate::{
    Document,
    document::{StepRecord, Turn, path_of, records},
    recall::Question,
    secrets::mask,
};

/// How far two spellings of one duration may lie apart, in seconds.
const SAME: f64 = 1e-6;

/// A step that ended and was not stopped.
struct Ended {
    key: String,
    /// None for one that was skipped.
    turn: Option<i64>,
    /// Whose answer its value is.
    attempt: Option<u32>,
    status: String,
    duration: Option<f64>,
}

/// What the records of a document do not tell of its run, in order; nothing where they tell everything. `mark` begins what stands
/// for secrets.
pub(super) fn course(
    connection: &Connection,
    folder: &Path,
    document: &Document,
    mark: &str,
) -> Result<Vec<Turn>, JournalError> {
    let shown: BTreeMap<String, &StepRecord> = records(document).into_iter().collect();
    let rounds = shown.values().flat_map(|record| record.iterations.iter().flatten());
    let places: BTreeSet<&str> =
        shown.keys().map(String::as_str).chain(rounds.map(|it| it.path.as_str())).collect();
    let answers = answers(connection, folder, &document.run, mark)?;
    let ended = ended(connection, &document.run)?;
    let keys = answers.iter().map(|(_, turn)| &turn.key).chain(ended.iter().map(|it| &it.key));
    let tried_again: BTreeSet<&str> = keys
        .filter_map(|key| Some(key.rsplit_once('@')?.0))
        .filter(|it| !it.contains('/'))
        .collect();
    let is_inside = |key: &str, around: &str| {
        key.strip_prefix(around).is_some_and(|rest| rest.starts_with(['.', '[']))
    };
    // A loop over a condition keeps its last rounds only. What an attempt left that was not the last stands nowhere else.
    let is_kept = |key: &str| match path_of(key) {
        Some(path) if path == key => {
            places.contains(key) || tried_again.iter().any(|around| is_inside(key, around))
        }
        _ => true,
    };
    let mut turns: Vec<(i64, Turn)> =
        answers.iter().filter(|(_, turn)| is_kept(&turn.key)).cloned().collect();
    if turns.is_empty() && ended.iter().all(|it| path_of(&it.key).as_ref() == Some(&it.key)) {
        return Ok(Vec::new());
    }
    let last: BTreeMap<String, Option<i64>> =
        ended.iter().filter_map(|it| Some((path_of(&it.key)?, it.turn))).collect();
    for it in ended.iter().filter(|it| is_kept(&it.key)) {
        let path = path_of(&it.key);
        let is_last = path.as_ref().is_some_and(|path| last.get(path) == Some(&it.turn));
        let is_it = |record: &&&StepRecord| {
            let apart = record.duration.unwrap_or_default() - it.duration.unwrap_or_default();
            is_last && record.status.as_str() == it.status && apart.abs() < SAME
        };
        let is_shown = path.as_ref().and_then(|path| shown.get(path)).filter(is_it).is_some();
        if is_shown && (it.attempt.is_none() && path.as_ref() == Some(&it.key)) {
            continue;
        }
        let record = match is_shown {
            true => None,
            false => Some(Box::new(record(connection, folder, &document.run, it)?)),
        };
        let question = it.attempt.map(|attempt| Question::Attempt(attempt).to_string());
        let key = it.key.clone();
        turns.push((it.turn.unwrap_or(-1), Turn { key, question, answer: None, record }));
    }
    turns.sort_by_key(|(turn, _)| *turn);
    Ok(turns.into_iter().map(|(_, turn)| turn).collect())
}

/// What was answered and is no value of a step. AUTO tags have their answers in the records; what was said within a call is
/// a part of what the call came to.
fn answers(
    connection: &Connection,
    folder: &Path,
    run: &str,
    mark: &str,
) -> Result<Vec<(i64, Turn)>, JournalError> {
    let sql = "SELECT path, question, turn, answer FROM answers
               WHERE run = ?1 AND question <> ?2 AND question NOT GLOB 'auto/*'
                 AND question NOT GLOB '*/piece/*' AND question NOT GLOB '*/person/*'";
    let mut statement = connection.prepare(sql).map_err(unreadable)?;
    let rows = statement
        .query_map(params![run, Question::Usage.to_string()], |row| {
            Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get::<_, String>(3)?))
        })
        .map_err(unreadable)?;
    let mut all = Vec::new();
    for row in rows {
        let (key, question, turn, answer) = row.map_err(unreadable)?;
        let question = Some(question);
        let text = blobs::get(folder, answer).map_err(unreadable)?;
        let answer: Json = serde_json::from_str(&text).map_err(unreadable)?;
        let answer = Some(mask(mark, answer));
        all.push((turn, Turn { key, question, answer, record: None }));
    }
    Ok(all)
}

fn ended(connection: &Connection, run: &str) -> Result<Vec<Ended>, JournalError> {
    let sql = "SELECT step, turn, attempt, status, duration FROM steps
               WHERE run = ?1 AND (turn IS NOT NULL OR status = 'skipped') AND status <> 'cancelled'
               ORDER BY turn";
    let mut statement = connection.prepare(sql).map_err(unreadable)?;
    let rows = statement
        .query_map([run], |row| {
            Ok(Ended {
                key: row.get(0)?,
                turn: row.get(1)?,
                attempt: row.get(2)?,
                status: row.get(3)?,
                duration: row.get(4)?,
            })
        })
        .map_err(unreadable)?;
    rows.collect::<Result<_, _>>().map_err(unreadable)
}

/// The record of a step that was tried again, or that a handler ran. What steps inside of it came to is told by theirs, unless a
/// handler ran it.
fn record(
    connection: &Connection,
    folder: &Path,
    run: &str,
    ended: &Ended,
) -> Result<StepRecord, JournalError> {
    let sql = "SELECT record FROM steps WHERE run = ?1 AND step = ?2";
    let row = connection
        .prepare_cached(sql)
        .and_then(|mut statement| statement.query_row([run, &ended.key], |row| row.get(0)))
        .map_err(unreadable)?;
    let record: StepRecord = parse(folder, row)?;
    Ok(match path_of(&ended.key) {
        Some(_) if record.iterations.is_some() || record.called.is_some() => {
            StepRecord { value: Json::Null, iterations: None, called: None, ..record }
        }
        _ => record,
    })
}
