//! `downbeat test`: pipelines that are tested by the real binary, without a model and with one.

mod junit_shape;

use std::fs;

use serde_json::{Value as Json, json};
use tests::{
    models::{MODEL, ModelServer},
    process::{Said, alone, command},
    workspace::{Workspace, parse, validate},
};

const GREET: &str = "\
id: greet
name: Greeting
inputs:
  who: { type: string, default: world }
  loud: { type: boolean, default: false }
steps:
  - id: say
    tool: terminal
    parameters: { command: 'echo Hello, {{ who }}' }
  - id: shout
    condition: loud
    action: echo {{ say.stdout | upper }}
  - id: each
    for_each: [1, 2]
    steps:
      - id: inner
        action: echo {{ item }}
outputs:
  greeting: '{{ say.stdout | trim }}'
  count: '{{ each.results | length }}'
";

fn workspace(tests: &str) -> Workspace {
    let workspace = Workspace::with("greet.pipeline.yaml", GREET);
    fs::write(workspace.path().join("greet.pipeline.test.yaml"), tests).unwrap();
    workspace
}

/// The report, held against its schema, and the exit code.
fn report(workspace: &Workspace, arguments: &[&str]) -> (Json, Option<i32>) {
    let said = workspace.say(&[&["test", "--format", "json"], arguments].concat());
    let report = parse(&said.out);
    validate("test-report", &report);
    (report, said.code)
}

/// Of the only file: name, verdict and the causes of failure of each test.
fn told(report: &Json) -> Vec<(String, String, Vec<String>)> {
    let text = |json: &Json| json.as_str().unwrap().to_owned();
    let tests = report["files"][0]["tests"].as_array().unwrap().iter();
    let told = tests.map(|test| {
        let runs = test["runs"].as_array().unwrap().iter();
        let failures = runs.flat_map(|run| run["failures"].as_array().unwrap());
        (
            text(&test["name"]),
            text(&test["verdict"]),
            failures.map(|it| text(&it["what"])).collect(),
        )
    });
    told.collect()
}

#[test]
fn what_holds_passes() {
    let workspace = workspace(
        "tests:
  - name: all kinds
    inputs: { who: Ada, loud: true }
    expect:
      - value: outputs.greeting
        equals: Hello, Ada
        matches: '^Hello'
        schema: { type: string, minLength: 3 }
      - value: outputs.count
        equals: 2
      - value: '{{ inputs.who }}!'
        equals: Ada!
      - value: outputs.greeting
        contains: Ada
        not: { equals: Ada, contains: TODO, matches: '\\d', schema: { type: integer } }
      - value: each.results | map(attribute='result') | list
        contains: '2'
        not: { contains: '3' }
      - value: run.steps
        contains: each
        not: { contains: none }
      - value: each.results
        schema: { type: array, minItems: 2 }
      - say.status == 'completed' and run.success and 'ADA' in shout.result
      - condition: inputs.loud
      - cost_below: 0.01
      - steps_run: [say, inner]
  - name: a default
    expect:
      - inputs.who == 'world' and not inputs.loud
      - steps_skipped: shout
",
    );
    let (report, code) = report(&workspace, &[]);
    assert_eq!((code, &report["passed"]), (Some(0), &json!(true)), "{report:#}");
    assert_eq!(told(&report).len(), 2);
    // Kept nowhere, and nothing is left behind.
    let runs = workspace.say(&["runs", "--format", "json"]);
    assert_eq!((runs.out.trim(), runs.code), ("[]", Some(0)), "{}", runs.err);
}

