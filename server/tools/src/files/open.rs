//! Opening files part by part, following no link.
//!
//! Where a path leads was found out before; between that and the opening somebody may put a link in its way. So every
//! folder is opened from the one above it, and a link is an error.

use std::{
    ffi::{OsStr, OsString},
    fs::File,
    io::{self, Read, Write as _},
    os::fd::OwnedFd,
    path::{Component, Path},
    sync::atomic::{AtomicU64, Ordering},
};

use rustix::fs::{AtFlags, FileType, Mode, OFlags, Stat};

use super::{FileError, Reach};

/// The largest file that is read as text, and the largest text that is written: 128 MiB.
const LIMIT: u64 = 128 << 20;

#[cfg(target_os = "linux")]
const FOLDER: OFlags =
    OFlags::PATH.union(OFlags::DIRECTORY).union(OFlags::NOFOLLOW).union(OFlags::CLOEXEC);
#[cfg(not(target_os = "linux"))]
const FOLDER: OFlags = OFlags::DIRECTORY.union(OFlags::NOFOLLOW).union(OFlags::CLOEXEC);

/// What becomes of folders that are not there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Missing {
    Create,
    Fail,
}

fn folder(path: &Path, missing: Missing) -> io::Result<OwnedFd> {
    let mut open = rustix::fs::open("/", FOLDER, Mode::empty())?;
    for part in path.components() {
        let Component::Normal(name) = part else { continue };
        open = match rustix::fs::openat(&open, name, FOLDER, Mode::empty()) {
            Err(rustix::io::Errno::NOENT) if missing == Missing::Create => {
                match rustix::fs::mkdirat(&open, name, Mode::from_raw_mode(0o777)) {
                    // Somebody else was faster.
                    Ok(()) | Err(rustix::io::Errno::EXIST) => {}
                    Err(error) => return Err(error.into()),
                }
                rustix::fs::openat(&open, name, FOLDER, Mode::empty())?
            }
            other => other?,
        };
    }
    Ok(open)
}

/// The folder of a path, opened, and the name in it.
fn spot(path: &Path, missing: Missing) -> io::Result<(OwnedFd, OsString)> {
    let name = path.file_name().ok_or(io::ErrorKind::IsADirectory)?;
    Ok((folder(path.parent().unwrap_or(Path::new("/")), missing)?, name.to_owned()))
}

fn look(folder: &OwnedFd, name: &OsStr) -> io::Result<Stat> {
    Ok(rustix::fs::statat(folder, name, AtFlags::SYMLINK_NOFOLLOW)?)
}

fn kind(stat: &Stat) -> FileType {
    FileType::from_raw_mode(stat.st_mode)
}

/// A file as text, at most [`LIMIT`].
pub(crate) fn read(reach: &Reach) -> Result<String, FileError> {
    String::from_utf8(read_bytes(reach)?).map_err(|error| {
        let at = error.utf8_error().valid_up_to();
        FileError::new(
            "UnicodeDecodeError",
            format!("`{}` is no UTF-8 text: byte {at} fits no character", reach.written),
        )
    })
}

/// The bytes of a file, at most [`LIMIT`].
pub(crate) fn read_bytes(reach: &Reach) -> Result<Vec<u8>, FileError> {
    let (mut file, stat) = open(reach)?;
    let written = &reach.written;
    if stat.st_size > i64::try_from(LIMIT).unwrap_or(i64::MAX) {
        return Err(too_large(written));
    }
    let mut bytes = Vec::new();
    let count = Read::take(&mut file, LIMIT + 1).read_to_end(&mut bytes);
    let count = count.map_err(|error| FileError::of(&error, written))?;
    if count as u64 > LIMIT {
        return Err(too_large(written));
    }
    Ok(bytes)
}

fn too_large(written: &str) -> FileError {
    FileError::new(
        "OSError",
        format!("`{written}` is too large to be read at once: the limit is {} MiB", LIMIT >> 20),
    )
}

/// A regular file for reading.
pub(super) fn open(reach: &Reach) -> Result<(File, Stat), FileError> {
    let written = &reach.written;
    let io = |error: io::Error| FileError::of(&error, written);
    let (folder, name) = spot(&reach.path, Missing::Fail).map_err(io)?;
    let stat = look(&folder, &name).map_err(io)?;
    match kind(&stat) {
        FileType::RegularFile => {}
        FileType::Directory => return Err(io(io::ErrorKind::IsADirectory.into())),
        _ => return Err(FileError::new("OSError", format!("`{written}` is no regular file"))),
    }
    let flags = OFlags::RDONLY | OFlags::NOFOLLOW | OFlags::NONBLOCK | OFlags::CLOEXEC;
    let file = rustix::fs::openat(&folder, &name, flags, Mode::empty())
        .map_err(|error| io(error.into()))?;
    Ok((File::from(file), stat))
}

