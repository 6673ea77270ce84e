//! Steps that use MCP servers.

use std::{
    fs,
    path::Path,
    process::Command,
    thread,
    time::{Duration, Instant},
};

use serde_json::{Value as Json, json};
use tests::{
    mcp::{WebServer, python, script},
    process::Said,
    workspace::{Workspace, parse},
};

const FILE: &str = "use.pipeline.yaml";

/// A workspace in which a pipeline has these steps behind one that connects to the Python server as `peer`.
fn workspace(python: &Path, steps: &str) -> Workspace {
    let server = tests::root().join("tests/tests/mcp/server.py");
    let connect = format!(
        "  - id: peer\n    tool: mcp-server\n    action: connect\n    parameters:\n      server_name: peer\n      \
         server_config:\n        command: '{}'\n        args: ['{}']\n        env: {{OWL: snowy}}\n",
        python.display(),
        server.display()
    );
    Workspace::with(FILE, &format!("id: use\nname: Use\nsteps:\n{connect}{steps}"))
}

/// A step that calls a tool of `peer`.
fn call(id: &str, after: &str, tool: &str, given: &Json) -> String {
    format!(
        "  - id: {id}\n    tool: mcp-server\n    action: execute_tool\n    dependencies: [{after}]\n    parameters:\n      \
         {{server_name: peer, tool_name: {tool}, tool_params: {given}}}\n"
    )
}

fn document(said: &Said) -> Json {
    assert!(!said.out.is_empty(), "{said:?}");
    parse(&said.out)
}

fn result<'d>(document: &'d Json, step: &str) -> &'d Json {
    &document["steps"][step]["value"]["result"]
}

fn error(document: &Json, step: &str) -> String {
    document["steps"][step]["error"].as_str().unwrap_or_default().to_owned()
}

/// How often the Python server was started in a workspace.
fn starts(workspace: &Workspace) -> usize {
    fs::read_to_string(workspace.path().join("starts")).unwrap_or_default().lines().count()
}

fn is_alive(pid: u32) -> bool {
    // A process that nobody has waited for yet is over, too.
    let stat = fs::read_to_string(format!("/proc/{pid}/stat")).unwrap_or_default();
    stat.rsplit_once(')').is_some_and(|(_, rest)| !rest.trim_start().starts_with('Z'))
}

/// Waits until none of these processes lives.
fn all_end(pids: &[u32]) -> bool {
    let begun = Instant::now();
    while begun.elapsed() < Duration::from_secs(10) {
        if !pids.iter().any(|pid| is_alive(*pid)) {
            return true;
        }
        thread::sleep(Duration::from_millis(20));
    }
    false
}

fn pids(mark: &Path) -> Vec<u32> {
    let text = fs::read_to_string(mark).unwrap_or_default();
    text.split_whitespace().filter_map(|pid| pid.parse().ok()).collect()
}

#[test]
fn a_program_is_connected_once_and_answers_with_structure_and_text() {
    let Some(python) = python("a_program_is_connected_once_and_answers_with_structure_and_text")
    else {
        return;
    };
    let mut steps = String::from(
        "  - id: tools\n    tool: mcp-server\n    action: list_tools\n    dependencies: [peer]\n    parameters: {server_name: peer}\n",
    );
    steps += &call("sum", "peer", "add", &json!({ "a": 2, "b": 40 }));
    steps += &call("word", "peer", "say", &json!({ "what": "owls" }));
    steps += &call("kind", "peer", "variable", &json!({ "name": "OWL" }));
    steps += "  - id: memo\n    tool: mcp-resource\n    action: read\n    dependencies: [peer]\n    parameters: {server_name: peer, uri: 'memo://owls'}\n";
    steps += "  - id: memos\n    tool: mcp-resource\n    action: list\n    dependencies: [peer]\n    parameters: {server_name: peer}\n";
    steps += "outputs:\n  sum: '{{ sum.result.result.result }}'\n  word: '{{ word.result.result }}'\n  memo: '{{ memo.resource.text }}'\n";
    let workspace = workspace(&python, &steps);
    let said = workspace.say(&["run", FILE, "--json"]);
    assert_eq!(said.code, Some(0), "{said:?}");
    let document = document(&said);
    let peer = result(&document, "peer");
    assert_eq!((&peer["connected"], &peer["server_name"]), (&json!(true), &json!("peer")));
    assert_eq!(
        (&peer["server"]["name"], &peer["instructions"]),
        (&json!("peer"), &json!("Adds numbers."))
    );
    let names = result(&document, "tools")["tools"].as_array().unwrap();
    let add = names.iter().find(|tool| tool["name"] == "add").unwrap();
    assert_eq!(add["input_schema"]["required"], json!(["a", "b"]));
    assert_eq!(
        document["outputs"],
        json!({ "sum": 42, "word": "owls", "memo": "Owls hunt at night." })
    );
    assert_eq!(result(&document, "kind")["result"], "snowy");
    assert_eq!(result(&document, "memos")["resources"][0]["uri"], "memo://owls");
    assert_eq!(starts(&workspace), 1);
}

