//! `checkpoint`: what past runs of the workspace came to, from its journal. A run that is kept is a state that one can go
//! back to, so every run is a checkpoint under its id.

use std::fmt::Write as _;

use async_trait::async_trait;
use engine::{
    Archive, Document, Found, RunSummary, StepRecord, Wanted,
    tool::{Call, Failure, Tool},
};
use pipeline::catalogue::{CHECKPOINT, Signature};
use serde_json::{Map, Value as Json, json};

use crate::{
    answer::{blocking, done, failed, operation, text},
    files::{self, FileError, Follow},
};

/// See the module.
#[derive(Debug)]
pub(crate) struct Checkpoint;

/// Runs that are listed, and looked through for those of a pipeline.
const LISTED: usize = 1_000;

#[async_trait]
impl Tool for Checkpoint {
    fn signature(&self) -> &'static Signature {
        &CHECKPOINT
    }

    async fn call(&self, call: Call) -> Result<Json, Failure> {
        blocking(call, act).await
    }
}

fn act(call: &Call) -> Result<Json, Failure> {
    match operation(call, None).as_str() {
        "list" => list(call),
        "inspect" => document(call).map(|document| done(json!({ "summary": summary(&document) }))),
        "extract" => extract(call),
        other => {
            Err(failed("ValueError", format!("Unknown checkpoint action: {other}"), json!({})))
        }
    }
}

fn list(call: &Call) -> Result<Json, Failure> {
    let checkpoints: Vec<Json> = runs(call)?.iter().map(told).collect();
    Ok(done(json!({ "count": checkpoints.len(), "checkpoints": checkpoints })))
}

fn told(run: &RunSummary) -> Json {
    json!({
        "checkpoint_file": run.run,
        "run": run.run,
        "pipeline_name": run.pipeline,
        "file": run.file,
        "status": run.status,
        "started_at": run.started_at,
        "duration": run.duration,
    })
}

/// Past runs, newest first, without the one that asks.
fn runs(call: &Call) -> Result<Vec<RunSummary>, Failure> {
    let Some(archive) = archive(call)? else { return Ok(Vec::new()) };
    let mut runs = archive.runs(&Wanted { files: None, limit: LISTED }).map_err(unreadable)?;
    let wanted = text(&call.parameters, "pipeline_name");
    runs.retain(|run| {
        run.run != call.place.run && wanted.as_deref().is_none_or(|name| run.pipeline == name)
    });
    Ok(runs)
}

fn archive(call: &Call) -> Result<Option<Archive>, Failure> {
    Archive::open(&call.place.workspace.join(".downbeat")).map_err(unreadable)
}

fn unreadable(error: engine::JournalError) -> Failure {
    failed("OSError", error.message, json!({}))
}

/// The run that is meant: by its id or the beginning of it, by a file that has its document, else the newest.
fn document(call: &Call) -> Result<Document, Failure> {
    let named =
        text(&call.parameters, "checkpoint_file").filter(|it| !matches!(it.trim(), "" | "latest"));
    let run = match &named {
        None => runs(call)?.into_iter().next().map(|run| run.run),
        Some(name) => match archive(call)?.map(|archive| archive.find(name)).transpose() {
            Err(error) => return Err(unreadable(error)),
            Ok(Some(Found::Run(run))) => Some(run),
            Ok(Some(Found::Several(runs))) => {
                let message = format!("several runs begin with `{name}`: {}", runs.join(", "));
                return Err(failed("ValueError", message, json!({})));
            }
            Ok(Some(Found::Nothing) | None) => return file(call, name),
        },
    };
    let document = match (run, archive(call)?) {
        (Some(run), Some(archive)) => archive.document(&run).map_err(unreadable)?,
        _ => None,
    };
    document.ok_or_else(|| {
        let what = text(&call.parameters, "pipeline_name")
            .map_or_else(String::new, |name| format!(" of the pipeline `{name}`"));
        failed(
            "FileNotFoundError",
            format!("no past run{what} is kept in this workspace"),
            json!({}),
        )
    })
}

/// A run document in a file, as `downbeat run --json` prints it.
fn file(call: &Call, name: &str) -> Result<Document, Failure> {
    let read = files::to_read(&call.place, name).and_then(|reach| files::read(&reach));
    let text = read.map_err(|error| match error.error_type {
        "FileNotFoundError" => {
            let message =
                format!("no run of this workspace begins with `{name}`, and there is no such file");
            failed("FileNotFoundError", message, json!({}))
        }
        _ => of_file(error),
    })?;
    serde_json::from_str(&text).map_err(|error| {
        let message = format!("`{name}` is no run document: {error}");
        failed("ValueError", message, json!({}))
    })
}

fn of_file(error: FileError) -> Failure {
    failed(error.error_type, error.message, json!({}))
}

/// What a run is about, without what its steps came to.
fn summary(document: &Document) -> Json {
    let step = |(id, record): (&String, &StepRecord)| {
        let step = json!({
            "status": record.status,
            "success": record.success,
            "duration": record.duration,
            "attempts": record.retries + 1,
            "error": record.complaint(),
        });
        (id.clone(), step)
    };
    let steps: Map<String, Json> = document.steps.iter().map(step).collect();
    json!({
        "run": document.run,
        "pipeline_name": document.pipeline_id,
        "status": document.status,
        "success": document.success,
        "started_at": document.started_at,
        "completed_at": document.completed_at,
        "duration": document.duration,
        "error": document.error,
        "steps": steps,
        "outputs": document.outputs,
        "products": document.products,
        "usage": document.usage,
    })
}

