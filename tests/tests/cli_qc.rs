//! How good a run was: outputs, files, thresholds and earlier runs.

use std::fs;

use serde_json::{Value as Json, json};
use tests::workspace::Workspace;

const REPORT: &str = "\
id: tides
name: Tides
inputs:
  text: { type: string, default: 'The tide turns at noon.' }
steps:
  - id: write
    action: echo {{ text }}
    vars:
      data: '{{ write.result }}'
    products:
      - data: tides.json
outputs:
  text: '{{ write.result }}'
";

fn report(workspace: &Workspace, arguments: &[&str]) -> (Json, Option<i32>) {
    let said = workspace.say(&[&["qc", "--format", "json"], arguments].concat());
    (serde_json::from_str(&said.out).expect(&said.err), said.code)
}

fn codes(report: &Json) -> Vec<&str> {
    let remarks = report["remarks"].as_array().expect("a list");
    remarks.iter().map(|it| it["code"].as_str().expect("a text")).collect()
}

fn product(workspace: &Workspace) -> std::path::PathBuf {
    let document = workspace.say(&["show", "--format", "json"]).out;
    let document: Json = serde_json::from_str(&document).expect("a document");
    workspace.path().join(document["products"][0]["path"].as_str().expect("a path"))
}

#[test]
fn a_good_run_has_nothing_said_against_it() {
    let workspace = Workspace::with("p.pipeline.yaml", REPORT);
    let ran = workspace.say(&["run", "p.pipeline.yaml", "--qc"]);
    assert_eq!(ran.code, Some(0), "{}", ran.err);
    assert!(ran.err.contains("health 1.00, risk low"), "{}", ran.err);
    let (report, code) = report(&workspace, &["--min", "1"]);
    assert_eq!((code, codes(&report)), (Some(0), vec![]));
    assert_eq!((&report["scores"]["write"], &report["risk"]), (&1.0.into(), &"low".into()));
}

#[test]
fn what_the_run_gives_back_is_looked_at() {
    let workspace = Workspace::with("p.pipeline.yaml", REPORT);
    for (text, issue) in [
        ("I cannot help with that.", "refusal"),
        ("Dear [Your Name], the tide turns.", "placeholder"),
        ("The tide turns at noon, and the ships leave the harbour with the", "cut_off"),
    ] {
        workspace.say(&["run", "p.pipeline.yaml", "-i", &format!("text={text}")]);
        let (report, _) = report(&workspace, &[]);
        assert_eq!(
            (&report["remarks"][0]["issue"], &report["risk"]),
            (&issue.into(), &"high".into())
        );
        assert_eq!(report["remarks"][0]["code"], "poor-output");
        assert_eq!(report["scores"]["write"], 1.0, "what `echo` prints is the caller's own");
        assert!(report["health"].as_f64() < Some(0.7), "{report:#}");
        let ran = workspace.say(&["run", "p.pipeline.yaml", "--qc", "-i", &format!("text={text}")]);
        assert_eq!(ran.code, Some(1), "{}", ran.err);
    }
}

const PAGE: &str = "\
id: page
name: Page
inputs:
  text: { type: string, default: 'The tide turns at noon.' }
steps:
  - id: write
    action: echo {{ text }}
    products:
      - text: page.md
";

#[test]
fn the_words_of_files_and_of_structures_are_looked_at() {
    let workspace = Workspace::with("p.pipeline.yaml", PAGE);
    workspace.say(&["run", "p.pipeline.yaml"]);
    assert_eq!(codes(&report(&workspace, &[]).0), [""; 0]);
    workspace.say(&["run", "p.pipeline.yaml", "-i", "text=Error: the quota is used up."]);
    let (poor, _) = report(&workspace, &[]);
    assert_eq!((codes(&poor), &poor["health"]), (vec!["poor-product"], &0.1.into()));
    assert_eq!(poor["remarks"][0]["issue"], "error_text");
    let list = "id: l\nname: l\nsteps:\n  - id: a\n    action: echo x\noutputs:\n  all: \"{{ ['fine', 'Dear [Your Name],'] }}\"\n  none: \"{{ [] }}\"\n";
    let workspace = Workspace::with("l.pipeline.yaml", list);
    workspace.say(&["run", "l.pipeline.yaml"]);
    let (poor, _) = report(&workspace, &[]);
    assert_eq!(
        (codes(&poor), &poor["remarks"][0]["issue"]),
        (vec!["poor-output"], &"placeholder".into())
    );
}

#[test]
fn files_are_looked_at() {
    let workspace = Workspace::with("p.pipeline.yaml", REPORT);
    workspace.say(&["run", "p.pipeline.yaml"]);
    let file = product(&workspace);
    fs::write(&file, "{").expect("it is there");
    let (changed, _) = report(&workspace, &[]);
    assert_eq!((codes(&changed), &changed["risk"]), (vec!["changed-product"], &"high".into()));
    fs::remove_file(&file).expect("it is there");
    assert_eq!(codes(&report(&workspace, &[]).0), ["missing-product"]);
}

