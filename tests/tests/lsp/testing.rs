//! Tests of pipelines in an editor: found, checked, completed, run.

use std::fs;

use serde_json::{Value as Json, json};
use tests::lsp::{Client, cursor};

use super::pushed;

const GREET: &str = "id: greet\nname: greet\ninputs: {who: {type: string, default: world}}\nsteps:\n  - id: say\n    action: echo Hello, {{ who }}\noutputs: {greeting: '{{ say.result }}'}\n";
const TESTS: &str = "tests:\n  - name: good\n    expect: [{value: outputs.greeting, equals: 'Hello, world'}]\n  - name: bad\n    expect:\n      - outputs.greeting == 'Bye'\n";

/// A folder with both files, and the address of the tests.
fn place(tests: &str) -> (tempfile::TempDir, String) {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("greet.pipeline.yaml"), GREET).unwrap();
    fs::write(folder.path().join("greet.pipeline.test.yaml"), tests).unwrap();
    let uri = format!("file://{}/greet.pipeline.test.yaml", folder.path().display());
    (folder, uri)
}

fn execute(client: &mut Client, command: &str, argument: &Json) -> Result<Json, Json> {
    let call = json!({ "command": command, "arguments": [argument] });
    client.request("workspace/executeCommand", &call)
}

#[test]
fn tests_are_found_and_run_and_told_as_they_end() {
    let (_folder, uri) = place(TESTS);
    let mut client = pushed();
    let list = client.request("downbeat/tests", &json!({ "uri": uri })).unwrap();
    assert_eq!(list["tests"][1]["name"], "bad");
    assert_eq!(list["tests"][1]["range"]["start"], json!({ "line": 3, "character": 10 }));
    assert!(list["pipeline"].as_str().unwrap().ends_with("/greet.pipeline.yaml"), "{list}");
    let begun = execute(&mut client, "downbeat.test", &json!({ "uri": uri })).unwrap();
    let mut events = Vec::new();
    loop {
        let event = client.heard("downbeat/test");
        assert_eq!(event["session"], begun["session"]);
        assert_eq!(event["seq"], events.len() + 1);
        events.push(event);
        if events.last().is_some_and(|it| it["type"] == "ended") {
            break;
        }
    }
    let of =
        |name: &str| events.iter().find(|it| it["type"] == "over" && it["name"] == name).unwrap();
    assert_eq!(of("good")["verdict"], "passed");
    assert_eq!(of("bad")["verdict"], "failed");
    assert_eq!(of("bad")["failures"][0]["what"], "condition");
    assert_eq!(of("bad")["failures"][0]["range"]["start"], json!({ "line": 5, "character": 8 }));
    assert_eq!(events.last().unwrap()["passed"], false);
    let one =
        execute(&mut client, "downbeat.test", &json!({ "uri": uri, "names": ["good"] })).unwrap();
    let end = client.wait(|it| {
        it["method"] == "downbeat/test"
            && it["params"]["session"] == one["session"]
            && it["params"]["type"] == "ended"
    });
    assert_eq!(end["params"]["passed"], true);
}

#[test]
fn tests_are_stopped_and_refused() {
    let (folder, uri) = place("tests:\n  - name: slow\n");
    fs::write(
        folder.path().join("greet.pipeline.yaml"),
        "id: greet\nname: g\nsteps:\n  - id: wait\n    tool: terminal\n    parameters: {command: sleep 300}\n",
    )
    .unwrap();
    let mut client = pushed();
    let begun = execute(&mut client, "downbeat.test", &json!({ "uri": uri })).unwrap();
    client.wait(|it| it["method"] == "downbeat/test" && it["params"]["type"] == "begun");
    assert_eq!(execute(&mut client, "downbeat.cancelTest", &begun), Ok(Json::Null));
    let end = client.wait(|it| it["method"] == "downbeat/test" && it["params"]["type"] == "ended");
    assert_eq!(end["params"]["passed"], false);
    assert_eq!(execute(&mut client, "downbeat.cancelTest", &begun), Ok(Json::Null));
    fs::write(folder.path().join("greet.pipeline.test.yaml"), "tests: [{nme: a}]\n").unwrap();
    let refused = execute(&mut client, "downbeat.test", &json!({ "uri": uri })).unwrap_err();
    assert_eq!(refused["data"]["reason"], "findings");
    let mut careful = Client::start(&json!({}), &json!({}));
    let refused = execute(&mut careful, "downbeat.test", &json!({ "uri": uri })).unwrap_err();
    assert_eq!(refused["data"]["reason"], "untrusted");
}

#[test]
fn slips_are_underlined_and_keys_proposed() {
    let (_folder, uri) = place(TESTS);
    let mut client = pushed();
    client.open(&uri, "yaml", "tests:\n  - name: a\n    inputs: {whom: x}\n");
    let found = client.diagnostics(&uri, 1);
    assert_eq!(found.len(), 1, "{found:?}");
    assert_eq!(
        (&found[0]["code"], &found[0]["range"]["start"]),
        (&json!("bad-test"), &json!({ "line": 2, "character": 13 }))
    );
    let (text, position) = cursor("tests:\n  - name: a\n    expect:\n      - steps_run: [$0\n");
    let whole =
        json!({ "start": { "line": 0, "character": 0 }, "end": { "line": 9, "character": 0 } });
    client.edit(&uri, 2, &whole, &text);
    let params = json!({ "textDocument": { "uri": uri }, "position": position });
    let items = client.request("textDocument/completion", &params).unwrap();
    assert_eq!(items[0]["label"], "say");
    let (text, position) = cursor("tests:\n  - name: a\n    $0\n");
    client.edit(&uri, 3, &whole, &text);
    let params = json!({ "textDocument": { "uri": uri }, "position": position });
    let items = client.request("textDocument/completion", &params).unwrap();
    let labels: Vec<_> =
        items.as_array().unwrap().iter().map(|it| it["label"].as_str().unwrap()).collect();
    assert!(labels.contains(&"expect") && !labels.contains(&"name"), "{labels:?}");
}
