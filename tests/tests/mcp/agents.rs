//! Agents that use `downbeat mcp`.

use std::{
    fs,
    io::Write as _,
    path::Path,
    process::{Command, Stdio},
    thread,
    time::{Duration, Instant},
};

use serde_json::{Value as Json, json};
use tests::{
    mcp::{python, script},
    workspace::{Workspace, parse},
};

const FILE: &str = "greet.pipeline.yaml";

const PIPELINE: &str = "\
id: greet
name: Greeting
description: Greets somebody.
inputs:
  who: {type: string, default: world}
steps:
  - id: say
    action: echo Hello, {{ who }}
  - id: twice
    tool: terminal
    parameters: {command: \"echo '{{ say.result }}'; echo done >> effects\"}
outputs:
  greeting: '{{ say.result }}'
";

fn workspace() -> Workspace {
    Workspace::with(FILE, PIPELINE)
}

fn complete(of: &str, name: &str, argument: &str, begun: &str) -> Json {
    let argument = json!({ "name": argument, "value": begun });
    json!({ "do": "complete", "of": of, "name": name, "argument": argument })
}

fn call(name: &str, given: Json) -> Json {
    json!({ "do": "call", "name": name, "given": given })
}

/// What an agent of the Python SDK is told.
fn ask(python: &Path, folder: &Path, mode: &str, arguments: &[&str], calls: &[Json]) -> Vec<Json> {
    let arguments = [&["mcp"], arguments].concat();
    let wanted = json!({
        "command": tests::binary(), "args": arguments, "cwd": folder, "mode": mode, "calls": calls,
    });
    let mut client = Command::new(python)
        .arg(tests::root().join("tests/tests/mcp/client.py"))
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    client.stdin.take().unwrap().write_all(wanted.to_string().as_bytes()).unwrap();
    let output = client.wait_with_output().unwrap();
    let said = String::from_utf8(output.stdout).unwrap();
    let answers: Vec<Json> = said.lines().map(parse).collect();
    let err = String::from_utf8_lossy(&output.stderr);
    assert_eq!(answers.len(), calls.len(), "{said}\n{err}");
    answers
}

fn text(answer: &Json) -> &str {
    answer["content"][0]["text"].as_str().unwrap_or_else(|| panic!("{answer:#}"))
}

#[test]
fn an_agent_checks_plans_explains_and_reads_in_both_lifecycles() {
    let test = "an_agent_checks_plans_explains_and_reads_in_both_lifecycles";
    let Some(python) = python(test) else { return };
    let workspace = workspace();
    let wrong = PIPELINE.replace("tool: terminal", "depends_on: [say]\n    tool: termnal");
    let ran = workspace.say(&["run", FILE, "--json"]);
    assert_eq!(ran.code, Some(0), "{ran:?}");
    for mode in ["legacy", "auto"] {
        let answers = ask(
            &python,
            &workspace.path(),
            mode,
            &[],
            &[
                json!({ "do": "tools" }),
                call("check", json!({ "file": FILE })),
                call("check", json!({ "text": wrong, "mend": true })),
                call("plan", json!({ "file": FILE })),
                call("explain", json!({ "text": PIPELINE })),
                call("format", json!({ "text": "id: a\nsteps:\n- {id: b,   action: echo hi}\n" })),
                call("tools", json!({ "name": "terminal" })),
                call("tools", json!({})),
                call("help", json!({ "topic": "unknown-step" })),
                call("runs", json!({})),
                call("show", json!({ "run": "latest", "step": "say" })),
                call("report", json!({})),
                call("quality", json!({})),
                json!({ "do": "resources" }),
                json!({ "do": "read", "uri": "downbeat://guide/7-loops" }),
                json!({ "do": "read", "uri": "downbeat://rule/unknown-tool" }),
                json!({ "do": "prompts" }),
                json!({ "do": "prompt", "name": "mend_pipeline", "given": { "file": FILE } }),
                complete("prompt", "mend_pipeline", "file", "gree"),
                complete("resource", "downbeat://rule/{code}", "code", "step"),
                complete("prompt", "write_pipeline", "task", "owl"),
            ],
        );
        let [
            tools,
            sound,
            broken,
            plan,
            explained,
            laid,
            tool,
            all,
            help,
            runs,
            shown,
            report,
            quality,
            resources,
            loops,
            rule,
            prompts,
            prompt,
            files,
            codes,
            nothing,
        ] = answers.as_slice()
        else {
            panic!("{answers:#?}")
        };
        let names: Vec<&str> = tools["tools"]
            .as_array()
            .unwrap()
            .iter()
            .filter_map(|it| it["name"].as_str())
            .collect();
        assert!(names.contains(&"check") && !names.contains(&"run"), "{names:?}");
        assert!(
            tools["tools"]
                .as_array()
                .unwrap()
                .iter()
                .all(|it| it["annotations"]["readOnlyHint"] == true)
        );
        assert_eq!(sound["structuredContent"]["errors"], 0, "{sound:#}");
        let findings = broken["structuredContent"]["findings"].as_array().unwrap();
        let finding = findings.iter().find(|it| it["code"] == "unknown-tool").unwrap();
        assert_eq!(finding["file"], "-");
        assert!(text(broken).contains("-:11:11: error unknown-tool"), "{}", text(broken));
        assert!(
            broken["structuredContent"]["mended"]
                .as_str()
                .unwrap()
                .contains("    dependencies: [say]\n")
        );
        assert_eq!(plan["structuredContent"]["stages"], json!([["say"], ["twice"]]));
        assert!(text(explained).contains("Greets somebody."), "{}", text(explained));
        assert!(text(laid).contains("  - {id: b, action: echo hi}\n"), "{}", text(laid));
        assert_eq!(tool["structuredContent"]["tool"]["name"], "terminal");
        assert!(all["structuredContent"]["tools"].as_array().unwrap().len() > 20);
        assert!(text(help).starts_with("# unknown-step"), "{}", text(help));
        assert_eq!(runs["structuredContent"]["runs"][0]["pipeline"], "greet");
        assert_eq!(shown["structuredContent"]["step"]["id"], "say", "{shown:#}");
        assert!(text(report).contains("## Timeline"), "{}", text(report));
        assert_eq!(quality["structuredContent"]["failed"], 0, "{quality:#}");
        assert!(resources["resources"].as_array().unwrap().len() > 30);
        assert!(loops["contents"][0]["text"].as_str().unwrap().starts_with("# "));
        assert!(rule["contents"][0]["text"].as_str().unwrap().starts_with("# unknown-tool"));
        assert_eq!(prompts["prompts"].as_array().unwrap().len(), 2);
        assert!(prompt["messages"][0]["content"]["text"].as_str().unwrap().contains(FILE));
        assert_eq!(files["completion"]["values"], json!([FILE]), "{files:#}");
        let codes = codes["completion"]["values"].as_array().unwrap();
        let place = |code: &str| codes.iter().position(|it| it == code);
        assert!(place("step-without-kind").unwrap() < place("unknown-step").unwrap(), "{codes:?}");
        assert_eq!(nothing["completion"]["values"], json!([]), "{nothing:#}");
    }
}

#[test]
fn an_agent_stays_in_its_workspace_and_runs_nothing_unasked() {
    let test = "an_agent_stays_in_its_workspace_and_runs_nothing_unasked";
    let Some(python) = python(test) else { return };
    let workspace = workspace();
    let outside = tempfile::tempdir().unwrap();
    fs::write(outside.path().join(FILE), PIPELINE).unwrap();
    std::os::unix::fs::symlink(outside.path().join(FILE), workspace.path().join("link.yaml"))
        .unwrap();
    let far = outside.path().join(FILE);
    let answers = ask(
        &python,
        &workspace.path(),
        "auto",
        &[],
        &[
            call("check", json!({ "file": far })),
            call("plan", json!({ "file": "link.yaml" })),
            call("plan", json!({ "file": "../other.yaml", "text": PIPELINE })),
            call("plan", json!({ "file": "nowhere.yaml" })),
            call("plan", json!({ "fil": FILE })),
            call("run", json!({ "file": FILE })),
            call("runs", json!({})),
            call("show", json!({})),
            call("owls", json!({})),
            call("help", json!({ "topic": "unknown-stpe" })),
        ],
    );
    for (answer, why) in answers.iter().zip([
        "lies outside of the workspace",
        "lies outside of the workspace",
        "lies outside of the workspace",
        "there is no such file",
        "unknown field `fil`",
        "start it with `downbeat mcp --allow-run`",
    ]) {
        assert_eq!(answer["isError"], true, "{answer:#}");
        assert!(text(answer).contains(why), "{}", text(answer));
    }
    assert_eq!(answers[6]["structuredContent"]["runs"], json!([]));
    assert!(text(&answers[7]).contains("nothing has run in this workspace yet"));
    assert!(
        answers[8]["message"].as_str().unwrap().contains("there is no tool `owls`"),
        "{}",
        answers[8]
    );
    assert!(text(&answers[9]).contains("did you mean `unknown-step`?"), "{}", text(&answers[9]));
    assert!(
        !workspace.path().join("effects").exists() && !workspace.path().join(".downbeat").exists()
    );
}

#[test]
fn an_agent_that_may_run_hears_how_far_it_is_and_can_give_up() {
    let test = "an_agent_that_may_run_hears_how_far_it_is_and_can_give_up";
    let Some(python) = python(test) else { return };
    let workspace = workspace();
    let slow = "id: slow\nname: Slow\nsteps:\n  - id: first\n    action: echo one\n  - id: wait\n    tool: terminal\n    dependencies: [first]\n    \
                parameters: {command: sleep 300, timeout: 400}\n";
    fs::write(workspace.path().join("slow.pipeline.yaml"), slow).unwrap();
    let mut giving_up = call("run", json!({ "file": "slow.pipeline.yaml" }));
    giving_up["until"] = json!("wait begins");
    let answers = ask(
        &python,
        &workspace.path(),
        "auto",
        &["--allow-run", "--max-cost", "0.5"],
        &[
            call("run", json!({ "file": FILE, "inputs": { "who": "Ada" } })),
            call("run", json!({ "file": FILE, "inputs": { "hwo": "Ada" } })),
            call("run", json!({ "file": FILE, "only": "say" })),
            giving_up,
            call("runs", json!({ "file": "slow.pipeline.yaml" })),
            call("resume", json!({ "run": "greet" })),
            call("test", json!({})),
        ],
    );
    let ran = &answers[0]["structuredContent"];
    assert_eq!(
        (&ran["success"], &ran["outputs"]["greeting"]),
        (&json!(true), &json!("Hello, Ada")),
        "{}",
        answers[0]
    );
    let told: Vec<&str> =
        answers[0]["progress"].as_array().unwrap().iter().filter_map(|it| it[2].as_str()).collect();
    assert_eq!(
        told,
        ["say begins", "say is done", "twice begins", "twice is done"],
        "{}",
        answers[0]
    );
    assert_eq!(answers[0]["progress"][3][0], 2.0);
    assert!(text(&answers[1]).contains("nothing ran"), "{}", answers[1]);
    assert_eq!(answers[2]["structuredContent"]["success"], true, "{}", answers[2]);
    assert_eq!(answers[3]["given_up"], true, "{}", answers[3]);
    let status = &answers[4]["structuredContent"]["runs"][0]["status"];
    assert!(status == "cancelled" || status == "running", "{}", answers[4]);
    assert!(
        answers[5]["isError"] == true || answers[5]["structuredContent"]["success"] == true,
        "{}",
        answers[5]
    );
    assert!(text(&answers[6]).contains("no `NAME.pipeline.test.yaml`"), "{}", answers[6]);
    // What was given up ends, with its processes.
    let begun = Instant::now();
    loop {
        let (runs, _) = workspace.json("runs", &["runs", "--format", "json"]);
        let slow = runs.as_array().unwrap().iter().find(|run| run["pipeline"] == "slow").unwrap();
        if slow["status"] == "cancelled" {
            break;
        }
        assert!(begun.elapsed() < Duration::from_secs(20), "{slow:#}");
        thread::sleep(Duration::from_millis(100));
    }
    assert_eq!(fs::read_to_string(workspace.path().join("effects")).unwrap(), "done\n");
}

#[test]
fn the_inspector_calls_tools() {
    let Some(script) =
        script("the_inspector_calls_tools", "inspector", "clients/launcher/build/index.js")
    else {
        return;
    };
    let workspace = workspace();
    let inspect = |arguments: &[&str]| {
        let mut command = Command::new(tests::node());
        command.arg(&script).arg("--cli").arg(tests::binary()).arg("mcp").args(arguments);
        let output = command.current_dir(workspace.path()).stdin(Stdio::null()).output().unwrap();
        let said = String::from_utf8(output.stdout).unwrap();
        let complaints = String::from_utf8_lossy(&output.stderr);
        // It counts words of JSON Schema that not every model knows.
        let is_fine = |line: &str| line.starts_with("Schema portability: 0 errors");
        assert!(output.status.success() && complaints.lines().all(is_fine), "{complaints}{said}");
        parse(&said)
    };
    let tools = inspect(&["--method", "tools/list"]);
    assert!(tools["tools"].as_array().unwrap().iter().any(|tool| tool["name"] == "plan"));
    let file = format!("file={FILE}");
    let plan = inspect(&["--method", "tools/call", "--tool-name", "plan", "--tool-arg", &file]);
    assert_eq!(plan["structuredContent"]["pipeline"], "greet");
}