const WRITES: &str = r##"
id: write
name: Write
steps:
  - id: rows
    tool: filesystem
    action: write
    parameters: { path: out/rows.csv, content: "a,b\n1,2\n3\n" }
  - id: mark
    tool: filesystem
    action: write
    parameters: { path: out/mark.svg, content: "<svg><g></svg>" }
  - id: picture
    tool: filesystem
    action: write
    parameters: { path: out/picture.png, content: a picture of a boat }
  - id: good
    tool: filesystem
    action: write
    parameters: { path: out/good.md, content: "# Tides\n\nSee [the mark](mark.svg) and [the web](https://tides.example).\n" }
  - id: index
    tool: filesystem
    action: write
    parameters: { path: out/index.md, content: "# Tides\n\nSee [the rest](rest.md).\n" }
  - id: scratch
    tool: filesystem
    action: write
    parameters: { path: out/scratch.json, content: "{" }
  - id: swept
    tool: terminal
    dependencies: [scratch]
    parameters: { command: rm out/scratch.json }
"##;

#[test]
fn files_that_steps_write_are_looked_at() {
    let workspace = Workspace::with("p.pipeline.yaml", WRITES);
    let ran = workspace.say(&["run", "p.pipeline.yaml"]);
    assert_eq!(ran.code, Some(0), "{}", ran.err);
    let (report, _) = report(&workspace, &[]);
    let mut found: Vec<(&str, &str)> = report["remarks"]
        .as_array()
        .expect("a list")
        .iter()
        .map(|it| (it["step"].as_str().expect("a step"), it["code"].as_str().expect("a text")))
        .collect();
    found.sort_unstable();
    let malformed = |step| (step, "malformed-product");
    assert_eq!(
        found,
        [("index", "poor-product"), malformed("mark"), malformed("picture"), malformed("rows")],
        "{report:#}"
    );
    assert_eq!((&report["risk"], &report["health"]), (&"high".into(), &0.0.into()));
}

#[test]
fn files_are_told_from_what_their_names_do_not_say() {
    let cases: Vec<(&str, &str, &str)> = include_str!("data/products.txt")
        .split("#### ")
        .skip(1)
        .map(|case| {
            let (head, text) = case.split_once('\n').expect("a head and a text");
            let (kind, name) = head.split_once(' ').expect("a kind and a name");
            (kind, name, text)
        })
        .collect();
    let steps: Vec<Json> = cases
        .iter()
        .enumerate()
        .map(|(at, (_, name, text))| {
            let content = format!("{{% raw %}}{text}{{% endraw %}}");
            let parameters = json!({"path": format!("out/{at}/{name}"), "content": content});
            json!({"id": format!("s{at}"), "tool": "filesystem", "action": "write", "parameters": parameters})
        })
        .collect();
    let pipeline = json!({"id": "files", "name": "Files", "steps": steps}).to_string();
    let workspace = Workspace::with("p.pipeline.yaml", &pipeline);
    let ran = workspace.say(&["run", "p.pipeline.yaml"]);
    assert_eq!(ran.code, Some(0), "{}", ran.err);
    let (report, _) = report(&workspace, &[]);
    let remarks = report["remarks"].as_array().expect("a list");
    let mut wrong = Vec::new();
    for (at, (kind, name, _)) in cases.iter().enumerate() {
        let found: Vec<&Json> =
            remarks.iter().filter(|it| it["step"] == format!("s{at}")).collect();
        if found.is_empty() != (*kind == "good") {
            wrong.push(format!("{at} {kind} {name}: {found:?}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn a_run_that_is_not_good_enough_fails() {
    let workspace = Workspace::with(
        "p.pipeline.yaml",
        "id: a\nname: a\nsteps:\n  - id: good\n    action: echo fine\n  - id: bad\n    tool: terminal\n    parameters: {command: 'exit 3'}\n    on_failure: continue\n  - id: worse\n    tool: terminal\n    parameters: {command: 'exit 3'}\n    on_failure: continue\n",
    );
    workspace.say(&["run", "p.pipeline.yaml"]);
    let (first, code) = report(&workspace, &["--min", "0.3"]);
    assert_eq!((code, &first["trend"]), (Some(0), &Json::Array(Vec::new())));
    workspace.say(&["run", "p.pipeline.yaml", "--no-cache"]);
    let (second, code) = report(&workspace, &["--min", "0.5"]);
    assert_eq!(code, Some(1));
    assert_eq!(
        (&second["trend"][0]["run"], &second["trend"][0]["health"]),
        (&first["run"], &first["health"])
    );
    let wrong = workspace.say(&["qc", "--min", "7"]);
    assert_eq!(wrong.code, Some(2), "{}", wrong.err);
}
