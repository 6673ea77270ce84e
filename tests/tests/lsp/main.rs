//! The language server, as an editor meets it.

mod completion;
mod files;
mod formatting;
mod graph;
mod inputs;
mod navigation;
mod past_runs;
mod people;
mod remarks;
mod runs;
mod testing;
mod torrent;
mod wording;

use serde_json::{Value as Json, json};
use tests::lsp::{Client, cursor, range_of};

const URI: &str = "file:///nowhere/demo.pipeline.yaml";

const PIPELINE: &str = "\
id: demo
inputs:
  topic:
    type: string
    default: tides
steps:
  - id: first
    action: echo about {{ topic }}
  - id: second
    action: echo {{ first.result }}
    dependencies: [first]
";

fn pushed() -> Client {
    let capabilities = json!({ "textDocument": { "documentSymbol": { "hierarchicalDocumentSymbolSupport": true },
        "completion": { "completionItem": { "snippetSupport": true } } }, "window": { "workDoneProgress": true } });
    Client::start(&capabilities, &json!({ "trusted": true }))
}

fn at(position: &Json) -> Json {
    json!({ "textDocument": { "uri": URI }, "position": position })
}

fn codes(diagnostics: &[Json], severity: u64) -> Vec<&str> {
    diagnostics
        .iter()
        .filter(|it| it["severity"] == severity)
        .filter_map(|it| it["code"].as_str())
        .collect()
}

/// Labels of what is proposed at `$0`.
fn proposed(text: &str) -> Vec<String> {
    let (text, position) = cursor(text);
    let mut client = pushed();
    client.open(URI, "downbeat", &text);
    let items = client.request("textDocument/completion", &at(&position)).unwrap();
    items
        .as_array()
        .unwrap()
        .iter()
        .map(|item| item["label"].as_str().unwrap().to_owned())
        .collect()
}

#[test]
fn a_wrong_name_is_seen_and_mended() {
    let mut client = pushed();
    let text = PIPELINE.replace("[first]", "[frist]");
    client.open(URI, "downbeat", &text);
    let diagnostics = client.diagnostics(URI, 1);
    assert_eq!(codes(&diagnostics, 1), ["unknown-step"], "{diagnostics:#?}");
    let range = range_of(&text, "frist");
    assert_eq!(diagnostics.iter().find(|it| it["severity"] == 1).unwrap()["range"], range);

    let context = json!({ "diagnostics": diagnostics });
    let params = json!({ "textDocument": { "uri": URI }, "range": range, "context": context });
    let actions = client.request("textDocument/codeAction", &params).unwrap();
    let edits = actions
        .as_array()
        .unwrap()
        .iter()
        .filter(|action| action["kind"] == "quickfix")
        .find_map(|action| action["edit"]["changes"][URI].as_array())
        .expect("a fix");
    assert_eq!(edits[0]["newText"], "first");
    client.edit(URI, 2, &edits[0]["range"], edits[0]["newText"].as_str().unwrap());
    assert_eq!(codes(&client.diagnostics(URI, 2), 1), Vec::<&str>::new());
    assert!(client.stop().success());
}

#[test]
fn what_is_wrong_in_a_configuration_is_seen_at_its_place() {
    let uri = "file:///nowhere/downbeat.toml";
    let mut client = pushed();
    let text = "[rules]\nunknown-kye = \"off\"\nunused-input = \"loud\"\n";
    client.open(uri, "toml", text);
    let found = client.diagnostics(uri, 1);
    let places: Vec<_> = found.iter().map(|it| (&it["code"], &it["range"])).collect();
    let code = json!("bad-configuration");
    let (name, word) = (range_of(text, "unknown-kye"), range_of(text, "\"loud\""));
    assert_eq!(places, [(&code, &name), (&code, &word)], "{found:#?}");
    client.edit(uri, 2, &word, "\"off\"");
    assert_eq!(client.diagnostics(uri, 2).len(), 1);
    assert!(client.stop().success());
}

