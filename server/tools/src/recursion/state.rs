//! The states of a run, in one file of the workspace: a run that is gone on with finds them as they were.

use std::{
    fs, io,
    path::{Path, PathBuf},
    sync::{Mutex, PoisonError},
    time::{SystemTime, UNIX_EPOCH},
};

use engine::tool::{Call, Failure};
use serde_json::{Map, Value as Json, json};

use super::context_id;

/// Answers that are remembered of each state: more calls are not in flight at once.
const REMEMBERED: usize = 64;

/// Bytes that the states of a run may have.
const LIMIT: usize = 16 << 20;

/// One call at a time: each reads what the one before wrote.
static TURN: Mutex<()> = Mutex::new(());

/// A state.
#[derive(Clone, Debug)]
pub(super) struct Context {
    pub(super) state: Map<String, Json>,
    /// Rounds that were counted.
    pub(super) iterations: u64,
    /// When it was first asked for, in Unix seconds.
    pub(super) began: f64,
}

impl Context {
    pub(super) fn new(began: f64) -> Self {
        Self { state: Map::new(), iterations: 0, began }
    }

    fn of(json: &Json, now: f64) -> Self {
        Self {
            state: json["state"].as_object().cloned().unwrap_or_default(),
            iterations: json["iterations"].as_u64().unwrap_or_default(),
            began: json["began"].as_f64().unwrap_or(now),
        }
    }
}

/// Lets a call read and change its state. A call that was answered before, and is made again because the run died before
/// that was known, gets the same answer and changes nothing.
pub(super) fn change(
    call: &Call,
    act: impl FnOnce(&mut Context, f64) -> Result<Json, Failure>,
) -> Result<Json, Failure> {
    let _turn = TURN.lock().unwrap_or_else(PoisonError::into_inner);
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_secs_f64();
    let file = place(call);
    let broken = |error: io::Error| {
        let message = format!("the state of the run cannot be kept: {error}");
        Failure::permanent("OSError", message)
    };
    let mut all = load(&file).map_err(broken)?;
    let id = context_id(call);
    let own = all.entry(id).or_insert_with(|| json!({}));
    let key = call.place.idempotency_key.as_str();
    let mut answers = own["answers"].as_array().cloned().unwrap_or_default();
    if let Some(known) = answers.iter().find(|it| it["key"] == key) {
        return Ok(known["answer"].clone());
    }
    let mut context = Context::of(own, now);
    let answer = act(&mut context, now)?;
    answers.push(json!({ "key": key, "answer": answer }));
    let superfluous = answers.len().saturating_sub(REMEMBERED);
    answers.drain(..superfluous);
    *own = json!({
        "state": context.state,
        "iterations": context.iterations,
        "began": context.began,
        "answers": answers,
    });
    store(&file, &all).map_err(broken)?;
    Ok(answer)
}

fn place(call: &Call) -> PathBuf {
    let is_plain = |c: char| c.is_alphanumeric() || matches!(c, '-' | '_' | '.');
    let name: String = call.place.run.chars().map(|c| if is_plain(c) { c } else { '-' }).collect();
    call.place.workspace.join(".downbeat").join("recursion").join(format!("{name}.json"))
}

fn load(file: &Path) -> io::Result<Map<String, Json>> {
    match fs::read(file) {
        Ok(bytes) => serde_json::from_slice(&bytes).map_err(io::Error::other),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(Map::new()),
        Err(error) => Err(error),
    }
}

fn store(file: &Path, all: &Map<String, Json>) -> io::Result<()> {
    let bytes = serde_json::to_vec(all)?;
    if bytes.len() > LIMIT {
        return Err(io::Error::other(format!("it is larger than {} MiB", LIMIT >> 20)));
    }
    let folder = file.parent().unwrap_or(file);
    fs::create_dir_all(folder)?;
    let mut draft = tempfile::NamedTempFile::new_in(folder)?;
    io::Write::write_all(&mut draft, &bytes)?;
    draft.persist(file)?;
    Ok(())
}
