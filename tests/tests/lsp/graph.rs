//! The drawing of a document, and how an editor hears that it is outdated.

use serde_json::{Value as Json, json};
use tests::lsp::range_of;

use super::{PIPELINE, URI, pushed};

fn draw(client: &mut tests::lsp::Client) -> Json {
    client.request("downbeat/graph", &json!({ "uri": URI })).unwrap()
}

#[test]
fn a_document_is_drawn_also_with_errors() {
    let text = "\
id: demo
steps:
  - id: first
    action: echo {{ nobody.result }}
  - id: each
    for_each: '{{ first.rows }}'
    if: first.ok
    steps:
      - {id: inner, action: 'echo {{ item }}'}
  - {id: [
";
    let mut client = pushed();
    client.open(URI, "downbeat", text);
    let graph = draw(&mut client);
    assert_eq!(graph["version"], 1);
    assert_eq!(graph["stages"], json!([["first", "#3"], ["each"]]));
    let ids: Vec<_> =
        graph["nodes"].as_array().unwrap().iter().map(|it| it["id"].as_str().unwrap()).collect();
    assert_eq!(ids, ["first", "each", "each.inner", "#3", "?nobody"]);
    let first = &graph["nodes"][0];
    assert_eq!(first["selectionRange"], range_of(text, "first"));
    assert_eq!(first["problems"][0]["severity"], "error");
    let each = &graph["nodes"][1];
    assert_eq!(
        (&each["loop"]["kind"], &each["condition"]),
        (&json!("for_each"), &json!("first.ok"))
    );
    assert_eq!(graph["nodes"][2]["parent"], "each");
    assert_eq!(graph["nodes"][4].get("range"), None);
    let edges: Vec<_> = graph["edges"]
        .as_array()
        .unwrap()
        .iter()
        .map(|it| {
            let words = ["from", "to", "origin", "certain"].map(|key| it[key].as_str().unwrap());
            words.join(" ")
        })
        .collect();
    assert_eq!(
        edges,
        ["first each control_flow always", "?nobody first template unknown"],
        "one edge for each pair and origin"
    );
    assert_eq!(graph["edges"][1]["range"], range_of(text, "nobody.result"));
}

#[test]
fn a_burst_of_edits_outdates_a_drawing_once() {
    let mut client = pushed();
    client.open(URI, "downbeat", PIPELINE);
    let end = json!({ "line": 11, "character": 0 });
    let here = json!({ "start": end, "end": end });
    client.edit(URI, 2, &here, "# nobody has asked\n");
    draw(&mut client);
    for version in 3..20 {
        client.edit(URI, version, &here, "# a comment\n");
    }
    assert_eq!(client.heard("downbeat/graphChanged"), json!({ "uri": URI, "version": 3 }));
    assert_eq!(draw(&mut client)["version"], 19);
    client.edit(URI, 20, &here, "# one more\n");
    assert_eq!(client.heard("downbeat/graphChanged"), json!({ "uri": URI, "version": 20 }));
    client.notify("workspace/didChangeWatchedFiles", &json!({ "changes": [] }));
    assert_eq!(draw(&mut client)["version"], 20);
    client.notify("workspace/didChangeWatchedFiles", &json!({ "changes": [] }));
    assert_eq!(client.heard("downbeat/graphChanged"), json!({ "uri": URI, "version": 20 }));
}

#[test]
fn what_is_no_pipeline_has_an_empty_drawing() {
    let mut client = pushed();
    client.open("file:///nowhere/a.yaml", "yaml", "on: push\n");
    let graph = client.request("downbeat/graph", &json!({ "uri": "file:///nowhere/a.yaml" }));
    assert_eq!(graph.unwrap()["nodes"], json!([]));
}
