//! Steps that a model answers, run by the real binary: against llama.cpp's own server with a small real model, and with the same
//! model inside the program. What it says may be silly; its shape may not.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use serde_json::Value as Json;
use tests::{
    models::{ALONE, MODEL, ModelServer, inside},
    process::{Said, alone, command, command_of},
};

/// Who answers.
enum Answers {
    Server(&'static ModelServer),
    Inside { binary: PathBuf, model: PathBuf },
}

/// The same test for everyone who answers.
macro_rules! for_all {
    ($($test:ident),*) => {
        mod by_the_server {$(
            #[test]
            fn $test() {
                let name = concat!("by_the_server::", stringify!($test));
                let Some(server) = super::ModelServer::shared(name) else { return };
                super::$test(&super::Answers::Server(server));
            }
        )*}
        mod inside_the_program {$(
            #[test]
            fn $test() {
                let name = concat!("inside_the_program::", stringify!($test));
                match super::inside() {
                    Ok((binary, model)) => super::$test(&super::Answers::Inside { binary, model }),
                    Err(why) => tests::skipped(name, &why),
                }
            }
        )*}
    };
}

for_all!(
    every_kind_of_step_has_its_shape,
    what_was_answered_is_not_asked_again,
    auto_tags_are_answered_kept_and_pinned,
    auto_tags_stand_inside_of_what_is_said,
    auto_tags_stand_in_handlers_and_outputs,
    routes_are_chosen_when_they_are_taken,
    a_replay_names_the_model_of_the_record,
    tools_that_choose_word_and_extract,
    a_model_calls_the_tools_that_its_step_lends,
    words_reach_the_watcher_one_by_one
);

impl Answers {
    const fn provider(&self) -> &'static str {
        match self {
            Self::Server(_) => "llamacpp",
            Self::Inside { .. } => "local",
        }
    }

    /// Calls the binary that can ask them, in a folder that is the author's home, too.
    fn call(&self, folder: &Path, arguments: &[&str]) -> Said {
        match self {
            Self::Server(server) => call(folder, arguments, &server.variables()),
            Self::Inside { binary, model } => {
                let shelf = folder.join(".orchestrator/models");
                fs::create_dir_all(&shelf).unwrap();
                let file = shelf.join(format!("{MODEL}.gguf"));
                if !file.exists() {
                    fs::hard_link(model, &file)
                        .or_else(|_| fs::copy(model, &file).map(drop))
                        .unwrap();
                }
                said(command_of(binary, folder, arguments), folder, &ALONE.map(owned))
            }
        }
    }
}

fn owned((name, value): (&'static str, &str)) -> (&'static str, String) {
    (name, value.to_owned())
}

/// A folder that is a workspace of its own.
fn workspace(pipeline: &str) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    fs::create_dir(folder.path().join(".downbeat")).unwrap();
    fs::write(folder.path().join("p.yaml"), pipeline).unwrap();
    folder
}

fn call(folder: &Path, arguments: &[&str], variables: &[(&str, String)]) -> Said {
    said(command(folder, arguments), folder, variables)
}

fn said(mut command: Command, folder: &Path, variables: &[(&str, String)]) -> Said {
    alone(&mut command, folder).envs(variables.iter().map(|(name, value)| (name, value)));
    let output = command.output().unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    Said { code: output.status.code(), out: text(output.stdout), err: text(output.stderr) }
}

/// Runs `p.yaml`; the document.
fn run(answers: &Answers, folder: &Path) -> Json {
    let said = answers.call(folder, &["run", "p.yaml", "--json"]);
    assert_eq!(said.code, Some(0), "{}", said.err);
    serde_json::from_str(&said.out).unwrap()
}

const KINDS: &str = "\
name: kinds
personalities:
  terse: {system_prompt: You use few words., parameters: {temperature: 0}}
steps:
  - id: words
    action: generate
    personality: terse
    parameters: {prompt: Name a colour., max_tokens: 24}
  - id: facts
    action: generate_structured
    parameters:
      prompt: A city and how many people live there.
      schema: {city: string, people: integer}
      max_tokens: 80
      temperature: 0
  - id: mood
    action: analyze_text
    parameters: {text: 'What a fine day!', analysis_type: sentiment, max_tokens: 24}
  - id: judged
    prompt: 'How good is this line: {{ words.result }}'
    vars:
      - score: integer between 1 and 5
      - verdict: 'one of good, bad'
    parameters: {max_tokens: 48}
  - id: told
    action: <AUTO>Say hello to {{ judged.verdict }} people</AUTO>
    parameters: {max_tokens: 24}
