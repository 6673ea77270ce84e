//! The texts of rows: large ones as files named by their content, so that rows stay small and equal values are kept once;
//! small ones behind a sum of theirs, since SQLite does not see when a bit in a text is another one.

use std::{
    fs::{self, File},
    io::{self, BufWriter, Write as _},
    path::{Path, PathBuf},
};

use serde::Serialize;

use crate::random::random;

/// JSON text longer than this is a file.
const LARGE: usize = 64 * 1024;

/// What starts the text that stands in a row for a file. JSON text never starts so.
pub(super) const MARK: &str = "blake3:";

/// What starts a text behind its sum. JSON text never starts so, and texts of older journals have no sum.
const SUMMED: &str = "sum:";

/// Digits of a sum.
const DIGITS: usize = 16;

/// The folder of files that have no name yet. What a crash leaves there is garbage.
const NEW: &str = "new";

/// The text that goes into the row for a value: its JSON behind a sum, or the name of the file that now holds it. The file is on disk
/// when this returns. Nothing large is held in memory.
pub(super) fn put_json(folder: &Path, value: &impl Serialize) -> io::Result<String> {
    let mut spill = Spill { folder, text: Vec::new(), large: None };
    serde_json::to_writer(&mut spill, value)?;
    spill.finish()
}

/// The same for a text.
pub(super) fn put(folder: &Path, text: String) -> io::Result<String> {
    if text.len() <= LARGE {
        return Ok(summed(&text));
    }
    let mut spill = Spill { folder, text: Vec::new(), large: None };
    spill.write_all(text.as_bytes())?;
    spill.finish()
}

/// A text that becomes a file as soon as it is too long.
struct Spill<'f> {
    folder: &'f Path,
    text: Vec<u8>,
    large: Option<Large>,
}

/// A file without its name, which its content will give.
struct Large {
    file: BufWriter<File>,
    hasher: blake3::Hasher,
    path: PathBuf,
}

impl Large {
    fn new(folder: &Path) -> io::Result<Self> {
        let shelf = self::folder(folder).join(NEW);
        fs::create_dir_all(&shelf)?;
        let path = shelf.join(format!("{}-{:016x}", std::process::id(), random()));
        let file = BufWriter::with_capacity(LARGE, File::create(&path)?);
        Ok(Self { file, hasher: blake3::Hasher::new(), path })
    }

    fn write(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.hasher.update(bytes);
        self.file.write_all(bytes)
    }

    /// Gives it its name.
    fn keep(mut self, folder: &Path) -> io::Result<String> {
        let hash = self.hasher.finalize().to_hex();
        let path = place(folder, &hash);
        if !path.exists() {
            let parent = path.parent().unwrap_or(folder);
            fs::create_dir_all(parent)?;
            self.file.flush()?;
            self.file.get_ref().sync_all()?;
            fs::rename(&self.path, &path)?;
            #[cfg(unix)]
            File::open(parent)?.sync_all()?;
        }
        Ok(format!("{MARK}{hash}"))
    }
}

impl Drop for Large {
    fn drop(&mut self) {
        // Mostly it has its name by now.
        let _ = fs::remove_file(&self.path);
    }
}

impl io::Write for Spill<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match &mut self.large {
            Some(large) => large.write(bytes)?,
            None if self.text.len() + bytes.len() <= LARGE => self.text.extend_from_slice(bytes),
            None => {
                let large = self.large.insert(Large::new(self.folder)?);
                large.write(&std::mem::take(&mut self.text))?;
                large.write(bytes)?;
            }
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Spill<'_> {
    fn finish(self) -> io::Result<String> {
        match self.large {
            Some(large) => large.keep(self.folder),
            None => String::from_utf8(self.text).map(|it| summed(&it)).map_err(io::Error::other),
        }
    }
}

fn summed(text: &str) -> String {
    format!("{SUMMED}{}{text}", sum(text))
}

fn sum(text: &str) -> String {
    let mut hex = blake3::hash(text.as_bytes()).to_hex().to_string();
    hex.truncate(DIGITS);
    hex
}

