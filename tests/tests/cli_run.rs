//! `downbeat run`, `plan`, `runs` and `eval` as scripts see them: real processes, real pipelines.

use std::{
    fs,
    io::{BufRead as _, BufReader},
    process::Command,
};

use serde_json::{Value as Json, json};
use tests::{
    process::{command, downbeat},
    workspace::{Workspace, parse, validate},
};

#[test]
fn a_run_prints_its_outputs_and_says_how_it_went() {
    let workspace = Workspace::new(&["ok/hello.pipeline.yaml"]);
    let said = workspace.say(&["run", "hello.pipeline.yaml", "-i", "who=Ada"]);
    assert_eq!((said.code, said.out.as_str()), (Some(0), "greeting: Hello, Ada\n"), "{}", said.err);
    assert!(said.err.contains("start greet") && said.err.contains("completed"), "{}", said.err);
    let quiet = workspace.say(&["run", "hello.pipeline.yaml", "--quiet"]);
    assert_eq!((quiet.out.as_str(), quiet.err.as_str()), ("greeting: Hello, world\n", ""));
}

#[test]
fn the_quickstart_runs() {
    let workspace = Workspace::new(&["quickstart.pipeline.yaml"]);
    let (document, code) =
        workspace.json("run-document", &["run", "quickstart.pipeline.yaml", "--json"]);
    assert_eq!(code, Some(0), "{document:#}");
    assert_eq!(document["outputs"]["highest"], 3.8);
    let report = document["outputs"]["report"].as_str().expect("a path");
    let report = fs::read_to_string(workspace.path().join(report)).expect("the report is there");
    assert!(report.contains("Mean level 2.12 m, highest 3.8 m."), "{report}");
}

#[test]
fn the_run_document_stands_alone_on_standard_output() {
    let workspace = Workspace::new(&["ok/fan.pipeline.yaml"]);
    let (document, code) = workspace.json("run-document", &["run", "fan.pipeline.yaml", "--json"]);
    assert_eq!(code, Some(0), "{document:#}");
    assert_eq!(document["outputs"], json!({"range": "1 to 3", "numbers": [3, 1, 2]}));
    assert_eq!(document["run"], document["execution_id"]);
    let runs = workspace.json("runs", &["runs", "--format", "json"]).0;
    assert_eq!(runs[0]["run"], document["run"]);
    assert_eq!(runs[0]["status"], "completed");
}

#[test]
fn events_come_one_a_line_and_the_document_last() {
    let workspace = Workspace::new(&["ok/hello.pipeline.yaml"]);
    let said = workspace.say(&["run", "hello.pipeline.yaml", "--events", "jsonl"]);
    assert_eq!(said.code, Some(0), "{}", said.err);
    let mut lines: Vec<Json> = said.out.lines().map(parse).collect();
    validate("run-document", &lines.pop().expect("a document"));
    let kinds: Vec<&str> = lines.iter().filter_map(|event| event["type"].as_str()).collect();
    assert_eq!(kinds.first(), Some(&"run_started"));
    assert_eq!(kinds.last(), Some(&"run_completed"));
    assert!(kinds.contains(&"step_started") && kinds.contains(&"step_completed"), "{kinds:?}");
    lines.iter().for_each(|event| validate("event", event));
}

#[test]
fn a_failed_step_is_drawn_at_its_place_and_the_document_is_still_written() {
    let workspace = Workspace::new(&["ok/failing.pipeline.yaml"]);
    let said = workspace.say(&["run", "failing.pipeline.yaml"]);
    assert_eq!(said.code, Some(1), "{}", said.err);
    assert!(said.err.contains("failing.pipeline.yaml:6:"), "{}", said.err);
    let (document, code) =
        workspace.json("run-document", &["run", "failing.pipeline.yaml", "--json"]);
    assert_eq!(code, Some(1));
    assert_eq!(document["status"], "failed");
    assert_eq!(document["steps"]["never"]["status"], "pending");
}

#[test]
fn a_failure_inside_a_loop_is_drawn_where_it_happened() {
    let text = r#"
name: Loop
steps:
  - id: each
    for_each: [1]
    steps:
      - id: bad
        tool: terminal
        parameters: {command: "echo no such place >&2; exit 2"}
"#;
    let workspace = Workspace::with("loop.pipeline.yaml", text);
    let said = workspace.say(&["run", "loop.pipeline.yaml"]);
    assert_eq!(said.code, Some(1), "{}", said.err);
    let reason = "the step `bad` failed: it reported a failure with exit code 2: no such place";
    assert!(said.err.contains("loop.pipeline.yaml:7:"), "{}", said.err);
    let words: Vec<&str> = said.err.split_whitespace().filter(|it| *it != "│").collect();
    assert!(words.join(" ").contains(reason), "{}", said.err);
    let log = workspace.say(&["log"]);
    assert!(log.out.contains("exit code 2: no such place"), "{}", log.out);
}

