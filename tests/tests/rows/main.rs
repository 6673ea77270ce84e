//! The description of the language, row by row: each has a small pipeline, and what `downbeat check` and `downbeat run` say
//! of it.
//!
//! A file beside this one has the rows of one section. A row begins with `=== ` and its title; the pipeline follows, then
//! parts that begin with `--- `: `file PATH` is a file beside the pipeline, `check` lists every finding (severity and code,
//! in their order), `run CODE [ARGUMENTS]` says with which exit code a run ends, and what stands where in its document, in
//! the text of a written file (`file PATH`) or on standard error (`stderr`, a part of it).

mod row;

use std::fs;

use serde_json::Value as Json;
use tests::workspace::{Workspace, parse};

use row::{Part, Row, rows};

const PIPELINE: &str = "main.pipeline.yaml";

#[test]
fn documents_of_section_1() {
    hold(include_str!("01-document.txt"));
}

#[test]
fn steps_of_section_2() {
    hold(include_str!("02-steps.txt"));
}

#[test]
fn templates_of_sections_3_and_4() {
    hold(include_str!("04-templates.txt"));
}

#[test]
fn conditions_and_order_of_sections_5_and_6() {
    hold(include_str!("05-conditions.txt"));
}

#[test]
fn tools_of_section_7() {
    hold(include_str!("07-tools.txt"));
}

#[test]
fn results_of_sections_8_and_9() {
    hold(include_str!("09-results.txt"));
}

#[test]
fn checks_of_section_10() {
    hold(include_str!("10-checks.txt"));
}

#[test]
fn resolutions_of_section_11() {
    hold(include_str!("11-resolutions.txt"));
}

#[test]
fn subjects_of_section_12() {
    hold(include_str!("12-subjects.txt"));
}

#[test]
fn rulings() {
    hold(include_str!("12-rulings.txt"));
}

/// Fails with every row that does not hold, and what is there instead.
fn hold(text: &str) {
    let rows = rows(text);
    let wrong: Vec<String> = rows
        .iter()
        .filter_map(|row| wrong(row).map(|it| format!("=== {}\n{it}", row.title)))
        .collect();
    assert!(wrong.is_empty(), "{} of {} rows:\n{}", wrong.len(), rows.len(), wrong.join("\n"));
}

fn wrong(row: &Row<'_>) -> Option<String> {
    let workspace = Workspace::with(PIPELINE, &row.pipeline);
    let mut wrong = Vec::new();
    for part in &row.parts {
        match part {
            Part::File { path, text } => {
                let path = workspace.path().join(path);
                fs::create_dir_all(path.parent().expect("a folder")).expect("made");
                fs::write(path, text).expect("written");
            }
            Part::Check { findings } => {
                let said = workspace.say(&["check", PIPELINE, "--format", "json"]);
                let found: Vec<String> =
                    parse(&said.out).as_array().expect("a list").iter().map(word).collect();
                if found.iter().ne(findings.iter()) {
                    wrong.push(format!("  found {found:#?}\n{}", messages(&said.out)));
                }
            }
            Part::Run { code, arguments, expected } => {
                let arguments: Vec<&str> =
                    ["run", PIPELINE, "--json"].iter().chain(arguments).copied().collect();
                let said = workspace.say(&arguments);
                if said.code != Some(*code) {
                    wrong.push(format!("  exit {:?}: {}\n{}", said.code, said.err, said.out));
                    continue;
                }
                let document = if said.out.is_empty() { Json::Null } else { parse(&said.out) };
                for (place, value) in expected {
                    let (here, holds) = match place.split_once(' ') {
                        Some(("file", path)) => {
                            let here = fs::read_to_string(workspace.path().join(path))
                                .map_or(Json::Null, Json::from);
                            (here.clone(), here == *value)
                        }
                        _ if *place == "stderr" => {
                            let holds = value.as_str().is_some_and(|part| said.err.contains(part));
                            (said.err.clone().into(), holds)
                        }
                        _ => {
                            let here =
                                document.pointer(place).cloned().unwrap_or(Json::from("(absent)"));
                            (here.clone(), here == *value)
                        }
                    };
                    if !holds {
                        wrong.push(format!("  {place} is {here}, not {value}"));
                    }
                }
            }
        }
    }
    (!wrong.is_empty()).then(|| wrong.join("\n"))
}

/// A finding as a row names it.
fn word(finding: &Json) -> String {
    format!(
        "{} {}",
        finding["severity"].as_str().expect("a word"),
        finding["code"].as_str().expect("a code")
    )
}

fn messages(findings: &str) -> String {
    let all = parse(findings);
    let lines = all.as_array().expect("a list").iter();
    lines
        .map(|it| {
            format!("    {} {}: {}\n", it["range"]["start"]["line"], it["code"], it["message"])
        })
        .collect()
}
