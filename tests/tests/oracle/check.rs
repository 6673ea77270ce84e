//! Recorded cases, checked: accepted or refused.

use std::{fmt::Write as _, fs};

use checks::Severity;
use serde_json::Value as Json;
use tests::reading::findings;

use crate::tally::Tally;

/// Case, and the rule that makes the answers differ. `+`: accepted here, `-`: refused here.
const DIFFERENT: &str = include_str!("../data/check_oracle.tsv");

#[test]
fn answers_are_equal_or_differ_for_a_reason() {
    let Some(shared) = tests::shared() else {
        return tests::skipped("answers_are_equal_or_differ_for_a_reason", "no recorded answers");
    };
    let cases = fs::read_to_string(shared.join("oracle/cases.jsonl")).unwrap();
    let different: Vec<(&str, &str)> = DIFFERENT
        .lines()
        .filter(|line| !line.starts_with('#'))
        .map(|line| {
            line.split_once('\t').map(|(case, why)| (case, why.trim())).expect("two cells a row")
        })
        .collect();
    assert!(different.iter().all(|(_, why)| !why.is_empty()), "every difference has a reason");
    let (mut wrong, mut seen, mut tally) = (String::new(), Vec::new(), Tally::default());
    for case in cases.lines().map(|line| serde_json::from_str::<Json>(line).unwrap()) {
        let id = case["id"].as_str().unwrap();
        let theirs = case["expect"]["validate"] == "ok";
        let errors = errors(case["yaml"].as_str().unwrap());
        if theirs == errors.is_empty() {
            tally.equal += 1;
            continue;
        }
        let sign = if theirs { '-' } else { '+' };
        let key = format!("{sign}{id}");
        if different.iter().any(|(known, _)| *known == key) {
            tally.by_rule += 1;
        } else {
            tally.unsettled += 1;
            writeln!(wrong, "{key}\t{}", errors.join("; ")).unwrap();
        }
        seen.push(key);
    }
    for (known, _) in different.iter().filter(|(known, _)| !seen.iter().any(|it| it == known)) {
        writeln!(wrong, "listed, and equal: {known}").unwrap();
    }
    tally.settle("cases checked", &wrong);
}

fn errors(text: &str) -> Vec<String> {
    let errors = findings(text).into_iter().filter(|it| it.severity == Severity::Error);
    errors.map(|it| format!("{}: {}", it.code, it.message)).collect()
}
