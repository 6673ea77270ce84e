//! `downbeat/wording`: what a model says of a pipeline, for a client that asks for it by itself.

use std::{
    path::Path,
    thread,
    time::{Duration, Instant},
};

use serde_json::{Value as Json, json};
use tests::{
    lsp::Client,
    models::{Counter, ModelServer},
};

const TIDES: &str = "\
id: tides
name: Tides
steps:
  - id: read
    action: echo high
  - id: tell
    action: echo {{ read.result }}
";

/// How long a busy machine may take to begin to ask, or to hear that nobody waits any more.
const PATIENCE: Duration = Duration::from_secs(60);

fn start(options: &Json, counter: &Counter, home: &Path) -> Client {
    let variables: Vec<_> =
        counter.variables().into_iter().chain([("HOME", home.display().to_string())]).collect();
    Client::start_with(&json!({}), options, &variables)
}

fn wording(client: &mut Client, uri: &str, line: u32) -> Json {
    let position = json!({ "line": line, "character": 7 });
    let place = json!({ "textDocument": { "uri": uri }, "position": position });
    client.request("downbeat/wording", &place).unwrap()
}

fn hover(client: &mut Client, uri: &str) -> String {
    let position = json!({ "line": 0, "character": 5 });
    let place = json!({ "textDocument": { "uri": uri }, "position": position });
    let said = client.request("textDocument/hover", &place).unwrap();
    said["contents"]["value"].as_str().unwrap().to_owned()
}

fn until(what: &str, is_so: impl Fn() -> bool) {
    let begin = Instant::now();
    while !is_so() {
        assert!(begin.elapsed() < PATIENCE, "{what}");
        thread::sleep(Duration::from_millis(20));
    }
}

#[test]
fn words_are_coming_then_there_and_an_edit_takes_the_question_back() {
    let test = "words_are_coming_then_there_and_an_edit_takes_the_question_back";
    let Some(server) = ModelServer::shared(test) else { return };
    // Few words are enough, and a busy machine is slow.
    let server = match server.brief(48) {
        Ok(server) => server,
        Err(why) => return tests::skipped(test, &why),
    };
    let counter = Counter::before(&server);
    let folder = tempfile::tempdir().unwrap();
    let uri = format!("file://{}/tides.pipeline.yaml", folder.path().display());
    let nothing = json!({ "state": "nothing" });
    let coming = json!({ "state": "coming" });

    // Not wanted, or not trusted.
    for (words, trusted) in [("off", true), ("on", false)] {
        let options = json!({ "trusted": trusted, "words": true, "wording": words });
        let mut client = start(&options, &counter, folder.path());
        client.open(&uri, "downbeat", TIDES);
        assert_eq!(wording(&mut client, &uri, 0), nothing, "{words} {trusted}");
        client.stop();
    }
    let options = json!({ "trusted": true, "words": true, "wording": "on" });
    let mut client = start(&options, &counter, folder.path());
    client.open(&uri, "downbeat", TIDES);
    assert_eq!(wording(&mut client, &uri, 4), nothing, "a step is no pipeline");
    let facts = hover(&mut client, &uri);
    assert!(facts.contains("It has 2 steps") && !facts.contains("---"), "{facts}");
    assert_eq!(counter.asked(), 0, "neither hover nor another place asks anybody");

    // The answer does not wait for the model, and neither do the facts.
    counter.hold();
    assert_eq!(wording(&mut client, &uri, 0), coming);
    assert_eq!(wording(&mut client, &uri, 1), coming);
    assert_eq!(hover(&mut client, &uri), facts);
    until("the model is asked", || counter.asked() == 1);

    // An edit: who waited for an answer about the text before hangs up, and nothing is told of it.
    let end = json!({ "line": 1, "character": 11 });
    client.edit(&uri, 2, &json!({ "start": end, "end": end }), " of the north");
    until("the question is taken back", || counter.taken_back() == 1);
    assert!(!client.peek(|it| it["method"] == "downbeat/words"));

    // Of the text as it is now.
    counter.let_go();
    assert_eq!(wording(&mut client, &uri, 0), coming);
    let heard = client.heard("downbeat/words");
    assert_eq!(heard["uri"], uri);
    let said = wording(&mut client, &uri, 0);
    assert_eq!(said["state"], "there", "{said}");
    assert!(said["wording"]["model"].as_str().unwrap().contains("smollm2"), "{said}");
    assert!(said["wording"]["text"].is_string() || said["wording"]["text"].is_null(), "{said}");
    assert_eq!(wording(&mut client, &uri, 1), said, "it is asked once");
    assert_eq!(counter.asked(), 2);
    assert!(!hover(&mut client, &uri).contains("---"), "hover leaves the words to the client");

    // Switched off while the document is open.
    let settings = |words: &str| json!({ "settings": { "downbeat": { "wording": words } } });
    client.notify("workspace/didChangeConfiguration", &settings("off"));
    assert_eq!(wording(&mut client, &uri, 0), nothing);
    client.notify("workspace/didChangeConfiguration", &settings("on"));
    assert_eq!(wording(&mut client, &uri, 0), said);
    assert_eq!(client.stop().code(), Some(0));
    assert_eq!(counter.asked(), 2);
}