#[test]
fn what_is_wrong_in_a_file_of_models_is_seen_at_its_place() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path().canonicalize().unwrap();
    std::fs::create_dir(folder.join(".downbeat")).unwrap();
    let uri = format!("file://{}/models.yaml", folder.display());
    let text = "models:\n  - {source: openai, name: one, input_prize: 1}\n  - {source: openai, name: two, quality: 200}\n";
    let mut client = pushed();
    client.open(&uri, "yaml", text);
    let found = client.diagnostics(&uri, 1);
    let places: Vec<_> = found.iter().map(|it| (&it["code"], &it["range"])).collect();
    let code = json!("bad-models-file");
    let (key, value) = (range_of(text, "input_prize"), range_of(text, "200"));
    assert_eq!(places, [(&code, &key), (&code, &value)], "{found:#?}");
    client.edit(&uri, 2, &value, "20");
    assert_eq!(client.diagnostics(&uri, 2).len(), 1);
    assert!(client.stop().success());
}

#[test]
fn a_burst_of_edits_ends_with_the_findings_of_its_last_version() {
    let mut client = pushed();
    client.open(URI, "downbeat", PIPELINE);
    let end = json!({ "line": 11, "character": 0 });
    for version in 2..200 {
        client.edit(URI, version, &json!({ "start": end, "end": end }), "# a comment\n");
    }
    client.edit(URI, 200, &range_of(PIPELINE, "[first]"), "[nobody]");
    assert_eq!(codes(&client.diagnostics(URI, 200), 1), ["unknown-step"]);
}

#[test]
fn findings_are_pulled_by_clients_that_can() {
    let capabilities = json!({ "textDocument": { "diagnostic": {} } });
    let mut client = Client::start(&capabilities, &Json::Null);
    client.open(URI, "downbeat", &PIPELINE.replace("[first]", "[frist]"));
    let params = json!({ "textDocument": { "uri": URI } });
    let full = client.request("textDocument/diagnostic", &params).unwrap();
    assert_eq!(full["kind"], "full");
    assert_eq!(codes(full["items"].as_array().unwrap(), 1), ["unknown-step"]);
    let again = json!({ "textDocument": { "uri": URI }, "previousResultId": full["resultId"] });
    let unchanged = client.request("textDocument/diagnostic", &again).unwrap();
    assert_eq!(unchanged, json!({ "kind": "unchanged", "resultId": full["resultId"] }));
}

#[test]
fn yaml_is_ours_only_while_it_looks_like_a_pipeline() {
    let mut client = pushed();
    let uri = "file:///nowhere/other.yml";
    client.open(uri, "yaml", "on: push\njobs: {}\n");
    assert_eq!(client.diagnostics(uri, 1), Vec::<Json>::new());
    let params =
        json!({ "textDocument": { "uri": uri }, "position": { "line": 0, "character": 0 } });
    assert_eq!(client.request("textDocument/hover", &params), Ok(Json::Null));
}

#[test]
fn hover_tells_what_a_name_means() {
    let mut client = pushed();
    let (text, position) = cursor(&PIPELINE.replace("{{ first", "{{ fi$0rst"));
    client.open(URI, "downbeat", &text);
    let hover = client.request("textDocument/hover", &at(&position)).unwrap();
    let said = hover["contents"]["value"].as_str().unwrap();
    assert!(said.contains("step `first`") && said.contains("stage 1 of 2"), "{said}");
}

#[test]
fn hover_on_the_document_id_tells_the_facts() {
    let mut client = pushed();
    client.open(URI, "downbeat", PIPELINE);
    let hover =
        client.request("textDocument/hover", &at(&json!({ "line": 0, "character": 5 }))).unwrap();
    let said = hover["contents"]["value"].as_str().unwrap();
    for fact in [
        "2 steps in 2 stages",
        "`topic` (string, default `tides`)",
        "They run one after another",
        "It declares no outputs",
        "only compute",
    ] {
        assert!(said.contains(fact), "{fact} is not in {said}");
    }
}

