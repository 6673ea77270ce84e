//! Answers that earlier runs were given, found by the key of the call.

use std::{
    fs::{self, OpenOptions},
    io::{self, Write as _},
    path::{Path, PathBuf},
    sync::{Mutex, OnceLock, PoisonError},
};

use rusqlite::{Connection, OptionalExtension as _, params};
use serde_json::Value as Json;

use super::{JournalError, blobs, lease, read::unreadable, schema};
use crate::{
    document::{StepRecord, StepStatus},
    reuse::{Key, Look, Pepper},
};

/// See the module.
#[derive(Debug)]
pub(super) struct Calls {
    folder: PathBuf,
    /// Opened when it is first asked.
    connection: Mutex<Option<Connection>>,
    pepper: OnceLock<Option<Pepper>>,
}

/// What a run was answered.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct EarlierCall {
    pub(crate) run: String,
    pub(crate) value: Json,
    /// Seconds.
    pub(crate) duration: Option<f64>,
}

/// A call that a step of a run made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct KeptCall {
    /// Whether the step came to a good end.
    pub(crate) succeeded: bool,
    /// Hashes of the parts of the call, where they were kept.
    pub(crate) parts: Option<String>,
}

impl Calls {
    pub(super) fn new(folder: &Path) -> Self {
        Self { folder: folder.to_owned(), connection: Mutex::default(), pepper: OnceLock::new() }
    }

    /// The workspace's own, made when it is first wanted. Where it can neither be read nor made, no answer is kept.
    pub(super) fn pepper(&self) -> Option<Pepper> {
        let read = || match pepper(&self.folder.join("key")) {
            Ok(pepper) => Some(pepper),
            Err(error) => {
                tracing::warn!(%error, "no key for answers, so none is kept for later runs");
                None
            }
        };
        self.pepper.get_or_init(read).clone()
    }

    /// The newest answer to a call.
    pub(super) fn find(
        &self,
        key: &Key,
        look: &Look,
        asking: &str,
    ) -> Result<Option<EarlierCall>, JournalError> {
        let mut connection = self.connection.lock().unwrap_or_else(PoisonError::into_inner);
        let connection = match &mut *connection {
            Some(connection) => connection,
            none => none.insert(schema::open_to_read(&self.folder)?),
        };
        let (run, since) = match look {
            Look::Harmless | Look::AskedFor(None) => (None, 0.0),
            Look::AskedFor(Some(age)) => (None, lease::now() - age.as_secs_f64()),
            Look::In(run) => (Some(run), 0.0),
        };
        let sql = "SELECT run, record FROM steps
                   WHERE call = ?1 AND called_at >= ?2 AND run <> ?3 AND (?4 IS NULL OR run = ?4)
                   ORDER BY called_at DESC LIMIT 1";
        let found = connection
            .prepare_cached(sql)
            .and_then(|mut statement| {
                let row = |row: &rusqlite::Row<'_>| Ok((row.get(0)?, row.get::<_, String>(1)?));
                statement.query_row(params![key.as_bytes(), since, asking, run], row).optional()
            })
            .map_err(unreadable)?;
        let Some((run, row)) = found else { return Ok(None) };
        let text = blobs::get(&self.folder, row).map_err(unreadable)?;
        let record: StepRecord = serde_json::from_str(&text).map_err(unreadable)?;
        Ok(Some(EarlierCall { run, value: record.value, duration: record.duration }))
    }
}

impl Calls {
    /// The call of a step in a run.
    pub(super) fn kept(&self, run: &str, path: &str) -> Result<Option<KeptCall>, JournalError> {
        let connection = schema::open_to_read(&self.folder)?;
        let sql = "SELECT status, parts FROM steps WHERE run = ?1 AND step = ?2";
        connection
            .query_row(sql, [run, path], |row| {
                let status: String = row.get(0)?;
                let succeeded = status == StepStatus::Completed.as_str();
                Ok(KeptCall { succeeded, parts: row.get(1)? })
            })
            .optional()
            .map_err(unreadable)
    }
}

/// Reads it, or draws it.
fn pepper(path: &Path) -> io::Result<Pepper> {
    if let Some(pepper) = read(path)? {
        return Ok(pepper);
    }
    let mut bytes = [0; blake3::KEY_LEN];
    getrandom::fill(&mut bytes).map_err(io::Error::other)?;
    // Under a name of its own first: another process that finds it finds all of it.
    let own = path.with_extension(std::process::id().to_string());
    let mut options = OpenOptions::new();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(&own)?;
    file.write_all(&bytes)?;
    file.sync_all()?;
    // Who is first wins.
    let linked = fs::hard_link(&own, path);
    fs::remove_file(&own)?;
    match linked {
        Err(error) if error.kind() != io::ErrorKind::AlreadyExists => Err(error),
        _ => read(path)?.ok_or_else(|| io::Error::from(io::ErrorKind::NotFound)),
    }
}

fn read(path: &Path) -> io::Result<Option<Pepper>> {
    let bytes = match fs::read(path) {
        Ok(bytes) => bytes,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(error),
    };
    let wrong = |_| io::Error::new(io::ErrorKind::InvalidData, "the file `key` is damaged");
    bytes.as_slice().try_into().map(|bytes| Some(Pepper(bytes))).map_err(wrong)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_workspace_keeps_its_key() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("key");
        let first = pepper(&path).unwrap().0;
        assert_eq!(pepper(&path).unwrap().0, first);
        assert_ne!(first, [0; blake3::KEY_LEN]);
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt as _;
            assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
        }
        fs::write(&path, "short").unwrap();
        assert!(pepper(&path).is_err());
    }
}
