//! Large values as files named by their content, so that rows stay small and equal values are kept once.

use std::{
    fs::{self, File},
    io::{self, Write as _},
    path::{Path, PathBuf},
};

/// JSON text longer than this is a file.
const LARGE: usize = 64 * 1024;

/// What starts the text that stands in a row for a file. JSON text never starts so.
pub(super) const MARK: &str = "blake3:";

/// The text that goes into the row: itself, or the name of the file that now holds it. The file is on disk when this
/// returns.
pub(super) fn put(folder: &Path, text: String) -> io::Result<String> {
    if text.len() <= LARGE {
        return Ok(text);
    }
    let hash = blake3::hash(text.as_bytes()).to_hex();
    let path = place(folder, &hash);
    if !path.exists() {
        let parent = path.parent().unwrap_or(folder);
        fs::create_dir_all(parent)?;
        let temporary = parent.join(format!("{hash}.{}", std::process::id()));
        let mut file = File::create(&temporary)?;
        file.write_all(text.as_bytes())?;
        file.sync_all()?;
        fs::rename(&temporary, &path)?;
        #[cfg(unix)]
        File::open(parent)?.sync_all()?;
    }
    Ok(format!("{MARK}{hash}"))
}

/// The text that a row stands for.
pub(super) fn get(folder: &Path, row: String) -> io::Result<String> {
    let Some(hash) = row.strip_prefix(MARK) else { return Ok(row) };
    let hash = blake3::Hash::from_hex(hash).map_err(io::Error::other)?;
    let text = fs::read_to_string(place(folder, &hash.to_hex()))?;
    if blake3::hash(text.as_bytes()) == hash {
        Ok(text)
    } else {
        Err(io::Error::new(
            io::ErrorKind::InvalidData,
            format!("the stored value {} is damaged", hash.to_hex()),
        ))
    }
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
        assert_eq!(put(folder.path(), "{}".into()).unwrap(), "{}");
        assert!(fs::read_dir(folder.path()).unwrap().next().is_none());
    }
}