/// The text that a row stands for.
///
/// # Errors
/// It is not what was written: a bit in the row or in the file is another one, or the file is gone.
pub(super) fn get(folder: &Path, row: String) -> io::Result<String> {
    if let Some(rest) = row.strip_prefix(SUMMED) {
        return match rest.split_at_checked(DIGITS) {
            Some((kept, text)) if sum(text) == kept => Ok(text.to_owned()),
            _ => Err(damaged("a row of it")),
        };
    }
    let Some(hash) = row.strip_prefix(MARK) else { return Ok(row) };
    let hash = blake3::Hash::from_hex(hash).map_err(io::Error::other)?;
    let text = fs::read_to_string(place(folder, &hash.to_hex()))?;
    if blake3::hash(text.as_bytes()) == hash {
        Ok(text)
    } else {
        Err(damaged(&format!("the stored value {}", hash.to_hex())))
    }
}

fn damaged(what: &str) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, format!("{what} is damaged"))
}

/// Where the files are, each below a folder of the first digits of its name.
pub(super) fn folder(state: &Path) -> PathBuf {
    state.join("values")
}

/// The hash that a text begins with, if it does.
pub(super) fn hash_at_start(text: &str) -> Option<String> {
    let (hash, _) = text.split_at_checked(2 * blake3::OUT_LEN)?;
    blake3::Hash::from_hex(hash).ok().map(|hash| hash.to_hex().to_string())
}

fn place(state: &Path, hash: &str) -> PathBuf {
    let (shelf, _) = hash.split_at_checked(2).unwrap_or((hash, ""));
    folder(state).join(shelf).join(hash)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn large_texts_come_back_and_damage_is_seen() {
        let folder = tempfile::tempdir().unwrap();
        let text = "x".repeat(LARGE + 1);
        let row = put(folder.path(), text.clone()).unwrap();
        assert!(row.starts_with(MARK) && row.len() < 100);
        assert_eq!(put(folder.path(), text.clone()).unwrap(), row);
        assert_eq!(get(folder.path(), row.clone()).unwrap(), text);

        let path = place(folder.path(), row.strip_prefix(MARK).unwrap());
        fs::write(path, "y").unwrap();
        assert!(get(folder.path(), row).unwrap_err().to_string().contains("damaged"));
    }

    #[test]
    fn small_texts_stay_in_the_row() {
        let folder = tempfile::tempdir().unwrap();
        let row = put(folder.path(), "{\"a\": \"ü\"}".into()).unwrap();
        assert_eq!(get(folder.path(), row.clone()).unwrap(), "{\"a\": \"ü\"}");
        for at in 0..row.len() {
            let mut bytes = row.clone().into_bytes();
            bytes[at] ^= 1;
            let Ok(other) = String::from_utf8(bytes) else { continue };
            // Where it is no sum any longer, it is no JSON either.
            let found =
                get(folder.path(), other).map(|it| serde_json::from_str::<serde_json::Value>(&it));
            assert!(!matches!(found, Ok(Ok(_))), "{at}");
        }
        assert_eq!(get(folder.path(), "{}".into()).unwrap(), "{}", "of an older journal");
        assert!(fs::read_dir(folder.path()).unwrap().next().is_none());
    }

    #[test]
    fn a_value_is_kept_as_its_text() {
        let folder = tempfile::tempdir().unwrap();
        for length in [0, 10, LARGE - 2, LARGE - 1, LARGE, 3 * LARGE] {
            let value = serde_json::Value::from("ü".repeat(length / 2));
            let row = put_json(folder.path(), &value).unwrap();
            assert_eq!(row, put(folder.path(), value.to_string()).unwrap(), "{length}");
            assert_eq!(get(folder.path(), row).unwrap(), value.to_string(), "{length}");
        }
        let new = super::folder(folder.path()).join(NEW);
        assert_eq!(fs::read_dir(new).unwrap().count(), 0, "every file has its name");
    }
}
