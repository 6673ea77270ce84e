//! Laying out the document that is open.

use serde_json::{Value as Json, json};

use super::{URI, pushed};

const TEXT: &str =
    "name:   é 😀 # says  who\nsteps:\n-   id: a\n    action:   echo 😀  x\n-   id: b\n";

/// The text after the edits of an answer, as an editor applies them: the last one first.
fn edited(text: &str, edits: &Json) -> String {
    let lines: Vec<&str> = text.split_inclusive('\n').collect();
    let offset = |position: &Json| {
        let line = position["line"].as_u64().unwrap() as usize;
        let before: usize = lines[..line].iter().map(|it| it.len()).sum();
        let mut units = position["character"].as_u64().unwrap() as usize;
        let here = lines.get(line).copied().unwrap_or_default();
        let width = here.chars().take_while(|it| {
            let fits = units > 0;
            units = units.saturating_sub(it.len_utf16());
            fits
        });
        before + width.map(char::len_utf8).sum::<usize>()
    };
    let mut text = text.to_owned();
    for edit in edits.as_array().unwrap().iter().rev() {
        let range = offset(&edit["range"]["start"])..offset(&edit["range"]["end"]);
        text.replace_range(range, edit["newText"].as_str().unwrap());
    }
    text
}

#[test]
fn a_document_is_laid_out_by_edits_of_what_differs() {
    let mut client = pushed();
    client.open(URI, "downbeat", TEXT);
    let ask = |options: Json| json!({ "textDocument": { "uri": URI }, "options": options });
    let options = json!({ "tabSize": 2, "insertSpaces": true });
    let edits = client.request("textDocument/formatting", &ask(options)).unwrap();
    assert_eq!(
        edited(TEXT, &edits),
        "name: é 😀 # says  who\nsteps:\n  - id: a\n    action: echo 😀  x\n\n  - id: b\n"
    );
    let wide = json!({ "tabSize": 4, "insertSpaces": true });
    let edits = client.request("textDocument/formatting", &ask(wide)).unwrap();
    assert_eq!(
        edited(TEXT, &edits),
        "name: é 😀 # says  who\nsteps:\n    - id: a\n      action: echo 😀  x\n\n    - id: b\n"
    );
}

#[test]
fn a_range_is_laid_out_step_by_step() {
    let mut client = pushed();
    client.open(URI, "downbeat", TEXT);
    let params = json!({
        "textDocument": { "uri": URI },
        "range": { "start": { "line": 3, "character": 5 }, "end": { "line": 3, "character": 9 } },
        "options": { "tabSize": 2, "insertSpaces": true },
    });
    let edits = client.request("textDocument/rangeFormatting", &params).unwrap();
    assert_eq!(
        edited(TEXT, &edits),
        "name:   é 😀 # says  who\nsteps:\n- id: a\n  action: echo 😀  x\n\n-   id: b\n"
    );
}

#[test]
fn what_is_no_pipeline_is_left_alone() {
    let mut client = pushed();
    client.open("file:///nowhere/a.yaml", "yaml", "on:   push\n");
    let params = json!({
        "textDocument": { "uri": "file:///nowhere/a.yaml" },
        "options": { "tabSize": 2, "insertSpaces": true },
    });
    assert_eq!(client.request("textDocument/formatting", &params), Ok(json!([])));
}
