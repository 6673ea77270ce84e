//! Real pipelines, run: each that `check` accepts comes to an end that its author would accept.
//!
//! `data/corpus_runs.tsv` lists them: file, folder to run in, inputs, end, and why it ends so. An end is `completed`,
//! `failed` with the steps that failed, or `refused` with the codes of what nothing ran for.

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt::Write as _,
    fs,
    path::{Path, PathBuf},
    process::{Command, Output},
    sync::Mutex,
    thread,
    time::Instant,
};

use serde_json::Value as Json;
use tests::{
    binary,
    editor::copy,
    models::{ModelServer, Task},
};

const JUDGED: &str = include_str!("data/corpus_runs.tsv");

/// Keys of the author's own that would have models answer.
const KEYS: [&str; 7] = [
    "OPENAI_API_KEY",
    "ANTHROPIC_API_KEY",
    "GOOGLE_AI_API_KEY",
    "GOOGLE_API_KEY",
    "GEMINI_API_KEY",
    "HF_TOKEN",
    "DARTMOUTH_CHAT_API_KEY",
];

/// Runs at one time: several of them only wait.
const WORKERS: usize = 4;

/// A row of the table.
struct Judged {
    folder: &'static str,
    inputs: Vec<&'static str>,
    end: &'static str,
}

#[test]
fn real_pipelines_end_as_their_authors_would_accept() {
    let Some(shared) = tests::shared() else {
        return tests::skipped(
            "real_pipelines_end_as_their_authors_would_accept",
            "no folder of real pipelines",
        );
    };
    let corpus = shared.join("corpus");
    let judged: BTreeMap<_, _> =
        JUDGED.lines().filter(|line| !line.starts_with('#')).map(judged).collect();
    let files = files(&corpus, &corpus);
    let (queue, ends) = (Mutex::new(files.iter()), Mutex::new(BTreeMap::new()));
    thread::scope(|scope| {
        for _ in 0..WORKERS {
            scope.spawn(|| {
                while let Some(file) = { queue.lock().unwrap().next() } {
                    if let Some(end) = end(&corpus, file, judged.get(file.as_str())) {
                        ends.lock().unwrap().insert(file.as_str(), end);
                    }
                }
            });
        }
    });
    let ends = ends.into_inner().unwrap();
    let mut wrong = String::new();
    for (file, end) in &ends {
        let listed = judged.get(file).map_or("not listed", |it| it.end);
        if listed != end {
            writeln!(wrong, "{file}: {listed}, here\t{end}").unwrap();
        }
    }
    for file in judged.keys().filter(|file| !ends.contains_key(*file)) {
        writeln!(wrong, "{file}: listed, and not accepted by `check`").unwrap();
    }
    let count = |kind: &str| ends.values().filter(|end| end.starts_with(kind)).count();
    println!(
        "{} pipelines: {} completed, {} failed, {} refused",
        ends.len(),
        count("completed"),
        count("failed"),
        count("refused")
    );
    assert!(wrong.is_empty(), "{wrong}");
}

/// Failures that an author would accept where the network is closed, nobody is asked, and a small model says little.
const ACCEPTED: &[(&str, &str)] = &[
    ("FileNotFoundError", "a file of the author's is missing"),
    ("ConnectionError", "the network is closed"),
    ("TruncatedAnswerError", "48 tokens were too few for its shape"),
    ("StructureError", "the small model did not come to the shape"),
    ("AutoError", "the small model did not come to a value of that kind"),
    ("ModelNotFoundError", "the server makes no pictures"),
    ("ContextOverflowError", "the small model's window is too small"),
];

/// Steps that fail by what the small model said, and why that is so.
const SILLY: &[(&str, &str)] = &[("check_result", "the model said no number")];

