//! Records of steps, and what templates see of them.

use std::sync::Arc;

use pipeline::{StepValue, Value};
use serde_json::{Value as Json, json};

use super::envelope;
use crate::{
    document::{StepRecord, StepStatus},
    scheduler::{End, Reason},
    secrets::Redactor,
    tool::Failure,
};

/// What a step has come to so far.
#[derive(Clone, Debug, Default)]
pub(super) enum Answer {
    /// Nothing yet.
    #[default]
    None,
    /// The last attempt's value, in its envelope.
    Value(Json),
    /// What its rounds came to.
    Rounds(Box<Gathered>),
    /// The last attempt's failure.
    Failure(Box<Failure>),
    /// Why its condition could not be evaluated.
    ConditionError(String),
}

impl Answer {
    /// The value, if it is one.
    pub(super) fn into_json(self) -> Option<Json> {
        match self {
            Self::Value(value) => Some(value),
            Self::Rounds(gathered) => Some(gathered.value.to_json()),
            Self::None | Self::Failure(_) | Self::ConditionError(_) => None,
        }
    }
}

/// What the rounds of a step came to.
#[derive(Clone, Debug)]
pub(super) struct Gathered {
    /// A map, as the document has it.
    pub(super) value: Value,
    /// What `.result`, and the step alone, mean in templates.
    pub(super) result: Value,
    /// What `.results` means where the value has no such field.
    pub(super) in_order: Option<Value>,
}

impl Gathered {
    /// Of steps side by side: a map of their results by name.
    pub(super) fn side_by_side(value: Value) -> Self {
        let in_order = match &value {
            Value::Map(parts) => Some(Value::list(parts.values().cloned().collect())),
            _ => None,
        };
        Self { result: value.clone(), value, in_order }
    }

    /// Whether the value does not say of itself that it is no success.
    pub(super) fn succeeds(&self) -> bool {
        !matches!(self.value.get("success"), Some(Value::Bool(false)))
    }

    /// As templates see it.
    fn seen(&self) -> Value {
        let Value::Map(fields) = &self.value else { return self.value.clone() };
        let mut fields = (**fields).clone();
        fields.entry("result".into()).or_insert_with(|| self.result.clone());
        if let Some(results) = &self.in_order {
            fields.entry("results".into()).or_insert_with(|| results.clone());
        }
        Value::map(fields)
    }
}

/// Fills in how a step ended. A value goes over into the record; it may be large.
pub(super) fn settle(record: &mut StepRecord, end: End, answer: &mut Answer) {
    match end {
        End::Completed { attempts } => {
            record.status = StepStatus::Completed;
            record.retries = attempts.saturating_sub(1);
            let value = match answer {
                Answer::Value(value) => std::mem::take(value),
                Answer::Rounds(gathered) => gathered.value.to_json(),
                Answer::None | Answer::Failure(_) | Answer::ConditionError(_) => return,
            };
            record.success = envelope::succeeds(&value);
            record.error = if record.success { None } else { envelope::error(&value) };
            if record.chosen.is_none() {
                record.model = text(&value, "model_used").or_else(|| text(&value, "model"));
                record.provider = text(&value, "provider");
            }
            record.value = value;
        }
        End::Failed { attempts, timed_out } => {
            record.status = StepStatus::Failed;
            record.retries = attempts.saturating_sub(1);
            record.timed_out = timed_out;
            fail(record, answer);
        }
        End::Cancelled { attempts } => {
            record.status = StepStatus::Cancelled;
            record.retries = attempts.saturating_sub(1);
            fail(record, answer);
        }
        End::Skipped(reason) => {
            record.status = StepStatus::Skipped;
            record.condition_error = reason == Reason::ConditionError;
            record.value = skipped(reason, answer);
        }
    }
}

/// Takes over when a step ran, from what was kept of it.
pub(super) const fn recall_times(record: &mut StepRecord, kept: &StepRecord) {
    record.started_at = kept.started_at;
    record.completed_at = kept.completed_at;
    record.duration = kept.duration;
}

/// Takes secrets out of what people see.
pub(super) fn redact(record: &mut StepRecord, redactor: &Redactor) {
    record.value = redactor.json(std::mem::take(&mut record.value));
    record.error = record.error.take().map(|error| redactor.text(error));
    record.location = record.location.take().map(|it| redactor.text(it.into()).into());
    for handled in &mut record.handled {
        handled.error = redactor.text(std::mem::take(&mut handled.error));
        handled.handler_error = handled.handler_error.take().map(|it| redactor.text(it));
    }
    for issue in record.quality.iter_mut().flat_map(|quality| &mut quality.issues) {
        issue.message = redactor.text(std::mem::take(&mut issue.message));
    }
}

fn fail(record: &mut StepRecord, answer: &Answer) {
    if let Answer::Failure(failure) = answer {
        record.error = Some(failure.message.clone());
        record.error_type = Some(failure.error_type.to_string());
        record.value = envelope::of_failure(failure);
    }
}

fn skipped(reason: Reason, answer: &Answer) -> Json {
    match (reason, answer) {
        (Reason::ConditionFalse, _) => json!({ "status": "skipped", "reason": reason.as_str() }),
        (Reason::ConditionError, Answer::ConditionError(error)) => {
            json!({ "status": "skipped", "reason": reason.as_str(), "error": error })
        }
        (Reason::ConditionError, _) => {
            json!({ "status": "skipped", "reason": reason.as_str(), "error": null })
        }
        (Reason::Routed { .. } | Reason::Failed { .. } | Reason::Uncalled, _) => Json::Null,
    }
}

fn text(value: &Json, key: &str) -> Option<String> {
    value.get(key)?.as_str().map(str::to_owned)
}

/// What templates see of a step that ended.
pub(super) fn seen(record: &StepRecord, end: End, answer: &Answer) -> Value {
    let reason = match end {
        End::Skipped(reason) => Some(Arc::from(reason.as_str())),
        _ => None,
    };
    let attempts = match end {
        End::Completed { attempts }
        | End::Failed { attempts, .. }
        | End::Cancelled { attempts } => attempts,
        End::Skipped(_) => 0,
    };
    Value::Step(Arc::new(StepValue {
        id: record.id.as_str().into(),
        status: record.status.as_str(),
        success: record.success,
        skipped: record.status == StepStatus::Skipped,
        reason,
        error: record.error.as_deref().map(Arc::from),
        duration: record.duration.unwrap_or_default(),
        attempts,
        value: match (end, answer) {
            (End::Completed { .. }, Answer::Rounds(gathered)) => gathered.seen(),
            _ => Value::from_json(&record.value),
        },
        location: record.location.as_deref().map(Arc::from),
        decided: record.decided(),
    }))
}