#[test]
fn insight_tells_the_text_as_it_is() {
    let mut client = pushed();
    client.open(URI, "downbeat", PIPELINE);
    let told = client.request("downbeat/insight", &json!({ "uri": URI })).unwrap();
    let intention = told["intention"].as_str().unwrap();
    assert!(
        intention.contains("`first` and `second`, one after another, print texts."),
        "{intention}"
    );
    let explanation = told["explanation"].as_str().unwrap();
    assert!(explanation.contains("`second` draws on `first`."), "{explanation}");
    assert!(told["architecture"].as_str().unwrap().starts_with("1. `first`"), "{told}");
    assert_eq!(told["facts"]["stages"], json!([["first"], ["second"]]));
    assert!(told["version"].is_number());
    let hover =
        client.request("textDocument/hover", &at(&json!({ "line": 0, "character": 5 }))).unwrap();
    assert_eq!(hover["contents"]["value"], told["explanation"]);
}

#[test]
fn definition_finds_the_step_that_a_template_reads() {
    let mut client = pushed();
    let (text, position) = cursor(&PIPELINE.replace("{{ first", "{{ fi$0rst"));
    client.open(URI, "downbeat", &text);
    let found = client.request("textDocument/definition", &at(&position)).unwrap();
    assert_eq!(found, json!({ "uri": URI, "range": range_of(&text, "first") }));
}

#[test]
fn a_step_stands_in_the_outline_under_its_id() {
    let mut client = pushed();
    client.open(URI, "downbeat", PIPELINE);
    let symbols = client
        .request("textDocument/documentSymbol", &json!({ "textDocument": { "uri": URI } }))
        .unwrap();
    let steps =
        symbols.as_array().unwrap().iter().find(|it| it["name"] == "steps").expect("a section");
    let names: Vec<_> =
        steps["children"].as_array().unwrap().iter().map(|it| it["name"].clone()).collect();
    assert_eq!(names, ["first", "second"]);
}

#[test]
fn completion_proposes_what_is_not_there_yet() {
    let ids = proposed(&PIPELINE.replace("[first]", "[$0]"));
    assert_eq!(ids, ["first"]);
    let fields = proposed(&PIPELINE.replace("{{ first.result }}", "{{ first.$0"));
    assert!(
        fields.contains(&"result".to_owned()) && fields.contains(&"status".to_owned()),
        "{fields:?}"
    );
    let keys = proposed(&(PIPELINE.to_owned() + "    $0"));
    assert!(keys.contains(&"condition".to_owned()), "{keys:?}");
    assert!(
        !keys.contains(&"id".to_owned()) && !keys.contains(&"dependencies".to_owned()),
        "{keys:?}"
    );
    let tools = proposed(&PIPELINE.replace("action: echo about {{ topic }}", "tool: $0"));
    assert!(tools.contains(&"filesystem".to_owned()), "{tools:?}");
}

#[test]
fn the_text_in_the_editor_is_run_and_every_event_told_in_order() {
    let folder = tempfile::tempdir().unwrap();
    let uri = format!("file://{}/demo.pipeline.yaml", folder.path().display());
    let mut client = pushed();
    let text = "id: demo\ninputs:\n  topic: tides\nsteps:\n  - id: first\n    tool: terminal\n    parameters:\n      \
                command: echo about {{ topic }}\n  - id: second\n    tool: terminal\n    parameters:\n      \
                command: echo {{ first.stdout }}\n";
    client.open(&uri, "downbeat", text);
    let call = json!({ "command": "downbeat.run", "arguments": [{ "uri": uri, "inputs": { "topic": "moons" } }] });
    let run = client.request("workspace/executeCommand", &call).unwrap()["run"]
        .as_str()
        .unwrap()
        .to_owned();
    let (mut kinds, mut output) = (Vec::new(), String::new());
    loop {
        let params = client.heard("downbeat/event");
        output.push_str(params["event"]["data"]["text"].as_str().unwrap_or_default());
        assert_eq!(params["run"], run);
        assert_eq!(params["seq"], kinds.len() + 1);
        let kind = params["event"]["type"].as_str().unwrap().to_owned();
        let is_last = kind.starts_with("run_") && kind != "run_started";
        kinds.push(kind);
        if is_last {
            break;
        }
    }
    assert_eq!(kinds.first().unwrap(), "run_started");
    assert_eq!(kinds.last().unwrap(), "run_completed", "{kinds:?}");
    assert_eq!(kinds.iter().filter(|kind| *kind == "step_completed").count(), 2, "{kinds:?}");
    assert_eq!(output.matches("about moons").count(), 2, "{output}");
    let ended =
        client.wait(|it| it["method"] == "$/progress" && it["params"]["value"]["kind"] == "end");
    assert_eq!(ended["params"]["token"], run);
    assert!(client.stop().success());
}