fn extract(call: &Call) -> Result<Json, Failure> {
    let document = document(call)?;
    let format = text(&call.parameters, "output_format").unwrap_or_else(|| "markdown".to_owned());
    let content = match format.as_str() {
        "json" => results(&document),
        "text" => Json::from(written(&document, Look::Text)),
        _ => Json::from(written(&document, Look::Markdown)),
    };
    let output = text(&call.parameters, "output_file").filter(|it| !it.trim().is_empty());
    if let Some(path) = &output {
        let text = match &content {
            Json::String(text) => text.clone(),
            other => format!("{other:#}\n"),
        };
        let reach = files::to_write(&call.place, path, Follow::Link).map_err(of_file)?;
        files::write(&reach, text.as_bytes()).map_err(of_file)?;
    }
    Ok(done(json!({
        "content": content, "output_file": output, "output_format": format, "run": document.run,
    })))
}

/// Outputs, and what each step came to.
fn results(document: &Document) -> Json {
    let steps: Map<String, Json> =
        document.steps.iter().map(|(id, record)| (id.clone(), record.value.clone())).collect();
    json!({
        "run": document.run,
        "pipeline_name": document.pipeline_id,
        "status": document.status,
        "outputs": document.outputs,
        "steps": steps,
    })
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Look {
    Markdown,
    Text,
}

fn written(document: &Document, look: Look) -> String {
    let mut out = String::new();
    let heading = |out: &mut String, level: usize, text: &str| {
        let marks =
            if look == Look::Markdown { format!("{} ", "#".repeat(level)) } else { String::new() };
        // Writing to a `String` cannot fail; the same holds below.
        let _ = write!(out, "{marks}{text}\n\n");
    };
    heading(&mut out, 1, &document.pipeline_id);
    let _ = write!(out, "Run {}: {}\n\n", document.run, document.status.as_str());
    for (name, value) in &document.outputs {
        heading(&mut out, 2, &format!("Output {name}"));
        put(&mut out, value, look);
    }
    for (id, record) in &document.steps {
        heading(&mut out, 2, &format!("Step {id}: {}", record.status.as_str()));
        if let Some(error) = record.complaint() {
            let _ = write!(out, "{error}\n\n");
        }
        if !record.value.is_null() {
            put(&mut out, &record.value, look);
        }
    }
    out
}

/// A value: text as it is, everything else as JSON.
fn put(out: &mut String, value: &Json, look: Look) {
    let _ = match (value, look) {
        (Json::String(text), _) => write!(out, "{}\n\n", text.trim_end()),
        (other, Look::Markdown) => {
            let json = format!("{other:#}");
            let fence = "`".repeat(longest_fence(&json).max(2) + 1);
            write!(out, "{fence}json\n{json}\n{fence}\n\n")
        }
        (other, Look::Text) => write!(out, "{other:#}\n\n"),
    };
}

/// The most backticks in a row.
fn longest_fence(text: &str) -> usize {
    text.split(|c| c != '`').map(str::len).max().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use serde_json::{Value as Json, json};

    use super::Checkpoint;
    use crate::testing::{call_in, failure, parameters, value};

    fn document(status: &str) -> Json {
        json!({
            "schema_version": 1, "run": "p_1_a", "execution_id": "p_1_a", "pipeline_id": "p", "status": status,
            "success": true, "outputs": { "o": "Done.", "n": 3 }, "products": [], "execution_order": ["a"],
            "execution_levels": [["a"]], "started_at": 1.0, "completed_at": 2.0, "duration": 1.0,
            "error": null, "error_type": null, "warnings": [], "steps": {},
            "usage": { "input_tokens": 0, "output_tokens": 0, "cost": null },
        })
    }

    #[test]
    fn a_document_in_a_file_is_looked_into_and_written_out() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("run.json"), document("completed").to_string()).unwrap();
        let ask = |given: Json| value(&Checkpoint, call_in(folder.path(), parameters(given)));
        let seen = ask(json!({ "action": "inspect", "checkpoint_file": "run.json" }));
        assert_eq!(seen["result"]["summary"]["outputs"]["n"], 3, "{seen}");
        let told = ask(json!({
            "action": "extract", "checkpoint_file": "run.json", "output_format": "markdown", "output_file": "out/run.md",
        }));
        let text = std::fs::read_to_string(folder.path().join("out/run.md")).unwrap();
        assert_eq!(told["result"]["content"], text);
        assert!(
            text.starts_with("# p\n\nRun p_1_a: completed\n\n## Output o\n\nDone.\n"),
            "{text}"
        );
        assert!(text.contains("```json\n3\n```"), "{text}");
        let list = ask(json!({ "action": "list" }));
        assert_eq!(list["result"]["count"], 0, "{list}");
    }

    #[test]
    fn what_is_not_there_is_said() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("other.json"), "{}").unwrap();
        let ask = |given: Json| failure(&Checkpoint, call_in(folder.path(), parameters(given)));
        let nothing = ask(json!({ "action": "inspect" }));
        assert!(nothing.message.contains("no past run"), "{}", nothing.message);
        let unknown = ask(json!({ "action": "inspect", "checkpoint_file": "p_9" }));
        assert!(
            unknown.message.contains("no run of this workspace begins with `p_9`"),
            "{}",
            unknown.message
        );
        let other = ask(json!({ "action": "inspect", "checkpoint_file": "other.json" }));
        assert!(other.message.contains("`other.json` is no run document"), "{}", other.message);
        let outside = ask(json!({ "action": "inspect", "checkpoint_file": "../x.json" }));
        assert_eq!(outside.error_type, "PermissionError");
    }
}
