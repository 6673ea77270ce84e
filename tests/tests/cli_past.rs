//! `downbeat runs`, `show`, `log` and `gc` as scripts see them.

use std::fs;

use serde_json::{Value as Json, json};
use tests::{
    process::downbeat,
    workspace::{Workspace, parse, validate},
};

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
    tool: terminal
    parameters: {command: 'echo lost >&2; exit 3'}
    on_failure: continue
  - id: never
    condition: 'false'
    action: echo no
outputs:
  letters: '{{ each.results | length }}'
";

fn ran(text: &str) -> (Workspace, Json) {
    let workspace = Workspace::with("p.pipeline.yaml", text);
    let document = parse(&workspace.say(&["run", "p.pipeline.yaml", "--json"]).out);
    (workspace, document)
}

#[test]
fn a_past_run_is_shown_by_any_name_it_has() {
    let (workspace, document) = ran(LOOP);
    let run = document["run"].as_str().expect("an id");
    for name in [run, "latest", "letters_"] {
        let (shown, code) = workspace.json("run-document", &["show", name, "--format", "json"]);
        assert_eq!((code, &shown), (Some(0), &document), "{name}");
    }
    let text = workspace.say(&["show", "latest"]);
    for part in [run, "p.pipeline.yaml", "2 rounds", "not ok", "skipped", "letters: 2"] {
        assert!(text.out.contains(part), "{part}: {}", text.out);
    }
    assert_eq!(workspace.say(&["show"]).out, text.out);
    let wrong = workspace.say(&["show", "lettres"]);
    assert_eq!((wrong.code, wrong.out.as_str()), (Some(2), ""));
    assert!(wrong.err.contains("lettres") && wrong.err.contains("downbeat runs"), "{}", wrong.err);
    workspace.say(&["run", "p.pipeline.yaml", "-q"]);
    let several = workspace.say(&["show", "letters"]);
    assert_eq!(several.code, Some(2));
    assert!(several.err.contains(run), "{}", several.err);
}

#[test]
fn a_step_is_shown_by_its_path() {
    let (workspace, document) = ran(LOOP);
    let step = |path| workspace.say(&["show", "latest", path, "--format", "json"]);
    assert_eq!(parse(&step("broken").out), document["steps"]["broken"]);
    let inner = &document["steps"]["each"]["iterations"][1];
    assert_eq!(inner["path"], "each[1]");
    assert_eq!(parse(&step("each[1].say").out), inner["steps"]["say"]);
    let text = workspace.say(&["show", "latest", "each[1].say"]);
    assert!(text.out.contains("letter b"), "{}", text.out);
    let wrong = step("each[1].sya");
    assert_eq!(wrong.code, Some(2));
    assert!(wrong.err.contains("`each[1].say`"), "{}", wrong.err);
}

#[test]
fn steps_of_a_called_pipeline_are_told_behind_the_step_that_calls() {
    let (workspace, document) = ran(
        "id: outer\nname: outer\nsteps:\n  - id: call\n    tool: pipeline-executor\n    parameters:\n      pipeline: |\n        id: inner\n        name: inner\n        steps:\n          - id: each\n            for_each: [a]\n            steps:\n              - id: say\n                action: echo {{ item }}\n",
    );
    assert_eq!(document["success"], true, "{document:#}");
    let path = "call.each[0].say";
    let log = workspace.json("log", &["log", "latest", "--json"]).0;
    let steps = log["steps"].as_array().expect("steps");
    assert_eq!(steps.iter().filter(|step| step["path"] == path).count(), 1, "{log:#}");
    let step = parse(&workspace.say(&["show", "latest", path, "--format", "json"]).out);
    assert_eq!(step["value"]["result"], "a", "{step}");
}

#[test]
fn steps_say_what_their_processes_used() {
    let (workspace, document) = ran(
        "id: busy\nname: busy\nsteps:\n  - id: work\n    tool: python-executor\n    parameters:\n      code: |\n        big = 'x' * (64 << 20)\n        print(sum(range(3_000_000)))\n  - id: idle\n    action: echo hi\n",
    );
    let used = &document["steps"]["work"]["resources"];
    if cfg!(target_os = "linux") {
        assert!(used["cpu"].as_f64().expect("seconds") > 0.0, "{document:#}");
        assert!(used["peak_memory"].as_u64().expect("bytes") > 64 << 20, "{used}");
    }
    assert_eq!(document["steps"]["idle"].get("resources"), None, "it starts no process");
    assert!(workspace.say(&["log", "latest"]).out.contains("CPU"));
}

