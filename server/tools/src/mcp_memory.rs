//! `mcp-memory`: keeps values for later steps and runs, one file a namespace in `.downbeat/memory` of the workspace.

use std::{
    fs::File,
    io::{self, Read as _, Write as _},
    path::{Path, PathBuf},
    time::{SystemTime, UNIX_EPOCH},
};

use async_trait::async_trait;
use engine::tool::{Call, Failure, Tool};
use indexmap::IndexMap;
use pipeline::catalogue::{MCP_MEMORY, Signature};
use serde::{Deserialize, Serialize};
use serde_json::{Value as Json, json};

use crate::answer::{blocking, done, failed, given, operation, text};

/// Bytes of a namespace.
const SIZE: u64 = 64 << 20;

/// See the module.
#[derive(Debug)]
pub(crate) struct McpMemory;

#[async_trait]
impl Tool for McpMemory {
    fn signature(&self) -> &'static Signature {
        &MCP_MEMORY
    }

    async fn call(&self, call: Call) -> Result<Json, Failure> {
        blocking(call, act).await
    }
}

/// A value that is kept.
#[derive(Debug, Serialize, Deserialize)]
struct Kept {
    value: Json,
    /// Unix seconds.
    stored: f64,
    /// Unix seconds; `None`: never.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    expires: Option<f64>,
}

type Memory = IndexMap<String, Kept>;

fn act(call: &Call) -> Result<Json, Failure> {
    let namespace = text(&call.parameters, "namespace").unwrap_or_else(|| "default".to_owned());
    let key = text(&call.parameters, "key").unwrap_or_default();
    let facts = json!({ "namespace": namespace });
    let broken = |error: io::Error| {
        failed(
            "OSError",
            format!("the memory `{namespace}` cannot be used: {error}"),
            facts.clone(),
        )
    };
    let file = file(&call.place.workspace, &namespace);
    let answer = match operation(call, None).as_str() {
        "store" => {
            let kept = kept(call);
            change(&file, |memory| drop(memory.insert(key.clone(), kept))).map_err(broken)?;
            json!({ "stored": true, "key": key, "namespace": namespace })
        }
        "retrieve" => {
            let mut memory = look(&file).map_err(broken)?;
            match memory.shift_remove(&key) {
                Some(kept) => json!({
                    "value": kept.value, "found": true, "key": key,
                    "metadata": { "stored": kept.stored, "expires": kept.expires, "namespace": namespace },
                }),
                None => json!({ "value": null, "found": false, "key": key, "metadata": {} }),
            }
        }
        "list" => {
            let keys: Vec<String> = look(&file).map_err(broken)?.into_keys().collect();
            json!({ "count": keys.len(), "keys": keys, "namespace": namespace })
        }
        "clear" => {
            let mut count = 0;
            change(&file, |memory| {
                count = memory.len();
                memory.clear();
            })
            .map_err(broken)?;
            json!({ "cleared": true, "count": count, "namespace": namespace })
        }
        other => {
            let message = format!("Unknown mcp-memory action: {other}");
            return Err(failed("ValueError", message, facts));
        }
    };
    Ok(done(answer))
}

/// The value of a call, and how long it is kept.
fn kept(call: &Call) -> Kept {
    let stored = now();
    let seconds = given(&call.parameters, "ttl").and_then(Json::as_f64).unwrap_or(0.0);
    let expires = (seconds > 0.0).then_some(stored + seconds);
    Kept { value: call.parameters.get("value").cloned().unwrap_or_default(), stored, expires }
}

/// Unix seconds.
fn now() -> f64 {
    SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_secs_f64()
}

/// The file of a namespace: letters that no file system minds, others by their number.
fn file(workspace: &Path, namespace: &str) -> PathBuf {
    let letter = |byte: u8| match byte {
        b'a'..=b'z' | b'0'..=b'9' | b'-' | b'_' => char::from(byte).to_string(),
        other => format!("%{other:02x}"),
    };
    let name: String = namespace.bytes().map(letter).collect();
    workspace.join(".downbeat/memory").join(format!("{name}.json"))
}

/// What a namespace holds and has not expired.
fn look(path: &Path) -> io::Result<Memory> {
    let file = match File::open(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Memory::new()),
        file => file?,
    };
    let mut text = String::new();
    file.take(SIZE + 1).read_to_string(&mut text)?;
    let mut memory: Memory = serde_json::from_str(&text)?;
    let now = now();
    memory.retain(|_, kept| kept.expires.is_none_or(|until| until > now));
    Ok(memory)
}

