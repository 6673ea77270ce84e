//! Documents side by side.

use std::collections::BTreeSet;

use engine::Document;
use serde_json::{Map, Value as Json, json};

/// A place where two documents are not equal.
#[derive(Debug)]
pub(crate) struct Difference {
    pub(crate) place: String,
    pub(crate) theirs: Json,
    pub(crate) ours: Json,
}

pub(crate) fn differences(place: &str, theirs: &Json, ours: &Json, into: &mut Vec<Difference>) {
    match (theirs, ours) {
        (Json::Object(a), Json::Object(b)) => {
            for key in a.keys().chain(b.keys()).collect::<BTreeSet<_>>() {
                let get =
                    |map: &Map<String, Json>| map.get(key).cloned().unwrap_or(json!("(absent)"));
                differences(&format!("{place}/{key}"), &get(a), &get(b), into);
            }
        }
        (Json::Array(a), Json::Array(b)) if a.len() == b.len() => {
            for (index, (a, b)) in a.iter().zip(b).enumerate() {
                differences(&format!("{place}/{index}"), a, b, into);
            }
        }
        _ if numbers_equal(theirs, ours) => {}
        _ if theirs == ours => {}
        _ => into.push(Difference {
            place: place.to_owned(),
            theirs: theirs.clone(),
            ours: ours.clone(),
        }),
    }
}

fn numbers_equal(a: &Json, b: &Json) -> bool {
    matches!((a.as_f64(), b.as_f64()), (Some(a), Some(b)) if a == b)
}

/// What the record of a step had, and the rounds of a loop, which were steps of their own.
const RECORD: &[&str] = &[
    "id",
    "action",
    "status",
    "success",
    "value",
    "error",
    "error_type",
    "tool",
    "model",
    "provider",
    "started_at",
    "completed_at",
    "duration",
    "retries",
    "timed_out",
    "dependencies",
    "iterations",
];

/// Our document in the older form: without what was added, clocks stopped.
pub(crate) fn older(document: &Document) -> Json {
    let mut json = serde_json::to_value(document).unwrap();
    let map = json.as_object_mut().unwrap();
    for added in ["schema_version", "run", "products", "warnings", "usage", "intention"] {
        map.remove(added);
    }
    for clock in ["execution_id", "started_at", "completed_at", "duration"] {
        map.insert(clock.to_owned(), Json::Null);
    }
    for step in map["steps"].as_object_mut().unwrap().values_mut() {
        let step = step.as_object_mut().unwrap();
        step.retain(|key, _| RECORD.contains(&key.as_str()));
        for clock in ["started_at", "completed_at", "duration"] {
            step.insert(clock.to_owned(), Json::Null);
        }
    }
    json
}
