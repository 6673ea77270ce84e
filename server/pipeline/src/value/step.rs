//! Reading a step: LANGUAGE §12 "Reading a step", §4.3 and ruling 11.

use std::sync::Arc;

use super::Value;

/// Fields that stand for a step, the first that is there.
pub const PRIMARY_NAMES: &[&str] = &["content", "text", "value", "output", "data", "response"];

/// What templates see of a step.
#[derive(Clone, Debug)]
pub struct StepValue {
    /// The step's id.
    pub id: Arc<str>,
    /// `pending running completed failed skipped cancelled`
    pub status: &'static str,
    /// Completed, and its result does not say `success: false`.
    pub success: bool,
    /// Whether it was skipped.
    pub skipped: bool,
    /// Why it was skipped or failed, as a word.
    pub reason: Option<Arc<str>>,
    /// The error's text.
    pub error: Option<Arc<str>>,
    /// Seconds.
    pub duration: f64,
    /// How often it was tried.
    pub attempts: u32,
    /// The tool's value: usually an envelope `{result, success, error}`.
    pub value: Value,
    /// What its key `location` says, rendered.
    pub location: Option<Arc<str>>,
    /// What was chosen for its parameters where they are AUTO tags, by their names; null where none is.
    pub decided: Value,
}

impl StepValue {
    /// What the step alone stands for in text: what is inside `.result`, there the first of the primary names; a value
    /// without `.result` is itself.
    #[must_use]
    pub fn primary(&self) -> &Value {
        let Value::Map(envelope) = &self.value else { return &self.value };
        match envelope.get("result") {
            Some(result) => primary_of(result),
            None => primary_of(&self.value),
        }
    }

    /// The field of that name: an own key, else one inside `.result`, else for `content text value output data response`
    /// the primary value, else the record's `status success error skipped reason duration attempts`, else its `location`, else
    /// what AUTO chose for the parameter of that name. A skipped step has only its record, and its other fields are [`Value::Absent`].
    #[must_use]
    pub fn field(&self, name: &str) -> Option<Value> {
        if self.skipped {
            return Some(
                self.record(name)
                    .unwrap_or_else(|| Value::Absent(format!("{}.{name}", self.id).into())),
            );
        }
        let location = || self.location.clone().filter(|_| name == "location").map(Value::Text);
        self.own(name)
            .or_else(|| self.record(name))
            .or_else(location)
            .or_else(|| self.decided.get(name))
    }

    fn own(&self, name: &str) -> Option<Value> {
        if let Value::Map(envelope) = &self.value {
            if let Some(value) = envelope.get(name) {
                return Some(value.clone());
            }
            if let Some(value) = envelope.get("result").and_then(|it| it.get(name)) {
                return Some(value);
            }
        }
        (name == "result" || PRIMARY_NAMES.contains(&name)).then(|| match name {
            "result" => self.value.clone(),
            _ => self.primary().clone(),
        })
    }

    fn record(&self, name: &str) -> Option<Value> {
        let optional = |text: &Option<Arc<str>>| text.clone().map_or(Value::Null, Value::Text);
        Some(match name {
            "status" => Value::text(self.status),
            "success" => Value::Bool(self.success),
            "skipped" => Value::Bool(self.skipped),
            "error" => optional(&self.error),
            "reason" => optional(&self.reason),
            "duration" => Value::Float(self.duration),
            "attempts" => Value::Int(i128::from(self.attempts)),
            _ => return None,
        })
    }
}

/// The first primary name of a map that has one; else the value itself.
fn primary_of(value: &Value) -> &Value {
    let Value::Map(entries) = value else { return value };
    PRIMARY_NAMES.iter().find_map(|name| entries.get(*name)).unwrap_or(value)
}
