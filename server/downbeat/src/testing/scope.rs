//! What the expectations of a test may read: the run as it is over.

use std::{collections::BTreeMap, sync::Arc};

use checks::suite::VISIBLE;
use engine::{Document, StepRecord, StepStatus};
use pipeline::{StepValue, Value, eval::Scope};
use serde_json::{Map, Value as Json};

/// See the module.
pub(super) struct Outcome {
    names: BTreeMap<Arc<str>, Value>,
    now: f64,
}

impl Outcome {
    /// Of a run with these inputs.
    pub(super) fn new(document: &Document, inputs: &Map<String, Json>) -> Self {
        let map = |entries: &Map<String, Json>| Value::from_json(&Json::Object(entries.clone()));
        let steps: Vec<(Arc<str>, Value)> =
            document.steps.iter().map(|(id, record)| (id.as_str().into(), seen(record))).collect();
        let run = serde_json::to_value(document).unwrap_or_default();
        let mut names: BTreeMap<Arc<str>, Value> = BTreeMap::new();
        let [outputs, given, parameters, all, whole] = VISIBLE;
        names.insert(outputs.into(), map(&document.outputs));
        names.insert(given.into(), map(inputs));
        names.insert(parameters.into(), map(inputs));
        names.insert(all.into(), Value::map(steps.iter().cloned().collect()));
        names.insert(whole.into(), Value::from_json(&run));
        names.extend(steps);
        Self { names, now: document.started_at }
    }
}

/// What an expression sees of a step.
fn seen(record: &StepRecord) -> Value {
    let skipped = record.status == StepStatus::Skipped;
    let reason = record.value.get("reason").and_then(Json::as_str).filter(|_| skipped);
    Value::Step(Arc::new(StepValue {
        id: record.id.as_str().into(),
        status: record.status.as_str(),
        success: record.success,
        skipped,
        reason: reason.map(Arc::from),
        error: record.error.as_deref().map(Arc::from),
        duration: record.duration.unwrap_or_default(),
        attempts: record.started_at.map_or(0, |_| record.retries + 1),
        value: Value::from_json(&record.value),
        location: record.location.as_deref().map(Arc::from),
        decided: record.decided(),
    }))
}

impl Scope for Outcome {
    fn lookup(&self, name: &str) -> Option<Value> {
        self.names.get(name).cloned()
    }

    fn names(&self) -> Vec<Arc<str>> {
        self.names.keys().cloned().collect()
    }

    fn now(&self) -> f64 {
        self.now
    }
}