/// Changes a namespace, one process at a time; whoever looks sees it as it was or as it is.
fn change(path: &Path, act: impl FnOnce(&mut Memory)) -> io::Result<()> {
    let folder = path.parent().ok_or(io::ErrorKind::InvalidInput)?;
    std::fs::create_dir_all(folder)?;
    let lock = File::create(path.with_extension("lock"))?;
    lock.lock()?;
    let mut memory = look(path)?;
    act(&mut memory);
    let text = serde_json::to_vec_pretty(&memory)?;
    if text.len() as u64 > SIZE {
        return Err(io::Error::other(format!("it would grow beyond {} MiB", SIZE >> 20)));
    }
    let mut file = tempfile::NamedTempFile::new_in(folder)?;
    file.write_all(&text)?;
    file.as_file().sync_data()?;
    file.persist(path)?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use serde_json::{Value as Json, json};

    use super::McpMemory;
    use crate::testing::{call_in, failure, parameters, value};

    fn ask(folder: &Path, given: Json) -> Json {
        value(&McpMemory, call_in(folder, parameters(given)))["result"].clone()
    }

    #[test]
    fn a_value_is_there_for_later_runs_and_in_its_namespace_only() {
        let folder = tempfile::tempdir().unwrap();
        let store = |key: &str, value: Json, namespace: &str| {
            ask(
                folder.path(),
                json!({ "action": "store", "key": key, "value": value, "namespace": namespace }),
            )
        };
        assert_eq!(store("topic", json!({ "a": [1] }), "Team/../x")["stored"], true);
        store("other", json!(2), "Team/../x");
        let found = ask(
            folder.path(),
            json!({ "action": "retrieve", "key": "topic", "namespace": "Team/../x" }),
        );
        assert_eq!((&found["found"], &found["value"]), (&json!(true), &json!({ "a": [1] })));
        let elsewhere = ask(folder.path(), json!({ "action": "retrieve", "key": "topic" }));
        assert_eq!((&elsewhere["found"], &elsewhere["value"]), (&json!(false), &Json::Null));
        let keys = ask(folder.path(), json!({ "action": "list", "namespace": "Team/../x" }));
        assert_eq!((&keys["keys"], &keys["count"]), (&json!(["topic", "other"]), &json!(2)));
        let gone = ask(folder.path(), json!({ "action": "clear", "namespace": "Team/../x" }));
        assert_eq!(gone["count"], 2);
        assert_eq!(
            ask(folder.path(), json!({ "action": "list", "namespace": "Team/../x" }))["count"],
            0
        );
        let files: Vec<_> = walk(folder.path());
        assert!(
            files.iter().all(|it| it.starts_with(folder.path().join(".downbeat/memory"))),
            "{files:?}"
        );
    }

    fn walk(folder: &Path) -> Vec<std::path::PathBuf> {
        let entries = std::fs::read_dir(folder).unwrap().map(|it| it.unwrap().path());
        entries.flat_map(|it| if it.is_dir() { walk(&it) } else { vec![it] }).collect()
    }

    #[test]
    fn what_has_expired_is_not_there() {
        let folder = tempfile::tempdir().unwrap();
        let store = |ttl: f64| {
            ask(folder.path(), json!({ "action": "store", "key": "k", "value": 1, "ttl": ttl }));
            ask(folder.path(), json!({ "action": "retrieve", "key": "k" }))["found"].clone()
        };
        assert_eq!(store(3600.0), true);
        assert_eq!(store(1e-9), false);
        assert_eq!(store(0.0), true);
    }

    #[test]
    fn many_may_store_at_once() {
        let folder = tempfile::tempdir().unwrap();
        std::thread::scope(|scope| {
            for number in 0..16 {
                let folder = folder.path();
                scope.spawn(move || {
                    ask(
                        folder,
                        json!({ "action": "store", "key": format!("k{number}"), "value": number }),
                    )
                });
            }
        });
        assert_eq!(ask(folder.path(), json!({ "action": "list" }))["count"], 16);
    }

    #[test]
    fn a_damaged_memory_is_an_error() {
        let folder = tempfile::tempdir().unwrap();
        ask(folder.path(), json!({ "action": "store", "key": "k", "value": 1 }));
        std::fs::write(folder.path().join(".downbeat/memory/default.json"), "{").unwrap();
        let call = call_in(folder.path(), parameters(json!({ "action": "list" })));
        assert_eq!(failure(&McpMemory, call).error_type, "OSError");
    }
}
