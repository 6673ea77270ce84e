//! What the templates of an error handler may read beside everything else.

use std::sync::Arc;

use pipeline::{Value, eval::Scope};
use serde_json::{Map, Value as Json, json};

use super::care::{Care, Trouble};
use crate::{
    driver::{frame::Flight, narrator::now},
    scope::{Entries, StepScope},
};

/// The failure's names before all others, and behind them the parameters of the step that failed.
#[derive(Clone, Debug)]
pub(super) struct HandlerScope {
    around: StepScope,
    failure: Entries,
    parameters: Entries,
}

impl Scope for HandlerScope {
    fn lookup(&self, name: &str) -> Option<Value> {
        let failure = self.failure.get(name).cloned();
        failure.or_else(|| self.around.lookup(name)).or_else(|| self.parameters.get(name).cloned())
    }

    fn names(&self) -> Vec<Arc<str>> {
        let mut names: Vec<_> =
            self.failure.keys().chain(self.parameters.keys()).map(Arc::clone).collect();
        names.extend(self.around.names());
        names
    }

    fn read_file(&self, path: &str, base: Option<&str>) -> Option<Result<String, String>> {
        self.around.read_file(path, base)
    }

    fn now(&self) -> f64 {
        self.around.now()
    }
}

impl HandlerScope {
    /// A scope in which a failure is read.
    pub(super) fn new(around: StepScope, flight: &Flight, name: &str, care: &Care) -> Self {
        let parameters = flight.asked.as_ref().map(|asked| asked.parameters.clone());
        let parameters = parameters.unwrap_or_default();
        let context = context(&around, flight, name, care, &parameters);
        Self { around, failure: entries(&context), parameters: entries(&parameters) }
    }

    /// One in which it is not.
    pub(super) fn without_failure(around: StepScope) -> Self {
        Self { around, failure: Entries::new(), parameters: Entries::new() }
    }
}

fn entries(map: &Map<String, Json>) -> Entries {
    map.iter().map(|(name, value)| (name.as_str().into(), Value::from_json(value))).collect()
}

fn context(
    around: &StepScope,
    flight: &Flight,
    name: &str,
    care: &Care,
    parameters: &Map<String, Json>,
) -> Map<String, Json> {
    let Trouble { error_type, message, codes } = &care.trouble;
    let earlier = care
        .earlier
        .iter()
        .map(|it| json!({ "error_type": it.error_type, "error_message": it.message }));
    let earlier: Vec<Json> = earlier.collect();
    let pipeline = json!({ "id": &*around.facts.pipeline_id, "execution_id": &*around.facts.run });
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
