//! Ways through a document: from a name to where else it is, and what stands beside a line.

use serde_json::json;
use tests::lsp::{Client, cursor, range_of};

use super::{PIPELINE, URI, at, pushed};

#[test]
fn references_and_highlights_are_all_places_of_a_name() {
    let mut client = pushed();
    let (text, position) = cursor(&PIPELINE.replace("{{ first", "{{ fi$0rst"));
    client.open(URI, "downbeat", &text);
    let mut asked = at(&position);
    asked["context"] = json!({ "includeDeclaration": false });
    let found = client.request("textDocument/references", &asked).unwrap();
    assert_eq!(found.as_array().unwrap().len(), 2, "{found:#?}");
    assert_eq!(found[1]["range"]["start"]["line"], 10);
    let found = client.request("textDocument/documentHighlight", &at(&position)).unwrap();
    assert_eq!(found[0], json!({ "range": range_of(&text, "first"), "kind": 3 }));
    assert_eq!(found.as_array().unwrap().len(), 3, "{found:#?}");
}

#[test]
fn files_that_are_there_are_links() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::create_dir_all(folder.path().join("prompts")).unwrap();
    std::fs::write(folder.path().join("prompts/ask.md"), "Ask.").unwrap();
    let uri = format!("file://{}/demo.pipeline.yaml", folder.path().display());
    let (text, position) = cursor(
        "id: demo\nsteps:\n  - id: a\n    prompt: \"{{ file: as$0k.md }} {{ file: gone.md }}\"\n",
    );
    let mut client = pushed();
    client.open(&uri, "downbeat", &text);
    let document = json!({ "uri": uri });
    let links =
        client.request("textDocument/documentLink", &json!({ "textDocument": document })).unwrap();
    let target = links[0]["target"].as_str().unwrap();
    assert!(target.ends_with("/prompts/ask.md"), "{links:#?}");
    assert_eq!(links.as_array().unwrap().len(), 1, "{links:#?}");
    assert_eq!(links[0]["range"], range_of(&text, "ask.md"));
    let asked = json!({ "textDocument": document, "position": position });
    let found = client.request("textDocument/definition", &asked).unwrap();
    assert_eq!(found["uri"], target);
}

#[test]
fn hints_follow_the_settings() {
    let mut client = pushed();
    client.open(URI, "downbeat", PIPELINE);
    let range =
        json!({ "start": { "line": 8, "character": 0 }, "end": { "line": 11, "character": 0 } });
    let asked = json!({ "textDocument": { "uri": URI }, "range": range });
    let hints = client.request("textDocument/inlayHint", &asked).unwrap();
    assert_eq!(hints[0]["label"], "stage 2", "{hints:#?}");
    assert_eq!(hints[0]["position"], json!({ "line": 8, "character": 14 }));
    assert_eq!(hints.as_array().unwrap().len(), 1, "{hints:#?}");
    let settings = json!({ "settings": { "downbeat": { "hints": { "stage": false } } } });
    client.notify("workspace/didChangeConfiguration", &settings);
    assert_eq!(client.request("textDocument/inlayHint", &asked).unwrap(), json!([]));
    client.notify("workspace/didChangeConfiguration", &json!({ "settings": null }));
    assert_eq!(client.request("textDocument/inlayHint", &asked).unwrap(), json!([]));
}

#[test]
fn a_step_is_renamed_everywhere_for_the_version_that_was_seen() {
    let capabilities = json!({ "workspace": { "workspaceEdit": { "documentChanges": true } },
        "textDocument": { "rename": { "prepareSupport": true } } });
    let mut client = Client::start(&capabilities, &json!({}));
    let (text, position) = cursor(&PIPELINE.replace("{{ first", "{{ fi$0rst"));
    client.open(URI, "downbeat", &text);
    let prepared = client.request("textDocument/prepareRename", &at(&position)).unwrap();
    assert_eq!(prepared["placeholder"], "first");
    let mut asked = at(&position);
    asked["newName"] = json!("fetch");
    let changes = &client.request("textDocument/rename", &asked).unwrap()["documentChanges"][0];
    assert_eq!(changes["textDocument"], json!({ "uri": URI, "version": 1 }));
    assert_eq!(changes["edits"].as_array().unwrap().len(), 3, "{changes:#?}");
    assert_eq!(
        changes["edits"][0],
        json!({ "range": range_of(&text, "first"), "newText": "fetch" })
    );
    asked["newName"] = json!("second");
    let error = client.request("textDocument/rename", &asked).unwrap_err();
    assert_eq!(error["message"], "`second` is already the id of a step");
    let linked = client.request("textDocument/linkedEditingRange", &at(&position)).unwrap();
    assert_eq!(linked["ranges"].as_array().unwrap().len(), 3, "{linked:#?}");
}

#[test]
fn a_selection_grows_from_each_place() {
    let mut client = pushed();
    client.open(URI, "downbeat", PIPELINE);
    let places = json!([{ "line": 9, "character": 22 }, { "line": 0, "character": 1 }]);
    let asked = json!({ "textDocument": { "uri": URI }, "positions": places });
    let found = client.request("textDocument/selectionRange", &asked).unwrap();
    assert_eq!(found.as_array().unwrap().len(), 2);
    assert_eq!(
        found[0]["range"],
        json!({
        "start": { "line": 9, "character": 20 }, "end": { "line": 9, "character": 25 } })
    );
    let mut outermost = &found[0];
    while !outermost["parent"].is_null() {
        outermost = &outermost["parent"];
    }
    assert_eq!(outermost["range"]["start"], json!({ "line": 0, "character": 0 }));
    assert_eq!(outermost["range"]["end"], json!({ "line": 11, "character": 0 }));
}