#[test]
fn what_does_not_hold_fails_where_it_is_written() {
    let workspace = workspace(
        "tests:
  - name: equals
    expect: [{ value: outputs.greeting, equals: Hello }]
  - name: contains
    expect: [{ value: outputs.greeting, contains: Ada }]
  - name: not
    expect:
      - value: outputs.greeting
        not: { equals: 'Hello, world', contains: world, matches: wor, schema: { type: string } }
      - value: run.nothing.here
        not: { equals: 1 }
  - name: matches
    expect: [{ value: outputs.greeting, matches: '\\d' }]
  - name: schema
    expect: [{ value: outputs.count, schema: { type: string } }]
  - name: condition
    expect: [outputs.count > 2]
  - name: steps
    expect: [{ steps_run: shout, steps_skipped: inner }]
  - name: fails
    expect: [{ fails: TimeoutError }]
  - name: undefined
    expect: [run.nothing.here == 1]
  - name: refused
    inputs: { loud: maybe }
  - name: good
    expect: [outputs.count == 2]
",
    );
    let (report, code) = report(&workspace, &[]);
    assert_eq!(code, Some(2), "a test could not run");
    let told = told(&report);
    let of = |name: &str| told.iter().find(|it| it.0 == name).unwrap();
    assert_eq!(of("not").2, ["not"; 5], "what cannot be looked at holds neither way");
    for name in ["equals", "contains", "matches", "schema", "condition", "fails"] {
        let (_, verdict, causes) = of(name);
        assert_eq!(
            (verdict.as_str(), causes.as_slice()),
            ("failed", &[name.to_owned()][..]),
            "{report:#}"
        );
    }
    assert_eq!(of("steps").2, ["steps_run", "steps_skipped"]);
    assert_eq!(
        (of("undefined").1.as_str(), of("undefined").2[0].as_str()),
        ("failed", "condition")
    );
    assert_eq!((of("refused").1.as_str(), of("refused").2[0].as_str()), ("error", "refused"));
    assert_eq!(of("good").1, "passed");
    let line = &report["files"][0]["tests"][0]["runs"][0]["failures"][0]["range"]["start"]["line"];
    assert_eq!(line, 2);
    let said = workspace.say(&["test", "--filter", "equals"]);
    assert_eq!(said.code, Some(1));
    assert!(
        said.out.contains("error[equals]") && said.out.contains("[greet.pipeline.test.yaml:3:"),
        "{}",
        said.out
    );
    assert!(said.out.contains("is `\"Hello, world\"`, not `\"Hello\"`"), "{}", said.out);
    assert!(said.err.contains("1 test: 1 failed"), "{}", said.err);
}

#[test]
fn failures_can_be_expected() {
    let workspace = workspace(
        "tests:
  - name: refused by an input
    inputs: { loud: maybe }
    expect: [{ fails: invalid-input }]
",
    );
    let refusals = workspace.say(&["run", "greet.pipeline.yaml", "-i", "loud=maybe"]);
    assert!(refusals.err.contains("invalid-input"), "{}", refusals.err);
    assert_eq!(report(&workspace, &[]).1, Some(0));
    let other = "\
id: broken
name: broken
steps:
  - id: fails
    tool: terminal
    parameters: { command: 'sleep 5' }
    timeout: 0.2
  - id: after
    dependencies: [fails]
    action: echo never
";
    let workspace = Workspace::with("broken.pipeline.yaml", other);
    fs::write(
        workspace.path().join("broken.pipeline.test.yaml"),
        "tests:\n  - name: times out\n    expect:\n      - fails: TimeoutError\n      - steps_skipped: after\n      - fails.status == 'failed'\n  - name: not expected\n",
    )
    .unwrap();
    let (report, code) = report(&workspace, &[]);
    assert_eq!(code, Some(1));
    assert_eq!(told(&report)[0].1, "passed", "{report:#}");
    assert_eq!(told(&report)[1].2, ["run_failed"]);
}

#[test]
fn a_file_with_errors_runs_nothing_and_says_where() {
    let workspace = workspace(
        "tests:\n  - name: a\n    inputs: { whom: x }\n    expect:\n      - value: outputs.greting\n        equals: x\n  - name: b\n    expect:\n      - value: outputs.greeting\n        schema: { type: strin }\n",
    );
    let said = workspace.say(&["test"]);
    assert_eq!((said.code, said.out.as_str()), (Some(2), ""), "{}", said.err);
    for words in [
        "bad-test",
        "greet.pipeline.test.yaml:3:15",
        "the pipeline has no input `whom`",
        "did you mean `greeting`?",
        "this is no JSON Schema",
        "none of its tests ran",
    ] {
        assert!(said.err.contains(words), "{words}: {}", said.err);
    }
    let checked = workspace.say(&["check", "."]);
    assert_eq!(checked.code, Some(2));
    assert!(checked.out.contains("bad-test"), "{}", checked.out);
    let json = workspace.say(&["test", "--format", "json"]);
    assert_eq!(parse(&json.out)["passed"], false, "{}", json.out);
    for filter in [&[][..], &["--filter", "a"]] {
        let junit = workspace.say(&[&["test", "--format", "junit"], filter].concat());
        junit_shape::validate(&junit.out);
        assert!(junit.out.contains("errors=\"1\""), "{}", junit.out);
        assert!(!junit.err.contains("no test has that"), "{}", junit.err);
    }
}