#[test]
fn a_log_tells_steps_rounds_errors_and_times() {
    let (workspace, document) = ran(LOOP);
    let (log, code) = workspace.json("log", &["log", "latest", "--json"]);
    assert_eq!((code, &log["run"]), (Some(0), &document["run"]));
    let steps = log["steps"].as_array().expect("steps");
    let paths: Vec<&str> = steps.iter().filter_map(|step| step["path"].as_str()).collect();
    for path in ["each", "each[0].say", "each[1].say", "broken", "never"] {
        assert_eq!(paths.iter().filter(|it| **it == path).count(), 1, "{path}: {paths:?}");
    }
    assert_eq!(paths.last(), Some(&"never"), "it never started");
    let offsets: Vec<f64> = steps.iter().filter_map(|step| step["offset"].as_f64()).collect();
    assert!(offsets.is_sorted(), "{offsets:?}");

    let markdown = workspace.say(&["log", "latest", "--markdown"]).out;
    for part in ["# Run `letters_", "## Steps", "| `each[1].say` ", "## Timeline", "## Outputs"] {
        assert!(markdown.contains(part), "{part}: {markdown}");
    }
    let text = workspace.say(&["log", "latest"]);
    assert!(text.out.contains("each[0].say") && !text.out.contains("## "), "{}", text.out);
    assert!(text.out.contains("skipped (its condition does not hold)"), "{}", text.out);
}

#[test]
fn a_run_is_gone_on_with_by_the_command_that_is_told() {
    let asks = "name: My talk\nsteps:\n  - id: ask\n    tool: user-prompt\n    parameters: {prompt: Which?}\n";
    let workspace = Workspace::new(&[]);
    let above = workspace.path();
    fs::create_dir(above.join("a b")).unwrap();
    fs::write(above.join("a b/p.pipeline.yaml"), asks).unwrap();
    let stopped = downbeat(&above, &["run", "a b/p.pipeline.yaml"], b"");
    let told = stopped.err.lines().find_map(|line| line.strip_suffix("` goes on with it"));
    let command = told.and_then(|line| line.strip_prefix('`')).expect("a command").to_owned();
    let answers = "echo '{\"ask\": \"this\"}' > answers.json";
    let script = format!(
        "{answers}; downbeat() {{ \"$BINARY\" \"$@\"; }}; {command} --answers answers.json"
    );
    let mut shell = std::process::Command::new("sh");
    shell.args(["-c", &script]).current_dir(&above).env("BINARY", tests::binary());
    let resumed = shell.output().expect("it starts");
    assert!(resumed.status.success(), "{command}: {}", String::from_utf8_lossy(&resumed.stderr));
}

#[test]
fn the_text_of_steps_is_no_markdown_of_the_report() {
    let (workspace, _) = ran(
        "id: odd\nname: odd\nsteps:\n  - id: a\n    action: echo hi\noutputs:\n  o: \"a | b\\n# no heading\\n```\\n<b>\"\n  p: '| *x* `y`'\n",
    );
    let markdown = workspace.say(&["log", "latest", "--markdown"]).out;
    assert!(markdown.contains("````text\na | b\n# no heading\n```\n<b>\n````"), "{markdown}");
    assert!(markdown.contains("- `p`: | \\*x\\* \\`y\\`"), "{markdown}");
    let text = workspace.say(&["log", "latest"]).out;
    assert!(text.contains("    ```\n    <b>\n"), "{text}");
    assert!(text.contains("• `p`: | *x* `y`\n"), "{text}");
}

