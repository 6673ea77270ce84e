//! What the templates of an error handler may read beside everything else.

use pipeline::Value;
use serde_json::{Map, Value as Json, json};

use super::care::{Care, Failed};
use crate::{
    driver::{frame::Flight, narrator::now},
    scope::{Entries, Facts, Trouble},
};

/// The failure of a step, as its handler reads it. `name`: of the step, for people.
pub(super) fn trouble(facts: &Facts, flight: &Flight, name: &str, care: &Care) -> Trouble {
    let parameters = flight.asked.as_ref().map(|asked| asked.parameters.clone());
    let parameters = parameters.unwrap_or_default();
    let failure = failure(facts, flight, name, care, &parameters);
    Trouble { failure: entries(&failure), parameters: entries(&parameters) }
}

fn entries(map: &Map<String, Json>) -> Entries {
    map.iter().map(|(name, value)| (name.as_str().into(), Value::from_json(value))).collect()
}

fn failure(
    facts: &Facts,
    flight: &Flight,
    name: &str,
    care: &Care,
    parameters: &Map<String, Json>,
) -> Map<String, Json> {
    let Failed { error_type, message, codes } = &care.failed;
    let earlier = care
        .earlier
        .iter()
        .map(|it| json!({ "error_type": it.error_type, "error_message": it.message }));
    let earlier: Vec<Json> = earlier.collect();
    let pipeline = json!({ "id": &*facts.pipeline_id, "execution_id": &*facts.run });
    let entries = [
        ("error_message", json!(message)),
        ("error_type", json!(error_type)),
        ("error_code", codes.first().cloned().unwrap_or_default()),
        ("error_traceback", Json::Null),
        ("error_timestamp", json!(now())),
        ("failed_task_id", json!(flight.record.id)),
        ("failed_task_name", json!(name)),
        ("task_parameters", Json::Object(parameters.clone())),
        ("task_dependencies", json!(flight.record.dependencies)),
        ("pipeline_context", pipeline),
        ("execution_attempt", json!(flight.record.retries + 1)),
        ("previous_attempts", Json::Array(earlier)),
        ("recovery_suggestions", json!([])),
    ];
    entries.into_iter().map(|(name, value)| (name.to_owned(), value)).collect()
}
