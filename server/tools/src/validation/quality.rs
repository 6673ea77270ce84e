//! `quality_check`: how complete, accurate and uniform a table is, each from 0 to 1.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value as Json, json};

use super::infer::{is_address, is_date, is_email};
use crate::data::type_name;

/// The three scores, their mean, and whether it reaches the threshold.
pub(super) fn score(data: &Json, threshold: f64) -> Json {
    let rows: Vec<&Map<String, Json>> = match data {
        Json::Array(items) => items.iter().filter_map(Json::as_object).collect(),
        Json::Object(row) => vec![row],
        _ => Vec::new(),
    };
    let is_empty = data.as_array().is_some_and(Vec::is_empty);
    let complete = if is_empty { 0.0 } else { completeness(&rows) };
    let (accurate, uniform) = (accuracy(&rows), consistency(&rows));
    let overall = (complete + accurate + uniform) / 3.0;
    json!({
        "completeness": rounded(complete),
        "accuracy": rounded(accurate),
        "consistency": rounded(uniform),
        "overall_score": rounded(overall),
        "valid": overall >= threshold,
    })
}

fn rounded(score: f64) -> f64 {
    (score * 1000.0).round() / 1000.0
}

/// A part of a whole; all of it when there is nothing.
fn part(some: usize, all: usize) -> f64 {
    if all == 0 { 1.0 } else { some as f64 / all as f64 }
}

fn is_filled(value: Option<&Json>) -> bool {
    match value {
        None | Some(Json::Null) => false,
        Some(Json::String(text)) => !text.trim().is_empty(),
        Some(_) => true,
    }
}

fn completeness(rows: &[&Map<String, Json>]) -> f64 {
    let fields: BTreeSet<&String> = rows.iter().flat_map(|row| row.keys()).collect();
    let filled = rows
        .iter()
        .map(|row| fields.iter().filter(|field| is_filled(row.get(**field))).count())
        .sum();
    part(filled, rows.len() * fields.len())
}

fn accuracy(rows: &[&Map<String, Json>]) -> f64 {
    let values =
        || rows.iter().flat_map(|row| row.iter()).filter(|(_, value)| is_filled(Some(value)));
    part(values().filter(|(name, value)| fits(name, value)).count(), values().count())
}

/// Whether a value is what the name of its field says.
fn fits(name: &str, value: &Json) -> bool {
    let name = name.to_lowercase();
    let is_text = |test: fn(&str) -> bool| value.as_str().is_some_and(test);
    let has = |words: &[&str]| words.iter().any(|word| name.contains(word));
    if has(&["email"]) {
        is_text(is_email)
    } else if has(&["date"]) {
        is_text(|text| text.get(..10).is_some_and(|day| is_date(day) || is_other_date(day)))
    } else if has(&["id", "count", "number", "quantity", "amount"]) {
        value.is_number() || is_text(|text| text.trim().parse::<f64>().is_ok())
    } else if has(&["url", "link"]) {
        is_text(is_address)
    } else {
        true
    }
}

/// `31/01/2026` or `31-01-2026`, by its form.
fn is_other_date(day: &str) -> bool {
    day.char_indices()
        .all(|(at, c)| if at == 2 || at == 5 { c == '/' || c == '-' } else { c.is_ascii_digit() })
}

/// A field is uniform when its usual type and its usual form make up four fifths on average.
fn consistency(rows: &[&Map<String, Json>]) -> f64 {
    if rows.len() < 2 {
        return 1.0;
    }
    let mut fields: BTreeMap<&String, Vec<&Json>> = BTreeMap::new();
    for (name, value) in rows.iter().flat_map(|row| row.iter()) {
        if is_filled(Some(value)) {
            fields.entry(name).or_default().push(value);
        }
    }
    let uniform = |values: &Vec<&Json>| {
        let types = usual(values.iter().map(|value| type_name(value)));
        let forms = usual(values.iter().filter_map(|value| form(value.as_str()?)));
        (types + forms) / 2.0 >= 0.8
    };
    part(fields.values().filter(|values| uniform(values)).count(), fields.len())
}

/// The part of the most frequent one.
fn usual<'a>(kinds: impl Iterator<Item = &'a str>) -> f64 {
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for kind in kinds {
        *counts.entry(kind).or_default() += 1;
    }
    part(counts.values().copied().max().unwrap_or(0), counts.values().sum())
}

/// The form of a text, where it has one.
fn form(text: &str) -> Option<&'static str> {
    if is_date(text) {
        Some("date")
    } else if is_email(text) {
        Some("email")
    } else if is_address(text) {
        Some("address")
    } else if text.chars().all(|c| c.is_ascii_digit()) {
        Some("number")
    } else if text.parse::<f64>().is_ok() {
        Some("decimal")
    } else {
        None
    }
}
