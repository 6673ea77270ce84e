//! Where a path leads, and whether a pipeline may go there.
//!
//! Paths are relative to the working directory. Written may be only inside the workspace, the working directory and
//! the folders that the caller allowed. A path that is written inside and leads outside, by `..` or by a link, is
//! refused for reading too; an absolute path that is plainly elsewhere may be read.

use std::{
    fs, io,
    path::{Component, Path, PathBuf},
};

use engine::tool::Place;

use super::FileError;

/// The state of Downbeat inside a workspace; pipelines keep out of it.
const OWN_FOLDER: &str = ".downbeat";

/// Whether the last part of a path is followed when it is a link.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Follow {
    /// What the link leads to is meant.
    Link,
    /// The link itself is meant.
    Parents,
}

/// A place that a call may use.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Reach {
    /// As the author wrote it.
    pub(crate) written: String,
    /// Absolute, with no link and no `..` in the part that exists.
    pub(crate) path: PathBuf,
}

/// The file that is to be read: from the working directory, else beside the pipeline.
pub(crate) fn to_read(place: &Place, written: &str) -> Result<Reach, FileError> {
    let first = reach_to_read(place, &place.cwd, written)?;
    if Path::new(written).is_absolute() || first.path.symlink_metadata().is_ok() {
        return Ok(first);
    }
    match reach_to_read(place, &place.pipeline_folder, written) {
        Ok(second) if second.path.symlink_metadata().is_ok() => Ok(second),
        _ => Ok(first),
    }
}

fn reach_to_read(place: &Place, base: &Path, written: &str) -> Result<Reach, FileError> {
    let path = resolve(&base.join(checked(written)?), Follow::Link, written)?;
    let mut roots = roots(place);
    roots.extend(canonical(&place.pipeline_folder));
    let plainly_elsewhere = Path::new(written).is_absolute() && {
        let lexical = lexical(Path::new(written));
        let up = Path::new(written).components().any(|part| part == Component::ParentDir);
        !up && !inside(&lexical, &roots) && !inside(&lexical, &as_given(place))
    };
    if plainly_elsewhere || inside(&path, &roots) {
        return Ok(Reach { written: written.to_owned(), path });
    }
    Err(FileError::new("PermissionError", format!("`{written}` leads out of the workspace")))
}

/// The file that is to be written, moved or deleted.
pub(crate) fn to_write(place: &Place, written: &str, follow: Follow) -> Result<Reach, FileError> {
    let path = resolve(&place.cwd.join(checked(written)?), follow, written)?;
    if !inside(&path, &roots(place)) {
        let message = format!(
            "`{written}` is outside the workspace: writing there needs `--allow-write` with that folder"
        );
        return Err(FileError::new("PermissionError", message));
    }
    if let Some(own) = canonical(&place.workspace).map(|it| it.join(OWN_FOLDER))
        && path.starts_with(own)
    {
        let message = format!("`{written}` is in `{OWN_FOLDER}`, where the runs are kept");
        return Err(FileError::new("PermissionError", message));
    }
    Ok(Reach { written: written.to_owned(), path })
}

/// The folder that a command runs in: any that exists, or a new one where files may be written.
pub(crate) fn folder_for_command(place: &Place, written: &str) -> Result<PathBuf, FileError> {
    let path = place.cwd.join(checked(written)?);
    match fs::metadata(&path) {
        Ok(metadata) if metadata.is_dir() => Ok(path),
        Ok(_) => Err(FileError::new("NotADirectoryError", format!("`{written}` is no folder"))),
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            let reach = to_write(place, written, Follow::Link)?;
            super::create_folder(&reach)?;
            Ok(reach.path)
        }
        Err(error) => Err(FileError::of(&error, written)),
    }
}

impl Reach {
    /// Whether it is one of the roots themselves, which nobody moves or deletes.
    pub(crate) fn is_root(&self, place: &Place) -> bool {
        roots(place).iter().any(|root| root.starts_with(&self.path))
    }

    /// An entry of the folder.
    pub(crate) fn join(&self, name: &std::ffi::OsStr) -> Self {
        Self {
            written: python_join(&self.written, &name.to_string_lossy()),
            path: self.path.join(name),
        }
    }
}

/// Folder and name as the old program joined them: without `.` and doubled slashes.
pub(crate) fn python_join(folder: &str, name: &str) -> String {
    let mut parts: Vec<&str> =
        folder.split('/').filter(|part| !part.is_empty() && *part != ".").collect();
    parts.push(name);
    let start = if folder.starts_with('/') { "/" } else { "" };
    format!("{start}{}", parts.join("/"))
}

fn checked(written: &str) -> Result<&str, FileError> {
    if written.trim().is_empty() {
        return Err(FileError::new("ValueError", "the path is empty"));
    }
    if written.contains('\0') || written.len() > 4096 {
        return Err(FileError::new(
            "ValueError",
            "the path is no path: it is too long or holds a null character",
        ));
    }
    Ok(written)
}

/// Folders that may be written to.
fn roots(place: &Place) -> Vec<PathBuf> {
    as_given(place).iter().filter_map(|root| canonical(root)).collect()
}

fn as_given(place: &Place) -> Vec<PathBuf> {
    let own = [&place.workspace, &place.cwd];
    own.into_iter().chain(&place.writable).map(|root| lexical(&place.cwd.join(root))).collect()
}

fn canonical(root: &Path) -> Option<PathBuf> {
    fs::canonicalize(root).ok()
}

fn inside(path: &Path, roots: &[PathBuf]) -> bool {
    roots.iter().any(|root| path.starts_with(root))
}

/// Without `.` and `..`, as text.
fn lexical(path: &Path) -> PathBuf {
    let mut result = PathBuf::new();
    for part in path.components() {
        match part {
            Component::CurDir => {}
            Component::ParentDir => drop(result.pop()),
            other => result.push(other),
        }
    }
    result
}

/// Follows the links of the part that exists; the rest is appended.
fn resolve(path: &Path, follow: Follow, written: &str) -> Result<PathBuf, FileError> {
    let mut result = PathBuf::new();
    let mut parts = path.components().peekable();
    while let Some(part) = parts.next() {
        match part {
            Component::CurDir => {}
            Component::ParentDir => drop(result.pop()),
            other => {
                result.push(other);
                let last = parts.peek().is_none();
                if last && follow == Follow::Parents {
                    break;
                }
                match fs::symlink_metadata(&result) {
                    Ok(metadata) if metadata.is_symlink() => {
                        result = fs::canonicalize(&result).map_err(|_| {
                            FileError::new(
                                "FileNotFoundError",
                                format!("`{written}` leads through a link to nothing"),
                            )
                        })?;
                    }
                    Ok(_) => {}
                    Err(error) if error.kind() == io::ErrorKind::NotFound => {}
                    Err(error) => return Err(FileError::of(&error, written)),
                }
            }
        }
    }
    Ok(result)
}