#[test]
fn what_does_not_fit_is_said_before_the_server_hears_of_it() {
    let Some(python) = python("what_does_not_fit_is_said_before_the_server_hears_of_it") else {
        return;
    };
    for (tool, given, kind, why) in [
        (
            "add",
            json!({ "a": "x", "b": 1 }),
            "ParameterError",
            "/a: \"x\" is not of type \"integer\"",
        ),
        ("ad", json!({}), "ValueError", "the server `peer` has no tool `ad`: did you mean `add`?"),
        ("fail", json!({ "why": "no owls" }), "MCPToolError", "no owls"),
    ] {
        let workspace = workspace(&python, &call("one", "peer", tool, &given));
        let said = workspace.say(&["run", FILE, "--json"]);
        assert_eq!(said.code, Some(1), "{said:?}");
        let document = document(&said);
        assert!(error(&document, "one").contains(why), "{}", error(&document, "one"));
        assert_eq!(document["steps"]["one"]["error_type"], kind);
        assert_eq!(document["steps"]["one"]["retries"], 0);
    }
}

#[test]
fn a_server_that_is_not_there_is_an_error_that_says_what_it_said() {
    let cases = [
        ("{command: no-such-owl}", "`no-such-owl` could not be started"),
        ("{command: no such owl}", "its arguments belong into `args`"),
        (
            "{command: sh, args: ['-c', 'echo I am no owl >&2']}",
            "`sh` ended before it answered as an MCP server; it said: I am no owl",
        ),
        ("{url: 'http://127.0.0.1:9/mcp'}", "`--allow-host 127.0.0.1` permits it"),
        ("{comand: owl}", "`server_config` knows no `comand`"),
    ];
    for (config, why) in cases {
        let text = format!(
            "id: use\nname: Use\nsteps:\n  - id: peer\n    tool: mcp-server\n    action: connect\n    parameters: {{server_config: {config}}}\n"
        );
        let said = Workspace::with(FILE, &text).say(&["run", FILE, "--json"]);
        assert_eq!(said.code, Some(1), "{said:?}");
        let document = document(&said);
        assert!(error(&document, "peer").contains(why), "{config}: {}", error(&document, "peer"));
    }
    let text = "id: use\nname: Use\nsteps:\n  - id: one\n    tool: mcp-server\n    action: list_tools\n    parameters: {server_name: owls}\n";
    let said = Workspace::with(FILE, text).say(&["run", FILE, "--json"]);
    let told = error(&document(&said), "one");
    assert!(
        told.contains("no MCP server is called `owls`: the run has connected to none"),
        "{told}"
    );
}

#[test]
fn a_server_ends_with_the_run_and_so_does_what_it_started() {
    let Some(python) = python("a_server_ends_with_the_run_and_so_does_what_it_started") else {
        return;
    };
    // A run that succeeds, one that fails, one whose step is out of time.
    for (rest, code) in [
        (String::new(), 0),
        (call("then", "left", "fail", &json!({ "why": "no" })), 1),
        (
            call("then", "left", "work", &json!({ "steps": 1000, "pause": 0.1 }))
                + "    timeout: 1\n",
            1,
        ),
    ] {
        let steps = call("left", "peer", "leave", &json!({ "mark": "mark" })) + &rest;
        let workspace = workspace(&python, &steps);
        let said = workspace.say(&["run", FILE, "--json"]);
        assert_eq!(said.code, Some(code), "{said:?}");
        let pids = pids(&workspace.path().join("mark"));
        assert_eq!(pids.len(), 2, "{said:?}");
        assert!(all_end(&pids), "{pids:?} live after {said:?}");
    }
}

