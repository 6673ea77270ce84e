//! `profile`: the facts of every column.

use std::collections::BTreeSet;

use serde_json::{Map, Value as Json, json};

use super::{Row, names, numbers, output};
use crate::answer::spelled;

const ALL: [&str; 5] = [
    "missing_values",
    "data_types",
    "statistical_summary",
    "outlier_detection",
    "duplicate_detection",
];

pub(super) fn profile(rows: &[Row], parameters: &Map<String, Json>) -> Result<Json, String> {
    let wanted = names(parameters, "profiling_options");
    if let Some(odd) = wanted.iter().find(|it| !ALL.contains(&it.as_str())) {
        return Err(format!("`{odd}` is no profiling option: there are {}", ALL.join(", ")));
    }
    let wants = |option: &str| wanted.is_empty() || wanted.iter().any(|it| it == option);
    let columns = output::columns(rows);
    let mut facts = Map::new();
    facts.insert("row_count".to_owned(), rows.len().into());
    facts.insert("column_count".to_owned(), columns.len().into());
    let profiles =
        columns.iter().map(|name| (name.clone(), Json::Object(column(name, rows, &wants))));
    facts.insert("columns".to_owned(), Json::Object(profiles.collect()));
    if wants("duplicate_detection") {
        let distinct: BTreeSet<String> =
            rows.iter().map(|row| Json::Object(row.clone()).to_string()).collect();
        let repeated = rows.len() - distinct.len();
        facts.insert("duplicate_rows".to_owned(), repeated.into());
        facts.insert("duplicate_percentage".to_owned(), percent(repeated, rows.len()));
    }
    let mut result = facts.clone();
    result.insert("action".to_owned(), json!("profile"));
    result.insert("data".to_owned(), Json::Object(facts));
    Ok(Json::Object(result))
}

fn percent(part: usize, all: usize) -> Json {
    if all == 0 { json!(0.0) } else { json!(part as f64 / all as f64 * 100.0) }
}

fn column(name: &str, rows: &[Row], wants: &dyn Fn(&str) -> bool) -> Row {
    let values: Vec<Option<&Json>> = rows.iter().map(|row| row.get(name)).collect();
    let present: Vec<&Json> =
        values.iter().copied().filter(|it| !numbers::is_missing(*it)).flatten().collect();
    let mut facts = Map::new();
    let mut say = |fact: &str, value: Json| drop(facts.insert(fact.to_owned(), value));
    say("name", name.into());
    if wants("missing_values") {
        let missing = values.len() - present.len();
        say("missing_count", missing.into());
        say("missing_percentage", percent(missing, values.len()));
    }
    let found: Vec<f64> = present.iter().filter_map(|value| numbers::number(value)).collect();
    if wants("data_types") {
        let dates = present
            .iter()
            .filter(|it| it.as_str().is_some_and(|it| it.contains(['-', '/'])))
            .count();
        let most = |count: usize| count as f64 > values.len() as f64 * 0.8;
        let kind = if most(found.len()) {
            "numeric"
        } else if most(dates) {
            "date"
        } else {
            "string"
        };
        say("data_type", kind.into());
    }
    if wants("statistical_summary") && !found.is_empty() {
        for fact in ["min", "max", "mean", "median"] {
            say(fact, json!(numbers::fold(fact, &found)));
        }
        if found.len() > 1 {
            let mean = numbers::mean(&found);
            let squares: f64 = found.iter().map(|value| (value - mean).powi(2)).sum();
            say("std_dev", json!((squares / (found.len() - 1) as f64).sqrt()));
        }
    }
    if wants("outlier_detection") && found.len() > 3 {
        let (low, high) = fences(&found);
        let outside = found.iter().filter(|value| **value < low || **value > high).count();
        say("outlier_count", outside.into());
        say("outlier_percentage", percent(outside, found.len()));
    }
    let distinct: BTreeSet<String> = present.iter().map(|value| spelled(value)).collect();
    say("unique_count", distinct.len().into());
    say("unique_percentage", percent(distinct.len(), values.len()));
    facts
}

/// Tukey's fences: 1.5 times the width of the middle half beyond it. Quartiles are values of the column.
fn fences(values: &[f64]) -> (f64, f64) {
    let sorted = numbers::sorted(values);
    let at = |index: usize| sorted.get(index).copied().unwrap_or_default();
    let (first, third) = (at(sorted.len() / 4), at(3 * sorted.len() / 4));
    let width = 1.5 * (third - first);
    (first - width, third + width)
}
