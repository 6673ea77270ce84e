//! What makes two calls the same call.

use std::{
    fs::File,
    io,
    path::{Path, PathBuf},
};

use blake3::Hasher;

use crate::tool::{Call, Reliance};

/// Raised when keys are made otherwise, so that no older one is met by chance.
const VERSION: &str = "1";

/// The hash of a call. It is made with a key of the workspace: it tells nothing about a secret among the parameters to
/// one who does not have that key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Key([u8; blake3::OUT_LEN]);

/// The workspace's key of keys.
#[derive(Clone)]
pub(crate) struct Pepper(pub(crate) [u8; blake3::KEY_LEN]);

// By hand: it stays out of debug output.
impl std::fmt::Debug for Pepper {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Pepper")
    }
}

impl Key {
    /// As the journal has it.
    pub(crate) const fn as_bytes(&self) -> &[u8] {
        &self.0
    }

    /// Of a call of a tool. Reads the files that the answer follows from: blocks.
    ///
    /// # Errors
    /// One of the files cannot be read.
    pub(crate) fn of(
        pepper: &Pepper,
        tool: &str,
        call: &Call,
        reliance: &Reliance,
    ) -> io::Result<Self> {
        let mut hasher = Hasher::new_keyed(&pepper.0);
        part(&mut hasher, VERSION.as_bytes());
        part(&mut hasher, env!("CARGO_PKG_VERSION").as_bytes());
        part(&mut hasher, tool.as_bytes());
        part(&mut hasher, call.operation.as_deref().unwrap_or_default().as_bytes());
        part(&mut hasher, call.text.as_deref().unwrap_or_default().as_bytes());
        part(&mut hasher, rounds(&call.place.path).as_bytes());
        // A tool asks for its parameters by name; what is inside of them may be told in order.
        let mut names: Vec<_> = call.parameters.iter().collect();
        names.sort_unstable_by_key(|(name, _)| *name);
        for (name, value) in names {
            part(&mut hasher, name.as_bytes());
            part(&mut hasher, &serde_json::to_vec(value)?);
        }
        part(&mut hasher, b"");
        if let Some(mind) = &call.mind {
            part(&mut hasher, &serde_json::to_vec(&**mind)?);
        }
        match reliance {
            Reliance::Nothing => {}
            Reliance::Files(files) => {
                for path in files {
                    part(&mut hasher, path.as_os_str().as_encoded_bytes());
                    part(&mut hasher, content(path)?.as_bytes());
                }
            }
            Reliance::World => part(&mut hasher, call.place.cwd.as_os_str().as_encoded_bytes()),
        }
        Ok(Self(*hasher.finalize().as_bytes()))
    }
}

/// With its length, so that no two lists of parts are one text.
fn part(hasher: &mut Hasher, bytes: &[u8]) {
    hasher.update(&(bytes.len() as u64).to_le_bytes()).update(bytes);
}

fn content(path: &PathBuf) -> io::Result<blake3::Hash> {
    let mut hasher = Hasher::new();
    hasher.update_reader(File::open(Path::new(path))?)?;
    Ok(hasher.finalize())
}

/// The numbers of the rounds around a step: `3.0` of `outer[3].inner[0].step`.
fn rounds(path: &str) -> String {
    let numbers = path.split('[').skip(1).filter_map(|it| it.split(']').next());
    numbers.collect::<Vec<_>>().join(".")
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::tool::{Names, Output, Place};

    fn call(path: &str, parameters: serde_json::Value) -> Call {
        Call {
            operation: Some("read".into()),
            parameters: parameters.as_object().unwrap().clone(),
            text: None,
            mind: None,
            names: Names::none(),
            place: Place {
                run: "r".into(),
                step: "s".into(),
                path: path.into(),
                attempt: 1,
                idempotency_key: String::new(),
                cwd: "/".into(),
                workspace: "/".into(),
                pipeline_folder: "/".into(),
                writable: vec![],
                reachable: vec![],
                depth: 0,
            },
            cancel: tokio_util::sync::CancellationToken::new(),
            output: Output::none(),
            hosts: crate::limits::Hosts::default(),
            timeout: None,
            people: crate::people::People::nobody(),
        }
    }

    fn key(call: &Call, reliance: &Reliance) -> Key {
        Key::of(&Pepper([7; 32]), "tool", call, reliance).unwrap()
    }

    #[test]
    fn what_is_asked_makes_the_key_and_who_asks_does_not() {
        let one = call("a", json!({"x": 1, "y": [1, 2]}));
        let same = [call("b", json!({"y": [1, 2], "x": 1}))];
        let others = [
            call("a", json!({"x": 2, "y": [1, 2]})),
            call("a", json!({"x": 1, "y": [2, 1]})),
            call("a", json!({"x": "1", "y": [1, 2]})),
            call("a", json!({"x": 1})),
            call("l[0].a", json!({"x": 1, "y": [1, 2]})),
            Call { operation: Some("list".into()), ..call("a", json!({"x": 1, "y": [1, 2]})) },
            Call { text: Some("t".into()), ..call("a", json!({"x": 1, "y": [1, 2]})) },
        ];
        let of = |it: &Call| key(it, &Reliance::Nothing);
        assert!(same.iter().all(|it| of(it) == of(&one)));
        for other in &others {
            assert_ne!(of(other), of(&one), "{other:?}");
        }
        let elsewhere = Key::of(&Pepper([8; 32]), "tool", &one, &Reliance::Nothing).unwrap();
        assert_ne!(elsewhere, of(&one), "another workspace");
    }

    #[test]
    fn content_of_files_is_in_the_key() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.txt");
        std::fs::write(&path, "one").unwrap();
        let call = call("a", json!({}));
        let files = Reliance::Files(vec![path.clone()]);
        let before = key(&call, &files);
        assert_eq!(key(&call, &files), before);
        std::fs::write(&path, "two").unwrap();
        assert_ne!(key(&call, &files), before);
        std::fs::remove_file(&path).unwrap();
        assert!(Key::of(&Pepper([7; 32]), "tool", &call, &files).is_err());
    }

    #[test]
    fn rounds_of_a_path() {
        assert_eq!(rounds("step"), "");
        assert_eq!(rounds("outer[3].inner[0].step"), "3.0");
    }
}
