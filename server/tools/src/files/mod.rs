//! Files within reach of a call: where a path leads, and opening it without being led elsewhere.

mod open;
mod reach;
mod transfer;

use engine::tool::{Failure, Place};

pub(crate) use open::{create_folder, metadata, read, read_bytes, remove, rename, write};
pub(crate) use reach::{Follow, Reach, folder_for_command, to_read, to_write};
pub(crate) use transfer::copy;

/// Writes a file where the call may write; folders on the way are made.
///
/// # Errors
/// It may not, or cannot.
pub fn write_file(place: &Place, path: &str, content: &[u8]) -> Result<(), Failure> {
    to_write(place, path, Follow::Link)
        .and_then(|reach| write(&reach, content))
        .map_err(|error| Failure::permanent(error.error_type, error.message))
}

/// What went wrong with a file: the name of the error as pipelines see it, and words for people.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct FileError {
    pub(crate) error_type: &'static str,
    pub(crate) message: String,
}

impl FileError {
    pub(crate) fn new(error_type: &'static str, message: impl Into<String>) -> Self {
        Self { error_type, message: message.into() }
    }

    /// The words for what the system said about the path as written.
    pub(crate) fn of(error: &std::io::Error, written: &str) -> Self {
        use std::io::ErrorKind;
        match error.kind() {
            ErrorKind::NotFound => {
                Self::new("FileNotFoundError", format!("File not found: {written}"))
            }
            ErrorKind::IsADirectory => {
                Self::new("IsADirectoryError", format!("Path is a directory: {written}"))
            }
            ErrorKind::NotADirectory => Self::new(
                "NotADirectoryError",
                format!("`{written}` leads through a file as if it were a folder"),
            ),
            ErrorKind::PermissionDenied => {
                Self::new("PermissionError", format!("no permission for `{written}`"))
            }
            ErrorKind::ReadOnlyFilesystem => Self::new(
                "PermissionError",
                format!("`{written}` is on a disk that may only be read"),
            ),
            ErrorKind::StorageFull | ErrorKind::QuotaExceeded => {
                Self::new("OSError", format!("the disk is full: `{written}` was not written"))
            }
            _ => Self::new("OSError", format!("`{written}`: {error}")),
        }
    }
}