#[test]
fn paths_filters_and_wrong_calls() {
    let workspace = workspace("tests:\n  - name: one\n  - name: two\n");
    assert_eq!(told(&report(&workspace, &["greet.pipeline.yaml"]).0).len(), 2);
    assert_eq!(
        told(&report(&workspace, &[".", "greet.pipeline.test.yaml", "--filter", "tw"]).0).len(),
        1
    );
    assert_eq!(workspace.say(&["test", "--filter", "three"]).code, Some(2));
    assert_eq!(workspace.say(&["test", "--times", "0"]).code, Some(2));
    assert_eq!(workspace.say(&["test", "nothing.pipeline.yaml"]).code, Some(1));
    let empty = Workspace::new(&[]);
    assert_eq!(empty.say(&["test"]).code, Some(1));
    fs::write(empty.path().join("lost.pipeline.test.yaml"), "tests: [{name: a}]\n").unwrap();
    let said = empty.say(&["test"]);
    assert!(
        said.code == Some(2) && said.err.contains("there is no pipeline `lost.pipeline.yaml`"),
        "{}",
        said.err
    );
    fs::write(
        empty.path().join("lost.pipeline.test.yaml"),
        "pipeline: other.yaml\ntests: [{name: a, expect: ['outputs.x == 1']}]\n",
    )
    .unwrap();
    fs::write(
        empty.path().join("other.yaml"),
        "name: o\nsteps: [{id: a, action: echo hi}]\noutputs: {x: '{{ 1 }}'}\n",
    )
    .unwrap();
    assert_eq!(empty.say(&["test", "--format", "human"]).code, Some(0));
}

#[test]
fn runs_work_in_a_folder_of_their_own() {
    let pipeline = "\
id: sum
name: sum
steps:
  - id: read
    tool: filesystem
    action: read
    parameters: { path: data/in.txt }
  - id: write
    tool: filesystem
    action: write
    parameters: { path: out.txt, content: '{{ read.content }}' }
  - id: gone
    tool: terminal
    dependencies: [write]
    parameters: { command: cat out.txt }
outputs: { text: '{{ gone.stdout }}' }
";
    let workspace = Workspace::with("sum.pipeline.yaml", pipeline);
    fs::create_dir(workspace.path().join("data")).unwrap();
    fs::write(workspace.path().join("data/in.txt"), "three").unwrap();
    let tests = |files: &str| {
        let text = format!(
            "tests:\n  - name: a\n    times: 3\n    {files}\n    expect: [\"outputs.text == 'three'\"]\n"
        );
        fs::write(workspace.path().join("sum.pipeline.test.yaml"), text).unwrap();
        workspace.say(&["test"])
    };
    let said = tests("files: [data]");
    assert_eq!(said.code, Some(0), "{}{}", said.out, said.err);
    assert!(!workspace.path().join("out.txt").exists());
    let said = tests("files: [dat]");
    assert!(
        said.code == Some(2) && said.out.contains("`dat` is not in the workspace"),
        "{}",
        said.out
    );
    let said = tests("files: [../secrets]");
    assert!(
        said.code == Some(2) && said.out.contains("no path inside the workspace"),
        "{}",
        said.out
    );
}