/// Puts a whole file in place: readers see the old one or the new one.
pub(crate) fn write(reach: &Reach, content: &[u8]) -> Result<(), FileError> {
    if content.len() as u64 > LIMIT {
        let message =
            format!("the content for `{}` is larger than {} MiB", reach.written, LIMIT >> 20);
        return Err(FileError::new("OSError", message));
    }
    put(reach, None, |file| file.write_all(content))
}

/// Like [`write`], with the content from `fill` and the permissions of another file.
pub(super) fn put(
    reach: &Reach,
    mode: Option<Mode>,
    fill: impl FnOnce(&mut File) -> io::Result<()>,
) -> Result<(), FileError> {
    let place = || -> io::Result<()> {
        let (folder, name) = spot(&reach.path, Missing::Create)?;
        let old = look(&folder, &name).ok();
        if old.as_ref().is_some_and(|old| kind(old) == FileType::Directory) {
            return Err(io::ErrorKind::IsADirectory.into());
        }
        let mode = mode.or_else(|| old.map(|old| Mode::from_raw_mode(old.st_mode & 0o777)));
        let draft = draft_name(&name);
        let flags =
            OFlags::WRONLY | OFlags::CREATE | OFlags::EXCL | OFlags::NOFOLLOW | OFlags::CLOEXEC;
        let file = rustix::fs::openat(&folder, &draft, flags, Mode::from_raw_mode(0o666))?;
        let mut file = File::from(file);
        let done = fill(&mut file)
            .and_then(|()| Ok(mode.map_or(Ok(()), |mode| rustix::fs::fchmod(&file, mode))?))
            .and_then(|()| Ok(rustix::fs::renameat(&folder, &draft, &folder, &name)?));
        if done.is_err() {
            // The first error is the one to tell.
            let _ = rustix::fs::unlinkat(&folder, &draft, AtFlags::empty());
        }
        done
    };
    place().map_err(|error| FileError::of(&error, &reach.written))
}

fn draft_name(name: &OsStr) -> OsString {
    static NUMBER: AtomicU64 = AtomicU64::new(0);
    let number = NUMBER.fetch_add(1, Ordering::Relaxed);
    let mut draft = OsString::from(".");
    // A name may have 255 bytes; the draft's must not have more.
    draft.push(if name.len() < 200 { name } else { OsStr::new("file") });
    draft.push(format!(".{}-{number}.part", std::process::id()));
    draft
}

/// What is there, the link itself if it is one; `None` for nothing.
pub(crate) fn metadata(reach: &Reach) -> Result<Option<FileType>, FileError> {
    if reach.path.file_name().is_none() {
        return Ok(Some(FileType::Directory));
    }
    let found = spot(&reach.path, Missing::Fail).and_then(|(folder, name)| look(&folder, &name));
    match found {
        Ok(stat) => Ok(Some(kind(&stat))),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(FileError::of(&error, &reach.written)),
    }
}

/// Creates a folder and those above it.
pub(crate) fn create_folder(reach: &Reach) -> Result<(), FileError> {
    match folder(&reach.path, Missing::Create) {
        Ok(_) => Ok(()),
        Err(error) => Err(FileError::of(&error, &reach.written)),
    }
}

/// Removes a file, or a folder with everything in it; a link, not what it leads to.
pub(crate) fn remove(reach: &Reach) -> Result<(), FileError> {
    let gone = || -> io::Result<()> {
        let (folder, name) = spot(&reach.path, Missing::Fail)?;
        if kind(&look(&folder, &name)?) == FileType::Directory {
            // Follows no link inside, as its documentation says.
            return std::fs::remove_dir_all(&reach.path);
        }
        Ok(rustix::fs::unlinkat(&folder, &name, AtFlags::empty())?)
    };
    gone().map_err(|error| FileError::of(&error, &reach.written))
}

/// Gives something another place on the same disk; `false` when it is another disk.
pub(crate) fn rename(from: &Reach, to: &Reach) -> Result<bool, FileError> {
    let moved = || -> io::Result<bool> {
        let (old, old_name) = spot(&from.path, Missing::Fail)?;
        let (new, new_name) = spot(&to.path, Missing::Create)?;
        match rustix::fs::renameat(&old, &old_name, &new, &new_name) {
            Ok(()) => Ok(true),
            Err(rustix::io::Errno::XDEV) => Ok(false),
            Err(error) => Err(error.into()),
        }
    };
    moved().map_err(|error| FileError::of(&error, &to.written))
}