#[test]
fn an_interrupted_run_ends_its_server_and_goes_on_with_another_one() {
    let test = "an_interrupted_run_ends_its_server_and_goes_on_with_another_one";
    let Some(python) = python(test) else { return };
    let mut steps = call("left", "peer", "leave", &json!({ "mark": "mark" }));
    steps += "  - id: ask\n    tool: user-prompt\n    dependencies: [left]\n    parameters: {prompt: Who?}\n";
    steps += &call("then", "ask", "say", &json!({ "what": "{{ ask.value }}" }));
    steps += "outputs: {who: '{{ then.result.result }}'}\n";
    let workspace = workspace(&python, &steps);
    // Nobody answers: the run stops where it can be gone on with.
    let said = workspace.say(&["run", FILE, "--json"]);
    assert_eq!(said.code, Some(1), "{said:?}");
    assert!(all_end(&pids(&workspace.path().join("mark"))), "{said:?}");
    fs::write(workspace.path().join("answers.yaml"), "ask: owl\n").unwrap();
    let said = workspace.say(&["resume", "latest", "--json", "--answers", "answers.yaml"]);
    assert_eq!(said.code, Some(0), "{said:?}");
    let document = document(&said);
    assert_eq!(document["outputs"]["who"], "owl");
    assert_eq!(starts(&workspace), 2, "`connect` was not done again, its server was started again");
    // A replay starts nothing.
    let said = workspace.say(&["replay", "latest", "--json"]);
    assert_eq!(said.code, Some(0), "{said:?}");
    assert_eq!(starts(&workspace), 2);
}

#[test]
fn a_server_that_dies_in_a_call_is_not_asked_the_same_again_unasked() {
    let Some(python) = python("a_server_that_dies_in_a_call_is_not_asked_the_same_again_unasked")
    else {
        return;
    };
    let steps = call("gone", "peer", "die", &json!({}))
        + "    on_failure: continue\n"
        + &call("after", "gone", "say", &json!({ "what": "still here" }));
    let workspace = workspace(&python, &steps);
    let document = document(&workspace.say(&["run", FILE, "--json"]));
    let told = error(&document, "gone");
    assert!(told.contains("has gone away") && told.contains("I am out of owls"), "{told}");
    assert!(told.contains("whether the call was carried out is not known"), "{told}");
    assert_eq!(document["steps"]["gone"]["retries"], 0);
    assert_eq!(result(&document, "after")["result"], "still here", "{document}");
    assert_eq!(starts(&workspace), 2);
}

#[test]
fn how_far_a_tool_is_becomes_events() {
    let Some(python) = python("how_far_a_tool_is_becomes_events") else { return };
    let workspace =
        workspace(&python, &call("one", "peer", "work", &json!({ "steps": 4, "pause": 0.05 })));
    let said = workspace.say(&["run", FILE, "--events", "jsonl"]);
    assert_eq!(said.code, Some(0), "{said:?}");
    let fractions: Vec<f64> = said
        .out
        .lines()
        .filter_map(|line| serde_json::from_str::<Json>(line).ok())
        .filter(|event| event["type"] == "step_progress")
        .filter_map(|event| event["data"]["fraction"].as_f64())
        .collect();
    assert_eq!(fractions, [0.25, 0.5, 0.75, 1.0], "{}", said.out);
}

#[test]
fn servers_over_http_are_reached_where_that_is_allowed() {
    let Some(python) = python("servers_over_http_are_reached_where_that_is_allowed") else {
        return;
    };
    let folder = tempfile::tempdir().unwrap();
    let mut command = Command::new(&python);
    command.arg(tests::root().join("tests/tests/mcp/server.py")).current_dir(folder.path());
    let server = WebServer::start(command);
    let text = format!(
        "id: use\nname: Use\nsteps:\n  - id: peer\n    tool: mcp-server\n    action: connect\n    parameters:\n      server_name: peer\n      \
         server_config: {{url: 'http://127.0.0.1:{}/mcp'}}\n{}",
        server.port,
        call("sum", "peer", "add", &json!({ "a": 1, "b": 2 }))
    );
    let workspace = Workspace::with(FILE, &text);
    let said = workspace.say(&["run", FILE, "--json"]);
    assert_eq!(said.code, Some(1), "{said:?}");
    let allow = format!("127.0.0.1:{}", server.port);
    let said = workspace.say(&["run", FILE, "--json", "--allow-host", &allow]);
    assert_eq!(said.code, Some(0), "{said:?}");
    assert_eq!(result(&document(&said), "sum")["result"]["result"], 3);
}

