//! Files that others change while a pipeline is open.

use std::{fs, path::Path};

use serde_json::{Value as Json, json};
use tests::lsp::{Client, range_of};

const PART: &str = "name: part\ninputs:\n  topic: {type: string, required: true}\nsteps:\n  - id: a\n    action: echo {{ topic }}\n";
const CALLER: &str = "name: caller\nsteps:\n  - id: call\n    tool: pipeline-executor\n    parameters:\n      pipeline: part.yaml\n      inputs: {}\n";

fn uri_of(path: &Path) -> String {
    format!("file://{}", path.display())
}

fn watching() -> Client {
    let can = json!({ "didChangeWatchedFiles": { "dynamicRegistration": true } });
    let links = json!({ "definition": { "linkSupport": true } });
    Client::start(&json!({ "workspace": can, "textDocument": links }), &json!({}))
}

fn codes(diagnostics: &[Json]) -> Vec<&str> {
    diagnostics.iter().filter_map(|it| it["code"].as_str()).collect()
}

#[test]
fn a_client_that_can_is_asked_to_tell_of_changed_files_and_they_are_read_again() {
    let folder = tempfile::tempdir().unwrap();
    let (part, caller) =
        (folder.path().join("part.yaml"), folder.path().join("call.pipeline.yaml"));
    fs::write(&part, PART).unwrap();
    let mut client = watching();
    let asked = client.heard("client/registerCapability");
    let registration = &asked["registrations"][0];
    assert_eq!(registration["method"], "workspace/didChangeWatchedFiles");
    let globs = registration["registerOptions"]["watchers"].as_array().unwrap();
    assert!(globs.iter().any(|it| it["globPattern"] == "**/*.{yaml,yml}"), "{globs:?}");

    client.open(&uri_of(&caller), "downbeat", CALLER);
    assert_eq!(codes(&client.diagnostics(&uri_of(&caller), 1)), ["called-pipeline"]);
    fs::write(&part, PART.replace("required: true", "default: tides")).unwrap();
    let changes = json!([{ "uri": uri_of(&part), "type": 2 }]);
    client.notify("workspace/didChangeWatchedFiles", &json!({ "changes": changes }));
    assert_eq!(client.diagnostics(&uri_of(&caller), 1), Vec::<Json>::new());
    assert!(client.stop().success());
}

#[test]
fn nothing_is_asked_of_a_client_that_cannot_watch() {
    let mut client = Client::start(&json!({}), &json!({}));
    client.open("file:///nowhere/a.pipeline.yaml", "downbeat", CALLER);
    client.diagnostics("file:///nowhere/a.pipeline.yaml", 1);
    assert!(!client.peek(|message| message["method"] == "client/registerCapability"));
}

#[test]
fn what_a_caller_hands_over_leads_into_the_called_pipeline() {
    let folder = tempfile::tempdir().unwrap();
    let (part, caller) =
        (folder.path().join("part.yaml"), folder.path().join("call.pipeline.yaml"));
    fs::write(&part, PART.replace("name: part", "name: \"é😀\"")).unwrap();
    let text = CALLER.replace("{}", "{topic: tides}");
    let mut client = watching();
    client.open(&uri_of(&caller), "downbeat", &text);
    let origin = range_of(&text, "topic");
    let params = json!({ "textDocument": { "uri": uri_of(&caller) }, "position": origin["end"] });
    let found = client.request("textDocument/definition", &params).unwrap();
    let link = &found[0];
    assert_eq!(
        (&link["originSelectionRange"], &link["targetUri"]),
        (&origin, &json!(uri_of(&part)))
    );
    assert_eq!(link["targetSelectionRange"], range_of(PART, "topic"));
}