#[test]
fn a_recorded_run_asks_nothing_and_does_nothing() {
    let pipeline = "\
id: rec
name: rec
inputs: { n: { type: integer, default: 1 } }
steps:
  - id: once
    tool: terminal
    parameters: { command: 'echo x >> made.txt; echo {{ n }}' }
  - id: each
    for_each: [1, 2]
    steps:
      - id: inner
        tool: terminal
        parameters: { command: 'echo {{ item }}; test {{ item }} = 1' }
        on_failure: continue
  - id: never
    tool: terminal
    parameters: { command: 'exit 4' }
    on_failure: continue
outputs:
  line: '{{ once.stdout | trim }}'
";
    let workspace = Workspace::with("rec.pipeline.yaml", pipeline);
    let run = workspace.say(&["run", "rec.pipeline.yaml", "-i", "n=7", "--json"]);
    fs::write(workspace.path().join("rec.run.json"), &run.out).unwrap();
    let id = parse(&run.out)["run"].as_str().unwrap().to_owned();
    let again = |recorded: &str| {
        let text = format!(
            "tests:\n  - name: a\n    recorded: {recorded}\n    expect:\n      - value: outputs.line\n        equals: 7\n      - value: outputs.line\n        equals: '7'\n      - steps_run: [once, inner, never]\n      - never.status == run.steps.never.status\n"
        );
        fs::write(workspace.path().join("rec.pipeline.test.yaml"), text).unwrap();
        report(&workspace, &[])
    };
    let (from_file, code) = again("rec.run.json");
    assert_eq!(code, Some(1), "{from_file:#}");
    let (from_journal, _) = again(&id);
    for report in [&from_file, &from_journal] {
        let failures = told(report).remove(0).2;
        assert!(failures.iter().all(|it| it == "equals" || it == "run_failed"), "{report:#}");
        assert_eq!(failures.iter().filter(|it| *it == "equals").count(), 1, "{report:#}");
    }
    assert_eq!(fs::read_to_string(workspace.path().join("made.txt")).unwrap(), "x\n");
    let refused = |recorded: &str| {
        let (report, code) = again(recorded);
        let failure = &report["files"][0]["tests"][0]["runs"][0]["failures"][0];
        assert_eq!(
            (code, failure["range"]["start"]["line"].as_u64()),
            (Some(2), Some(2)),
            "{report:#}"
        );
        failure["message"].as_str().unwrap().to_owned()
    };
    let record = "record one: `downbeat run rec.pipeline.yaml --json > rec.run.json`";
    assert!(refused("nothing_such").ends_with(record));
    assert!(refused("rec.pipeline.yaml").ends_with(record));
    fs::write(workspace.path().join("rec.run.json"), run.out.replace("\"rec\"", "\"other\""))
        .unwrap();
    let other = refused("rec.run.json");
    assert!(other.contains("is a run of the pipeline `other`, and this one is `rec`"), "{other}");
}

#[test]
fn what_is_wrong_with_the_pipeline_is_drawn_there_once() {
    let workspace =
        workspace("tests:\n  - name: a\n  - name: b\n    expect: [{fails: undefined-variable}]\n");
    let broken = GREET.replace("say.stdout | upper", "sya.stdout | upper");
    fs::write(workspace.path().join("greet.pipeline.yaml"), broken).unwrap();
    let said = workspace.say(&["test"]);
    assert_eq!(said.code, Some(2), "{}", said.err);
    assert_eq!(said.err.matches("[greet.pipeline.yaml:12:21]").count(), 1, "{}", said.err);
    assert!(said.out.contains("greet.pipeline.yaml:12:21: undefined-variable"), "{}", said.out);
    assert!(said.out.contains("passed b"), "{}", said.out);
}

#[test]
fn a_recorded_run_goes_through_its_attempts_and_handlers_again() {
    let pipeline = "\
id: mend
name: mend
steps:
  - id: load
    tool: terminal
    parameters: { command: 'test -e made.txt && cat made.txt' }
    on_error:
      handler_action: terminal
      parameters: { command: 'echo tides > made.txt' }
  - id: rounds
    for_each: [1, 2]
    on_error: { handler_action: terminal, parameters: { command: 'true' } }
    dependencies: [load]
    steps:
      - id: once
        tool: terminal
        retries: 0
        parameters: { command: 'test -e seen.txt || { touch seen.txt; exit 3; }; echo {{ item }}' }
outputs:
  loaded: '{{ load.stdout | trim }}'
  rounds: '{{ rounds.count }}'
";
    let workspace = Workspace::with("mend.pipeline.yaml", pipeline);
    let run = workspace.say(&["run", "mend.pipeline.yaml", "--json"]);
    let document = parse(&run.out);
    assert_eq!(document["steps"]["load"]["handled"][0]["outcome"], "retried", "{document:#}");
    validate("run-document", &document);
    fs::write(workspace.path().join("mend.run.json"), &run.out).unwrap();
    for made in ["made.txt", "seen.txt"] {
        fs::remove_file(workspace.path().join(made)).unwrap();
    }
    for recorded in ["mend.run.json", document["run"].as_str().unwrap()] {
        let tests = format!(
            "tests:\n  - name: again\n    recorded: {recorded}\n    expect:\n      - {{value: outputs, equals: {{loaded: tides, rounds: 2}}}}\n      \
             - {{value: load.attempts, equals: 2}}\n      - {{value: run.steps.load.handled | map(attribute='outcome') | list, equals: [retried]}}\n"
        );
        fs::write(workspace.path().join("mend.pipeline.test.yaml"), tests).unwrap();
        let (report, code) = report(&workspace, &[]);
        assert_eq!(code, Some(0), "{recorded}: {report:#} {document:#}");
    }
    assert!(
        !workspace.path().join("made.txt").exists() && !workspace.path().join("seen.txt").exists()
    );
}