#[test]
fn the_reference_server_answers_and_tells_of_changes() {
    let test = "the_reference_server_answers_and_tells_of_changes";
    let Some(script) = script(test, "server-everything", "dist/index.js") else { return };
    let text = format!(
        "id: use
name: Use
steps:
  - id: peer
    tool: mcp-server
    action: connect
    parameters: {{server_config: {{command: '{}', args: ['{}', stdio]}}}}
  - id: sum
    tool: mcp-server
    action: execute_tool
    dependencies: [peer]
    parameters: {{server_name: default, tool_name: get-sum, tool_params: {{a: 2, b: 3}}}}
  - id: weather
    tool: mcp-server
    action: execute_tool
    dependencies: [peer]
    parameters: {{server_name: default, tool_name: get-structured-content, tool_params: {{location: Chicago}}}}
  - id: image
    tool: mcp-server
    action: execute_tool
    dependencies: [peer]
    parameters: {{server_name: default, tool_name: get-tiny-image}}
  - id: list
    tool: mcp-resource
    action: list
    dependencies: [peer]
  - id: watch
    tool: mcp-resource
    action: subscribe
    dependencies: [list]
    parameters: {{uri: \"{{{{ list.resources[0].uri }}}}\"}}
  - id: toggle
    tool: mcp-server
    action: execute_tool
    dependencies: [watch]
    parameters: {{server_name: default, tool_name: toggle-subscriber-updates}}
  - id: pause
    tool: terminal
    dependencies: [toggle]
    parameters: {{command: sleep 1}}
  - id: read
    tool: mcp-resource
    action: read
    dependencies: [pause]
    parameters: {{uri: \"{{{{ list.resources[0].uri }}}}\"}}
  - id: enough
    tool: mcp-resource
    action: unsubscribe
    dependencies: [read]
    parameters: {{subscription_id: \"{{{{ watch.subscription_id }}}}\"}}
  - id: away
    tool: mcp-server
    action: disconnect
    dependencies: [enough, sum, weather, image]
    parameters: {{server_name: default}}
",
        tests::node().display(),
        script.display()
    );
    let said = Workspace::with(FILE, &text).say(&["run", FILE, "--json"]);
    assert_eq!(said.code, Some(0), "{said:?}");
    let document = document(&said);
    assert_eq!(result(&document, "sum")["result"], "The sum of 2 and 3 is 5.");
    assert!(result(&document, "weather")["result"]["temperature"].is_number());
    let image = result(&document, "image")["content"].as_array().unwrap();
    assert!(image.iter().any(|block| block["type"] == "image"), "{image:?}");
    assert!(result(&document, "read")["resource"]["text"].is_string());
    // It tells at once, and then every five seconds.
    assert!(result(&document, "read")["changes"].as_u64() >= Some(1), "{document}");
    assert_eq!(result(&document, "enough")["unsubscribed"], true);
    assert_eq!(result(&document, "away")["disconnected"], true);
}

#[test]
fn past_runs_are_checkpoints() {
    let text = "id: first\nname: First\nsteps:\n  - id: say\n    action: echo hello\noutputs: {said: '{{ say.result }}'}\n";
    let workspace = Workspace::with("first.pipeline.yaml", text);
    let first = document(&workspace.say(&["run", "first.pipeline.yaml", "--json"]));
    let look = "\
id: look
name: Look
steps:
  - id: list
    tool: checkpoint
    action: list
    parameters: {pipeline_name: first}
  - id: inspect
    tool: checkpoint
    action: inspect
    parameters: {checkpoint_file: \"{{ list.checkpoints[0].checkpoint_file }}\"}
  - id: newest
    tool: checkpoint
    action: extract
    parameters: {output_format: json}
  - id: write
    tool: checkpoint
    action: extract
    parameters: {pipeline_name: first, output_file: first.md}
";
    fs::write(workspace.path().join(FILE), look).unwrap();
    let said = workspace.say(&["run", FILE, "--json"]);
    assert_eq!(said.code, Some(0), "{said:?}");
    let document = document(&said);
    assert_eq!(result(&document, "list")["count"], 1);
    assert_eq!(result(&document, "list")["checkpoints"][0]["run"], first["run"]);
    assert_eq!(result(&document, "inspect")["summary"]["outputs"]["said"], "hello");
    assert_eq!(result(&document, "inspect")["summary"]["steps"]["say"]["status"], "completed");
    assert_eq!(result(&document, "newest")["run"], first["run"], "the run that asks is none");
    assert_eq!(result(&document, "newest")["content"]["outputs"]["said"], "hello");
    let written = fs::read_to_string(workspace.path().join("first.md")).unwrap();
    assert!(written.contains("## Output said\n\nhello\n"), "{written}");
}