#[test]
fn a_run_is_cancelled() {
    let folder = tempfile::tempdir().unwrap();
    let uri = format!("file://{}/demo.pipeline.yaml", folder.path().display());
    let text = "id: slow\nsteps:\n  - id: wait\n    tool: terminal\n    parameters:\n      command: sleep 300\n";
    let mut client = pushed();
    client.open(&uri, "downbeat", text);
    let call = json!({ "command": "downbeat.run", "arguments": [{ "uri": uri }] });
    let run = client.request("workspace/executeCommand", &call).unwrap()["run"].clone();
    client.wait(|it| {
        it["method"] == "downbeat/event" && it["params"]["event"]["type"] == "step_started"
    });
    let call = json!({ "command": "downbeat.cancel", "arguments": [{ "run": run }] });
    assert_eq!(client.request("workspace/executeCommand", &call), Ok(Json::Null));
    client.wait(|it| {
        it["method"] == "downbeat/event" && it["params"]["event"]["type"] == "run_cancelled"
    });
}

#[test]
fn nothing_runs_where_nothing_is_trusted() {
    let mut client = Client::start(&json!({}), &Json::Null);
    client.open(URI, "downbeat", PIPELINE);
    let call = json!({ "command": "downbeat.run", "arguments": [{ "uri": URI }] });
    let error = client.request("workspace/executeCommand", &call).unwrap_err();
    assert_eq!((&error["code"], &error["data"]["reason"]), (&json!(-32803), &json!("untrusted")));
}

#[test]
fn a_pipeline_with_errors_is_refused_by_their_names() {
    let mut client = pushed();
    client.open(URI, "downbeat", &PIPELINE.replace("[first]", "[frist]"));
    let call = json!({ "command": "downbeat.run", "arguments": [{ "uri": URI }] });
    let error = client.request("workspace/executeCommand", &call).unwrap_err();
    assert_eq!(error["data"]["reason"], "findings");
    assert_eq!(error["data"]["findings"][0]["code"], "unknown-step");
    assert!(error["message"].as_str().unwrap().contains("unknown-step"), "{error}");
}

#[test]
fn broken_bytes_cost_only_themselves() {
    for broken in [
        "Content-Length: 9\r\n\r\n{\"a\":,,,}",
        "Content-Length: 10\r\n\r\n{\"jsonrpc\":\"2.0\",\"method\":\"$/x\"}",
        "X-A: b\r\n\r\n{}",
        "Content-Length: abc\r\n\r\n",
    ] {
        let mut client = pushed();
        client.open(URI, "downbeat", PIPELINE);
        client.raw(broken.as_bytes());
        let error = client.wait(|message| message.get("error").is_some());
        assert_eq!(
            (&error["error"]["code"], &error["id"]),
            (&json!(-32700), &Json::Null),
            "{broken:?}"
        );
        assert!(
            client
                .request("textDocument/documentSymbol", &json!({ "textDocument": { "uri": URI } }))
                .is_ok()
        );
    }
}

#[test]
fn a_batch_is_answered_by_an_array() {
    let mut client = pushed();
    let batch = json!([{ "jsonrpc": "2.0", "id": 101, "method": "x/a" }, { "jsonrpc": "2.0", "id": 102, "method": "x/b" }]);
    let body = batch.to_string();
    client.raw(format!("Content-Length: {}\r\n\r\n{body}", body.len()).as_bytes());
    let answers = client.wait(Json::is_array);
    let ids: Vec<_> =
        answers.as_array().unwrap().iter().map(|answer| answer["id"].clone()).collect();
    assert_eq!(ids, [101, 102]);
    client.raw(b"Content-Length: 2\r\n\r\n[]");
    assert_eq!(client.wait(|message| message.get("error").is_some())["error"]["code"], -32600);
}