#[test]
fn runs_of_a_file_are_found_from_any_folder() {
    let workspace = Workspace::with("p.pipeline.yaml", LOOP);
    let other =
        Workspace::with("q.pipeline.yaml", "name: q\nsteps:\n  - id: a\n    action: echo a\n");
    let path = workspace.path().join("p.pipeline.yaml");
    let path = path.to_str().expect("text");
    let from = other.path();
    assert_eq!(downbeat(&from, &["run", path, "-q"], b"").code, Some(1));
    let runs = |arguments: &[&str]| {
        let said = downbeat(&from, &[&["runs", "--format", "json"], arguments].concat(), b"");
        assert_eq!(said.code, Some(0), "{}", said.err);
        let runs = parse(&said.out);
        validate("runs", &runs);
        runs.as_array().expect("a list").len()
    };
    assert_eq!(runs(&[]), 0, "it ran in the workspace of its file");
    assert_eq!(runs(&[path]), 1);
    assert_eq!(runs(&["--cwd", workspace.path().to_str().expect("text")]), 1);
    let relative = format!(
        "../{}/p.pipeline.yaml",
        workspace.path().file_name().expect("a name").to_string_lossy()
    );
    assert_eq!(runs(&[&relative]), 1);
    assert_eq!(runs(&["q.pipeline.yaml"]), 0);
}

#[test]
fn where_nothing_ran_the_workspaces_below_are_named() {
    let outer = Workspace::new(&[]);
    let inner = outer.path().join("inner");
    fs::create_dir(&inner).expect("made");
    fs::write(inner.join("downbeat.toml"), "").expect("written");
    fs::write(inner.join("p.pipeline.yaml"), LOOP).expect("written");
    outer.say(&["run", "inner/p.pipeline.yaml", "-q"]);
    for arguments in [&["runs"][..], &["show", "latest"], &["gc"]] {
        let said = outer.say(arguments);
        assert!(said.err.contains("--cwd") && said.err.contains("inner"), "{}", said.err);
    }
    assert_eq!(outer.say(&["show", "latest", "--cwd", "inner"]).code, Some(0));
}

#[test]
fn lists_are_cut_and_say_so() {
    let (workspace, _) = ran(LOOP);
    workspace.say(&["run", "p.pipeline.yaml", "-q"]);
    let said = workspace.say(&["runs", "--limit", "1"]);
    assert_eq!(said.out.lines().count(), 1);
    assert!(said.err.contains("--limit"), "{}", said.err);
    assert_eq!(workspace.say(&["runs", "--limit", "2"]).err, "");
}

#[test]
fn old_runs_are_forgotten_when_asked_for() {
    let (workspace, first) = ran(LOOP);
    let second = parse(&workspace.say(&["run", "p.pipeline.yaml", "--json"]).out);
    let left = || workspace.json("runs", &["runs", "--format", "json"]).0;
    let gc = |arguments: &[&str]| {
        workspace.json("forgotten", &[&["gc", "--format", "json"], arguments].concat()).0
    };
    assert_eq!(gc(&[])["runs"], json!([]), "no rule lets any go");
    assert_eq!(gc(&["--older-than", "1h"])["runs"], json!([]));
    let rehearsed = gc(&["--keep", "1", "--dry-run"]);
    assert_eq!(rehearsed["runs"][0]["run"], first["run"]);
    assert_eq!(left().as_array().expect("a list").len(), 2);
    assert_eq!(gc(&["--keep", "1"]), rehearsed);
    assert_eq!(left()[0]["run"], second["run"]);
    assert_eq!(workspace.say(&["show", first["run"].as_str().expect("an id")]).code, Some(2));
    assert!(workspace.say(&["gc"]).out.contains("forgot 0 runs"));
    assert_eq!(workspace.say(&["gc", "--older-than", "soon"]).code, Some(2));
}

#[test]
fn the_quality_of_a_run_is_told() {
    let (workspace, document) = ran(LOOP);
    let (report, code) = workspace.json("quality", &["qc", "latest", "--format", "json"]);
    assert_eq!((code, &report["run"]), (Some(0), &document["run"]));
    assert_eq!(
        (&report["risk"], &report["ran"], &report["failed"]),
        (&json!("high"), &json!(4), &json!(1))
    );
    assert_eq!(report["health"], 0.75);
    assert_eq!(report["remarks"][0]["step"], "broken");
    let text = workspace.say(&["qc", "latest"]);
    assert!(text.out.contains("health 0.75, risk high"), "{}", text.out);
}