outputs:
  line: '{{ words.result }}'
  score: '{{ score }}'
";

fn every_kind_of_step_has_its_shape(answers: &Answers) {
    let folder = workspace(KINDS);
    let document = run(answers, folder.path());
    let steps = &document["steps"];
    for (step, field) in [("words", "result"), ("mood", "result"), ("told", "result")] {
        let said = steps[step]["value"][field].as_str().unwrap();
        assert!(!said.trim().is_empty(), "{step}");
    }
    assert_eq!(steps["words"]["value"]["model_used"], MODEL);
    assert_eq!(steps["words"]["provider"], answers.provider());
    assert_eq!(steps["mood"]["value"]["analysis_type"], "sentiment");
    let facts = &steps["facts"]["value"];
    assert!(facts["city"].is_string() && facts["people"].is_i64(), "{facts}");
    let score = document["outputs"]["score"].as_i64().unwrap();
    assert!((1..=5).contains(&score));
    let verdict = steps["judged"]["value"]["result"]["verdict"].as_str().unwrap();
    assert!(["good", "bad"].contains(&verdict));
    let chosen = &steps["words"]["chosen"];
    assert_eq!(chosen["model"], format!("{}:{MODEL}", answers.provider()));
    assert!(chosen["because"].as_array().is_some_and(|it| !it.is_empty()));
}

fn what_was_answered_is_not_asked_again(answers: &Answers) {
    let folder = workspace(KINDS);
    let first = run(answers, folder.path());
    let second = run(answers, folder.path());
    for step in ["words", "facts", "mood", "judged", "told"] {
        assert_eq!(second["steps"][step]["cached"], true, "{step}");
        assert_eq!(second["steps"][step]["value"], first["steps"][step]["value"], "{step}");
    }
    // Another personality is another question.
    let other = KINDS.replace("You use few words.", "You use many words.");
    fs::write(folder.path().join("p.yaml"), other).unwrap();
    assert_eq!(run(answers, folder.path())["steps"]["words"]["cached"], false);
}

fn a_replay_names_the_model_of_the_record(answers: &Answers) {
    let folder = workspace(KINDS);
    let first = run(answers, folder.path());
    let log = call(folder.path(), &["log"], &[]).out;
    // Nobody can be reached now, and another server than the one that answered must not be named either.
    let other = [("OPENAI_API_KEY", "none".to_owned())];
    for variables in [&[][..], &other] {
        let told = call(folder.path(), &["replay", "--json"], variables);
        assert_eq!(told.code, Some(0), "{}", told.err);
        let told: Json = serde_json::from_str(&told.out).unwrap();
        for step in ["words", "facts", "mood", "judged", "told"] {
            for key in ["model", "provider", "chosen", "value", "usage"] {
                assert_eq!(told["steps"][step][key], first["steps"][step][key], "{step} {key}");
            }
        }
        assert_eq!(told["usage"], first["usage"]);
        // Who answered as the last resort is told where somebody answers.
        assert_eq!(told["warnings"].as_array().map(Vec::len), Some(0));
        assert_eq!(call(folder.path(), &["log"], variables).out, log);
    }
    assert!(log.contains(first["steps"]["words"]["model"].as_str().unwrap()), "{log}");
}

const AUTOS: &str = "\
name: autos
steps:
  - id: say
    action: echo hi
    condition: <AUTO>Is the sky blue? Answer true or false.</AUTO>
  - id: each
    for_each: <AUTO type=\"list\" min=\"1\" max=\"3\">list of two colours</AUTO>
    max_parallel: <AUTO type=\"integer\" min=\"1\" max=\"3\">How many at once?</AUTO>
    steps:
      - id: one
        action: echo {{ item }}
  - id: lead
    action: echo x
    goto: <AUTO choices=\"left,right\">Where to?</AUTO>
  - id: left
    action: echo left
    dependencies: [lead]
  - id: right
    action: echo right
    dependencies: [left]