#[test]
fn a_pipeline_with_an_error_does_not_run() {
    let workspace = Workspace::new(&["broken/unknown-step.pipeline.yaml"]);
    let said = workspace.say(&["run", "unknown-step.pipeline.yaml", "--json"]);
    assert_eq!((said.code, said.out.as_str()), (Some(2), ""), "{}", said.err);
    assert!(said.err.contains("unknown-step") && said.err.contains("fetsh"), "{}", said.err);
    assert!(!workspace.path().join(".downbeat").exists(), "nothing ran, so nothing is kept");
    let part = workspace.say(&["run", "unknown-step.pipeline.yaml", "--only", "fetch"]);
    assert_eq!(part.code, Some(0), "no error touches `fetch`: {}", part.err);
}

#[test]
fn wrong_inputs_are_refused_before_anything_runs() {
    let workspace = Workspace::with(
        "typed.pipeline.yaml",
        "name: typed\ninputs:\n  count: {type: integer, required: true}\nsteps:\n  - id: a\n    action: echo {{ count }}\n",
    );
    for (arguments, words) in [
        (&[][..], "count"),
        (&["-i", "count=many"], "count"),
        (&["-i", "count=1", "-i", "cuont=2"], "cuont"),
        (&["-c", "missing.json"], "missing.json"),
        (&["-i", "count"], "name=value"),
        (&["-i", "count=1", "--cwd", "nowhere"], "nowhere"),
        (&["-i", "count=1", "--only", "b"], "b"),
    ] {
        let said = workspace.say(&[&["run", "typed.pipeline.yaml"], arguments].concat());
        assert_eq!((said.code, said.out.as_str()), (Some(2), ""), "{arguments:?}: {}", said.err);
        assert!(said.err.contains(words), "{arguments:?}: {}", said.err);
    }
    let said = workspace.say(&["run", "typed.pipeline.yaml", "-i", "count=3", "-q"]);
    assert_eq!(said.code, Some(0), "{}", said.err);
}

#[test]
fn a_pipeline_may_come_from_standard_input() {
    let workspace = Workspace::new(&[]);
    let text = "name: piped\nsteps:\n  - id: a\n    action: echo hi\noutputs:\n  said: \"{{ a.result }}\"\n";
    for (arguments, expected) in [(&["check", "-"][..], ""), (&["run", "-", "-q"], "said: hi\n")] {
        let said = downbeat(&workspace.path(), arguments, text.as_bytes());
        assert_eq!((said.code, said.out.as_str()), (Some(0), expected), "{}", said.err);
    }
    let plan = downbeat(&workspace.path(), &["plan", "-", "--format", "json"], text.as_bytes());
    assert_eq!(parse(&plan.out)["stages"], json!([["a"]]));
}

#[test]
fn a_place_that_keeps_no_journal_is_refused() {
    let workspace = Workspace::new(&["ok/hello.pipeline.yaml"]);
    fs::write(workspace.path().join(".downbeat"), "a file is in the way").expect("written");
    let said = workspace.say(&["run", "hello.pipeline.yaml"]);
    assert_eq!((said.code, said.out.as_str()), (Some(2), ""), "{}", said.err);
    assert!(said.err.contains(".downbeat") && said.err.contains("nothing ran"), "{}", said.err);
}

#[test]
fn a_reader_that_goes_away_costs_no_run() {
    let workspace = Workspace::new(&["ok/fan.pipeline.yaml"]);
    let mut child = command(&workspace.path(), &["run", "fan.pipeline.yaml", "--json"])
        .spawn()
        .expect("it starts");
    drop(child.stdout.take());
    drop(child.stderr.take());
    assert_eq!(child.wait().expect("it ends").code(), Some(0));
    let runs = workspace.json("runs", &["runs", "--format", "json"]).0;
    assert_eq!(runs[0]["status"], "completed");
}

