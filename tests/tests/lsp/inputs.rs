//! What an editor asks before a run.

use serde_json::{Value as Json, json};
use tests::lsp::range_of;

use super::{URI, pushed};

#[test]
fn inputs_are_told_also_of_a_file_with_errors() {
    let text = "\
id: demo
inputs:
  topic: {type: string, description: What it is about., required: true}
  depth: {type: int, default: 2, choices: [1, 2]}
  key: {type: string, secret: true, default: abc}
  none: {default: null}
steps:
  - {id: a, action: 'echo {{ topic }', dependencies: [nobody]}
  - {id: [
";
    let mut client = pushed();
    client.open(URI, "downbeat", text);
    let asked = client.request("downbeat/inputs", &json!({ "uri": URI })).unwrap();
    assert_eq!(
        asked,
        json!([
            { "name": "topic", "type": "string", "description": "What it is about.", "required": true,
              "secret": false, "range": range_of(text, "topic") },
            { "name": "depth", "type": "integer", "required": false, "default": 2, "choices": [1, 2],
              "secret": false, "range": range_of(text, "depth") },
            { "name": "key", "type": "string", "required": false, "secret": true, "range": range_of(text, "key") },
            { "name": "none", "type": "any", "required": false, "default": null, "secret": false,
              "range": range_of(text, "none") },
        ])
    );
}

#[test]
fn a_document_that_is_no_pipeline_has_no_inputs() {
    let mut client = pushed();
    client.open("file:///nowhere/a.yaml", "yaml", "on: push\n");
    let asked = client.request("downbeat/inputs", &json!({ "uri": "file:///nowhere/a.yaml" }));
    assert_eq!(asked, Ok(json!([])));
    let closed = client.request("downbeat/inputs", &json!({ "uri": "file:///nowhere/b.yaml" }));
    assert_eq!(closed.unwrap_err()["code"], -32602);
    let empty = client.request("downbeat/inputs", &Json::Null);
    assert_eq!(empty.unwrap_err()["code"], -32602);
}