#[test]
fn people_are_answered_for() {
    let pipeline = "\
id: ask
name: ask
steps:
  - id: ask
    tool: user-prompt
    parameters: { prompt: 'How many?', input_type: number }
outputs: { n: '{{ ask.value }}' }
";
    let workspace = Workspace::with("ask.pipeline.yaml", pipeline);
    fs::write(
        workspace.path().join("ask.pipeline.test.yaml"),
        "tests:\n  - name: answered\n    answers: { ask: 3 }\n    expect: [ask.status == 'completed']\n  - name: not answered\n    expect: [{ fails: NobodyAskedError }]\n",
    )
    .unwrap();
    let (report, code) = report(&workspace, &[]);
    assert_eq!(code, Some(0), "{report:#}");
}

#[test]
fn junit_has_the_shape_that_servers_read() {
    let workspace = workspace(
        "tests:\n  - name: 'good <&> \"one\"'\n  - name: bad\n    expect: [outputs.count > 7, { value: outputs.greeting, equals: '<x>' }]\n  - name: refused\n    inputs: { loud: maybe }\n",
    );
    let said = workspace.say(&["test", "--format", "junit"]);
    assert_eq!(said.code, Some(2));
    let counts = junit_shape::validate(&said.out);
    assert_eq!(counts, (3, 1, 1), "{}", said.out);
}

fn with_model(server: &ModelServer, workspace: &Workspace, arguments: &[&str]) -> Said {
    let mut command = command(&workspace.path(), arguments);
    alone(&mut command, &workspace.path()).envs(server.variables());
    let output = command.output().unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    Said { code: output.status.code(), out: text(output.stdout), err: text(output.stderr) }
}

#[test]
fn models_take_the_place_of_those_that_are_asked_for_and_judge() {
    let test = "models_take_the_place_of_those_that_are_asked_for_and_judge";
    let Some(server) = ModelServer::shared(test) else { return };
    let pipeline = "\
id: colour
name: colour
model: anthropic:claude-nobody-has
orchestrator: llamacpp:smollm2
steps:
  - id: ask
    action: generate
    parameters: { prompt: Name a colour., max_tokens: 12 }
outputs: { colour: '{{ ask.result }}' }
";
    let workspace = Workspace::with("colour.pipeline.yaml", pipeline);
    let model = format!("llamacpp:{MODEL}");
    fs::write(
        workspace.path().join("colour.pipeline.test.yaml"),
        format!(
            "tests:
  - name: answers
    models: ['{model}']
    times: 2
    expect:
      - value: outputs.colour
        schema: {{ type: string, minLength: 1 }}
      - steps_run: ask
  - name: judged
    models: ['{model}']
    passes: 0.01
    expect:
      - value: outputs.colour
        judge: {{ question: Does it name a colour?, model: '{model}' }}
  - name: nobody
    expect: [{{ fails: no-model }}]
"
        ),
    )
    .unwrap();
    let said = with_model(server, &workspace, &["test", "--format", "json", "--jobs", "1"]);
    let report = parse(&said.out);
    validate("test-report", &report);
    let told = told(&report);
    assert_eq!(told[0].1, "passed", "{report:#}{}", said.err);
    assert_eq!(
        report["files"][0]["tests"][0]["rates"],
        json!([{ "model": model, "runs": 2, "passed": 2, "rate": 1.0 }])
    );
    // What a small model says is its own; that it says pass or fail, with a reason, is ours.
    assert!(told[1].1 == "passed" || told[1].2 == ["judge"], "{report:#}");
    assert_eq!(told[2].1, "passed", "{report:#}");
}

