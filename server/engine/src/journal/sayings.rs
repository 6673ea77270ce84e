//! What models said to this program's own questions: about a pipeline or a result, outside of any run. Kept by what was asked,
//! so that nothing is paid for twice.

use std::path::Path;

use rusqlite::{OptionalExtension as _, params};

use super::{Journal, JournalError, Store, lease, read::unreadable, schema};

/// Most answers that are kept; the oldest go first.
const MOST: u32 = 10_000;

impl Journal {
    /// What was said to the question of that key.
    ///
    /// # Errors
    /// The journal cannot be read.
    pub fn saying(&self, key: &str) -> Result<Option<String>, JournalError> {
        match &*self.store {
            Store::Memory(_) => Ok(None),
            Store::Disk { folder, .. } => find(folder, key),
        }
    }

    /// Keeps what was said to a question.
    ///
    /// # Errors
    /// The journal cannot be written.
    pub fn keep_saying(&self, key: &str, said: &str) -> Result<(), JournalError> {
        match &*self.store {
            Store::Memory(_) => Ok(()),
            Store::Disk { folder, .. } => keep(folder, key, said),
        }
    }
}

fn find(folder: &Path, key: &str) -> Result<Option<String>, JournalError> {
    schema::open_to_read(folder)?
        .query_row("SELECT said FROM sayings WHERE key = ?1", [key], |row| row.get(0))
        .optional()
        .map_err(unreadable)
}

fn keep(folder: &Path, key: &str, said: &str) -> Result<(), JournalError> {
    let unwritten = |error| {
        let path = schema::file(folder);
        JournalError::new(format_args!("cannot write the journal `{}`", path.display()), error)
    };
    let connection = schema::open_to_write(folder)?;
    connection
        .execute(
            "INSERT OR REPLACE INTO sayings (key, at, said) VALUES (?1, ?2, ?3)",
            params![key, lease::now(), said],
        )
        .map_err(unwritten)?;
    connection
        .execute(
            "DELETE FROM sayings WHERE key IN (SELECT key FROM sayings ORDER BY at DESC LIMIT -1 OFFSET ?1)",
            [MOST],
        )
        .map_err(unwritten)?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use crate::Journal;

    #[test]
    fn what_was_said_is_found_by_what_was_asked() {
        let folder = tempfile::tempdir().unwrap();
        let journal = Journal::open(folder.path()).unwrap();
        assert_eq!(journal.saying("a").unwrap(), None);
        journal.keep_saying("a", "one").unwrap();
        journal.keep_saying("b", "two").unwrap();
        journal.keep_saying("a", "three").unwrap();
        drop(journal);
        let journal = Journal::open(folder.path()).unwrap();
        assert_eq!(journal.saying("a").unwrap().as_deref(), Some("three"));
        assert_eq!(journal.saying("b").unwrap().as_deref(), Some("two"));
        let nowhere = Journal::in_memory();
        nowhere.keep_saying("a", "one").unwrap();
        assert_eq!(nowhere.saying("a").unwrap(), None);
    }
}
