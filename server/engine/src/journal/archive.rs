//! The past runs of a workspace, to look at. Nothing here writes, except that a journal of an older version is brought
//! to the newest before it is read.

use std::path::{Path, PathBuf};

use rusqlite::{OptionalExtension as _, ToSql, params_from_iter};

use super::{Journal, JournalError, RunSummary, blobs, read, schema};
use crate::{Document, Earlier, document::StepRecord};

/// Ids that are told when a beginning fits several runs.
const TOLD: u32 = 10;

/// The runs that the journal of a workspace knows. Others may write it meanwhile.
#[derive(Clone, Debug)]
pub struct Archive {
    folder: PathBuf,
}

/// Which runs are asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wanted {
    /// Only those of these files, spelled as in [`Archive::files`]; `None` for those of any and of none.
    pub files: Option<Vec<String>>,
    /// At most so many.
    pub limit: usize,
}

/// Which run a name means.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Found {
    /// This one.
    Run(String),
    /// None begins so.
    Nothing,
    /// These all begin so; there may be more.
    Several(Vec<String>),
}

impl Archive {
    /// The archive in a state folder (`.downbeat` of the workspace). `None`: nothing was ever run there.
    ///
    /// # Errors
    /// The journal cannot be read, is damaged, or was written by a newer version.
    pub fn open(folder: &Path) -> Result<Option<Self>, JournalError> {
        if !schema::file(folder).exists() {
            return Ok(None);
        }
        if !schema::is_newest(folder)? {
            let journal = Journal::open(folder)?;
            if let Some(aside) = journal.set_aside() {
                let what = format_args!("the journal of `{}` is damaged", folder.display());
                return Err(JournalError::new(
                    what,
                    format_args!("it was put aside as `{}`", aside.display()),
                ));
            }
        }
        Ok(Some(Self { folder: folder.to_owned() }))
    }

    /// Runs, newest first.
    ///
    /// # Errors
    /// The journal cannot be read.
    pub fn runs(&self, wanted: &Wanted) -> Result<Vec<RunSummary>, JournalError> {
        let files = wanted.files.as_deref();
        let places = vec!["?"; files.map_or(0, <[String]>::len)].join(", ");
        let only = files.map(|_| format!("WHERE file IN ({places})")).unwrap_or_default();
        let sql = format!(
            "SELECT {} FROM runs {only} ORDER BY started_at DESC, rowid DESC LIMIT ?",
            read::SUMMARY
        );
        let limit = i64::try_from(wanted.limit).unwrap_or(i64::MAX);
        let files = files.unwrap_or_default().iter().map(|file| file as &dyn ToSql);
        let values = params_from_iter(files.chain(std::iter::once(&limit as &dyn ToSql)));
        let connection = schema::open_to_read(&self.folder)?;
        let mut statement = connection.prepare(&sql).map_err(read::unreadable)?;
        let rows = statement.query_map(values, read::summary).map_err(read::unreadable)?;
        rows.collect::<Result<_, _>>().map_err(read::unreadable)
    }