";

fn auto_tags_are_answered_kept_and_pinned(answers: &Answers) {
    let folder = workspace(AUTOS);
    let document = run(answers, folder.path());
    let autos = |step: &str| document["steps"][step]["autos"].as_array().unwrap().clone();
    assert!(autos("say")[0]["value"].is_boolean());
    let [items, parallel] = autos("each").try_into().unwrap();
    let count = items["value"].as_array().map_or(0, Vec::len);
    assert!((1..=3).contains(&count), "{items}");
    assert!((1..=3).contains(&parallel["value"].as_i64().unwrap()));
    let at = autos("lead")[0]["value"].as_str().unwrap().to_owned();
    assert!(["left", "right"].contains(&&*at));

    let told = call(folder.path(), &["replay", "--json"], &[]);
    assert_eq!(told.code, Some(0), "nobody is asked, so nobody is needed: {}", told.err);
    let told: Json = serde_json::from_str(&told.out).unwrap();
    assert_eq!(told["steps"]["lead"]["autos"][0]["value"], at);

    let pinned = call(folder.path(), &["pin", "p.yaml"], &[]);
    assert_eq!(pinned.code, Some(0), "{}", pinned.err);
    let text = fs::read_to_string(folder.path().join("p.yaml")).unwrap();
    assert!(text.contains(&format!("goto: {at}  # pinned: ")), "{text}");
    // Without a model: nothing is asked any longer.
    let again = call(folder.path(), &["run", "p.yaml", "--json"], &[]);
    assert_eq!(again.code, Some(0), "{}", again.err);
    let again: Json = serde_json::from_str(&again.out).unwrap();
    assert_eq!(again["steps"]["each"]["value"]["count"], items["value"].as_array().unwrap().len());
    let unpinned = call(folder.path(), &["unpin", "p.yaml"], &[]);
    assert_eq!(unpinned.code, Some(0), "{}", unpinned.err);
    assert_eq!(fs::read_to_string(folder.path().join("p.yaml")).unwrap(), AUTOS);
}

const FORKS: &str = "\
name: forks
steps:
  - id: fine
    action: echo hi
    on_success: <AUTO choices=\"looked\">Where to go after {{ fine.result }}?</AUTO>
    goto: <AUTO choices=\"passed\">Never asked</AUTO>
  - id: passed
    action: echo never
    dependencies: [fine]
  - id: looked
    action: echo looked
  - id: broken
    tool: filesystem
    action: read
    parameters: {path: nowhere.txt}
    on_failure: <AUTO choices=\"mended\">Where to go after {{ broken.error }}?</AUTO>
  - id: between
    action: echo never
    dependencies: [broken]
  - id: mended
    action: echo mended
  - id: left
    tool: filesystem
    action: read
    parameters: {path: nowhere.txt}
    dependencies: [mended]
    on_failure: <AUTO choices=\"continue\">What does that mean?</AUTO>
  - id: last
    action: echo last
    dependencies: [left]
  - id: barred
    action: echo never
    condition: 'false'
    on_false: <AUTO>Which step is next?</AUTO>
  - id: one
    action: echo one
    dependencies: [barred]
  - id: two
    action: echo two
    dependencies: [one]
";

