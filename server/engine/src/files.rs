//! Included files: where they are looked for, and the file system as an input.

use std::{io, path::Path};

/// Reads files for includes, `include_file` and `file_exists`. An editor answers with its unsaved text.
pub trait Files: Send + Sync {
    /// The whole text of a regular file.
    ///
    /// # Errors
    /// As the operating system says; `InvalidData` when it is not UTF-8, `FileTooLarge` above 10 MiB.
    fn read(&self, path: &Path) -> io::Result<String>;
}

/// The files of the operating system.
#[derive(Clone, Copy, Debug)]
pub struct Disk;

/// Bytes that an included file may have.
const LIMIT: u64 = 10 * 1024 * 1024;

impl Files for Disk {
    fn read(&self, path: &Path) -> io::Result<String> {
        let about = std::fs::metadata(path)?;
        if !about.is_file() {
            return Err(io::Error::new(io::ErrorKind::InvalidInput, "not a regular file"));
        }
        if about.len() > LIMIT {
            return Err(io::Error::new(io::ErrorKind::FileTooLarge, "larger than 10 MiB"));
        }
        std::fs::read_to_string(path)
    }
}