#[cfg(unix)]
#[test]
fn an_interruption_ends_the_run_cleanly_and_is_kept() {
    let workspace = Workspace::with(
        "long.pipeline.yaml",
        "name: long\nsteps:\n  - id: wait\n    tool: terminal\n    parameters: {command: sleep 60, timeout: 60}\n",
    );
    for signal in ["INT", "TERM"] {
        let mut child =
            command(&workspace.path(), &["run", "long.pipeline.yaml", "--events", "jsonl"])
                .spawn()
                .expect("it starts");
        let mut lines = BufReader::new(child.stdout.take().expect("a pipe")).lines();
        let started =
            lines.by_ref().map_while(Result::ok).find(|line| line.contains("step_started"));
        assert!(started.is_some(), "the step starts");
        let kill = Command::new("kill").args(["-s", signal, &child.id().to_string()]).status();
        assert!(kill.expect("kill starts").success());
        let last = lines.map_while(Result::ok).last().expect("a document");
        assert_eq!(parse(&last)["status"], "cancelled");
        assert_eq!(child.wait().expect("it ends").code(), Some(130), "{signal}");
    }
    let runs = workspace.json("runs", &["runs", "--format", "json"]).0;
    assert_eq!(
        (&runs[0]["status"], &runs[1]["status"]),
        (&json!("cancelled"), &json!("cancelled"))
    );
}

#[test]
fn a_plan_says_what_waits_for_what_and_why() {
    let workspace = Workspace::new(&["ok/fan.pipeline.yaml"]);
    let (plan, code) = workspace.json("plan", &["plan", "fan.pipeline.yaml", "--format", "json"]);
    assert_eq!(code, Some(0));
    assert_eq!(plan["stages"], json!([["start"], ["least", "most", "none_above_ten"], ["gather"]]));
    let edges = plan["edges"].as_array().expect("edges");
    let edge =
        edges.iter().find(|it| it["from"] == "least" && it["to"] == "gather").expect("an edge");
    assert_eq!(edge["origin"], "template");
    assert!(edge["because"].as_str().expect("words").contains("least.result"), "{edge}");
    for format in ["text", "mermaid", "dot"] {
        let said = workspace.say(&["plan", "fan.pipeline.yaml", "--format", format]);
        assert_eq!(said.code, Some(0), "{}", said.err);
        assert!(said.out.contains("none_above_ten"), "{format}: {}", said.out);
    }
}

#[test]
fn a_file_with_errors_has_a_plan() {
    let workspace = Workspace::new(&["broken/unknown-step.pipeline.yaml"]);
    let said = workspace.say(&["plan", "unknown-step.pipeline.yaml", "--format", "json"]);
    assert_eq!(said.code, Some(2));
    assert_eq!(parse(&said.out)["stages"], json!([["fetch", "report"]]));
    assert!(said.err.contains("unknown-step"), "{}", said.err);
}

#[test]
fn templates_and_conditions_are_evaluated_line_by_line() {
    let workspace = Workspace::with("vars.json", "{\"name\": \"Ada\", \"numbers\": [1, 2]}");
    let questions = [
        json!({"template": "Hello {{ name | upper }}"}),
        json!({"template": "{{ numbers }}"}),
        json!({"condition": "len(numbers) == 2"}),
        json!({"template": "{{ nmae }}"}),
        json!({"condition": "1 +"}),
    ];
    let input: String = questions.iter().map(|it| format!("{it}\n")).collect();
    let said = downbeat(&workspace.path(), &["eval", "--vars", "vars.json"], input.as_bytes());
    assert_eq!(said.code, Some(0), "{}", said.err);
    let answers: Vec<Json> = said.out.lines().map(parse).collect();
    answers.iter().for_each(|answer| validate("eval-answer", answer));
    assert_eq!(
        answers[..3],
        [json!({"ok": "Hello ADA"}), json!({"ok": [1, 2]}), json!({"ok": true})]
    );
    assert!(answers[3..].iter().all(|it| it["error"]["code"].is_string()), "{answers:?}");
}

#[test]
fn safe_fixes_are_applied_and_comments_stay() {
    let text = "# about\nname: fix\nsteps:\n  - id: a # first\n    action: echo a\n  - id: b\n    action: echo b\n    depends_on: [a] # after\n";
    let workspace = Workspace::with("fix.pipeline.yaml", text);
    let said = workspace.say(&["check", "--fix", "fix.pipeline.yaml"]);
    assert_eq!(said.code, Some(0), "{}", said.err);
    let fixed =
        fs::read_to_string(workspace.path().join("fix.pipeline.yaml")).expect("it is there");
    assert_eq!(fixed, text.replace("depends_on", "dependencies"), "{}", said.err);
    assert!(said.err.contains("fixed 1 finding in `fix.pipeline.yaml`"), "{}", said.err);
    assert!(!said.err.contains("left to you"), "{}", said.err);
    let guess = "name: fix\nsteps:\n  - id: a\n    action: echo {{ 'a' | uper }}\n";
    fs::write(workspace.path().join("fix.pipeline.yaml"), guess).unwrap();
    let said = workspace.say(&["check", "--fix", "fix.pipeline.yaml"]);
    assert!(said.err.contains("left to you: 1 finding whose fix"), "{}", said.err);
}