fn routes_are_chosen_when_they_are_taken(answers: &Answers) {
    let folder = workspace(FORKS);
    let plan = call(folder.path(), &["plan", "p.yaml", "--format", "json"], &[]);
    let plan: Json = serde_json::from_str(&plan.out).unwrap();
    let edges = plan["edges"].as_array().unwrap();
    let edge = |from: &str, to: &str| {
        edges.iter().any(|it| it["from"] == from && it["to"] == to && it["origin"] == "routing")
    };
    assert!(edge("fine", "looked") && edge("broken", "mended"), "{edges:?}");

    let said = answers.call(folder.path(), &["run", "p.yaml", "--json"]);
    let document: Json = serde_json::from_str(&said.out).unwrap();
    let steps = &document["steps"];
    let status = |step: &str| steps[step]["status"].as_str().unwrap_or_default().to_owned();
    let autos = |step: &str| steps[step]["autos"].as_array().cloned().unwrap_or_default();
    assert_eq!((status("passed"), status("looked")), ("skipped".into(), "completed".into()));
    let [asked] = autos("fine").try_into().unwrap();
    assert_eq!((&asked["place"], &asked["value"]), (&"on_success".into(), &"looked".into()));
    assert_eq!(asked["question"], "Where to go after hi?");
    let [asked] = autos("barred").try_into().unwrap();
    assert_eq!(asked["expected"], "one of one, two");
    let passed = if asked["value"] == "two" { "skipped" } else { "completed" };
    assert_eq!((status("barred"), status("one")), ("skipped".into(), passed.into()));
    assert_eq!((status("between"), status("mended")), ("skipped".into(), "completed".into()));
    let [asked] = autos("broken").try_into().unwrap();
    assert!(asked["question"].as_str().unwrap().contains("nowhere.txt"), "{asked}");
    assert_eq!((status("left"), status("last")), ("failed".into(), "completed".into()));

    let told = call(folder.path(), &["replay", "--json"], &[]);
    let told: Json = serde_json::from_str(&told.out).unwrap();
    for step in ["fine", "barred", "broken", "left"] {
        assert_eq!(told["steps"][step]["autos"], steps[step]["autos"], "{step}");
        assert_eq!(told["steps"][step]["status"], steps[step]["status"], "{step}");
    }
    let pinned = call(folder.path(), &["pin", "p.yaml"], &[]);
    assert_eq!(pinned.code, Some(0), "{}", pinned.err);
    let text = fs::read_to_string(folder.path().join("p.yaml")).unwrap();
    assert!(text.contains("on_success: looked  # pinned: "), "{text}");
    let unpinned = call(folder.path(), &["unpin", "p.yaml"], &[]);
    assert_eq!(unpinned.code, Some(0), "{}", unpinned.err);
    assert_eq!(fs::read_to_string(folder.path().join("p.yaml")).unwrap(), FORKS);
}

fn auto_tags_stand_inside_of_what_is_said(answers: &Answers) {
    let folder = workspace(
        "name: said\nsteps:\n  - id: aside\n    action: echo it is <AUTO choices=\"early,late\">Early or late?</AUTO> today\n",
    );
    let document = run(answers, folder.path());
    let aside = document["steps"]["aside"]["value"]["result"].as_str().unwrap();
    assert!(["it is early today", "it is late today"].contains(&aside), "{document:#}");
    let pinned = call(folder.path(), &["pin", "p.yaml"], &[]);
    assert!(pinned.err.contains("`action` of `aside` stays: the tag is not"), "{}", pinned.err);
}

const HANDLED: &str = "\
name: handled
steps:
  - id: broken
    tool: filesystem
    action: read
    parameters: {path: nowhere.txt}
    error_handlers:
      - handler_action: echo
        parameters: {message: never}
        error_types: [ValueError]
        fallback_value: never
      - fallback_value: <AUTO choices=\"calm,alarm\">How to take it that {{ error_message }}?</AUTO>
        enabled: <AUTO type=\"boolean\">Is anything to be done?</AUTO>
  - id: failing
    tool: filesystem
    action: read
    parameters: {path: nowhere.txt}
    dependencies: [broken]
    on_error:
      handler_task_id: noted
      retry_with_handler: false
  - id: noted
    tool: filesystem
    action: write
    parameters: {path: note.txt, content: '<AUTO choices=\"red,blue\">Which colour has this?</AUTO>'}
outputs:
  taken: '{{ broken.result }}'
  mood: <AUTO choices=\"good,bad\">How did it go, when {{ broken.result }} was the answer?</AUTO>
  told: 'It went <AUTO choices=\"well,badly\">How did it go?</AUTO>.'
";

