//! A large run that says much, while somebody types.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::time::{Duration, Instant};

use serde_json::{Value as Json, json};
use tests::lsp::Client;

/// Steps of the pipeline, and how many of them talk.
const STEPS: usize = 1000;
const TALKERS: usize = 10;
/// What each of them says.
const LINES: usize = 900;

/// Steps in stages of a hundred; the talkers write a line every few milliseconds.
fn pipeline() -> String {
    let mut text = "id: torrent\nsteps:\n".to_owned();
    for step in 0..STEPS {
        let after = step.checked_sub(100).map(|it| format!("    dependencies: [s{it}]\n"));
        let does = if step < TALKERS {
            format!(
                "    tool: python-executor\n    parameters:\n      code: |\n        import time\n        \
                 for i in range({LINES}):\n            print('line', i, flush=True)\n            time.sleep(0.004)\n"
            )
        } else {
            "    action: echo done\n".to_owned()
        };
        write!(text, "  - id: s{step}\n{}{does}", after.unwrap_or_default()).unwrap();
    }
    text
}

struct Torrent {
    client: Client,
    folder: tempfile::TempDir,
    uri: String,
    run: String,
}

fn begin(text: &str) -> Torrent {
    let folder = tempfile::tempdir().unwrap();
    let uri = format!("file://{}/torrent.pipeline.yaml", folder.path().display());
    let capabilities = json!({ "window": { "workDoneProgress": true } });
    let mut client = Client::start(&capabilities, &json!({ "trusted": true }));
    client.open(&uri, "downbeat", text);
    client.diagnostics(&uri, 1);
    let call = json!({ "command": "downbeat.run", "arguments": [{ "uri": uri }] });
    let answer = client.request("workspace/executeCommand", &call).unwrap();
    Torrent { client, folder, uri, run: answer["run"].as_str().unwrap().to_owned() }
}

fn is_last(event: &Json) -> bool {
    matches!(event["type"].as_str(), Some("run_completed" | "run_failed" | "run_cancelled"))
}

#[test]
fn no_state_of_a_thousand_steps_is_lost() {
    let mut it = begin(&pipeline());
    let mut history: BTreeMap<String, Vec<String>> = BTreeMap::new();
    let mut said: BTreeMap<String, String> = BTreeMap::new();
    let (mut count, mut outputs) = (0, 0);
    loop {
        let params = it.client.heard("downbeat/event");
        count += 1;
        assert_eq!(params["seq"], count, "numbers have no gaps");
        let event = &params["event"];
        let kind = event["type"].as_str().unwrap().to_owned();
        let step = event["step"].as_str().unwrap_or_default().to_owned();
        if kind == "step_output" {
            outputs += 1;
            said.entry(step.clone()).or_default().push_str(event["data"]["text"].as_str().unwrap());
        }
        let kinds = history.entry(step).or_default();
        if kinds.last() != Some(&kind) {
            kinds.push(kind);
        }
        if is_last(event) {
            assert_eq!(event["type"], "run_completed");
            break;
        }
    }
    let state = it.folder.path().join(".downbeat");
    let journal = engine::Journal::existing(&state).unwrap().expect("a journal");
    let document = serde_json::to_value(journal.document(&it.run).unwrap().unwrap()).unwrap();
    assert_eq!(document["steps"].as_object().unwrap().len(), STEPS);
    for (id, record) in document["steps"].as_object().unwrap() {
        assert_eq!(record["status"], "completed");
        let kinds = &history[id];
        assert_eq!(
            kinds.iter().filter(|kind| *kind == "step_started").count(),
            1,
            "{id}: {kinds:?}"
        );
        assert_eq!(kinds.first().unwrap(), "step_started", "{id}: {kinds:?}");
        assert_eq!(kinds.last().unwrap(), "step_completed", "{id}: {kinds:?}");
    }
    let line = |text: &String| text.lines().filter(|line| line.starts_with("line ")).count();
    let lines: usize = (0..TALKERS).map(|step| line(&said[&format!("s{step}")])).sum();
    assert_eq!(lines, TALKERS * LINES, "all that was said arrives");
    assert!(outputs < TALKERS * LINES / 2, "{outputs} events of output are joined ones");
    assert!(it.client.stop().success());
}

/// How long it takes from a keystroke to its findings, sorted.
fn keystrokes(
    it: &mut Torrent,
    version: &mut i32,
    until: impl Fn(usize, &mut Client) -> bool,
) -> Vec<Duration> {
    let mut took = Vec::new();
    let place = json!({ "line": 2, "character": 9 });
    while !until(took.len(), &mut it.client) {
        *version += 1;
        let (range, text) = if *version % 2 == 0 {
            (json!({ "start": place, "end": place }), "x")
        } else {
            (json!({ "start": place, "end": { "line": 2, "character": 10 } }), "")
        };
        let begun = Instant::now();
        it.client.edit(&it.uri, *version, &range, text);
        it.client.diagnostics(&it.uri, *version);
        took.push(begun.elapsed());
        std::thread::sleep(Duration::from_millis(10));
    }
    took.sort();
    took
}

#[test]
#[ignore = "measures; run alone: cargo test --release -p tests --test lsp typing -- --ignored --nocapture"]
fn typing_during_a_run() {
    let quiet = "id: quiet\nsteps:\n  - id: s0\n    action: echo done\n";
    for (name, text) in [("quiet", quiet.to_owned()), ("torrent", pipeline())] {
        let mut it = begin(&text);
        let mut version = 1;
        let during = keystrokes(&mut it, &mut version, |_, client| {
            client.peek(|it| it["method"] == "downbeat/event" && is_last(&it["params"]["event"]))
        });
        let idle = keystrokes(&mut it, &mut version, |count, _| count == 300);
        for (when, took) in [("during the run", during), ("after it", idle)] {
            let at = |share: usize| took.get((took.len() * share / 1000).min(took.len() - 1));
            println!(
                "{name}, {when}: {} keystrokes, median {:?}, p99 {:?}",
                took.len(),
                at(500),
                at(990)
            );
        }
    }
}