    /// The files that were ever run, as runs name them.
    ///
    /// # Errors
    /// The journal cannot be read.
    pub fn files(&self) -> Result<Vec<String>, JournalError> {
        // Jumps from one file to the next in the index; `DISTINCT` would read all of it.
        let sql = "WITH RECURSIVE each (file) AS (
                       SELECT min(file) FROM runs
                       UNION ALL
                       SELECT (SELECT min(file) FROM runs WHERE file > each.file) FROM each
                       WHERE each.file IS NOT NULL
                   )
                   SELECT file FROM each WHERE file IS NOT NULL";
        let connection = schema::open_to_read(&self.folder)?;
        let mut statement = connection.prepare(sql).map_err(read::unreadable)?;
        let rows = statement.query_map([], |row| row.get(0)).map_err(read::unreadable)?;
        rows.collect::<Result<_, _>>().map_err(read::unreadable)
    }

    /// The run of that id, the only one whose id begins so, or, for `latest`, the newest.
    ///
    /// # Errors
    /// The journal cannot be read.
    pub fn find(&self, name: &str) -> Result<Found, JournalError> {
        if name == "latest" {
            let newest = self.runs(&Wanted { files: None, limit: 1 })?.pop();
            return Ok(newest.map_or(Found::Nothing, |newest| Found::Run(newest.run)));
        }
        let connection = schema::open_to_read(&self.folder)?;
        let sql = "SELECT run FROM runs WHERE run >= ?1 AND run < ?2 ORDER BY run LIMIT ?3";
        let mut statement = connection.prepare(sql).map_err(read::unreadable)?;
        let behind = format!("{name}{}", char::MAX);
        let ids = statement
            .query_map(rusqlite::params![name, behind, TOLD], |row| row.get::<_, String>(0))
            .map_err(read::unreadable)?;
        let ids: Vec<_> = ids.collect::<Result<_, _>>().map_err(read::unreadable)?;
        Ok(match ids.as_slice() {
            [] => Found::Nothing,
            [first, ..] if first == name => Found::Run(first.clone()),
            [only] => Found::Run(only.clone()),
            _ => Found::Several(ids),
        })
    }

    /// What a list says of a run. `None`: there is no such run.
    ///
    /// # Errors
    /// The journal cannot be read.
    pub fn summary(&self, run: &str) -> Result<Option<RunSummary>, JournalError> {
        let connection = schema::open_to_read(&self.folder)?;
        let sql = format!("SELECT {} FROM runs WHERE run = ?1", read::SUMMARY);
        connection.query_row(&sql, [run], read::summary).optional().map_err(read::unreadable)
    }

    /// How a step ended when one of these files last ran and it came to its end, or was skipped. `None`: it never did.
    ///
    /// # Errors
    /// The journal cannot be read.
    pub fn earlier(&self, files: &[String], step: &str) -> Result<Option<Earlier>, JournalError> {
        let places = vec!["?"; files.len()].join(", ");
        let sql = format!(
            "SELECT runs.run, record FROM runs JOIN steps ON steps.run = runs.run AND step = ?
             WHERE file IN ({places}) AND steps.status IN ('completed', 'skipped')
             ORDER BY started_at DESC LIMIT 1"
        );
        let values = std::iter::once(&step as &dyn ToSql).chain(files.iter().map(|it| it as _));
        let connection = schema::open_to_read(&self.folder)?;
        let row = |row: &rusqlite::Row<'_>| Ok((row.get(0)?, row.get::<_, String>(1)?));
        let found = connection.query_row(&sql, params_from_iter(values), row).optional();
        let Some((run, row)) = found.map_err(read::unreadable)? else { return Ok(None) };
        let text = blobs::get(&self.folder, row).map_err(read::unreadable)?;
        let record = serde_json::from_str(&text).map_err(read::unreadable)?;
        Ok(Some(Earlier { run, record }))
    }

    /// The document of a run: final, or as far as it came. `None`: there is no such run.
    ///
    /// # Errors
    /// The journal cannot be read.
    pub fn document(&self, run: &str) -> Result<Option<Document>, JournalError> {
        read::document(&self.folder, run)
    }

    /// The record of a step by its path (`fetch`, `loop[3].body`). `None`: nothing happened there.
    ///
    /// # Errors
    /// The journal cannot be read.
    pub fn step(&self, run: &str, path: &str) -> Result<Option<StepRecord>, JournalError> {
        let connection = schema::open_to_read(&self.folder)?;
        let sql = "SELECT record FROM steps WHERE run = ?1 AND step = ?2";
        let row = connection
            .query_row(sql, [run, path], |row| row.get::<_, String>(0))
            .optional()
            .map_err(read::unreadable)?;
        row.map(|row| read::parse(&self.folder, row)).transpose()
    }

    /// The state folder.
    #[must_use]
    pub fn folder(&self) -> &Path {
        &self.folder
    }
}