#[test]
fn every_request_is_answered_once_cancelled_or_not() {
    let mut client = pushed();
    client.open(URI, "downbeat", PIPELINE);
    let ids: Vec<i64> = (0..50)
        .map(|_| {
            let id = client.ask("textDocument/hover", &at(&json!({ "line": 7, "character": 6 })));
            client.notify("$/cancelRequest", &json!({ "id": id }));
            id
        })
        .collect();
    for id in ids {
        if let Err(error) = client.answer(id) {
            assert_eq!(error["code"], -32800);
        }
    }
    let error = client.request("x/unknown", &Json::Null).unwrap_err();
    assert_eq!(error["code"], -32601);
    let error = client.request("textDocument/hover", &json!([1, 2])).unwrap_err();
    assert_eq!(error["code"], -32602);
    assert!(client.stop().success());
}

#[test]
fn the_order_of_a_session_is_kept() {
    let mut client = Client::spawn();
    assert_eq!(client.request("textDocument/hover", &json!({})).unwrap_err()["code"], -32002);
    client.request("initialize", &json!({ "capabilities": {} })).unwrap();
    assert_eq!(
        client.request("initialize", &json!({ "capabilities": {} })).unwrap_err()["code"],
        -32600
    );
    client.request("shutdown", &Json::Null).unwrap();
    assert_eq!(client.request("textDocument/hover", &json!({})).unwrap_err()["code"], -32600);
    client.notify("exit", &Json::Null);
    assert_eq!(client.ended().code(), Some(0));

    let mut client = pushed();
    client.notify("exit", &Json::Null);
    assert_eq!(client.ended().code(), Some(1));

    let mut client = pushed();
    client.hang_up();
    assert_eq!(client.ended().code(), Some(1));
}

/// Words of a text and the types of their tokens, from an answer's `data`.
fn colours(text: &str, legend: &Json, data: &Json) -> Vec<(String, String)> {
    let lines: Vec<Vec<u16>> = text.lines().map(|line| line.encode_utf16().collect()).collect();
    let numbers: Vec<usize> =
        data.as_array().unwrap().iter().map(|it| it.as_u64().unwrap() as usize).collect();
    let (mut line, mut column) = (0, 0);
    let mut all = Vec::new();
    for token in numbers.chunks(5) {
        column = if token[0] == 0 { column + token[1] } else { token[1] };
        line += token[0];
        let word = String::from_utf16(&lines[line][column..column + token[2]]).unwrap();
        all.push((word, legend["tokenTypes"][token[3]].as_str().unwrap().to_owned()));
    }
    all
}

#[test]
fn root_field_and_filter_are_tokens_of_their_own() {
    let mut client = Client::spawn();
    let params = json!({ "processId": null, "rootUri": null, "capabilities": {} });
    let server = client.request("initialize", &params).unwrap();
    let legend = server["capabilities"]["semanticTokensProvider"]["legend"].clone();
    let text = PIPELINE.replace("{{ first.result }}", "😀 {{ first.result | upper }}");
    client.open(URI, "downbeat", &text);
    let params = json!({ "textDocument": { "uri": URI } });
    let full = client.request("textDocument/semanticTokens/full", &params).unwrap();
    let found = colours(&text, &legend, &full["data"]);
    for (word, kind) in [("first", "variable"), ("result", "property"), ("upper", "function")] {
        assert!(found.contains(&(word.to_owned(), kind.to_owned())), "{word}: {found:?}");
    }

    client.edit(URI, 2, &range_of(&text, "upper"), "length");
    let since = json!({ "textDocument": { "uri": URI }, "previousResultId": full["resultId"] });
    let delta = client.request("textDocument/semanticTokens/full/delta", &since).unwrap();
    assert_eq!(delta["edits"].as_array().unwrap().len(), 1, "{delta}");

    let text = text.replace("upper", "length");
    let line = json!({ "textDocument": { "uri": URI }, "range": range_of(&text, "{{ first") });
    let part = client.request("textDocument/semanticTokens/range", &line).unwrap();
    let found = colours(&text, &legend, &part["data"]);
    assert_eq!(found, [("first".to_owned(), "variable".to_owned())]);
}
