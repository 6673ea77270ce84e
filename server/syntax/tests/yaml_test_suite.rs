//! The official YAML test suite: every valid case with the events it expects, invalid ones with a finding.

#![expect(
    clippy::unwrap_used,
    clippy::print_stderr,
    reason = "helpers of tests unwrap, and say what was skipped"
)]

use std::path::PathBuf;

use serde_json::Value;

/// Invalid cases that pass without a finding, with the reason.
const UNFLAGGED: &[(&str, &str)] = &[];

fn shared() -> Option<PathBuf> {
    let beside = || PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../shared");
    let shared = std::env::var_os("DOWNBEAT_SHARED").map_or_else(beside, PathBuf::from);
    if !shared.is_dir() {
        eprintln!("SKIPPED: no folder {}", shared.display());
        return None;
    }
    Some(shared)
}

fn cases() -> Vec<Value> {
    let Some(shared) = shared() else { return Vec::new() };
    let text = std::fs::read_to_string(shared.join("yaml-test-suite/cases.jsonl")).unwrap();
    text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

#[test]
fn valid_cases_give_the_expected_events() {
    let mut wrong = Vec::new();
    let cases = cases();
    let valid = cases.iter().filter(|case| case["valid"] == true);
    for case in valid.clone() {
        let text = case["yaml"].as_str().unwrap();
        let (events, findings) = syntax::events(text);
        let flagged: Vec<_> =
            findings.iter().filter(|f| f.kind != syntax::FindingKind::DuplicateKey).collect();
        if events != case["events"].as_str().unwrap() || !flagged.is_empty() {
            wrong.push(format!(
                "{}\n{text}\n--- expected\n{}--- got\n{events}{flagged:?}",
                case["id"],
                case["events"].as_str().unwrap()
            ));
        }
    }
    let count = valid.count();
    assert!(wrong.is_empty(), "{} of {count} wrong:\n{}", wrong.len(), wrong.join("\n=======\n"));
}

#[test]
fn invalid_cases_are_flagged() {
    let missed: Vec<String> = cases()
        .iter()
        .filter(|case| case["valid"] == false)
        .filter(|case| syntax::events(case["yaml"].as_str().unwrap()).1.is_empty())
        .map(|case| case["id"].as_str().unwrap().to_owned())
        .collect();
    let known: Vec<&str> = UNFLAGGED.iter().map(|(id, _)| *id).collect();
    assert_eq!(missed, known);
}