#[test]
fn explain_shows_pages_and_facts() {
    let workspace = Workspace::new(&["ok/fan.pipeline.yaml"]);
    let page = workspace.say(&["explain", "unknown-step"]);
    assert_eq!(page.code, Some(0), "{}", page.err);
    let facts = workspace.say(&["explain", "fan.pipeline.yaml"]);
    assert!(facts.out.contains("One step feeds three, one gathers them."), "{}", facts.out);
    let slip = workspace.say(&["explain", "unknown-stepp"]);
    assert_eq!(slip.code, Some(2));
    assert!(slip.err.contains("`unknown-step`"), "{}", slip.err);
}

#[test]
fn explain_and_plan_tell_what_a_pipeline_is_for() {
    let workspace = Workspace::new(&["ok/fan.pipeline.yaml"]);
    let said = workspace.say(&["explain", "fan.pipeline.yaml", "--format", "json"]);
    assert_eq!(said.code, Some(0), "{}", said.err);
    let insight: Json = serde_json::from_str(&said.out).expect("JSON alone");
    let schema = workspace.say(&["schema", "insight"]);
    let schema: Json = serde_json::from_str(&schema.out).expect("a schema");
    let schema = jsonschema::draft202012::new(&schema).expect("a schema of draft 2020-12");
    let errors: Vec<_> = schema.iter_errors(&insight).map(|it| it.to_string()).collect();
    assert!(errors.is_empty(), "{errors:?}");
    let intention = insight["intention"].as_str().expect("sentences");
    assert!(intention.contains("One step feeds three, one gathers them."), "{intention}");
    let explanation = insight["explanation"].as_str().expect("paragraphs");
    assert!(
        explanation.contains("**In and out.**") && !intention.contains("**In"),
        "{explanation}"
    );
    assert!(insight["architecture"].as_str().is_some_and(|it| it.starts_with("1. ")));
    let steps = insight["facts"]["steps"].as_array().expect("steps");
    assert!(steps.iter().all(|it| it["id"].is_string() && it["does"].is_string()), "{steps:?}");

    let plan = workspace.say(&["plan", "fan.pipeline.yaml", "--explain"]);
    assert!(plan.out.contains("In and out.") && plan.out.contains("stage 1"), "{}", plan.out);
    let plan = workspace.say(&["plan", "fan.pipeline.yaml", "--explain", "--format", "json"]);
    let plan: Json = serde_json::from_str(&plan.out).expect("JSON alone");
    assert_eq!(plan["insight"], insight);
    let drawing = workspace.say(&["plan", "fan.pipeline.yaml", "--explain", "--format", "dot"]);
    assert_eq!(drawing.code, Some(2));
    assert!(drawing.err.contains("--explain"), "{}", drawing.err);
    let page = workspace.say(&["explain", "unknown-step", "--format", "json"]);
    assert_eq!(page.code, Some(2));

    let run = workspace.say(&["run", "fan.pipeline.yaml", "--json"]);
    let document: Json = serde_json::from_str(&run.out).expect("the document alone");
    assert_eq!(document["intention"], intention);
}