fn auto_tags_stand_in_handlers_and_outputs(answers: &Answers) {
    let folder = workspace(HANDLED);
    let said = answers.call(folder.path(), &["run", "p.yaml", "--json"]);
    let document: Json = serde_json::from_str(&said.out).expect(&said.err);
    let step = |id: &str| &document["steps"][id];
    let enabled = step("broken")["autos"][0].clone();
    assert_eq!(enabled["place"], "on_error(fallback).enabled", "{document:#}");
    // Whether anything is done is the model's to say; what follows from it is not.
    if enabled["value"] == true {
        let taken = document["outputs"]["taken"].as_str().unwrap();
        assert!(["calm", "alarm"].contains(&taken), "{document:#}");
        let note = fs::read_to_string(folder.path().join("note.txt")).unwrap();
        assert!(["red", "blue"].contains(&&*note), "{note}");
        let mood = document["outputs"]["mood"].as_str().unwrap();
        assert!(["good", "bad"].contains(&mood), "{mood}");
        let told = document["outputs"]["told"].as_str().unwrap();
        assert!(["It went well.", "It went badly."].contains(&told), "{told}");
        let autos = document["autos"].as_array().unwrap();
        assert_eq!(autos.len(), 2, "{autos:?}");
        let run = document["run"].as_str().unwrap();
        let again = call(folder.path(), &["replay", run, "--json"], &[]);
        let again: Json = serde_json::from_str(&again.out).expect(&again.err);
        assert_eq!(again["outputs"], document["outputs"]);
    } else {
        assert_eq!(said.code, Some(1), "{}", said.err);
    }
    // The document alone is enough to go the same way, where no model can be asked and nothing is written.
    fs::write(folder.path().join("p.run.json"), &said.out).unwrap();
    let expected = match enabled["value"] == true {
        true => format!(
            "value: outputs\n        equals: {}\n      - steps_run: [broken, failing, noted]",
            document["outputs"]
        ),
        false => "fails: FileNotFoundError".to_owned(),
    };
    let tests = format!(
        "pipeline: p.yaml\ntests:\n  - name: again\n    recorded: p.run.json\n    expect:\n      - {expected}\n"
    );
    fs::write(folder.path().join("p.pipeline.test.yaml"), tests).unwrap();
    let tested = call(folder.path(), &["test"], &[]);
    assert_eq!(tested.code, Some(0), "{}{}{document:#}", tested.out, tested.err);
}

fn tools_that_choose_word_and_extract(answers: &Answers) {
    let folder = workspace(
        "\
name: choosing
steps:
  - id: delegated
    tool: task-delegation
    parameters: {task: Sum up a text, cost_weight: 0.3, quality_weight: 0.7, fallback_enabled: true}
  - id: routed
    tool: multi-model-routing
    parameters: {request: Write a poem}
  - id: shared
    tool: multi-model-routing
    parameters: {tasks: [Write a poem, {task: Add two numbers, estimated_tokens: 40}], strategy: round_robin}
  - id: worded
    tool: prompt-optimization
    parameters: {prompt: tell me about bees please, optimization_goals: [clarity]}
  - id: found
    tool: validation
    action: extract_structured
    parameters:
      text: Ulm has 126000 people.
      schema: {type: object, properties: {city: {type: string}, people: {type: integer}}, required: [city, people]}
outputs:
  city: '{{ found.data.city }}'
",
    );
    let document = run(answers, folder.path());
    let value = |id: &str| document["steps"][id]["value"].clone();
    let model = format!("{}:{MODEL}", answers.provider());
    assert_eq!(value("delegated")["selected_model"], model);
    assert_eq!(value("routed")["selected_model"], model);
    assert_eq!(value("shared")["recommendations"].as_array().unwrap().len(), 2);
    assert_eq!(value("shared")["total_estimated_cost"], 0.0);
    assert_eq!(value("worded")["original_prompt"], "tell me about bees please");
    assert!(value("worded")["optimized_prompt"].is_string());
    assert!(value("found")["result"]["data"]["people"].is_i64());
    assert!(document["outputs"]["city"].is_string());
    assert!(document["usage"]["input_tokens"].as_u64().is_some_and(|it| it > 0));
}

fn a_model_calls_the_tools_that_its_step_lends(answers: &Answers) {
    let folder = workspace(
        "\
name: tools
steps:
  - id: look
    action: generate
    tools: [filesystem]
    parameters: {prompt: 'Use the tool filesystem with the action read on the path facts.txt.', max_tokens: 200, temperature: 0}
",
    );
    fs::write(folder.path().join("facts.txt"), "The owl is blue.").unwrap();
    let document = run(answers, folder.path());
    let value = &document["steps"]["look"]["value"];
    assert!(value["result"].is_string(), "{value}");
    for call in value["tool_calls"].as_array().into_iter().flatten() {
        assert_eq!(call["tool"], "filesystem", "{call}");
        assert!(call.get("result").is_some() != call.get("error").is_some(), "{call}");
    }
}

