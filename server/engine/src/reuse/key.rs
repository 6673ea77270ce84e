//! What makes two calls the same call.

use std::{
    fs::File,
    io,
    path::{Path, PathBuf},
    sync::Arc,
};

use blake3::Hasher;
use serde::Serialize;
use serde_json::{Map, Value as Json};

use crate::tool::{Call, Reliance};

/// Raised when keys are made otherwise, so that no older one is met by chance.
const VERSION: &str = "2";

/// The hash of a call. It is made with a key of the workspace: it tells nothing about a secret among the parameters to
/// one who does not have that key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Key([u8; blake3::OUT_LEN]);

/// A call as it is told from others: the key of all of it, and a short hash of each part, with which can be said which of
/// them differs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Print {
    pub(crate) key: Key,
    /// As the journal has it: a JSON object from the name of a part to its hash.
    pub(crate) parts: Arc<str>,
}

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
}

impl Print {
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
        let mut parts = Parts::new(pepper);
        for (name, bytes) in [
            ("version", env!("CARGO_PKG_VERSION")),
            ("tool", tool),
            ("operation", call.operation.as_deref().unwrap_or_default()),
            ("text", call.text.as_deref().unwrap_or_default()),
            ("rounds", &rounds(&call.place.path)),
        ] {
            parts.bytes(name.to_owned(), bytes.as_bytes());
        }
        // A tool asks for its parameters by name; what is inside of them may be told in order.
        let mut names: Vec<_> = call.parameters.iter().collect();
        names.sort_unstable_by_key(|(name, _)| *name);
        for (name, value) in names {
            parts.json(format!("{PARAMETER}{name}"), value)?;
        }
        if let Some(mind) = &call.mind {
            parts.json("model".to_owned(), &**mind)?;
        }
        match reliance {
            Reliance::Nothing => {}
            Reliance::Files(files) => {
                for path in files {
                    let content = content(path)?;
                    part(&mut parts.all, path.as_os_str().as_encoded_bytes());
                    parts.bytes(format!("{FILE}{}", path.display()), content.as_bytes());
                }
            }
            Reliance::World => {
                let cwd = call.place.cwd.as_os_str().as_encoded_bytes();
                parts.bytes("folder".to_owned(), cwd);
            }
        }
        Ok(parts.print())
    }

    /// The first part of the call that is another one than in those parts, and its name where there are several of its
    /// kind. A parameter or a file that only one of the two has is such a part.
    pub(crate) fn first_difference(&self, before: &str) -> Option<(&'static str, Option<String>)> {
        let read = |text: &str| serde_json::from_str::<Map<String, Json>>(text).unwrap_or_default();
        let (before, now) = (read(before), read(&self.parts));
        let differs = |name: &&String| before.get(*name) != now.get(*name);
        let of_kind = |kind: &str| {
            let mut names = now.keys().chain(before.keys()).filter(|it| it.starts_with(kind));
            names.find(differs).map(|name| name.trim_start_matches(kind).to_owned())
        };
        let single = |part: &'static str| {
            let name = part.to_owned();
            differs(&&name).then_some((part, None))
        };
        single("tool")
            .or_else(|| single("operation"))
            .or_else(|| single("version"))
            .or_else(|| single("model"))
            .or_else(|| single("text"))
            .or_else(|| of_kind(PARAMETER).map(|name| ("parameter", Some(name))))
            .or_else(|| of_kind(FILE).map(|name| ("file", Some(name))))
            .or_else(|| single("rounds"))
            .or_else(|| single("folder"))
    }
}

/// How the names of parts begin that are parameters, and files.
const PARAMETER: &str = "parameter ";
const FILE: &str = "file ";

/// Hashes of the parts of a call, as secret as its key. A part may be large: it is read once and never copied.
struct Parts<'p> {
    pepper: &'p Pepper,
    all: Hasher,
    named: Map<String, Json>,
}

impl<'p> Parts<'p> {
    fn new(pepper: &'p Pepper) -> Self {
        let mut all = Hasher::new_keyed(&pepper.0);
        part(&mut all, VERSION.as_bytes());
        Self { pepper, all, named: Map::new() }
    }

    fn bytes(&mut self, name: String, bytes: &[u8]) {
        self.put(name, blake3::keyed_hash(&self.pepper.0, bytes));
    }

    fn json(&mut self, name: String, value: &impl Serialize) -> io::Result<()> {
        let mut hasher = Hasher::new_keyed(&self.pepper.0);
        serde_json::to_writer(&mut hasher, value)?;
        self.put(name, hasher.finalize());
        Ok(())
    }

    fn put(&mut self, name: String, hash: blake3::Hash) {
        part(&mut self.all, name.as_bytes());
        self.all.update(hash.as_bytes());
        let short: String = hash.to_hex().chars().take(SHORT).collect();
        self.named.insert(name, short.into());
    }

    fn print(self) -> Print {
        let parts = Json::Object(self.named).to_string().into();
        Print { key: Key(*self.all.finalize().as_bytes()), parts }
    }
}

/// Digits of the hash of a part.
const SHORT: usize = 16;

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
            parameters: Arc::new(parameters.as_object().unwrap().clone()),
            text: None,
            mind: None,
            hands: crate::hands::Hands::none(),
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
            holdings: crate::holdings::Holdings::default(),
            timeout: None,
            people: crate::people::People::nobody(),
        }
    }

    fn key(call: &Call, reliance: &Reliance) -> Key {
        Print::of(&Pepper([7; 32]), "tool", call, reliance).unwrap().key
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
        let elsewhere = Print::of(&Pepper([8; 32]), "tool", &one, &Reliance::Nothing).unwrap();
        assert_ne!(elsewhere.key, of(&one), "another workspace");
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
        assert!(Print::of(&Pepper([7; 32]), "tool", &call, &files).is_err());
    }

    #[test]
    fn the_first_part_that_differs_is_named() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.txt");
        std::fs::write(&path, "one").unwrap();
        let files = Reliance::Files(vec![path.clone()]);
        let of = |call: &Call| Print::of(&Pepper([7; 32]), "tool", call, &files).unwrap();
        let base = call("a", json!({"x": 1, "y": 2}));
        let before = of(&base);
        let named = |part, name: &str| Some((part, Some(name.to_owned())));
        for (now, difference) in [
            (base.clone(), None),
            (call("b", json!({"y": 2, "x": 1})), None),
            (call("a", json!({"x": 1, "y": 3})), named("parameter", "y")),
            (call("a", json!({"x": 1})), named("parameter", "y")),
            (call("a", json!({"x": 1, "y": 2, "z": 0})), named("parameter", "z")),
            (call("l[1].a", json!({"x": 1, "y": 2})), Some(("rounds", None))),
            (Call { operation: None, ..base.clone() }, Some(("operation", None))),
        ] {
            assert_eq!(of(&now).first_difference(&before.parts), difference, "{now:?}");
        }
        std::fs::write(&path, "two").unwrap();
        let changed = named("file", &path.display().to_string());
        assert_eq!(of(&base).first_difference(&before.parts), changed);
        assert!(!before.parts.contains("\"1\""), "no value stands in it");
    }

    #[test]
    fn rounds_of_a_path() {
        assert_eq!(rounds("step"), "");
        assert_eq!(rounds("outer[3].inner[0].step"), "3.0");
    }
}
