//! What would run: `run --dry-run` and `plan --against RUN`.

use std::fs;

use serde_json::Value as Json;
use tests::{process::Said, workspace::Workspace};

const FILE: &str = "report.pipeline.yaml";

const PIPELINE: &str = "\
id: report
inputs:
  topic: tides
steps:
  - id: notes
    tool: filesystem
    action: read
    parameters: {path: notes.txt}
  - id: title
    action: echo
    parameters: {message: \"On {{ topic }}\"}
  - id: made
    tool: terminal
    parameters: {command: \"echo '{{ title.result }}: {{ notes.content }}' >> effects; echo made\"}
  - id: each
    for_each: [a, b]
    steps:
      - id: say
        tool: terminal
        parameters: {command: \"echo {{ item }} {{ made.stdout | trim }}\"}
  - id: long
    condition: topic == 'everything'
    action: echo never
  - id: last
    action: echo
    parameters: {message: \"{{ each.results[1].stdout }}\"}
";

fn workspace() -> Workspace {
    let workspace = Workspace::with(FILE, PIPELINE);
    fs::write(workspace.path().join("notes.txt"), "wind").unwrap();
    workspace
}

fn parsed(said: &Said) -> Json {
    serde_json::from_str(&said.out).unwrap_or_else(|error| panic!("{error}: {said:?}"))
}

/// `path fate` of every step, `?` where it is not certain, and the part that is the reason.
fn told(forecast: &Json) -> Vec<String> {
    let steps = forecast["steps"].as_array().unwrap().iter();
    let word = |step: &Json| {
        let doubt = if step["certain"] == true { "" } else { "?" };
        let because = &step["because"];
        let why = match (because["part"].as_str(), because["name"].as_str()) {
            (None, _) => String::new(),
            (Some(part), None) => format!(" {part}"),
            (Some(part), Some(name)) => {
                format!(" {part} {}", name.rsplit('/').next().unwrap_or_default())
            }
        };
        let (path, fate) = (step["path"].as_str().unwrap(), step["fate"].as_str().unwrap());
        format!("{path} {fate}{doubt}{why}")
    };
    steps.map(word).collect()
}

#[test]
fn a_dry_run_says_what_would_be_called_and_calls_nothing() {
    let workspace = workspace();
    let arguments = ["run", FILE, "--dry-run", "--json", "-i", "topic=waves"];
    let (forecast, code) = workspace.json("forecast", &arguments);
    assert_eq!(code, Some(0), "{forecast:#}");
    let mut lines = told(&forecast);
    lines.sort();
    assert_eq!(
        lines,
        [
            "each rounds",
            "each[0].say called upstream made",
            "each[1].say called upstream made",
            "last called upstream each",
            "long skipped",
            "made called upstream title",
            "notes called",
            "title called",
        ]
    );
    let step = |path: &str| {
        let steps = forecast["steps"].as_array().unwrap();
        steps.iter().find(|step| step["path"] == path).unwrap().clone()
    };
    assert_eq!(step("title")["parameters"]["message"], "On waves");
    assert_eq!(step("notes")["operation"], "read");
    assert_eq!(step("each")["count"], 2);
    let command = step("made")["parameters"]["command"].clone();
    assert!(command.as_str().unwrap().contains("{{ title.result }}"), "{command}");
    let say = step("each[1].say");
    assert_eq!(say["parameters"]["command"], "echo b {{ made.stdout | trim }}");
    assert!(!workspace.path().join("effects").exists());
    assert!(!workspace.path().join(".downbeat").exists());
    let said = workspace.say(&["run", FILE, "--dry-run"]);
    assert!(said.out.contains("On tides") && said.out.contains("2 rounds"), "{}", said.out);
    let said = workspace.say(&["run", FILE, "--dry-run", "-i", "other=1"]);
    assert_eq!(said.code, Some(2), "{said:?}");
}

#[test]
fn a_plan_says_what_would_run_again_and_why() {
    let workspace = workspace();
    assert_eq!(workspace.say(&["run", FILE]).code, Some(0));
    let against = |more: &[&str]| {
        let arguments = [&["plan", FILE, "--against", "latest", "--format", "json"], more].concat();
        let said = workspace.say(&arguments);
        assert_eq!(said.code, Some(0), "{said:?}");
        told(&parsed(&said))
    };
    let of = |lines: &[String], path: &str| {
        let start = format!("{path} ");
        lines.iter().find(|line| line.starts_with(&start)).cloned().unwrap_or_default()
    };
    let nothing = against(&[]);
    assert!(nothing.iter().all(|line| !line.contains("called")), "{nothing:?}");
    assert_eq!(of(&nothing, "each[1].say"), "each[1].say taken");

    // An input that is given wins over that of the run.
    let input = against(&["-i", "topic=waves"]);
    assert_eq!(of(&input, "title"), "title called parameter message");
    assert_eq!(of(&input, "made"), "made called upstream title");
    assert_eq!(of(&input, "notes"), "notes taken");

    fs::write(workspace.path().join("notes.txt"), "rain").unwrap();
    let file = against(&[]);
    assert_eq!(of(&file, "notes"), "notes called file notes.txt");
    assert_eq!(of(&file, "title"), "title taken");
    fs::write(workspace.path().join("notes.txt"), "wind").unwrap();

    let edit = |from: &str, to: &str| {
        let edited = PIPELINE.replace(from, to);
        assert_ne!(edited, PIPELINE);
        fs::write(workspace.path().join(FILE), edited).unwrap();
        against(&[])
    };
    let unrelated = edit("id: report\n", "id: report\ndescription: words\n# a remark\n");
    assert_eq!(unrelated, nothing);
    let inner = edit("echo {{ item }}", "printf '%s ' {{ item }}");
    assert_eq!(of(&inner, "each[0].say"), "each[0].say called parameter command");
    assert_eq!(of(&inner, "last"), "last called upstream each");
    assert_eq!(of(&inner, "made"), "made taken");
    let tool = edit("tool: filesystem\n    action: read", "tool: filesystem\n    action: list");
    assert_eq!(of(&tool, "notes"), "notes called operation");
    let new = edit("  - id: last\n", "  - id: first\n    action: echo hi\n  - id: last\n");
    assert_eq!(of(&new, "first"), "first called new");

    let said = workspace.say(&["plan", FILE, "--against", "latest"]);
    assert!(said.out.contains("called again"), "{}", said.out);
    assert_eq!(workspace.say(&["plan", FILE, "--against", "nobody"]).code, Some(2));
    let effects = fs::read_to_string(workspace.path().join("effects")).unwrap();
    assert_eq!(effects, "On tides: wind\n", "a plan calls nothing");
}

#[test]
fn beside_a_pipeline_the_latest_run_is_one_of_its_own() {
    let workspace = workspace();
    let other = "other.pipeline.yaml";
    fs::write(workspace.path().join(other), "name: other\nsteps: [{id: a, action: echo a}]\n")
        .unwrap();
    workspace.say(&["run", FILE, "-q"]);
    let never = workspace.say(&["plan", other, "--against", "latest"]);
    assert_eq!(never.code, Some(2));
    assert!(never.err.contains("other.pipeline.yaml` has not run"), "{}", never.err);
    workspace.say(&["run", other, "-q"]);
    for call in [["plan", FILE, "--against", "latest"], ["run", FILE, "--recorded", "latest"]] {
        let said = workspace.say(&call);
        assert_eq!(said.code, Some(0), "{call:?}: {}", said.err);
    }
    let plan = workspace.say(&["plan", FILE, "--against", "latest"]);
    assert!(plan.out.starts_with("against the run `report_"), "{}", plan.out);
}
