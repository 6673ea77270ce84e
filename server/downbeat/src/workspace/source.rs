//! The text of one pipeline and where it came from.

use std::{
    io::Read,
    path::{Path, PathBuf},
    sync::Arc,
};

/// A pipeline's text is refused above this many bytes.
pub(crate) const MAX_BYTES: u64 = 256 << 20;

/// A text and its name.
#[derive(Clone, Debug)]
pub(crate) struct Source {
    /// As it was asked for; `-` for standard input.
    pub(crate) name: Arc<str>,
    /// Where it lies, absolute; nothing for standard input.
    pub(crate) path: Option<PathBuf>,
    /// The text.
    pub(crate) text: Arc<str>,
}

/// A file that could not be read or rewritten, and why, in words for people.
#[derive(Clone, Debug, thiserror::Error)]
#[error("cannot {attempt} `{name}`: {reason}")]
pub(crate) struct Unreadable {
    /// As it was asked for.
    pub(crate) name: String,
    /// What was tried: `read` or `rewrite`.
    pub(crate) attempt: &'static str,
    /// Why not.
    pub(crate) reason: String,
}

impl Unreadable {
    pub(crate) const fn read(name: String, reason: String) -> Self {
        Self { name, attempt: "read", reason }
    }
}

impl Source {
    /// Reads a file, or standard input for `-`.
    pub(crate) fn read(path: &Path) -> Result<Self, Unreadable> {
        let name = display(path);
        let bytes = if name == "-" { read_standard_input() } else { read_file(path) };
        let bytes = bytes.map_err(|reason| Unreadable::read(name.clone(), reason))?;
        let text = String::from_utf8(bytes).map_err(|error| {
            let at = error.utf8_error().valid_up_to();
            Unreadable::read(name.clone(), format!("it is not UTF-8 text (byte {at})"))
        })?;
        let place = (name != "-").then(|| super::current_dir().join(path));
        Ok(Self { name: name.into(), path: place, text: text.into() })
    }

    /// The pipeline's own folder, absolute: where it lies, else the working directory.
    pub(crate) fn folder(&self) -> PathBuf {
        let parent = self.path.as_deref().and_then(Path::parent);
        parent.map_or_else(super::current_dir, Path::to_owned)
    }
}

/// A path as text, with `/` between its parts on every system.
pub(crate) fn display(path: &Path) -> String {
    let text = path.to_string_lossy();
    if cfg!(windows) { text.replace('\\', "/") } else { text.into_owned() }
}

fn read_file(path: &Path) -> Result<Vec<u8>, String> {
    let metadata = std::fs::metadata(path).map_err(|error| reason(&error))?;
    if metadata.is_dir() {
        return Err("it is a folder".to_owned());
    }
    if metadata.len() > MAX_BYTES {
        return Err(too_large());
    }
    let file = std::fs::File::open(path).map_err(|error| reason(&error))?;
    read_bounded(file)
}

/// The first `most` bytes of a file as text; `None` where it is none.
pub(super) fn read_start(path: &Path, most: u64) -> Option<String> {
    // Opening what is no file, such as a pipe, may wait for ever.
    std::fs::metadata(path).ok().filter(std::fs::Metadata::is_file)?;
    let file = std::fs::File::open(path).ok()?;
    let mut bytes = Vec::new();
    file.take(most).read_to_end(&mut bytes).ok()?;
    match String::from_utf8(bytes) {
        Ok(text) => Some(text),
        // It was cut inside a character, or is no text at all.
        Err(error) => {
            let valid = error.utf8_error().valid_up_to();
            let is_cut = valid + 4 > most as usize;
            is_cut.then(|| {
                String::from_utf8_lossy(error.as_bytes().get(..valid).unwrap_or_default())
                    .into_owned()
            })
        }
    }
}

fn read_standard_input() -> Result<Vec<u8>, String> {
    read_bounded(std::io::stdin().lock())
}

fn read_bounded(from: impl Read) -> Result<Vec<u8>, String> {
    let mut bytes = Vec::new();
    from.take(MAX_BYTES + 1).read_to_end(&mut bytes).map_err(|error| reason(&error))?;
    if bytes.len() as u64 > MAX_BYTES { Err(too_large()) } else { Ok(bytes) }
}

fn too_large() -> String {
    format!("it is larger than {} MiB", MAX_BYTES >> 20)
}

/// An I/O error in few words.
pub(crate) fn reason(error: &std::io::Error) -> String {
    match error.kind() {
        std::io::ErrorKind::NotFound => "there is no such file".to_owned(),
        _ => engine::reason(error),
    }
}
