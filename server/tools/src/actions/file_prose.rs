//! Instructions such as `write the following content to notes.md`.

use std::sync::LazyLock;

use async_trait::async_trait;
use engine::tool::{Call, Failure, Tool};
use pipeline::catalogue::{FILE_PROSE, Signature};
use regex::Regex;
use serde_json::{Value as Json, json};

use crate::{
    answer::{blocking, text},
    files::{self, FileError, Follow, to_write},
};

/// See the module.
#[derive(Debug)]
pub(super) struct FileProse;

#[async_trait]
impl Tool for FileProse {
    fn signature(&self) -> &'static Signature {
        &FILE_PROSE
    }

    async fn call(&self, call: Call) -> Result<Json, Failure> {
        blocking(call, act).await
    }
}

fn act(call: &Call) -> Result<Json, Failure> {
    let action = call.text.as_deref().unwrap_or_default().trim();
    let path = text(&call.parameters, "path")
        .or_else(|| path_in(action))
        .unwrap_or_else(|| format!("output/{}_output.txt", call.place.step));
    let content = text(&call.parameters, "content").unwrap_or_else(|| content_in(action));
    let written = || -> Result<(), FileError> {
        files::write(&to_write(&call.place, &path, Follow::Link)?, content.as_bytes())
    };
    written().map_err(|error| {
        let message = format!("Failed to write file: {}", error.message);
        let value = json!({ "success": false, "error": error.message, "message": message });
        Failure { value: Some(value), ..Failure::permanent(error.error_type, error.message) }
    })?;
    let (size, filepath) = (content.chars().count(), path.strip_prefix("./").unwrap_or(&path));
    let message = format!("Successfully wrote {size} bytes to {filepath}");
    Ok(json!({ "success": true, "filepath": filepath, "size": size, "message": message }))
}

/// Where the text says to write: the first of these that says anything.
fn path_in(action: &str) -> Option<String> {
    static PATTERNS: LazyLock<Vec<Regex>> = LazyLock::new(|| {
        [
            r"(?i)to (?:a )?(?:markdown )?file at ([^\n:]+)",
            r"(?i)to (\S+?\.(?:md|txt|json|ya?ml|csv|html))(?::|\s|$)",
            r"(?i)(?:save|write)[^\n]*to ([^\n:]+)",
            r"(?i)(?:file|path):\s*([^\n:]+)",
        ]
        .iter()
        .filter_map(|pattern| Regex::new(pattern).ok())
        .collect()
    });
    PATTERNS.iter().find_map(|pattern| {
        let path = pattern.captures(action)?.get(1)?.as_str().trim();
        (!path.is_empty()).then(|| path.to_owned())
    })
}

/// What the text says to write: the lines behind a colon, else behind "following content", else all of it.
fn content_in(action: &str) -> String {
    static COLON: LazyLock<Option<Regex>> = LazyLock::new(|| Regex::new(r"(?s):\s*\n(.*)").ok());
    static FOLLOWING: LazyLock<Option<Regex>> =
        LazyLock::new(|| Regex::new(r"(?is)following content[:\s]*\n?(.*)").ok());
    [&COLON, &FOLLOWING]
        .iter()
        .find_map(|pattern| {
            Some(pattern.as_ref()?.captures(action)?.get(1)?.as_str().trim().to_owned())
        })
        .unwrap_or_else(|| action.to_owned())
}

#[cfg(test)]
mod tests {
    use serde_json::{Map, json};

    use super::*;
    use crate::testing::{call_in, failure, value};

    #[test]
    fn the_text_says_where_and_what() {
        for (action, path, content) in [
            (
                "write the following content to o/prose.md\nhello",
                "o/prose.md",
                "to o/prose.md\nhello",
            ),
            ("Write this to a.txt:\nline 1\nline 2\n", "a.txt", "line 1\nline 2"),
            ("save the list to a markdown file at notes/n 1.md:\nx", "notes/n 1.md", "x"),
            ("save it to a file", "a file", "save it to a file"),
            ("export all to file", "output/step_output.txt", "export all to file"),
        ] {
            let folder = tempfile::tempdir().unwrap();
            let mut call = call_in(folder.path(), Map::new());
            call.text = Some(action.to_owned());
            let size = content.chars().count();
            let message = format!("Successfully wrote {size} bytes to {path}");
            let expected =
                json!({"success": true, "filepath": path, "size": size, "message": message});
            assert_eq!(value(&FileProse, call), expected, "{action}");
            assert_eq!(
                std::fs::read_to_string(folder.path().join(path)).unwrap(),
                content,
                "{action}"
            );
        }
    }

    #[test]
    fn it_stays_in_the_workspace() {
        let folder = tempfile::tempdir().unwrap();
        let mut call = call_in(folder.path(), Map::new());
        call.text = Some("write x to ../../escape.txt".to_owned());
        assert_eq!(failure(&FileProse, call).error_type, "PermissionError");
    }
}