/// On a read-only disk nothing is lost and everything says why. Needs a user who may mount.
#[cfg(target_os = "linux")]
#[test]
fn a_read_only_disk_is_named() {
    let workspace = Workspace::new(&["ok/hello.pipeline.yaml"]);
    let text = "name: fix\nsteps:\n  - id: a\n    action: echo a\n  - id: b\n    action: echo b\n    depends_on: [a]\n";
    fs::write(workspace.path().join("fix.pipeline.yaml"), text).expect("written");
    for (arguments, code, what) in [
        ("run hello.pipeline.yaml", 2, "nothing ran"),
        ("check --fix fix.pipeline.yaml", 1, "cannot rewrite `fix.pipeline.yaml`"),
    ] {
        let script = format!(
            "mount --bind . . && mount -o remount,ro,bind . && cd \"$PWD\" && exec '{}' {arguments}",
            tests::binary().display()
        );
        let output = Command::new("unshare")
            .args(["--mount", "sh", "-c", &script])
            .current_dir(workspace.path())
            .output();
        let Ok(output) = output else {
            return tests::skipped("a_read_only_disk_is_named", "there is no `unshare`");
        };
        let err = String::from_utf8_lossy(&output.stderr);
        if err.contains("unshare:") || err.contains("mount:") {
            return tests::skipped("a_read_only_disk_is_named", "this user may not mount");
        }
        assert_eq!(output.status.code(), Some(code), "{arguments}: {err}");
        assert!(err.contains(what), "{arguments}: {err}");
    }
    assert!(!workspace.path().join(".downbeat").exists());
    let kept = fs::read_to_string(workspace.path().join("fix.pipeline.yaml")).expect("it is there");
    assert_eq!(kept, text);
}

#[test]
fn a_secret_default_is_not_kept() {
    let text = "name: closed\ninputs:\n  token: {type: string, secret: true, default: hunter2-and-more}\nsteps:\n  - id: a\n    tool: terminal\n    parameters: {command: \"echo '{{ token }}'\"}\n";
    secret_default_is_not_kept(text, "token");
    let inner = text.replace('\n', "\n        ");
    let outer = format!(
        "name: around\nsteps:\n  - id: call\n    tool: pipeline-executor\n    parameters:\n      pipeline: |\n        {inner}\n"
    );
    secret_default_is_not_kept(&outer, "call.token");
}

/// A run whose text has a secret as a default can be told again as long as somebody has the secret, and its journal has not.
#[track_caller]
fn secret_default_is_not_kept(text: &str, input: &str) {
    let workspace = Workspace::with("closed.pipeline.yaml", text);
    let said = workspace.say(&["run", "closed.pipeline.yaml", "--quiet"]);
    assert_eq!(said.code, Some(0), "{}", said.err);
    for entry in fs::read_dir(workspace.path().join(".downbeat")).expect("a journal") {
        let path = entry.expect("an entry").path();
        let kept = if path.is_file() { fs::read(&path).expect("readable") } else { Vec::new() };
        let has = kept.windows(7).any(|it| it == b"hunter2");
        assert!(!has, "{} has the secret", path.display());
    }
    let replay = |arguments: &[&str]| workspace.say(&[&["replay", "latest"], arguments].concat());
    assert_eq!(replay(&[]).code, Some(0), "the file has it still");
    fs::remove_file(workspace.path().join("closed.pipeline.yaml")).expect("removed");
    let said = replay(&[]);
    assert_eq!(said.code, Some(2), "{}", said.err);
    assert!(said.err.contains(&format!("the input `{input}`")), "{}", said.err);
    let said = replay(&["-i", &format!("{input}=hunter2-and-more")]);
    assert_eq!(said.code, Some(0), "{}", said.err);
}

#[test]
fn a_secret_default_of_a_called_pipeline_is_not_kept() {
    let outer = "name: outer\nsteps:\n  - id: a\n    tool: pipeline-executor\n    parameters: {pipeline: inner.yaml}\n";
    let inner = "name: inner\ninputs:\n  token: {type: string, secret: true, default: hunter2-and-more}\nsteps:\n  - id: b\n    tool: terminal\n    parameters: {command: \"echo '{{ token }}'\"}\n";
    let workspace = Workspace::with("outer.pipeline.yaml", outer);
    fs::write(workspace.path().join("inner.yaml"), inner).expect("written");
    let said = workspace.say(&["run", "outer.pipeline.yaml", "--quiet"]);
    assert_eq!(said.code, Some(0), "{}", said.err);
    for entry in fs::read_dir(workspace.path().join(".downbeat")).expect("a journal") {
        let path = entry.expect("an entry").path();
        let kept = if path.is_file() { fs::read(&path).expect("readable") } else { Vec::new() };
        let has = kept.windows(7).any(|it| it == b"hunter2");
        assert!(!has, "{} has the secret", path.display());
    }
    let replay = || workspace.say(&["replay", "latest", "--quiet"]);
    assert_eq!(replay().code, Some(0), "the file has it still");
    fs::remove_file(workspace.path().join("inner.yaml")).expect("removed");
    let said = replay();
    assert_eq!(said.code, Some(2), "{}", said.err);
    assert!(said.err.contains("inner.yaml"), "{}", said.err);
}
