//! The journal's file: its tables, their versions, and what is done with a damaged one.

use std::{
    fs,
    path::{Path, PathBuf},
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use rusqlite::{Connection, ErrorCode, OpenFlags};

use super::JournalError;

/// `MIGRATIONS[n]` takes a journal of version n to version n + 1.
const MIGRATIONS: &[&str] = &[
    "
    CREATE TABLE runs (
        run TEXT PRIMARY KEY,
        pipeline TEXT NOT NULL,
        file TEXT,
        status TEXT NOT NULL,
        started_at REAL NOT NULL,
        duration REAL,
        owner TEXT NOT NULL,
        heartbeat REAL NOT NULL,
        document TEXT NOT NULL
    );
    CREATE INDEX runs_by_start ON runs (started_at DESC);
    CREATE TABLE steps (
        run TEXT NOT NULL,
        step TEXT NOT NULL,
        status TEXT NOT NULL,
        duration REAL,
        record TEXT NOT NULL,
        PRIMARY KEY (run, step)
    ) WITHOUT ROWID;
",
    "
    CREATE INDEX runs_by_file ON runs (file, started_at DESC);
",
    "
    ALTER TABLE runs ADD COLUMN recipe TEXT;
    ALTER TABLE steps ADD COLUMN turn INTEGER;
    ALTER TABLE steps ADD COLUMN attempt INTEGER;
    CREATE TABLE answers (
        run TEXT NOT NULL,
        path TEXT NOT NULL,
        question TEXT NOT NULL,
        turn INTEGER NOT NULL,
        answer TEXT NOT NULL,
        PRIMARY KEY (run, path, question)
    ) WITHOUT ROWID;
",
    "
    ALTER TABLE steps ADD COLUMN call BLOB;
    ALTER TABLE steps ADD COLUMN called_at REAL;
    CREATE INDEX steps_by_call ON steps (call, called_at) WHERE call IS NOT NULL;
",
    "
    ALTER TABLE runs ADD COLUMN paused INTEGER NOT NULL DEFAULT 0;
    ALTER TABLE runs ADD COLUMN driven REAL NOT NULL DEFAULT 0;
",
    "
    ALTER TABLE steps ADD COLUMN parts TEXT;
",
    "
    CREATE TABLE sayings (
        key TEXT PRIMARY KEY,
        at REAL NOT NULL,
        said TEXT NOT NULL
    ) WITHOUT ROWID;
    CREATE INDEX sayings_by_age ON sayings (at DESC);
",
    "
    -- Texts in rows begin with their sums.
",
];

/// The version that this program writes.
const NEWEST: u32 = MIGRATIONS.len() as u32;

/// How long to wait for another process's transaction.
const PATIENCE: Duration = Duration::from_secs(10);

/// A larger file is not read through when it is opened; damage in it shows when it is read.
const CHECKED_SIZE: u64 = 32 * 1024 * 1024;

/// Bytes with which every SQLite file begins.
const HEADER: u64 = 100;

/// Where the journal of a state folder is.
pub(super) fn file(folder: &Path) -> PathBuf {
    folder.join("journal.db")
}

/// Opens for writing, at the newest version. A damaged file is set aside first: then its new place is given, too.
pub(super) fn open(folder: &Path) -> Result<(Connection, Option<PathBuf>), JournalError> {
    let path = file(folder);
    match open_sound(&path) {
        Ok(connection) => Ok((connection, None)),
        Err(Trouble::Other(error)) => Err(error),
        Err(Trouble::Damaged) => {
            let aside = set_aside(&path)?;
            let connection = open_sound(&path).map_err(|trouble| match trouble {
                Trouble::Other(error) => error,
                Trouble::Damaged => JournalError::new(
                    format_args!("cannot make the journal `{}`", path.display()),
                    "it is damaged at once",
                ),
            })?;
            Ok((connection, Some(aside)))
        }
    }
}

/// Opens for reading.
pub(super) fn open_to_read(folder: &Path) -> Result<Connection, JournalError> {
    let path = file(folder);
    let unreadable = |error| {
        JournalError::new(format_args!("cannot read the journal `{}`", path.display()), error)
    };
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(&path, flags).map_err(unreadable)?;
    connection.busy_timeout(PATIENCE).map_err(unreadable)?;
    Ok(connection)
}

/// Whether a journal has the version that this program writes. It is neither made nor changed.
pub(super) fn is_newest(folder: &Path) -> Result<bool, JournalError> {
    let version = open_to_read(folder)?
        .query_row("PRAGMA user_version", [], |row| row.get::<_, u32>(0))
        .map_err(|error| {
            JournalError::new(
                format_args!("cannot read the journal `{}`", file(folder).display()),
                error,
            )
        })?;
    Ok(version == NEWEST)
}

/// Opens for a short transaction beside the writer's.
pub(super) fn open_to_write(folder: &Path) -> Result<Connection, JournalError> {
    let path = file(folder);
    let unwritable = |error| {
        JournalError::new(format_args!("cannot write the journal `{}`", path.display()), error)
    };
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(&path, flags).map_err(unwritable)?;
    connection.busy_timeout(PATIENCE).map_err(unwritable)?;
    connection.pragma_update(None, "synchronous", "FULL").map_err(unwritable)?;
    Ok(connection)
}

enum Trouble {
    Damaged,
    Other(JournalError),
}

fn open_sound(path: &Path) -> Result<Connection, Trouble> {
    let trouble = |error: rusqlite::Error| {
        let damaged = matches!(
            error.sqlite_error_code(),
            Some(ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase)
        );
        if damaged {
            Trouble::Damaged
        } else {
            Trouble::Other(JournalError::new(
                format_args!("cannot write the journal `{}`", path.display()),
                error,
            ))
        }
    };
    // SQLite takes the rest of a header for an empty file.
    if fs::metadata(path).is_ok_and(|about| (1..HEADER).contains(&about.len())) {
        return Err(Trouble::Damaged);
    }
    let mut connection = Connection::open(path).map_err(trouble)?;
    connection.busy_timeout(PATIENCE).map_err(trouble)?;
    connection.pragma_update(None, "journal_mode", "WAL").map_err(trouble)?;
    connection.pragma_update(None, "synchronous", "FULL").map_err(trouble)?;
    if fs::metadata(path).is_ok_and(|about| about.len() <= CHECKED_SIZE) {
        let verdict: String =
            connection.query_row("PRAGMA quick_check(1)", [], |row| row.get(0)).map_err(trouble)?;
        if verdict != "ok" {
            return Err(Trouble::Damaged);
        }
    }
    migrate(&mut connection, path, trouble)?;
    // Tables that are not there although the version says so are damage, too.
    let tables = [
        "SELECT run, document, recipe, paused, driven FROM runs",
        "SELECT run, record, turn, attempt, call, called_at, parts FROM steps",
        "SELECT run, answer FROM answers",
    ];
    if tables.iter().any(|sql| connection.prepare(sql).is_err()) {
        return Err(Trouble::Damaged);
    }
    Ok(connection)
}

fn migrate(
    connection: &mut Connection,
    path: &Path,
    trouble: impl Fn(rusqlite::Error) -> Trouble + Copy,
) -> Result<(), Trouble> {
    let current = |connection: &Connection| {
        connection.query_row("PRAGMA user_version", [], |row| row.get::<_, u32>(0))
    };
    if current(connection).map_err(trouble)? == NEWEST {
        return Ok(());
    }
    let transaction = connection
        .transaction_with_behavior(rusqlite::TransactionBehavior::Immediate)
        .map_err(trouble)?;
    // Asked again under the lock: another process may have been first.
    let version = current(&transaction).map_err(trouble)?;
    if version > NEWEST {
        return Err(Trouble::Other(JournalError::new(
            format_args!("cannot use the journal `{}`", path.display()),
            format_args!(
                "it has version {version}, this program knows versions up to {}; use a newer program",
                MIGRATIONS.len()
            ),
        )));
    }
    for migration in MIGRATIONS.iter().skip(version as usize) {
        transaction.execute_batch(migration).map_err(trouble)?;
    }
    transaction.pragma_update(None, "user_version", NEWEST).map_err(trouble)?;
    transaction.commit().map_err(trouble)
}

fn set_aside(path: &Path) -> Result<PathBuf, JournalError> {
    let seconds = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_secs();
    let mut aside = path.with_extension(format!("damaged-{seconds}.db"));
    for again in 1.. {
        if !aside.exists() {
            break;
        }
        aside = path.with_extension(format!("damaged-{seconds}-{again}.db"));
    }
    for suffix in ["", "-wal", "-shm"] {
        let (from, to) = (with_suffix(path, suffix), with_suffix(&aside, suffix));
        if from.exists() {
            fs::rename(&from, &to).map_err(|error| {
                JournalError::new(
                    format_args!(
                        "the journal `{}` is damaged and cannot be set aside",
                        path.display()
                    ),
                    error,
                )
            })?;
        }
    }
    Ok(aside)
}

fn with_suffix(path: &Path, suffix: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(suffix);
    name.into()
}
