//! Rewriting a file in one step: whoever reads it sees the old text or the new one, and a disk that takes no new file
//! leaves the old one.

use std::{io::Write, path::Path};

use super::{Source, Unreadable, reason};

/// Puts `text` in the place of a file, which must still hold what was read from it. Its permissions stay.
pub(crate) fn rewrite(source: &Source, text: &str) -> Result<(), Unreadable> {
    replace(source, text).map_err(|reason| Unreadable {
        name: source.name.to_string(),
        attempt: "rewrite",
        reason,
    })
}

fn replace(source: &Source, text: &str) -> Result<(), String> {
    let Some(path) = &source.path else {
        return Err("standard input cannot be rewritten".to_owned());
    };
    // A link stays a link: what it leads to is rewritten.
    let path = std::fs::canonicalize(path).map_err(|error| reason(&error))?;
    if std::fs::read(&path).map_err(|error| reason(&error))? != source.text.as_bytes() {
        return Err("it was changed by somebody else meanwhile, and is left alone".to_owned());
    }
    write_atomically(&path, text.as_bytes()).map_err(|error| reason(&error))
}

fn write_atomically(path: &Path, bytes: &[u8]) -> std::io::Result<()> {
    let folder = path.parent().unwrap_or(path);
    let mut file = tempfile::NamedTempFile::new_in(folder)?;
    file.write_all(bytes)?;
    file.as_file().set_permissions(std::fs::metadata(path)?.permissions())?;
    file.as_file().sync_all()?;
    file.persist(path).map_err(|error| error.error)?;
    Ok(())
}
