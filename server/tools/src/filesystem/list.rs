//! `list`: the entries of a folder.

use std::{fs, io};

use engine::tool::Place;
use serde_json::{Value as Json, json};

use crate::files::{FileError, to_read};

/// More entries are no list for a pipeline.
const ENTRIES: usize = 100_000;

/// The entries by name, only those that match the pattern.
pub(super) fn list(place: &Place, path: &str, pattern: Option<&str>) -> Result<Json, FileError> {
    let reach = to_read(place, path)?;
    let entries = fs::read_dir(&reach.path).map_err(|error| match error.kind() {
        io::ErrorKind::NotFound => {
            FileError::new("FileNotFoundError", format!("Directory not found: {path}"))
        }
        io::ErrorKind::NotADirectory => {
            FileError::new("NotADirectoryError", format!("Path is not a directory: {path}"))
        }
        _ => FileError::of(&error, path),
    })?;
    let mut items = Vec::new();
    for entry in entries {
        let entry = entry.map_err(|error| FileError::of(&error, path))?;
        let name = entry.file_name();
        let shown = name.to_string_lossy().into_owned();
        if pattern.is_some_and(|pattern| !matches(pattern, &shown)) {
            continue;
        }
        if items.len() == ENTRIES {
            let message = format!(
                "`{path}` holds more than {ENTRIES} entries; name a smaller folder or a `pattern`"
            );
            return Err(FileError::new("OSError", message));
        }
        // What a link leads to counts; a link to nothing is a file.
        let metadata = fs::metadata(entry.path()).ok();
        let is_folder = metadata.as_ref().is_some_and(fs::Metadata::is_dir);
        let size = metadata.filter(fs::Metadata::is_file).map(|it| it.len());
        let kind = if is_folder { "directory" } else { "file" };
        let written = reach.join(&name).written;
        items.push((
            shown.clone(),
            json!({ "name": shown, "path": written, "type": kind, "size": size }),
        ));
    }
    items.sort_by(|a, b| a.0.cmp(&b.0));
    let items: Vec<Json> = items.into_iter().map(|(_, item)| item).collect();
    Ok(json!({ "action": "list", "path": path, "count": items.len(), "items": items }))
}

/// `*` is any text, `?` any character. Linear in practice: only the last `*` is tried again.
fn matches(pattern: &str, name: &str) -> bool {
    let pattern: Vec<char> = pattern.chars().collect();
    let name: Vec<char> = name.chars().collect();
    let (mut p, mut n) = (0, 0);
    let mut star: Option<(usize, usize)> = None;
    while n < name.len() {
        match pattern.get(p) {
            Some('*') => {
                star = Some((p, n));
                p += 1;
            }
            Some(wanted) if *wanted == '?' || name.get(n) == Some(wanted) => {
                p += 1;
                n += 1;
            }
            _ => {
                let Some((at, from)) = star else { return false };
                star = Some((at, from + 1));
                p = at + 1;
                n = from + 1;
            }
        }
    }
    pattern.iter().skip(p).all(|rest| *rest == '*')
}

#[cfg(test)]
mod tests {
    use super::matches;

    #[test]
    fn patterns() {
        for (pattern, name, expected) in [
            ("*", "", true),
            ("*.md", "a.md", true),
            ("*.md", "a.mdx", false),
            ("a*b*c", "aXXbYYbc", true),
            ("a?c", "aüc", true),
            ("a?c", "ac", false),
            ("", "a", false),
            ("a", "a", true),
        ] {
            assert_eq!(matches(pattern, name), expected, "{pattern} {name}");
        }
    }
}
