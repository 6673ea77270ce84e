//! Copying files and folders.

use std::{io, path::Path};

use engine::tool::Place;
use rustix::fs::{FileType, Mode};

use super::{FileError, Reach, metadata, open, to_read};

/// Deeper folders and more entries are a mistake, or an attack.
const DEPTH: usize = 64;
const ENTRIES: usize = 100_000;

/// Copies a file, or a folder with everything in it into a new or an existing one.
pub(crate) fn copy(place: &Place, from: &Reach, to: &Reach) -> Result<(), FileError> {
    if to.path.starts_with(&from.path) && to.path != from.path {
        let message = format!("`{}` is inside `{}`", to.written, from.written);
        return Err(FileError::new("OSError", message));
    }
    copy_entry(place, from, to, DEPTH, &mut 0)
}

fn copy_entry(
    place: &Place,
    from: &Reach,
    to: &Reach,
    depth: usize,
    count: &mut usize,
) -> Result<(), FileError> {
    *count += 1;
    if depth == 0 || *count > ENTRIES {
        return Err(FileError::new(
            "OSError",
            format!("`{}` is too deep or holds too much to be copied", from.written),
        ));
    }
    if metadata(from)? != Some(FileType::Directory) {
        let (mut file, stat) = open::open(from)?;
        let mode = Mode::from_raw_mode(stat.st_mode & 0o777);
        return open::put(to, Some(mode), |copy| io::copy(&mut file, copy).map(drop));
    }
    open::create_folder(to)?;
    for name in names(&from.path, &from.written)? {
        // An entry may be a link: it is looked at like any path that an author wrote.
        let inner = from.path.join(&name);
        let inner = to_read(place, &inner.to_string_lossy())?;
        let inner = Reach { written: from.join(&name).written, ..inner };
        copy_entry(place, &inner, &to.join(&name), depth - 1, count)?;
    }
    Ok(())
}

/// Names in a folder, in order.
fn names(folder: &Path, written: &str) -> Result<Vec<std::ffi::OsString>, FileError> {
    let read = || {
        std::fs::read_dir(folder)?
            .map(|entry| entry.map(|it| it.file_name()))
            .collect::<io::Result<Vec<_>>>()
    };
    let mut names = read().map_err(|error| FileError::of(&error, written))?;
    names.sort();
    Ok(names)
}
