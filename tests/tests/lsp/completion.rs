//! Completion as an editor meets it.

use std::fs;

use serde_json::{Value as Json, json};
use tests::lsp::{Client, cursor};

use super::{URI, at};

/// A client that can do everything that completion may use.
fn able() -> Client {
    let item = json!({ "snippetSupport": true, "labelDetailsSupport": true, "commitCharactersSupport": true,
        "insertTextModeSupport": { "valueSet": [1, 2] }, "documentationFormat": ["markdown"],
        "resolveSupport": { "properties": ["documentation", "detail"] } });
    let capabilities = json!({ "textDocument": { "completion": { "completionItem": item }, "hover": { "contentFormat": ["markdown"] } } });
    Client::start(&capabilities, &Json::Null)
}

/// One that can do nothing beyond plain text.
fn plain() -> Client {
    Client::start(&json!({}), &Json::Null)
}

fn proposals(client: &mut Client, uri: &str, text: &str) -> Vec<Json> {
    let (text, position) = cursor(text);
    client.open(uri, "downbeat", &text);
    let params = json!({ "textDocument": { "uri": uri }, "position": position });
    let answer = client.request("textDocument/completion", &params).unwrap();
    match answer {
        Json::Array(items) => items,
        list => list["items"].as_array().unwrap().clone(),
    }
}

fn find<'i>(items: &'i [Json], label: &str) -> &'i Json {
    let labels: Vec<_> = items.iter().map(|it| &it["label"]).collect();
    items
        .iter()
        .find(|it| it["label"] == label)
        .unwrap_or_else(|| panic!("`{label}` is not among {labels:?}"))
}

#[test]
fn documentation_comes_when_it_is_asked_for() {
    let mut client = able();
    let items = proposals(&mut client, URI, "steps:\n  - id: a\n    tool: $0\n");
    let item = find(&items, "terminal");
    assert!(item["documentation"].is_null(), "{item}");
    let resolved = client.request("completionItem/resolve", item).unwrap();
    let said = resolved["documentation"]["value"].as_str().unwrap();
    assert!(said.contains("`command` (text, required)"), "{said}");
    assert_eq!(resolved["textEdit"], item["textEdit"]);
    assert!(
        client
            .request("completionItem/resolve", &json!({ "label": "x", "data": "tool nothing" }))
            .is_ok()
    );
}

#[test]
fn clients_that_cannot_ask_get_it_at_once() {
    let mut client = plain();
    let items = proposals(&mut client, URI, "steps:\n  - id: a\n    tool: $0\n");
    let item = find(&items, "filesystem");
    assert!(item["documentation"]["value"].as_str().unwrap().contains("Reads, writes"), "{item}");
    assert!(item["labelDetails"].is_null() && item["commitCharacters"].is_null(), "{item}");
    let text = item["textEdit"]["newText"].as_str().unwrap();
    assert_eq!((text.contains('$'), item["insertTextFormat"].is_null()), (false, true), "{item}");
    assert!(text.starts_with("filesystem\naction: read\nparameters:\n  path:"), "{text}");
}

#[test]
fn a_skeleton_stands_where_the_line_does() {
    let mut client = able();
    let items = proposals(&mut client, URI, "steps:\n  - id: a\n    tool: $0\n");
    let item = find(&items, "filesystem");
    assert_eq!(
        (&item["insertTextFormat"], &item["insertTextMode"]),
        (&json!(2), &json!(1)),
        "{item}"
    );
    let text = item["textEdit"]["newText"].as_str().unwrap();
    assert!(
        text.contains("\n    action: ${1|read,")
            && text.ends_with("\n    parameters:\n      path: $2"),
        "{text}"
    );
}

