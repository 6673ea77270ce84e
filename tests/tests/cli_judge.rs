//! Judgements of a model, on the command line: of what a pipeline is for and of what came out. The model is small, so what it says is its
//! own; that it says pass or fail with a reason, that it counts, and that nobody is asked twice is ours.

use std::fs;

use serde_json::Value as Json;
use tests::{
    models::{Counter, ModelServer},
    process::{Said, alone, command},
    workspace::{Workspace, parse, validate},
};

const PIPELINE: &str = "\
id: colour
name: colour
description: Names a colour.
steps:
  - id: ask
    action: generate
    parameters: { prompt: Name a colour., max_tokens: 12 }
outputs: { colour: '{{ ask.result }}' }
";

fn call(counter: &Counter, workspace: &Workspace, arguments: &[&str]) -> Said {
    let mut command = command(&workspace.path(), arguments);
    alone(&mut command, &workspace.path()).envs(counter.variables());
    let output = command.output().unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    Said { code: output.status.code(), out: text(output.stdout), err: text(output.stderr) }
}

#[test]
fn alignment_is_judged_once_and_weighs_what_the_author_says() {
    let Some(server) =
        ModelServer::shared("alignment_is_judged_once_and_weighs_what_the_author_says")
    else {
        return;
    };
    let counter = Counter::before(server);
    let workspace = Workspace::with("colour.pipeline.yaml", PIPELINE);
    let plain = call(&counter, &workspace, &["check", "--format", "json", "."]);
    assert_eq!((plain.out.trim(), counter.asked()), ("[]", 0), "{}", plain.err);
    let judge = |arguments: &[&str]| {
        let said = call(
            &counter,
            &workspace,
            &[&["check", "--judge", "--format", "json"], arguments].concat(),
        );
        assert!(!said.err.contains("was not judged"), "{}", said.err);
        let found = parse(&said.out);
        validate("findings", &found);
        (found, said.code)
    };
    let (found, code) = judge(&["."]);
    assert_eq!((code, counter.asked()), (Some(0), 1), "{found:#}");
    for finding in found.as_array().unwrap() {
        assert_eq!(
            (&finding["code"], &finding["severity"]),
            (&"misaligned".into(), &"warning".into())
        );
        assert_eq!(finding["range"]["start"]["line"], 2);
        assert!(finding["message"].as_str().unwrap().contains("smollm2` judges"), "{finding:#}");
    }
    fs::write(workspace.path().join("downbeat.toml"), "[rules]\nmisaligned = \"error\"\n").unwrap();
    let (again, code) = judge(&["."]);
    assert_eq!(again.as_array().unwrap().len(), found.as_array().unwrap().len());
    assert_eq!(code, Some(if again.as_array().unwrap().is_empty() { 0 } else { 2 }));
    assert_eq!(counter.asked(), 1, "the same is asked once");
    fs::write(workspace.path().join("downbeat.toml"), "[rules]\nmisaligned = \"off\"\n").unwrap();
    assert_eq!(judge(&["."]).0, Json::Array(Vec::new()));
    fs::write(workspace.path().join("downbeat.toml"), "").unwrap();
    let reason = format!("metadata: {{intention_override: It is meant so.}}\n{PIPELINE}");
    fs::write(workspace.path().join("colour.pipeline.yaml"), reason).unwrap();
    assert_eq!(judge(&["."]).0, Json::Array(Vec::new()));
    assert_eq!(counter.asked(), 1);
}

#[test]
fn values_are_judged_once_with_reasons() {
    let Some(server) = ModelServer::shared("values_are_judged_once_with_reasons") else { return };
    let counter = Counter::before(server);
    let workspace = Workspace::with("colour.pipeline.yaml", PIPELINE);
    let ran = call(&counter, &workspace, &["run", "colour.pipeline.yaml"]);
    assert_eq!(ran.code, Some(0), "{}", ran.err);
    let before = counter.asked();
    let qc = |arguments: &[&str]| {
        let said = call(&counter, &workspace, &[&["qc", "--format", "json"], arguments].concat());
        let report = parse(&said.out);
        validate("quality", &report);
        (report, said)
    };
    assert_eq!(qc(&[]).0["judged"], Json::Array(Vec::new()));
    assert_eq!(counter.asked(), before, "nobody is asked unasked");
    let (report, said) = qc(&["--judge"]);
    let judged = &report["judged"];
    // A model so small does not always keep to the shape, or errs in plain matters: then that is told, and nothing is made up.
    if said.err.contains("nothing was judged") {
        assert_eq!(judged, &Json::Array(Vec::new()));
        let least = counter.asked();
        let (_, again) = qc(&["--judge", "--min", "0"]);
        assert_eq!((again.code, counter.asked()), (Some(1), least), "{}", again.err);
        return;
    }
    assert_eq!(
        (&judged[0]["step"], judged.as_array().unwrap().len()),
        (&"ask".into(), 1),
        "{}",
        said.err
    );
    assert!(
        judged[0]["model"].as_str().unwrap().contains("smollm2")
            && judged[0]["passed"].is_boolean()
    );
    let poor = report["remarks"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|it| it["code"] == "judged-poor")
        .count();
    assert_eq!(poor, usize::from(judged[0]["passed"] == false));
    assert_eq!(counter.asked(), before + 5, "four plain matters and the value");
    assert_eq!(&qc(&["--judge"]).0["judged"], judged);
    assert_eq!(counter.asked(), before + 5, "the same is asked once");
    let (_, least) = qc(&["--judge", "--min", "1"]);
    assert!(judged[0]["passed"] == true || least.code == Some(1), "{}", least.err);
}

#[test]
fn where_no_model_wrote_there_is_nothing_to_judge() {
    let workspace = Workspace::with(
        "p.pipeline.yaml",
        "id: p\nname: p\nsteps:\n  - id: a\n    action: echo fine\n",
    );
    workspace.say(&["run", "p.pipeline.yaml"]);
    let judged = workspace.say(&["qc", "--judge", "--min", "0.9"]);
    assert_eq!(judged.code, Some(0), "no model wrote anything: {}", judged.err);
}

#[test]
fn without_a_model_nothing_is_judged_and_that_is_said() {
    let workspace = Workspace::with("colour.pipeline.yaml", PIPELINE);
    let mut command = command(&workspace.path(), &["check", "--judge", "."]);
    alone(&mut command, &workspace.path());
    let output = command.output().unwrap();
    assert_eq!(output.status.code(), Some(0));
    assert!(String::from_utf8_lossy(&output.stderr).contains("was not judged"));
}
