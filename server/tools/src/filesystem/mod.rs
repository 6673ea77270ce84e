//! `filesystem`: reads, writes and arranges files.

mod list;
#[cfg(test)]
mod tests;

use async_trait::async_trait;
use engine::tool::{Call, Failure, Place, Reliance, Tool};
use pipeline::catalogue::{FILESYSTEM, Signature};
use rustix::fs::FileType;
use serde_json::{Map, Value as Json, json};

use crate::{
    answer::{blocking, done, failed, operation, text},
    files::{self, FileError, Follow, Reach, to_read, to_write},
};

/// See the module.
#[derive(Debug)]
pub(crate) struct Filesystem;

#[async_trait]
impl Tool for Filesystem {
    fn signature(&self) -> &'static Signature {
        &FILESYSTEM
    }

    fn relies_on(&self, call: &Call) -> Reliance {
        if operation(call, None) != "read" {
            return Reliance::World;
        }
        let path = text(&call.parameters, "path").unwrap_or_default();
        to_read(&call.place, &path)
            .map_or(Reliance::World, |reach| Reliance::Files(vec![reach.path]))
    }

    async fn call(&self, call: Call) -> Result<Json, Failure> {
        blocking(call, act).await
    }
}

/// One call; blocks.
pub(crate) fn act(call: &Call) -> Result<Json, Failure> {
    let operation = operation(call, None);
    let path = text(&call.parameters, "path").unwrap_or_default();
    let answer = dispatch(&call.place, &operation, &path, &call.parameters);
    answer.map(done).map_err(|error| {
        failed(error.error_type, error.message, json!({ "action": operation, "path": path }))
    })
}

fn dispatch(
    place: &Place,
    operation: &str,
    path: &str,
    parameters: &Map<String, Json>,
) -> Result<Json, FileError> {
    let destination = text(parameters, "destination").unwrap_or_default();
    match operation {
        "read" => read(place, path),
        "write" => write(place, path, &text(parameters, "content").unwrap_or_default()),
        "copy" => copy(place, path, &destination),
        "move" => shift(place, path, &destination),
        "delete" => delete(place, path),
        "list" => list::list(place, path, text(parameters, "pattern").as_deref()),
        "exists" => exists(place, path),
        "mkdir" => mkdir(place, path),
        other => Err(FileError::new("ValueError", format!("Unknown filesystem action: {other}"))),
    }
}

fn read(place: &Place, path: &str) -> Result<Json, FileError> {
    let content = files::read(&to_read(place, path)?)?;
    Ok(
        json!({ "action": "read", "path": path, "size": content.chars().count(), "content": content }),
    )
}

fn write(place: &Place, path: &str, content: &str) -> Result<Json, FileError> {
    files::write(&to_write(place, path, Follow::Link)?, content.as_bytes())?;
    Ok(json!({ "action": "write", "path": path, "size": content.chars().count() }))
}

/// The destination; inside it when it is a folder, unless a folder is copied into it.
fn target(
    place: &Place,
    from: &Reach,
    destination: &str,
    inside: Inside,
) -> Result<Reach, FileError> {
    let to = to_write(place, destination, Follow::Link)?;
    let into = inside == Inside::Folder && files::metadata(&to)? == Some(FileType::Directory);
    match from.path.file_name() {
        Some(name) if into => Ok(to.join(name)),
        _ => Ok(to),
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Inside {
    Folder,
    Never,
}

fn copy(place: &Place, path: &str, destination: &str) -> Result<Json, FileError> {
    let from = to_read(place, path)?;
    let inside = match files::metadata(&from)? {
        None => {
            return Err(FileError::new("FileNotFoundError", format!("Source not found: {path}")));
        }
        Some(FileType::Directory) => Inside::Never,
        Some(_) => Inside::Folder,
    };
    files::copy(place, &from, &target(place, &from, destination, inside)?)?;
    Ok(json!({ "action": "copy", "source": path, "destination": destination }))
}

fn shift(place: &Place, path: &str, destination: &str) -> Result<Json, FileError> {
    let from = removable(place, path, "Source not found")?;
    let to = target(place, &from, destination, Inside::Folder)?;
    if to.path.starts_with(&from.path) && to.path != from.path {
        return Err(FileError::new("OSError", format!("`{destination}` is inside `{path}`")));
    }
    if !files::rename(&from, &to)? {
        files::copy(place, &from, &to)?;
        files::remove(&from)?;
    }
    Ok(json!({ "action": "move", "source": path, "destination": destination }))
}

fn delete(place: &Place, path: &str) -> Result<Json, FileError> {
    files::remove(&removable(place, path, "Path not found")?)?;
    Ok(json!({ "action": "delete", "path": path }))
}

/// Something that is there, and is not the ground we stand on.
fn removable(place: &Place, path: &str, missing: &str) -> Result<Reach, FileError> {
    let reach = to_write(place, path, Follow::Parents)?;
    if files::metadata(&reach)?.is_none() {
        return Err(FileError::new("FileNotFoundError", format!("{missing}: {path}")));
    }
    if reach.is_root(place) {
        return Err(FileError::new(
            "PermissionError",
            format!("`{path}` is the workspace or holds it, and stays"),
        ));
    }
    Ok(reach)
}

fn exists(place: &Place, path: &str) -> Result<Json, FileError> {
    let kind = files::metadata(&to_read(place, path)?)?;
    let word = kind.map(|kind| if kind == FileType::Directory { "directory" } else { "file" });
    Ok(json!({ "action": "exists", "path": path, "exists": word.is_some(), "type": word }))
}

fn mkdir(place: &Place, path: &str) -> Result<Json, FileError> {
    let reach = to_write(place, path, Follow::Link)?;
    let before = files::metadata(&reach)?;
    if before.is_some_and(|kind| kind != FileType::Directory) {
        return Err(FileError::new("FileExistsError", format!("`{path}` is a file already")));
    }
    files::create_folder(&reach)?;
    Ok(json!({ "action": "mkdir", "path": path, "created": before.is_none() }))
}