/// Real pipelines with steps that a model answers, against a real one that says at most 48 tokens at a time. What it says
/// may be silly. The engine may not: every pipeline comes to its end, every answer has its shape, and every failure is one
/// that its author would accept.
#[test]
#[ignore = "takes minutes: `cargo xtask corpus --live`"]
fn real_pipelines_come_to_their_end_with_a_real_model() {
    let name = "real_pipelines_come_to_their_end_with_a_real_model";
    let Some(shared) = tests::shared() else {
        return tests::skipped(name, "no folder of real pipelines");
    };
    let server = ModelServer::loaded(2048, Task::Chat);
    let (_server, brief) = match server.and_then(|it| it.brief(48).map(|brief| (it, brief))) {
        Ok(servers) => servers,
        Err(why) => return tests::skipped(name, &why),
    };
    let corpus = shared.join("corpus");
    let judged: BTreeMap<_, _> =
        JUDGED.lines().filter(|line| !line.starts_with('#')).map(judged).collect();
    let asks = |it: &Judged| it.end.starts_with("refused") && it.end.contains("no-model");
    let (mut wrong, mut ends) = (String::new(), BTreeMap::<_, usize>::new());
    for (file, judged) in judged.iter().filter(|(_, it)| asks(it)) {
        let begun = Instant::now();
        let (end, reasons) = live(&corpus, file, judged, &brief);
        *ends.entry(end.split(' ').next().unwrap_or_default().to_owned()).or_default() += 1;
        let seconds = begun.elapsed().as_secs_f64();
        println!(
            "{file}\t{end}\t{}\t{seconds:.0} s",
            reasons
                .iter()
                .map(|it| match it {
                    Ok(why) => (*why).to_owned(),
                    Err(what) => what.clone(),
                })
                .collect::<BTreeSet<_>>()
                .into_iter()
                .collect::<Vec<_>>()
                .join("; ")
        );
        for what in reasons.into_iter().filter_map(Result::err) {
            writeln!(wrong, "{file}: {what}").unwrap();
        }
    }
    println!("{ends:?}");
    assert!(wrong.is_empty(), "{wrong}");
}

/// Runs one with the real model: its end, and of each failure why it is accepted, or what it is.
fn live(
    corpus: &Path,
    file: &str,
    judged: &Judged,
    server: &ModelServer,
) -> (String, Vec<Result<&'static str, String>>) {
    let place = tempfile::tempdir().unwrap();
    let copied = place.path().join("corpus");
    copy(corpus, &copied, &|_| true);
    fs::create_dir(copied.join(".git")).unwrap();
    let mut command = Command::new(binary());
    command.args(["run", "--color", "never", "--json", "--yes", "--max-time", "5m"]);
    command.args(["--cwd", judged.folder, file]).current_dir(&copied);
    for input in &judged.inputs {
        command.args(["-i", input]);
    }
    for name in KEYS {
        command.env_remove(name);
    }
    // As somebody does who has one server for all: it takes any name, in the words of both.
    command.env("HOME", place.path()).envs(server.variables());
    for provider in ["OPENAI", "ANTHROPIC"] {
        command.env(format!("{provider}_API_KEY"), "none");
        command.env(format!("{provider}_BASE_URL"), server.url());
    }
    let out = command.output().unwrap();
    let end = told(&out);
    let Ok(document) = serde_json::from_slice::<Json>(&out.stdout) else {
        return (end.clone(), vec![Err(format!("it was refused: {end}"))]);
    };
    let mut reasons = Vec::new();
    look(&document["steps"], &mut reasons);
    (end, reasons)
}

