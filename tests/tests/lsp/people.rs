//! Steps that ask the person at the editor.

use serde_json::{Value as Json, json};
use tests::lsp::Client;

const TEXT: &str = "id: ask\nsteps:\n  - id: which\n    tool: user-prompt\n    parameters: {prompt: Which?, input_type: choice, choices: [a, b], default: b}\n";

struct Run {
    client: Client,
    uri: String,
    _folder: tempfile::TempDir,
}

fn run(options: &Json, text: &str) -> Run {
    let folder = tempfile::tempdir().unwrap();
    let uri = format!("file://{}/ask.pipeline.yaml", folder.path().display());
    let mut client = Client::start(&json!({}), options);
    client.hold("downbeat/ask");
    client.open(&uri, "downbeat", text);
    start(&mut client, &uri);
    Run { client, uri, _folder: folder }
}

fn start(client: &mut Client, uri: &str) {
    let call = json!({ "command": "downbeat.run", "arguments": [{ "uri": uri }] });
    // The run before may have told its end and not be gone yet.
    while let Err(error) = client.request("workspace/executeCommand", &call) {
        assert_eq!(error["data"]["reason"], "running", "{error}");
    }
}

fn event(client: &mut Client, kind: &str) -> Json {
    let is_it =
        |it: &Json| it["method"] == "downbeat/event" && it["params"]["event"]["type"] == kind;
    client.wait(is_it)["params"]["event"].clone()
}

fn asked(client: &mut Client) -> Json {
    client.wait(|it| it["method"] == "downbeat/ask")
}

#[test]
fn the_editor_asks_and_the_run_goes_on() {
    let Run { mut client, uri, _folder } = run(&json!({ "trusted": true, "asks": true }), TEXT);
    let request = asked(&mut client);
    let question = &request["params"];
    assert_eq!((&question["path"], &question["text"]), (&json!("which"), &json!("Which?")));
    assert_eq!((&question["kind"], &question["default"]), (&json!("choice"), &json!("b")));
    let choices = json!([{ "value": "a", "label": "a" }, { "value": "b", "label": "b" }]);
    assert_eq!(question["choices"], choices);
    client.respond(&request, &json!({ "answer": "c" }));
    let again = asked(&mut client);
    assert_eq!(again["params"]["complaint"], "expected one of `a`, `b`");
    client.respond(&again, &json!({ "answer": "a" }));
    event(&mut client, "run_completed");

    // Giving none takes the default.
    start(&mut client, &uri);
    let request = asked(&mut client);
    client.respond(&request, &Json::Null);
    event(&mut client, "run_completed");
    client.stop();
}

#[test]
fn an_editor_that_does_not_ask_is_an_error_that_names_the_ways() {
    let mut run = run(&json!({ "trusted": true }), TEXT);
    let failed = event(&mut run.client, "step_failed");
    let message = failed["message"].as_str().unwrap();
    for word in ["`which`", "downbeat run", "--answers FILE", "--yes"] {
        assert!(message.contains(word), "{message}");
    }
}

#[test]
fn a_question_is_taken_back_when_the_run_stops_or_its_time_is_up() {
    let Run { mut client, uri, _folder } = run(&json!({ "trusted": true, "asks": true }), TEXT);
    let request = asked(&mut client);
    let cancel =
        json!({ "command": "downbeat.cancel", "arguments": [{ "run": request["params"]["run"] }] });
    client.request("workspace/executeCommand", &cancel).unwrap();
    let back = client.heard("$/cancelRequest");
    assert_eq!(back["id"], request["id"]);
    event(&mut client, "run_cancelled");
    // An answer that comes too late is nobody's.
    client.respond(&request, &json!({ "answer": "a" }));

    let timed = TEXT.replace("default: b}", "default: b, timeout: 0.2}");
    let whole =
        json!({ "start": { "line": 0, "character": 0 }, "end": { "line": 9, "character": 0 } });
    client.edit(&uri, 2, &whole, &timed);
    start(&mut client, &uri);
    let request = asked(&mut client);
    assert_eq!(request["params"]["timeout"], 0.2);
    assert_eq!(client.heard("$/cancelRequest")["id"], request["id"]);
    event(&mut client, "run_completed");
}
