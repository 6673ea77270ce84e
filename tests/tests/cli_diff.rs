//! `downbeat diff` as scripts and git see it.

use std::{fs, path::Path, process::Command};

use serde_json::{Value as Json, json};
use tests::process::{Said, downbeat};

const OLD: &str = "\
name: report
inputs:
  topic: tides
steps:
  - id: fetch
    tool: filesystem
    action: read
    parameters: { path: notes.md }
  - id: shorten
    action: generate
    parameters:
      prompt: |
        Shorten:
        {{ fetch.content }}
      model: small
";

/// What `OLD` says, spelled otherwise.
const SAME: &str = "\
# A comment
\"name\": 'report'
inputs: {topic: \"tides\"}
steps:
- tool: FileSystem
  action: \"read\"
  id: fetch
  parameters:
      path: 'notes.md'
- id: shorten
  action: generate_text
  parameters: {model: small, prompt: \"Shorten:\\n{{ fetch.content }}\\n\"}
";

/// `fetch` has another name, `shorten` another model and a bound, and there is one step more.
const NEW: &str = "\
name: report
inputs:
  topic: tides
  length: { type: integer, default: 5 }
steps:
  - id: read
    tool: filesystem
    action: read
    parameters: { path: notes.md }
  - id: shorten
    action: generate
    timeout: 1m
    parameters:
      prompt: |
        Shorten to {{ length }}:
        {{ read.content }}
      model: large
  - id: keep
    tool: filesystem
    action: write
    parameters: { path: short.md, content: \"{{ shorten.result }}\" }
";

fn folder(files: &[(&str, &str)]) -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    for (name, text) in files {
        fs::write(folder.path().join(name), text).expect("written");
    }
    folder
}

fn compared(folder: &Path, old: &str, new: &str) -> (Json, Option<i32>) {
    let Said { code, out, err } = downbeat(folder, &["diff", old, new, "--format", "json"], b"");
    let value: Json = serde_json::from_str(&out).unwrap_or_else(|it| panic!("{it}: {out} {err}"));
    let schema = downbeat(folder, &["schema", "diff"], b"").out;
    jsonschema::validate(&serde_json::from_str(&schema).expect("JSON"), &value)
        .unwrap_or_else(|error| panic!("{error}: {value:#}"));
    (value, code)
}

#[test]
fn another_spelling_is_no_difference() {
    let folder = folder(&[("old.yaml", OLD), ("same.yaml", SAME)]);
    let said = downbeat(folder.path(), &["diff", "old.yaml", "same.yaml"], b"");
    assert_eq!((said.code, said.out.as_str(), said.err.as_str()), (Some(0), "", ""));
    let (value, code) = compared(folder.path(), "old.yaml", "same.yaml");
    assert_eq!((&value["equal"], code), (&json!(true), Some(0)), "{value:#}");
}

#[test]
fn what_is_different_is_told() {
    let folder = folder(&[("old.yaml", OLD), ("new.yaml", NEW)]);
    let said = downbeat(folder.path(), &["diff", "old.yaml", "new.yaml"], b"");
    assert_eq!(said.code, Some(1), "{}", said.err);
    assert_eq!(
        said.out,
        "\
+ input length
  + type: \"integer\"
  + default: 5
> step read (was fetch)
~ step shorten
    parameters.prompt:
      - Shorten:
      + Shorten to {{ length }}:
    parameters.model: \"small\" -> \"large\"
  + timeout: 60.0
+ step keep
  + tool: \"filesystem\"
  + action: \"write\"
  + parameters.path: \"short.md\"
  + parameters.content: \"{{ shorten.result }}\"
+ edge shorten -> keep (`parameters.content` reads `{{ shorten.result }}`)
- stages read | shorten
+ stages read | shorten | keep
+ model large (shorten)
+ effect writes (keep)
+ writes short.md (keep)
- model small (shorten)
"
    );
    let (value, code) = compared(folder.path(), "old.yaml", "new.yaml");
    assert_eq!(code, Some(1));
    assert_eq!(
        value["steps"][0],
        json!({ "step": "read", "was": "fetch", "kind": "renamed", "changes": [] })
    );
    assert_eq!(
        value["uses"][0],
        json!({ "kind": "added", "what": "model", "name": "large", "steps": ["shorten"] })
    );
}

#[test]
fn loops_and_their_bodies_are_compared_step_by_step() {
    let text = "\
name: x
steps:
  - id: each
    for_each: [1, 2]
    max_parallel: 2
    steps:
      - { id: one, tool: terminal, parameters: { command: echo 1 } }
      - { id: two, tool: terminal, parameters: { command: 'echo {{ one }}' } }
";
    let changed = text.replace("max_parallel: 2", "max_parallel: 3").replace("echo 1", "echo one");
    let folder = folder(&[("old.yaml", text), ("new.yaml", &changed)]);
    let said = downbeat(folder.path(), &["diff", "old.yaml", "new.yaml"], b"");
    assert_eq!(
        said.out,
        "\
~ step each
    max_parallel: 2 -> 3
~ step each.one
    parameters.command: \"echo 1\" -> \"echo one\"
"
    );
}

#[test]
fn secrets_are_not_told() {
    let text = "name: x\ninputs:\n  key: { type: string, secret: true, default: abcdef }\nsteps:\n  - { id: a, action: echo a }\n";
    let folder = folder(&[
        ("old.yaml", "name: x\nsteps:\n  - { id: a, action: echo a }\n"),
        ("new.yaml", text),
    ]);
    let said = downbeat(folder.path(), &["diff", "old.yaml", "new.yaml"], b"");
    assert_eq!(said.code, Some(1));
    assert!(said.out.contains("+ input key") && !said.out.contains("abcdef"), "{}", said.out);
}

#[test]
fn trouble_is_no_equality() {
    let broken = format!("{OLD}  - id: [\n");
    let folder = folder(&[("old.yaml", OLD), ("broken.yaml", &broken)]);
    let said = downbeat(folder.path(), &["diff", "old.yaml", "missing.yaml"], b"");
    assert_eq!((said.code, said.out.as_str()), (Some(2), ""));
    assert!(said.err.contains("there is no such file"), "{}", said.err);
    let said = downbeat(folder.path(), &["diff", "broken.yaml", "broken.yaml"], b"");
    assert_eq!((said.code, said.out.as_str()), (Some(2), ""));
    assert!(said.err.contains("cannot be read, and is not compared"), "{}", said.err);
    let said = downbeat(folder.path(), &["diff", "-", "-"], b"");
    assert_eq!(said.code, Some(2));
    let said = downbeat(folder.path(), &["diff", "-", "old.yaml"], SAME.as_bytes());
    assert_eq!((said.code, said.out.as_str()), (Some(0), ""));
}

/// As docs/guide says to set it up.
#[cfg(unix)]
#[test]
fn git_shows_the_change_of_meaning() {
    let folder =
        folder(&[("a.pipeline.yaml", OLD), (".gitattributes", "*.pipeline.yaml diff=downbeat\n")]);
    let command =
        format!("sh -c '\"{}\" diff \"$2\" \"$5\" || [ $? -eq 1 ]' --", tests::binary().display());
    let git = |arguments: &[&str]| {
        let output = Command::new("git")
            .args(["-c", "user.name=x", "-c", "user.email=x@x", "-c"])
            .arg(format!("diff.downbeat.command={command}"))
            .args(arguments)
            .current_dir(folder.path())
            .output()
            .expect("git starts");
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).expect("text")
    };
    git(&["init", "--quiet"]);
    git(&["add", "."]);
    git(&["commit", "--quiet", "--message", "first"]);
    fs::write(folder.path().join("a.pipeline.yaml"), SAME).expect("written");
    assert_eq!(git(&["diff"]), "");
    fs::write(folder.path().join("a.pipeline.yaml"), NEW).expect("written");
    let shown = git(&["diff"]);
    assert!(shown.contains("> step read (was fetch)"), "{shown}");
}
