//! A folder to run pipelines in, and what the binary says there.

use std::{fs, path::PathBuf};

use serde_json::Value as Json;

use crate::process::{Said, downbeat};

/// A workspace of its own with copies of the named fixtures.
#[derive(Debug)]
pub struct Workspace(tempfile::TempDir);

impl Workspace {
    /// Copies of these files of `fixtures`, by their bare names.
    ///
    /// # Panics
    /// When it cannot be made.
    #[must_use]
    pub fn new(fixtures: &[&str]) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        fs::write(folder.path().join("downbeat.toml"), "").expect("written");
        for name in fixtures {
            let from = crate::root().join("fixtures").join(name);
            let to = folder.path().join(from.file_name().expect("a name"));
            fs::copy(from, to).expect("copied");
        }
        Self(folder)
    }

    /// One file with this text.
    ///
    /// # Panics
    /// When it cannot be made.
    #[must_use]
    pub fn with(name: &str, text: &str) -> Self {
        let workspace = Self::new(&[]);
        fs::write(workspace.path().join(name), text).expect("written");
        workspace
    }

    /// Its folder, links followed.
    ///
    /// # Panics
    /// When it is gone.
    #[must_use]
    pub fn path(&self) -> PathBuf {
        self.0.path().canonicalize().expect("it is there")
    }

    /// Calls the binary in it.
    pub fn say(&self, arguments: &[&str]) -> Said {
        downbeat(&self.path(), arguments, b"")
    }

    /// Standard output as JSON, held against a schema.
    #[must_use]
    pub fn json(&self, schema: &str, arguments: &[&str]) -> (Json, Option<i32>) {
        let said = self.say(arguments);
        let value = parse(&said.out);
        validate(schema, &value);
        (value, said.code)
    }
}

/// JSON that must be well-formed.
///
/// # Panics
/// When it is not.
#[must_use]
pub fn parse(text: &str) -> Json {
    serde_json::from_str(text).unwrap_or_else(|error| panic!("{error}: {text}"))
}

/// Holds a value against one of the program's own schemas.
///
/// # Panics
/// When it does not fit.
pub fn validate(schema: &str, value: &Json) {
    let said = downbeat(&std::env::temp_dir(), &["schema", schema], b"");
    jsonschema::validate(&parse(&said.out), value)
        .unwrap_or_else(|error| panic!("{schema}: {error}: {value:#}"));
}
