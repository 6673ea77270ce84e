//! Files and folders, with errors that name them.

use std::{fs, io, path::Path};

use crate::shell::Done;

/// An empty folder.
pub(crate) fn clear(folder: &Path) -> Done {
    match fs::remove_dir_all(folder) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(said(folder, &error)),
        _ => {}
    }
    fs::create_dir_all(folder).map_err(|error| said(folder, &error))
}

/// Copies a file with its permissions, or a folder with all that is in it; makes the folders above.
pub(crate) fn copy(from: &Path, to: &Path) -> Done {
    if from.is_dir() {
        fs::create_dir_all(to).map_err(|error| said(to, &error))?;
        for entry in fs::read_dir(from).map_err(|error| said(from, &error))? {
            let entry = entry.map_err(|error| said(from, &error))?;
            copy(&entry.path(), &to.join(entry.file_name()))?;
        }
        return Ok(());
    }
    parent(to)?;
    fs::copy(from, to).map(drop).map_err(|error| said(from, &error))
}

/// Writes a file; makes the folders above.
pub(crate) fn write(file: &Path, text: &str) -> Done {
    parent(file)?;
    fs::write(file, text).map_err(|error| said(file, &error))
}

/// The size of a file in bytes.
pub(crate) fn size(file: &Path) -> Done<u64> {
    fs::metadata(file).map(|it| it.len()).map_err(|error| said(file, &error))
}

fn parent(file: &Path) -> Done {
    let Some(folder) = file.parent() else { return Ok(()) };
    fs::create_dir_all(folder).map_err(|error| said(folder, &error))
}

fn said(path: &Path, error: &io::Error) -> String {
    format!("{}: {error}", path.display())
}
