//! What is held against the last run, on the steps that gave it; and a pipeline in the words of a model.

use std::fs;

use serde_json::{Value as Json, json};
use tests::{
    lsp::Client,
    models::{Counter, ModelServer},
};

use super::pushed;

const DRAFT: &str = "\
id: draft
name: draft
steps:
  - id: good
    action: echo fine
  - id: poor
    tool: terminal
    parameters: {command: 'echo The level is TBD.'}
    min_quality: 0.1
  - id: other
    action: echo {{ good.result }}
";

fn run(client: &mut Client, uri: &str) {
    let call = json!({ "command": "downbeat.run", "arguments": [{ "uri": uri }] });
    client.request("workspace/executeCommand", &call).unwrap();
    client.wait(|it| it["params"]["event"]["type"] == "run_completed");
}

fn poor(found: &[Json]) -> Vec<u64> {
    let poor = found.iter().filter(|it| it["code"] == "poor-value");
    poor.map(|it| it["range"]["start"]["line"].as_u64().unwrap()).collect()
}

/// Replaces the first `from` and gives the findings of the new version.
fn edit(
    client: &mut Client,
    uri: &str,
    version: i32,
    text: &mut String,
    from: &str,
    to: &str,
) -> Vec<Json> {
    let at = text.find(from).unwrap();
    let before = &text[..at];
    let line = before.matches('\n').count();
    let column = at - before.rfind('\n').map_or(0, |end| end + 1);
    let range = json!({ "start": { "line": line, "character": column }, "end": { "line": line, "character": column + from.len() } });
    client.edit(uri, version, &range, to);
    *text = text.replacen(from, to, 1);
    client.diagnostics(uri, version)
}

#[test]
fn the_last_run_is_remarked_on_until_its_step_changes() {
    let folder = tempfile::tempdir().unwrap();
    let uri = format!("file://{}/draft.pipeline.yaml", folder.path().display());
    fs::write(folder.path().join("draft.pipeline.yaml"), DRAFT).unwrap();
    let mut client = pushed();
    let mut text = DRAFT.to_owned();
    client.open(&uri, "downbeat", &text);
    assert_eq!(poor(&client.diagnostics(&uri, 1)), [0; 0]);
    run(&mut client, &uri);
    let told = client.wait(|it| {
        it["method"] == "textDocument/publishDiagnostics"
            && !poor(it["params"]["diagnostics"].as_array().unwrap()).is_empty()
    });
    let found = told["params"]["diagnostics"].as_array().unwrap();
    assert_eq!(poor(found), [5]);
    let message =
        found.iter().find(|it| it["code"] == "poor-value").unwrap()["message"].as_str().unwrap();
    assert!(message.contains("`TBD`"), "{message}");
    // Another step is written otherwise: it stays, and moves along.
    assert_eq!(poor(&edit(&mut client, &uri, 2, &mut text, "fine", "fine, thanks")), [5]);
    assert_eq!(
        poor(&edit(&mut client, &uri, 3, &mut text, "steps:", "description: d\nsteps:")),
        [6]
    );
    assert_eq!(poor(&edit(&mut client, &uri, 4, &mut text, "TBD", "3 m")), [0; 0]);

    // Another session knows the last run, too.
    let mut later = pushed();
    later.open(&uri, "downbeat", DRAFT);
    assert_eq!(poor(&later.diagnostics(&uri, 1)), [5]);
    let mut better = DRAFT.replace("TBD", "3 m");
    let mut third = pushed();
    third.open(&uri, "downbeat", &better);
    assert_eq!(poor(&third.diagnostics(&uri, 1)), [0; 0]);
    run(&mut third, &uri);
    assert_eq!(poor(&edit(&mut third, &uri, 2, &mut better, "fine", "good")), [0; 0]);
    let mut last = pushed();
    last.open(&uri, "downbeat", DRAFT);
    assert_eq!(poor(&last.diagnostics(&uri, 1)), [0; 0], "the newest run counts");
}

fn hover(client: &mut Client, uri: &str) -> String {
    let params =
        json!({ "textDocument": { "uri": uri }, "position": { "line": 0, "character": 5 } });
    let said = client.request("textDocument/hover", &params).unwrap();
    said["contents"]["value"].as_str().unwrap().to_owned()
}

#[test]
fn words_come_when_somebody_looks_and_is_asked_once() {
    let test = "words_come_when_somebody_looks_and_is_asked_once";
    let Some(server) = ModelServer::shared(test) else { return };
    // Few words are enough, and a busy machine is slow.
    let server = match server.brief(48) {
        Ok(server) => server,
        Err(why) => return tests::skipped(test, &why),
    };
    let folder = tempfile::tempdir().unwrap();
    let uri = format!("file://{}/draft.pipeline.yaml", folder.path().display());
    fs::write(folder.path().join("draft.pipeline.yaml"), DRAFT).unwrap();
    let options = |wording: &str, trusted: bool| json!({ "trusted": trusted, "wording": wording });
    let counter = Counter::before(&server);
    let variables: Vec<_> = counter
        .variables()
        .into_iter()
        .chain([("HOME", folder.path().display().to_string())])
        .collect();
    for (wording, trusted) in [("off", true), ("on", false)] {
        let mut client = Client::start_with(&json!({}), &options(wording, trusted), &variables);
        client.open(&uri, "downbeat", DRAFT);
        assert!(!hover(&mut client, &uri).contains("---"), "{wording} {trusted}");
        assert_eq!(client.stop().code(), Some(0));
    }
    assert_eq!(counter.asked(), 0, "nobody is asked unasked");
    let mut told = Vec::new();
    for session in 0..2 {
        let mut client = Client::start_with(&json!({}), &options("on", true), &variables);
        client.open(&uri, "downbeat", DRAFT);
        let first = hover(&mut client, &uri);
        assert!(first.contains("It has 3 steps"), "{first}");
        client.heard("downbeat/words");
        let params = json!({ "uri": uri });
        let insight = client.request("downbeat/insight", &params).unwrap();
        let wording = insight["wording"].clone();
        assert!(wording["model"].as_str().unwrap().contains("smollm2"), "{session}: {insight}");
        let second = hover(&mut client, &uri);
        match wording["text"].as_str() {
            Some(text) => assert!(second.contains(text), "{second}"),
            // All that it said is left out: then the facts stand alone.
            None => assert!(!second.contains("---"), "{second}"),
        }
        told.push(wording);
        client.stop();
    }
    assert_eq!(told[0], told[1], "what was kept is told again");
    assert_eq!(counter.asked(), 1, "the second session asks nobody");
}