#[test]
fn fields_have_types_and_are_accepted_by_a_dot() {
    let mut client = able();
    let text = "steps:\n  - id: a\n    tool: filesystem\n    action: read\n    parameters: {path: x}\n  - id: b\n    action: echo {{ a.co$0xy }}\n";
    let items = proposals(&mut client, URI, text);
    let item = find(&items, "content");
    assert_eq!(item["labelDetails"]["description"], "text");
    assert_eq!(item["commitCharacters"], json!(["."]));
    assert_eq!(
        item["textEdit"]["range"],
        json!({ "start": { "line": 6, "character": 22 }, "end": { "line": 6, "character": 26 } })
    );
    let filters = proposals(&mut client, URI, &text.replace("a.co$0xy", "a.content | $0"));
    assert_eq!(find(&filters, "replace")["labelDetails"]["detail"], "(old, new, count=none)");
}

#[test]
fn personalities_and_files_of_the_workspace() {
    let workspace = tempfile::tempdir().unwrap();
    for (path, text) in [
        ("downbeat.toml", ""),
        ("personalities/teacher.md", "You teach by examples.\nAlways.\n"),
        ("flows/personalities/editor.txt", "You edit.\n"),
        ("flows/parts/clean.pipeline.yaml", "id: clean\n"),
    ] {
        let path = workspace.path().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
    let uri = format!("file://{}/flows/main.pipeline.yaml", workspace.path().display());
    let mut client = able();
    let text = "personalities:\n  own: {system_prompt: My own.}\nsteps:\n  - id: a\n    prompt: hi\n    personality: $0\n";
    let items = proposals(&mut client, &uri, text);
    let said: Vec<_> = items
        .iter()
        .map(|it| {
            (it["label"].as_str().unwrap(), it["labelDetails"]["description"].as_str().unwrap())
        })
        .collect();
    assert_eq!(
        said.get(..3),
        Some(
            &[("own", "My own."), ("editor", "You edit."), ("teacher", "You teach by examples.")][..]
        ),
        "{said:?}"
    );
    assert!(said.iter().any(|(label, _)| *label == "standard"));

    let (chosen, position) = cursor(&text.replace("$0", "tea$0cher"));
    client.open(&uri, "downbeat", &chosen);
    assert!(client.diagnostics(&uri, 1).iter().all(|it| it["code"] != "unknown-personality"));
    let params = json!({ "textDocument": { "uri": uri }, "position": position });
    let hover = client.request("textDocument/hover", &params).unwrap();
    let said = hover["contents"]["value"].as_str().unwrap();
    assert!(said.contains("personalities/teacher.md") && said.contains("> Always."), "{said}");

    let sub = "steps:\n  - id: a\n    tool: pipeline-executor\n    parameters: {pipeline: $0}\n";
    let items = proposals(&mut client, &uri, sub);
    assert_eq!(find(&items, "parts/clean.pipeline.yaml")["kind"], 17);
}

#[test]
fn a_long_list_says_that_there_is_more() {
    let steps: String =
        (0..500).map(|it| format!("  - id: step_{it}\n    action: echo x\n")).collect();
    let mut client = able();
    let mut proposed = |typed: &str| {
        let text = format!("id: a\nsteps:\n{steps}  - id: z\n    dependencies: [{typed}$0]\n");
        let (text, position) = cursor(&text);
        client.open(URI, "downbeat", &text);
        let list = client.request("textDocument/completion", &at(&position)).unwrap();
        client.notify("textDocument/didClose", &json!({ "textDocument": { "uri": URI } }));
        let items = list["items"].as_array().or(list.as_array()).unwrap();
        let labels: Vec<_> =
            items.iter().map(|it| it["label"].as_str().unwrap().to_owned()).collect();
        (labels, list["isIncomplete"] == true)
    };
    let (nearest, more) = proposed("step_4");
    assert!(
        more && nearest.len() <= 100 && nearest.contains(&"step_499".to_owned()),
        "{nearest:?}"
    );
    let (fitting, _) = proposed("step_44");
    assert!(fitting.contains(&"step_44".to_owned()), "{fitting:?}");
}