/// What there is to say of steps, those of their rounds and of pipelines that they call included.
fn look(steps: &Json, into: &mut Vec<Result<&'static str, String>>) {
    for (id, step) in steps.as_object().into_iter().flatten() {
        let before = into.len();
        for round in step["iterations"].as_array().into_iter().flatten() {
            look(&round["steps"], into);
        }
        look(&step["called"]["steps"], into);
        let is_answered = step["status"] == "completed" && step["action"] == "generate";
        let value = &step["value"];
        if is_answered && (value["success"] != true || value["result"].is_null()) {
            into.push(Err(format!("the answer of `{id}` has not its shape: {value}")));
        }
        if !is_failed(step) || into.len() > before {
            continue;
        }
        let complaint = value["result"]["stderr"].as_str().unwrap_or_default();
        if complaint.contains("ModuleNotFoundError") {
            into.push(Ok("a module of Python is missing"));
            continue;
        }
        let text = |name: &str| step[name].as_str().unwrap_or_default().to_owned();
        let (kind, error) = (text("error_type"), text("error"));
        let why = ACCEPTED.iter().find(|(it, _)| *it == kind);
        let why = why.or_else(|| SILLY.iter().find(|(it, _)| it == id));
        into.push(why.map(|(_, why)| *why).ok_or_else(|| format!("`{id}`: {kind}: {error}")));
    }
}

fn judged(row: &'static str) -> (&'static str, Judged) {
    let cells: Vec<_> = row.split('\t').collect();
    let [file, folder, inputs, end, why] = cells[..] else { panic!("five cells a row: {row}") };
    assert!(!why.is_empty(), "no reason: {row}");
    let inputs = inputs.split_whitespace().filter(|it| *it != "-").collect();
    (file, Judged { folder, inputs, end })
}

/// What becomes of a pipeline in a copy of all files; nothing for one that has errors.
fn end(corpus: &Path, file: &str, judged: Option<&Judged>) -> Option<String> {
    let place = tempfile::tempdir().unwrap();
    let copied = place.path().join("corpus");
    copy(corpus, &copied, &|_| true);
    fs::create_dir(copied.join(".git")).unwrap();
    let downbeat = |verb: &str| {
        let mut command = Command::new(binary());
        command.args([verb, "--color", "never", file]).current_dir(&copied);
        for name in KEYS {
            command.env_remove(name);
        }
        command
    };
    if !downbeat("check").arg("--quiet").output().unwrap().status.success() {
        return None;
    }
    let mut command = downbeat("run");
    // one step at a time, so that it is the same one that fails first
    command.args(["--json", "--jobs", "1", "--cwd", judged.map_or(".", |it| it.folder)]);
    for input in judged.iter().flat_map(|it| &it.inputs) {
        command.args(["-i", input]);
    }
    Some(told(&command.output().unwrap()))
}

fn told(out: &Output) -> String {
    let Ok(document) = serde_json::from_slice::<Json>(&out.stdout) else {
        let said = String::from_utf8_lossy(&out.stderr);
        let code = |line: &str| Some(line.strip_prefix("error[")?.split_once(']')?.0.to_owned());
        let codes: BTreeSet<_> = said.lines().filter_map(code).collect();
        assert!(!codes.is_empty() && out.status.code() == Some(2), "{said}");
        return format!("refused {}", list(codes));
    };
    let steps = document["steps"].as_object().unwrap();
    let failed = steps.iter().filter(|(_, step)| is_failed(step));
    let failed: BTreeSet<_> = failed.map(|(id, _)| id.clone()).collect();
    assert_eq!(out.status.code(), Some(i32::from(document["success"] != true)));
    assert_eq!(document["success"] == true, failed.is_empty(), "{}", document["error"]);
    if failed.is_empty() { "completed".to_owned() } else { format!("failed {}", list(failed)) }
}

/// Whether a step failed, or says so itself.
fn is_failed(step: &Json) -> bool {
    step["status"] == "failed" || step["status"] == "completed" && step["success"] == false
}

fn list(words: BTreeSet<String>) -> String {
    words.into_iter().collect::<Vec<_>>().join(", ")
}

/// The pipelines of a folder, as paths from the corpus.
fn files(corpus: &Path, folder: &Path) -> Vec<String> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path: PathBuf = entry.unwrap().path();
        if path.is_dir() {
            found.extend(files(corpus, &path));
        } else if path.extension().is_some_and(|it| it == "yaml") {
            found.push(path.strip_prefix(corpus).unwrap().display().to_string());
        }
    }
    found
}
