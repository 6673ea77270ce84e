//! Results of models, each with what it was asked for and what is to be held against it: `results.txt`.

use serde_json::json;

use super::{echo, issues};

/// `#### codes`, or `#### good`; what was asked; `----`; what came.
const RESULTS: &str = include_str!("results.txt");

#[test]
fn results_are_told_apart() {
    let mut wrong = Vec::new();
    let mut count = (0, 0);
    for case in RESULTS.split("#### ").skip(1) {
        let (expected, rest) = case.split_once('\n').unwrap();
        let (asked, answer) = rest.split_once("\n----\n").unwrap();
        let thing = json!(answer.trim_end_matches('\n'));
        let mut found = issues(&thing, asked);
        if found.is_empty() {
            found.extend(echo(&thing, asked));
        }
        let codes: Vec<String> =
            found.iter().map(|it| json!(it.code).as_str().unwrap().to_owned()).collect();
        let codes = if codes.is_empty() { "good".to_owned() } else { codes.join(" ") };
        if expected == "good" {
            count.0 += 1
        } else {
            count.1 += 1
        }
        if codes != expected {
            wrong.push(format!("{expected}, found {codes}: {answer}"));
        }
    }
    assert!(count.0 > 150 && count.1 > 120, "{count:?}");
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
