//! Past runs of a document, as an editor lists them.

use serde_json::{Value as Json, json};
use tests::{lsp::Client, workspace::Workspace};

use super::{URI, pushed};

#[test]
fn a_documents_runs_are_listed_newest_first() {
    let workspace = Workspace::new(&["ok/hello.pipeline.yaml", "ok/fan.pipeline.yaml"]);
    for file in ["hello.pipeline.yaml", "fan.pipeline.yaml", "hello.pipeline.yaml"] {
        assert_eq!(workspace.say(&["run", file, "-q"]).code, Some(0));
    }
    let file = workspace.path().join("hello.pipeline.yaml");
    let uri = format!("file://{}", file.display());
    let text = std::fs::read_to_string(file).unwrap();
    let mut client = Client::start(&json!({}), &json!({}));
    client.open(&uri, "downbeat", &text);
    let mut ask = |limit: &Json| {
        let runs = client.request("downbeat/runs", &json!({ "uri": uri, "limit": limit })).unwrap();
        runs.as_array().unwrap().clone()
    };
    let runs = ask(&Json::Null);
    assert_eq!(runs.len(), 2, "{runs:?}");
    assert!(runs[0]["startedAt"].as_f64() > runs[1]["startedAt"].as_f64());
    assert_eq!(runs[0]["status"], "completed");
    assert!(runs[0]["duration"].is_f64() && runs[0]["run"].is_string(), "{runs:?}");
    assert_eq!(ask(&json!(1)), runs[..1]);
}

#[test]
fn a_document_that_never_ran_has_no_runs() {
    let mut client = pushed();
    client.open(URI, "downbeat", super::PIPELINE);
    assert_eq!(client.request("downbeat/runs", &json!({ "uri": URI })), Ok(json!([])));
}
