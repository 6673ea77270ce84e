//! Never paid for twice: what a run takes from the runs before it.

use std::fs;

use serde_json::{Value as Json, json};
use tests::workspace::Workspace;

const PIPELINE: &str = "\
id: forecast
inputs:
  place: Husum
steps:
  - id: notes
    tool: filesystem
    action: read
    parameters: {path: notes.txt}
  - id: told
    action: echo
    parameters: {message: \"{{ place }}: {{ notes.content }}\"}
  - id: other
    action: echo
    parameters: {message: calm}
  - id: kept
    tool: filesystem
    action: write
    parameters: {path: told.txt, content: \"{{ told.result }}\"}
  - id: size
    tool: terminal
    parameters: {command: wc -c < told.txt}
    dependencies: [kept]
outputs:
  told: \"{{ told.result }}\"
";

const FILE: &str = "forecast.pipeline.yaml";

fn workspace() -> Workspace {
    let workspace = Workspace::with(FILE, PIPELINE);
    fs::write(workspace.path().join("notes.txt"), "wind from the west").expect("written");
    workspace
}

fn run(workspace: &Workspace, more: &[&str]) -> Json {
    let arguments = [&["run", FILE, "--json"], more].concat();
    let (document, code) = workspace.json("run-document", &arguments);
    assert_eq!(code, Some(0), "{document:#}");
    document
}

/// Ids of the steps whose values an earlier run got.
fn cached(document: &Json) -> Vec<&str> {
    let steps = document["steps"].as_object().expect("steps");
    let cached = steps.iter().filter(|(_, step)| step["cached"] == true);
    cached.map(|(id, _)| id.as_str()).collect()
}

fn edit(workspace: &Workspace, from: &str, to: &str) {
    let edited = PIPELINE.replace(from, to);
    assert_ne!(edited, PIPELINE, "the edit finds its place");
    fs::write(workspace.path().join(FILE), edited).expect("written");
}

#[test]
fn what_only_computes_or_reads_is_not_done_again() {
    let workspace = workspace();
    let first = run(&workspace, &[]);
    assert_eq!(cached(&first), [] as [&str; 0]);
    assert_eq!(first["usage"].get("saved"), None);
    let second = run(&workspace, &[]);
    assert_eq!(cached(&second), ["notes", "told", "other"]);
    assert_eq!(second["usage"]["saved"]["calls"], 3);
    assert_eq!(second["outputs"], first["outputs"]);
    assert_eq!(second["steps"]["told"]["reused"]["run"], first["run"]);
    let said = workspace.say(&["run", FILE]);
    assert!(said.err.contains("done told") && said.err.contains("as an earlier run was answered"));
    assert!(said.err.contains("3 calls"), "{}", said.err);
    assert!(
        said.err.contains("told | Husum: wind from the west"),
        "it is said again: {}",
        said.err
    );
}

#[test]
fn an_edit_runs_again_what_it_changes_and_nothing_else() {
    let workspace = workspace();
    run(&workspace, &[]);
    edit(&workspace, "steps:", "# what the day brings\nsteps:");
    assert_eq!(cached(&run(&workspace, &[])), ["notes", "told", "other"], "a comment");
    edit(&workspace, "{message: calm}", "{message: storm}");
    assert_eq!(cached(&run(&workspace, &[])), ["notes", "told"], "another step");
    edit(&workspace, "place: Husum", "place: Bremen");
    assert_eq!(cached(&run(&workspace, &[])), ["notes", "other"], "an input");
    fs::write(workspace.path().join("notes.txt"), "wind from the east").expect("written");
    let document = run(&workspace, &[]);
    assert_eq!(cached(&document), ["other"], "a file");
    assert_eq!(document["outputs"]["told"], "Bremen: wind from the east");
}

#[test]
fn authors_and_callers_say_what_may_stand_for_a_call() {
    let workspace = workspace();
    let first = run(&workspace, &[]);
    assert_eq!(cached(&run(&workspace, &["--no-cache"])), [] as [&str; 0]);
    edit(&workspace, "  - id: other\n", "  - id: other\n    cache: false\n");
    assert_eq!(cached(&run(&workspace, &[])), ["notes", "told"]);
    edit(&workspace, "  - id: size\n", "  - id: size\n    cache: 1h\n");
    assert_eq!(cached(&run(&workspace, &[])), ["notes", "told", "other", "size"]);
    edit(&workspace, "  - id: size\n", "  - id: size\n    cache: 1ms\n");
    assert_eq!(cached(&run(&workspace, &[])), ["notes", "told", "other"]);
    let id = first["run"].as_str().expect("an id");
    fs::remove_file(workspace.path().join("told.txt")).expect("removed");
    let reused = run(&workspace, &["--reuse", id]);
    assert_eq!(cached(&reused), ["notes", "told", "other", "kept", "size"]);
    assert!(!workspace.path().join("told.txt").exists(), "nothing was written again");
    let said = workspace.say(&["run", FILE, "--reuse", "nobody"]);
    assert_eq!(said.code, Some(2), "{}", said.err);
}

#[test]
fn rounds_are_calls_of_their_own() {
    let text = "\
id: rounds
steps:
  - id: each
    for_each: [a, b]
    steps:
      - id: say
        action: echo
        parameters: {message: the same}
";
    let workspace = Workspace::with(FILE, text);
    assert_eq!(run(&workspace, &[])["usage"].get("saved"), None);
    let second = run(&workspace, &[]);
    assert_eq!(second["usage"]["saved"]["calls"], 2);
    let rounds = second["steps"]["each"]["iterations"].as_array().expect("rounds");
    assert!(rounds.iter().all(|round| round["steps"]["say"]["cached"] == true));
}

#[test]
fn an_answer_with_a_secret_in_it_stands_for_nothing() {
    let text = PIPELINE
        .replace("  place: Husum", "  place: {type: string, secret: true, required: true}")
        .replace("told: \"{{ told.result }}\"", "told: \"{{ other.result }}\"");
    let workspace = Workspace::with(FILE, &text);
    fs::write(workspace.path().join("notes.txt"), "calm").expect("written");
    let secret = ["-i", "place=Xyzzy-17"];
    run(&workspace, &secret);
    assert_eq!(cached(&run(&workspace, &secret)), ["notes", "other"]);
    let state = workspace.path().join(".downbeat");
    for file in fs::read_dir(state).expect("a folder").map(|file| file.expect("a file").path()) {
        let bytes = if file.is_file() { fs::read(&file).expect("read") } else { Vec::new() };
        assert!(!bytes.windows(8).any(|it| it == b"Xyzzy-17"), "{}", file.display());
    }
}

#[test]
fn a_part_reads_what_earlier_runs_left() {
    let workspace = workspace();
    let said = workspace.say(&["run", FILE, "--only", "told"]);
    assert_eq!(said.code, Some(2), "{}", said.err);
    assert!(said.err.contains("`told` reads `notes`"), "{}", said.err);
    assert!(said.err.contains("--until notes"), "{}", said.err);

    let first = run(&workspace, &["--until", "told"]);
    fs::remove_file(workspace.path().join("notes.txt")).expect("removed");
    let only = run(&workspace, &["--only", "told", "--no-cache"]);
    assert_eq!(only["steps"]["told"]["value"], first["steps"]["told"]["value"]);
    assert_eq!(only["steps"]["told"]["cached"], false);
    assert_eq!(only["steps"]["notes"]["reused"]["run"], first["run"]);
    let from = run(&workspace, &["--from", "told"]);
    assert_eq!(from["outputs"], json!({"told": "Husum: wind from the west"}));
    assert_eq!(from["steps"]["kept"]["status"], "completed");
    assert_eq!(from["steps"]["other"]["status"], "pending");
}
