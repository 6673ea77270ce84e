//! Runs that an editor starts: one at a time for a document, refused with reasons, cancelled any number of times.

use serde_json::{Value as Json, json};
use tests::lsp::Client;

use super::{PIPELINE, URI, pushed};

const SLOW: &str = "id: slow\nsteps:\n  - id: wait\n    tool: terminal\n    parameters:\n      command: sleep 300\n";

fn execute(client: &mut Client, command: &str, argument: &Json) -> Result<Json, Json> {
    let call = json!({ "command": command, "arguments": [argument] });
    client.request("workspace/executeCommand", &call)
}

fn first_lens(client: &mut Client, uri: &str) -> Json {
    let params = json!({ "textDocument": { "uri": uri } });
    client.request("textDocument/codeLens", &params).unwrap()[0]["command"].clone()
}

#[test]
fn a_document_has_one_run_at_a_time_and_its_lens_cancels_it() {
    let folder = tempfile::tempdir().unwrap();
    let uri = format!("file://{}/slow.pipeline.yaml", folder.path().display());
    let capabilities = json!({ "workspace": { "codeLens": { "refreshSupport": true } } });
    let mut client = Client::start(&capabilities, &json!({ "trusted": true }));
    client.open(&uri, "downbeat", SLOW);
    assert_eq!(first_lens(&mut client, &uri)["title"], "Run");

    let run = execute(&mut client, "downbeat.run", &json!({ "uri": uri })).unwrap();
    client.heard("workspace/codeLens/refresh");
    let lens = first_lens(&mut client, &uri);
    assert_eq!((&lens["title"], &lens["command"]), (&json!("Cancel"), &json!("downbeat.cancel")));
    assert_eq!(lens["arguments"], json!([run]));
    let second = execute(&mut client, "downbeat.run", &json!({ "uri": uri, "only": "wait" }));
    let error = second.unwrap_err();
    assert_eq!(error["data"], json!({ "reason": "running", "run": run["run"] }));

    for _ in 0..2 {
        assert_eq!(execute(&mut client, "downbeat.cancel", &lens["arguments"][0]), Ok(Json::Null));
    }
    client.wait(|it| {
        it["method"] == "downbeat/event" && it["params"]["event"]["type"] == "run_cancelled"
    });
    client.heard("workspace/codeLens/refresh");
    assert_eq!(execute(&mut client, "downbeat.cancel", &run), Ok(Json::Null));
    assert_eq!(first_lens(&mut client, &uri)["title"], "Run");
    let unknown = execute(&mut client, "downbeat.cancel", &json!({ "run": "nobody_1_2" }));
    assert_eq!(unknown.unwrap_err()["code"], -32803);
}

#[test]
fn a_cancelled_run_goes_on_where_it_was() {
    const TWO: &str = "id: two\nsteps:\n  - id: a\n    tool: terminal\n    parameters: {command: echo a >> effects}\n  - id: b\n    tool: terminal\n    dependencies: [a]\n    parameters: {command: test -e go || sleep 300; echo b >> effects}\n";
    let folder = tempfile::tempdir().unwrap();
    let uri = format!("file://{}/two.pipeline.yaml", folder.path().display());
    let mut client = Client::start(&json!({}), &json!({ "trusted": true }));
    client.open(&uri, "downbeat", TWO);
    let run = execute(&mut client, "downbeat.run", &json!({ "uri": uri })).unwrap();
    let event = |kind: &'static str, recorded: Json| {
        move |it: &Json| {
            let event = &it["params"]["event"];
            it["method"] == "downbeat/event"
                && event["type"] == kind
                && event["data"]["recorded"] == recorded
        }
    };
    client.wait(event("step_completed", Json::Null));
    execute(&mut client, "downbeat.cancel", &run).unwrap();
    client.wait(event("run_cancelled", Json::Null));

    std::fs::write(folder.path().join("go"), "").unwrap();
    assert_eq!(
        execute(&mut client, "downbeat.resume", &json!({ "run": "latest" })),
        Ok(run.clone())
    );
    client.wait(event("step_completed", json!(true)));
    client.wait(event("run_completed", Json::Null));
    let effects = std::fs::read_to_string(folder.path().join("effects")).unwrap();
    assert_eq!(effects, "a\nb\n");

    let over = execute(&mut client, "downbeat.resume", &run).unwrap_err();
    assert_eq!(over["data"]["reason"], "over");
    let unknown = execute(&mut client, "downbeat.resume", &json!({ "run": "nobody" }));
    assert_eq!(unknown.unwrap_err()["code"], -32803);
}

#[test]
fn a_step_that_is_not_there_is_the_reason_whatever_else_is_wrong() {
    let mut client = pushed();
    client.open(URI, "downbeat", &PIPELINE.replace("[first]", "[frist]"));
    let call = json!({ "uri": URI, "until": "secnd" });
    let error = execute(&mut client, "downbeat.run", &call).unwrap_err();
    assert_eq!(error["data"]["reason"], "refused");
    assert_eq!(error["data"]["findings"][0]["code"], "unknown-step");
    assert_eq!(error["data"]["findings"][0]["help"], "did you mean `second`?");
}

#[test]
fn a_call_that_cannot_be_read_says_how_it_is_wrong() {
    let mut client = pushed();
    client.open(URI, "downbeat", PIPELINE);
    for (argument, said) in [
        (json!({ "uri": URI, "only": "first", "from": "first" }), "only one of"),
        (json!({ "uri": URI, "onyl": "first" }), "onyl"),
        (json!({ "uri": "file:///nowhere/else.yaml" }), "is not open"),
    ] {
        let error = execute(&mut client, "downbeat.run", &argument).unwrap_err();
        assert_eq!(error["code"], -32602, "{error}");
        assert!(error["message"].as_str().unwrap().contains(said), "{error}");
    }
}

#[test]
fn a_run_is_paused_and_goes_on() {
    const TWO: &str = "id: two\nsteps:\n  - id: a\n    tool: terminal\n    parameters: {command: 'until test -e go; do sleep 0.05; done'}\n  - id: b\n    tool: terminal\n    dependencies: [a]\n    parameters: {command: echo b}\n";
    let folder = tempfile::tempdir().unwrap();
    let uri = format!("file://{}/two.pipeline.yaml", folder.path().display());
    let mut client = Client::start(&json!({}), &json!({ "trusted": true }));
    client.open(&uri, "downbeat", TWO);
    let run = execute(&mut client, "downbeat.run", &json!({ "uri": uri })).unwrap();
    let event = |kind: &'static str| {
        move |it: &Json| it["method"] == "downbeat/event" && it["params"]["event"]["type"] == kind
    };
    client.wait(event("step_started"));
    for _ in 0..2 {
        assert_eq!(execute(&mut client, "downbeat.pause", &run), Ok(Json::Null));
    }
    client.wait(event("run_paused"));
    let listed = client.request("downbeat/runs", &json!({ "uri": uri })).unwrap();
    assert_eq!(listed[0]["status"], "paused");
    std::fs::write(folder.path().join("go"), "").unwrap();
    client.wait(event("step_completed"));
    assert_eq!(execute(&mut client, "downbeat.unpause", &run), Ok(Json::Null));
    client.wait(event("run_unpaused"));
    client.wait(event("run_completed"));
    let over = execute(&mut client, "downbeat.pause", &run).unwrap_err();
    assert_eq!(over["code"], -32803);
}