/// Pipelines with something in the places of tags.
fn decided(
    [sky, colours, many, enough, way, went, mood]: [&str; 7],
) -> [(&'static str, String); 2] {
    let asking = format!(
        "\
id: asking
steps:
  - id: say
    action: echo hi
    condition: {sky}
  - id: each
    for_each: {colours}
    max_parallel: {many}
    steps:
      - id: one
        action: echo {{{{ item }}}}
  - id: again
    while: 'true'
    until: {enough}
    max_iterations: 5
    steps:
      - id: round
        action: echo once more
  - id: inside
    tool: pipeline-executor
    parameters:
      pipeline: inner.pipeline.yaml
  - id: lead
    action: echo x
    goto: {way}
  - id: left
    action: echo left
    dependencies: [lead]
  - id: right
    action: echo right
    dependencies: [left]
outputs:
  told: It went {went}.
  mood: '{{{{ inside.outputs.mood }}}}'
  rounds: '{{{{ again.count }}}}'
  colours: '{{{{ each.results | map(attribute=\"result\") | list }}}}'
"
    );
    let inner = format!(
        "id: inner\nsteps:\n  - id: first\n    action: echo first\noutputs:\n  mood: {mood}\n"
    );
    [("asking.pipeline.yaml", asking), ("inner.pipeline.yaml", inner)]
}

#[test]
fn a_recorded_run_gives_back_the_answers_of_its_tags() {
    let plain = decided([
        "'true'",
        "[red, blue]",
        "2",
        "'{{ again.iteration >= 1 }}'",
        "right",
        "well",
        "calm",
    ]);
    let workspace = Workspace::with(plain[0].0, &plain[0].1);
    fs::write(workspace.path().join(plain[1].0), &plain[1].1).unwrap();
    let mut run = parse(&workspace.say(&["run", plain[0].0, "--json"]).out);
    assert_eq!(run["success"], true, "{run:#}");

    // As if models had been asked for all of it.
    let tag = |place: &str, round: Option<u32>, value: Json| {
        let mut decided = json!({
            "place": place, "number": 0, "question": "?", "expected": "it", "value": value,
            "model": "a:b", "because": []
        });
        if let Some(round) = round {
            decided["round"] = round.into();
        }
        decided
    };
    let until = |round, value| tag("until", Some(round), json!(value));
    run["autos"] = json!([tag("outputs.told", None, json!("well"))]);
    let steps = &mut run["steps"];
    steps["say"]["autos"] = json!([tag("condition", None, json!(true))]);
    steps["each"]["autos"] =
        json!([tag("for_each", None, json!(["red", "blue"])), tag("max_parallel", None, json!(2))]);
    steps["again"]["autos"] = json!([until(0, false), until(1, true)]);
    steps["inside"]["autos"] = json!([tag("outputs.mood", None, json!("calm"))]);
    steps["lead"]["autos"] = json!([tag("goto", None, json!("right"))]);
    let asking = decided([
        "<AUTO>Is the sky blue?</AUTO>",
        "<AUTO>list of two colours</AUTO>",
        "<AUTO>How many at once?</AUTO>",
        "<AUTO type=\"boolean\">Is it enough?</AUTO>",
        "<AUTO choices=\"left,right\">Where to?</AUTO>",
        "<AUTO>How did it go?</AUTO>",
        "<AUTO>How to take it?</AUTO>",
    ]);
    for (file, text) in asking {
        fs::write(workspace.path().join(file), text).unwrap();
    }
    let tests = "\
tests:
  - name: a
    recorded: asking.run.json
    expect:
      - {value: outputs, equals: {told: It went well., mood: calm, rounds: 2, colours: [red, blue]}}
      - steps_run: [say, one, round, lead, right]
      - steps_skipped: left
";
    fs::write(workspace.path().join("asking.pipeline.test.yaml"), tests).unwrap();
    let verdict = |run: &Json| {
        fs::write(workspace.path().join("asking.run.json"), run.to_string()).unwrap();
        report(&workspace, &[])
    };
    let (report, code) = verdict(&run);
    assert_eq!(code, Some(0), "{report:#}");
    // Nobody is asked for what is not told.
    run["steps"]["each"]["autos"] = json!([]);
    let (report, code) = verdict(&run);
    assert_eq!(code, Some(1), "{report:#}");
    let why = report["files"][0]["tests"][0]["runs"][0]["failures"][0]["message"].to_string();
    assert!(why.contains("`each`"), "{why}");
}
