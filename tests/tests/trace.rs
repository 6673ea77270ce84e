//! `--trace`: spans of a run and its steps, as they nest.

use std::fs;

use serde_json::Value as Json;
use tests::workspace::{Workspace, parse};

const LOOP: &str = "\
id: letters
name: letters
steps:
  - id: each
    for_each: [a, b]
    steps:
      - id: say
        tool: terminal
        parameters: {command: 'echo letter {{ item }}'}
  - id: broken
    dependencies: [each]
    tool: terminal
    parameters: {command: 'exit 3'}
  - id: never
    dependencies: [broken]
    action: echo no
";

fn spans(workspace: &Workspace, file: &str) -> Vec<Json> {
    let text = fs::read_to_string(workspace.path().join(file)).expect("a trace");
    text.lines().map(parse).collect()
}

#[test]
fn a_run_and_each_step_have_a_span() {
    let workspace = Workspace::with("p.pipeline.yaml", LOOP);
    let said = workspace.say(&["run", "p.pipeline.yaml", "-q", "--trace", "spans.jsonl"]);
    assert_eq!(said.code, Some(1), "{}", said.err);
    let spans = spans(&workspace, "spans.jsonl");
    let of = |step: &str| {
        let mut found = spans.iter().filter(|span| span["fields"]["step"] == step);
        let one = found.next().unwrap_or_else(|| panic!("no span of `{step}`: {spans:?}"));
        assert_eq!(found.next(), None, "one of `{step}`");
        one
    };
    let run = spans.iter().find(|span| span["span"] == "run").expect("a span of the run");
    assert_eq!(spans.len(), 5, "{spans:?}");
    assert_eq!(run["fields"]["status"], "failed");
    assert_eq!(run["fields"]["pipeline"], "letters");
    assert!(run["parent"].is_null() && run["fields"]["run"].is_string(), "{run}");
    for step in ["each", "broken"] {
        assert_eq!(of(step)["parent"], run["id"], "{step}");
    }
    for step in ["each[0].say", "each[1].say"] {
        assert_eq!(of(step)["parent"], of("each")["id"], "{step}");
        assert!(of(step)["start"].as_f64() >= of("each")["start"].as_f64());
    }
    assert_eq!(of("each")["fields"]["status"], "completed");
    assert!(run["duration"].as_f64().expect("seconds") > 0.0);
}

#[test]
fn the_environment_may_name_the_trace_and_a_wrong_place_is_refused() {
    let workspace = Workspace::with("p.pipeline.yaml", LOOP);
    let mut command = tests::process::command(&workspace.path(), &["run", "p.pipeline.yaml", "-q"]);
    let output = command.env("DOWNBEAT_TRACE", "other.jsonl").output().expect("it runs");
    assert_eq!(output.status.code(), Some(1));
    assert_eq!(spans(&workspace, "other.jsonl").len(), 5);
    let said = workspace.say(&["run", "p.pipeline.yaml", "--trace", "no/such/folder"]);
    assert_eq!((said.code, said.out.as_str()), (Some(2), ""));
    assert!(said.err.contains("trace"), "{}", said.err);
}
