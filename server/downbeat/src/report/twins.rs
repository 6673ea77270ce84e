//! Long texts that a model gave word by word for two steps, or for two rounds of a loop, of which each asks for something
//! of its own.

use std::collections::{BTreeSet, HashMap};

use engine::{Document, StepRecord};
use serde_json::Value as Json;

/// Texts of fewer letters may well be the same.
const LETTERS: usize = 80;

/// A text that was given before.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Twin {
    /// Path of the step that gave it again.
    pub(super) step: String,
    /// Path of the one that gave it first.
    pub(super) first: String,
}

/// All of them. A step that waits for another one may be there to give its text again where nothing is to be mended.
pub(super) fn find(document: &Document) -> Vec<Twin> {
    let mut twins = Vec::new();
    let mut given: HashMap<&str, Vec<&str>> = HashMap::new();
    for (id, record) in &document.steps {
        if let Some(text) = text(record) {
            let before = given.entry(text).or_default();
            let is_apart =
                |other: &&str| !waits(document, id, other) && !waits(document, other, id);
            let first = before.iter().find(|it| is_apart(it));
            twins.extend(first.map(|first| Twin { step: id.clone(), first: (*first).to_owned() }));
            before.push(id);
        }
        twins.extend(rounds(record));
    }
    twins
}

/// Those among the rounds of a loop that go through different items.
fn rounds(record: &StepRecord) -> Vec<Twin> {
    let mut twins = Vec::new();
    let mut given: HashMap<(&str, &str), (&Json, String)> = HashMap::new();
    for round in record.iterations.iter().flatten() {
        let Some(item) = &round.item else { continue };
        for (id, inner) in &round.steps {
            let Some(text) = text(inner) else { continue };
            let step = format!("{}.{id}", round.path);
            let (first_item, first) =
                given.entry((id, text)).or_insert_with(|| (item, step.clone()));
            if *first_item != item {
                twins.push(Twin { step, first: first.clone() });
            }
        }
    }
    twins
}

/// The long text that a model gave, where nothing else is held against it.
fn text(record: &StepRecord) -> Option<&str> {
    let quality = record.quality.as_ref().filter(|it| it.issues.is_empty() && record.success)?;
    record.model.as_ref()?;
    let text = record.value.get("result").unwrap_or(&record.value).as_str()?.trim();
    let is_long = quality.output_size as usize >= LETTERS
        && text.chars().filter(|it| it.is_alphabetic()).count() >= LETTERS;
    is_long.then_some(text)
}

/// Whether a step waits for another one, be it by way of others.
fn waits(document: &Document, step: &str, other: &str) -> bool {
    let (mut open, mut seen) = (vec![step], BTreeSet::new());
    while let Some(id) = open.pop() {
        if id == other {
            return true;
        }
        if seen.insert(id) {
            let record = document.steps.get(id);
            open.extend(record.iter().flat_map(|it| &it.dependencies).map(String::as_str));
        }
    }
    false
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    const LONG: &str = "The tide turns at noon, and the ships that lie at the quay leave for the open sea with it, one after the other.";

    fn record(id: &str, text: &str, dependencies: &[&str]) -> StepRecord {
        let quality =
            json!({"score": 1.0, "output_type": "string", "output_size": text.len(), "issues": []});
        StepRecord {
            success: true,
            model: Some("m".to_owned()),
            value: json!({"success": true, "result": text}),
            quality: Some(serde_json::from_value(quality).unwrap()),
            dependencies: dependencies.iter().map(|it| (*it).to_owned()).collect(),
            ..StepRecord::pending(id)
        }
    }

    fn twins(records: Vec<StepRecord>) -> Vec<(String, String)> {
        let steps: serde_json::Map<String, Json> =
            records.iter().map(|it| (it.id.clone(), json!(it))).collect();
        let document: Document = serde_json::from_value(json!({
            "schema_version": 1, "run": "r", "execution_id": "r", "pipeline_id": "p", "status": "completed",
            "success": true, "steps": steps, "outputs": {}, "products": [], "execution_order": [], "execution_levels": [],
            "started_at": 0.0, "completed_at": null, "duration": null, "error": null, "error_type": null,
            "warnings": [], "usage": {"input_tokens": null, "output_tokens": null, "cost": null}
        }))
        .unwrap();
        find(&document).into_iter().map(|it| (it.step, it.first)).collect()
    }

    fn each(items: [&str; 3]) -> StepRecord {
        let rounds = items.iter().enumerate().map(|(index, item)| {
            serde_json::from_value(json!({
                "index": index, "path": format!("each[{index}]"), "item": item, "status": "completed", "success": true,
                "error": null, "steps": {"say": record("say", LONG, &[])}, "started_at": 0.0, "completed_at": 0.0,
                "duration": 0.0
            }))
            .unwrap()
        });
        StepRecord { iterations: Some(rounds.collect()), ..StepRecord::pending("each") }
    }

    #[test]
    fn the_same_long_text_is_told_where_each_asks_for_its_own() {
        let pair = |one: &str, other: &str| vec![(one.to_owned(), other.to_owned())];
        let (a, c) = (record("a", LONG, &[]), record("c", "Something else.", &["a"]));
        assert_eq!(twins(vec![a.clone(), record("b", LONG, &[])]), pair("b", "a"));
        assert_eq!(twins(vec![a.clone(), c, record("b", LONG, &["c"])]), []);
        assert_eq!(twins(vec![record("a", "yes", &[]), record("b", "yes", &[])]), []);
        let written = StepRecord { model: None, ..record("b", LONG, &[]) };
        assert_eq!(twins(vec![a, written]), []);
        assert_eq!(twins(vec![each(["x", "y", "x"])]), pair("each[1].say", "each[0].say"));
        assert_eq!(twins(vec![each(["x", "x", "x"])]), []);
    }
}