fn words_reach_the_watcher_one_by_one(answers: &Answers) {
    let folder = workspace(
        "name: s\nsteps:\n  - {id: s, action: generate, parameters: {prompt: Count to ten., max_tokens: 30}}\n",
    );
    let said = answers.call(folder.path(), &["run", "p.yaml", "--events", "jsonl"]);
    let lines: Vec<Json> = said.out.lines().map(|it| serde_json::from_str(it).unwrap()).collect();
    let pieces: Vec<&str> = lines
        .iter()
        .filter(|it| it["type"] == "step_output")
        .map(|it| it["data"]["text"].as_str().unwrap())
        .collect();
    assert!(pieces.len() > 3, "{}", said.out);
    let document = lines.last().unwrap();
    assert_eq!(document["steps"]["s"]["value"]["result"], pieces.concat());
}

#[test]
fn without_a_model_nothing_runs() {
    let steps = "steps:\n  - {id: first, action: echo hi}\n";
    for (step, code) in [
        ("  - {id: s, action: generate, parameters: {prompt: x}}\n", "no-model"),
        ("  - id: s\n    action: echo x\n    condition: <AUTO>is it?</AUTO>\n", "auto-unresolved"),
        ("  - id: s\n    action: echo <AUTO>What is it?</AUTO>\n", "auto-unresolved"),
        ("outputs:\n  o: <AUTO>What is it?</AUTO>\n", "auto-unresolved"),
        (
            "  - {id: s, tool: task-delegation, parameters: {task: x, cost_weight: 0.3, quality_weight: 0.7, fallback_enabled: true}}\n",
            "no-model",
        ),
    ] {
        let folder = workspace(&format!("name: n\n{steps}{step}"));
        let looked_for = [("DOWNBEAT_LOCAL_SERVERS", "on".to_owned())];
        let said = call(folder.path(), &["run", "p.yaml", "--json"], &looked_for);
        assert_eq!(said.code, Some(2), "{}", said.err);
        let err = said.err.split_whitespace().collect::<Vec<_>>().join(" ").replace("│ ", "");
        for word in [
            code,
            "OPENAI_API_KEY",
            "ANTHROPIC_API_KEY",
            "llama.cpp on port 8080",
            "Ollama on port",
        ] {
            assert!(err.contains(word), "{word}: {err}");
        }
        assert!(said.out.is_empty(), "{}", said.out);
    }
}

#[test]
fn keys_are_in_nothing_that_is_kept_or_said() {
    let key = "sk-test-4f9c2b7d81e6a35";
    let folder = workspace(
        "name: k\nsteps:\n  - {id: s, action: generate, max_retries: 1, parameters: {prompt: x, model: gpt-4o-mini}}\n",
    );
    // Nobody listens there, so the step fails.
    let variables =
        [("OPENAI_API_KEY", key.to_owned()), ("OPENAI_BASE_URL", "http://127.0.0.1:9".to_owned())];
    let said = call(folder.path(), &["run", "p.yaml", "--json", "--verbose"], &variables);
    assert_eq!(said.code, Some(1), "{}", said.err);
    let document: Json = serde_json::from_str(&said.out).unwrap();
    assert_eq!(document["steps"]["s"]["status"], "failed");
    let mut places = vec![said.out, said.err];
    for command in ["log", "show", "doctor"] {
        let shown = call(folder.path(), &[command], &variables);
        places.extend([shown.out, shown.err]);
    }
    assert!(places.iter().all(|it| !it.contains(key)), "{places:?}");
    let mut open = vec![folder.path().to_owned()];
    while let Some(at) = open.pop() {
        for entry in fs::read_dir(at).unwrap().flatten() {
            if entry.path().is_dir() {
                open.push(entry.path());
            } else {
                let bytes = fs::read(entry.path()).unwrap();
                let found = bytes.windows(key.len()).any(|it| it == key.as_bytes());
                assert!(!found, "{}", entry.path().display());
            }
        }
    }
}
