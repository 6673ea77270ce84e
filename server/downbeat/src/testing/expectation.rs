//! What must hold after a run, held against what came out.

use checks::suite::{Expectation, Expression, Question, What};
use engine::{Document, StepRecord, StepStatus};
use pipeline::{
    Value,
    eval::{Pattern, Scope},
};
use serde_json::Value as Json;

use super::report::Cause;

/// Characters of a value that a message shows.
const SHOWN: usize = 300;

/// What did not hold: what it is about, and why, for people.
pub(super) type Wrong = (Cause, String);

/// Answers a question about a text: why it says no, where it does.
pub(super) type Judge<'j> = &'j dyn Fn(&Question, &str) -> Result<Option<String>, String>;

/// What is wrong with one expectation; nothing where it holds. `fails` is looked at elsewhere.
pub(super) fn look(
    expectation: &Expectation,
    document: &Document,
    cost: Option<f64>,
    scope: &dyn Scope,
    judge: Judge<'_>,
) -> Option<Wrong> {
    match &expectation.what {
        What::Equals(of, wanted) => with(of, scope, Cause::Equals, |value| {
            let same = *value.primary() == Value::from_json(wanted);
            (!same).then(|| {
                let told = format!("`{}` is {}, not {}", of.written, shown(value), json(wanted));
                (Cause::Equals, told)
            })
        }),
        What::Contains(of, wanted) => with(of, scope, Cause::Contains, |value| {
            (!contains(value, wanted)).then(|| {
                let told = format!(
                    "`{}` is {}, in which {} is not",
                    of.written,
                    shown(value),
                    json(wanted)
                );
                (Cause::Contains, told)
            })
        }),
        What::Matches(of, pattern) => with(of, scope, Cause::Matches, |value| {
            let text = value.to_text();
            match pattern.is_match(&text) {
                Ok(true) => None,
                Ok(false) => {
                    let told = format!(
                        "`{}` is {}, in which nothing matches `{}`",
                        of.written,
                        shown(value),
                        pattern.as_str()
                    );
                    Some((Cause::Matches, told))
                }
                Err(_) => Some(too_long(pattern)),
            }
        }),
        What::Schema(of, schema) => with(of, scope, Cause::Schema, |value| {
            let value = value.primary().to_json();
            let Ok(validator) = jsonschema::validator_for(schema) else { return None };
            let errors: Vec<String> = validator.iter_errors(&value).take(5).map(place).collect();
            (!errors.is_empty()).then(|| {
                let told = format!("`{}` does not fit: {}", of.written, errors.join("; "));
                (Cause::Schema, told)
            })
        }),
        What::Judge(of, question) => {
            with(of, scope, Cause::Judge, |value| match judge(question, &value.to_text()) {
                Ok(None) => None,
                Ok(Some(why)) => {
                    let told = format!("`{}` is {}: {why}", of.written, shown(value));
                    Some((Cause::Judge, told))
                }
                Err(why) => Some((Cause::NotJudged, why)),
            })
        }
        What::Not(what) => denied(what, scope, judge),
        What::Holds(condition) => match condition.value(scope) {
            Ok(value) if value.is_truthy() => None,
            Ok(value) => {
                let told =
                    format!("`{}` does not hold: it is {}", condition.written, shown(&value));
                Some((Cause::Condition, told))
            }
            Err(error) => Some((Cause::Condition, error.message)),
        },
        What::CostBelow(most) => match cost {
            Some(cost) if cost < *most => None,
            Some(cost) => Some((Cause::CostBelow, format!("it cost {cost} USD, not below {most}"))),
            None => Some((Cause::CostBelow, "nobody knows what the run cost".to_owned())),
        },
        What::Ran(ids) => missing(ids, |id| ran(document, id))
            .map(|ids| (Cause::StepsRun, format!("{} did not run", told(&ids)))),
        What::Skipped(ids) => missing(ids, |id| !ran(document, id))
            .map(|ids| (Cause::StepsSkipped, format!("{} ran", told(&ids)))),
        What::Fails(_) => None,
    }
}

/// What is wrong with something that must not be so. What cannot be looked at is wrong, too.
fn denied(what: &What, scope: &dyn Scope, judge: Judge<'_>) -> Option<Wrong> {
    match what {
        What::Equals(of, wanted) => with(of, scope, Cause::Not, |value| {
            let same = *value.primary() == Value::from_json(wanted);
            same.then(|| {
                (Cause::Not, format!("`{}` is {}, and must not be", of.written, json(wanted)))
            })
        }),
        What::Contains(of, wanted) => with(of, scope, Cause::Not, |value| {
            contains(value, wanted).then(|| {
                let told = format!(
                    "`{}` is {}, in which {} must not be",
                    of.written,
                    shown(value),
                    json(wanted)
                );
                (Cause::Not, told)
            })
        }),
        What::Matches(of, pattern) => {
            with(of, scope, Cause::Not, |value| match pattern.is_match(&value.to_text()) {
                Ok(false) => None,
                Ok(true) => {
                    let (written, shown) = (&of.written, shown(value));
                    let told = format!(
                        "`{written}` is {shown}, in which nothing must match `{}`",
                        pattern.as_str()
                    );
                    Some((Cause::Not, told))
                }
                Err(_) => Some(too_long(pattern)),
            })
        }
        What::Schema(of, schema) => with(of, scope, Cause::Not, |value| {
            jsonschema::is_valid(schema, &value.primary().to_json()).then(|| {
                let told =
                    format!("`{}` is {}, which must not fit the schema", of.written, shown(value));
                (Cause::Not, told)
            })
        }),
        What::Judge(of, question) => {
            with(of, scope, Cause::Not, |value| match judge(question, &value.to_text()) {
                Ok(None) => {
                    let told = format!(
                        "`{}` is {}: the judge says yes, and must not",
                        of.written,
                        shown(value)
                    );
                    Some((Cause::Not, told))
                }
                Ok(Some(_)) => None,
                Err(why) => Some((Cause::NotJudged, why)),
            })
        }
        What::Not(_)
        | What::Holds(_)
        | What::CostBelow(_)
        | What::Ran(_)
        | What::Skipped(_)
        | What::Fails(_) => None,
    }
}

fn too_long(pattern: &Pattern) -> Wrong {
    (Cause::NotJudged, format!("the search for `{}` takes too long", pattern.as_str()))
}

/// Whether a text has a text in it, a list an item, a map a key.
fn contains(value: &Value, wanted: &Json) -> bool {
    let value = value.primary();
    match (value, wanted) {
        (Value::List(items) | Value::Tuple(items) | Value::Set(items), _) => {
            let wanted = Value::from_json(wanted);
            items.iter().any(|item| *item.primary() == wanted)
        }
        (Value::Map(_), Json::String(key)) => value.get(key).is_some(),
        (Value::Map(_) | Value::Null | Value::Undefined(_) | Value::Absent(_), _) => false,
        _ => {
            let wanted = Value::from_json(wanted);
            value.to_text().contains(&*wanted.to_text())
        }
    }
}

/// What a run cost: nothing, where no step of it asked anything that costs.
pub(super) fn cost(document: &Document) -> Option<f64> {
    let asked = all(document).any(|record| record.usage.is_some() || record.model.is_some());
    if asked { document.usage.cost } else { Some(0.0) }
}

/// Whether a run failed with that kind of error.
pub(super) fn failed_with(document: &Document, code: &str) -> bool {
    let is_it = |kind: &Option<String>| kind.as_deref() == Some(code);
    !document.success
        && (is_it(&document.error_type) || all(document).any(|record| is_it(&record.error_type)))
}

/// Why a run failed: its error, else that of its first step that failed.
pub(super) fn reason(document: &Document) -> String {
    let step = all(document).find(|record| record.status == StepStatus::Failed).map(|record| {
        let error = record.error.as_deref().unwrap_or("it failed");
        let kind = record.error_type.as_deref().map(|kind| format!(" ({kind})"));
        format!("`{}`: {error}{}", record.id, kind.unwrap_or_default())
    });
    let own = document.error.clone().map(|error| match &document.error_type {
        Some(kind) => format!("{error} ({kind})"),
        None => error,
    });
    own.or(step).unwrap_or_else(|| "a step or an output reported a failure".to_owned())
}

fn with(
    of: &Expression,
    scope: &dyn Scope,
    cause: Cause,
    look: impl FnOnce(&Value) -> Option<Wrong>,
) -> Option<Wrong> {
    match of.value(scope) {
        Ok(value) => look(&value),
        Err(error) => Some((cause, format!("`{}`: {}", of.written, error.message))),
    }
}

fn place(error: jsonschema::ValidationError<'_>) -> String {
    let place = error.instance_path().to_string();
    if place.is_empty() { error.to_string() } else { format!("`{place}`: {error}") }
}

/// Every record, those inside of others too.
fn all(document: &Document) -> impl Iterator<Item = &StepRecord> {
    fn add<'d>(record: &'d StepRecord, found: &mut Vec<&'d StepRecord>) {
        found.push(record);
        let called = record.called.iter().flat_map(|called| called.steps.values());
        let rounds = record.iterations.iter().flatten().flat_map(|round| round.steps.values());
        called.chain(rounds).for_each(|inner| add(inner, found));
    }
    let mut found = Vec::new();
    document.steps.values().for_each(|record| add(record, &mut found));
    found.into_iter()
}

fn ran(document: &Document, id: &str) -> bool {
    let ended = |status| {
        matches!(status, StepStatus::Completed | StepStatus::Failed | StepStatus::Cancelled)
    };
    all(document).any(|record| record.id == id && ended(record.status))
}

fn missing(ids: &[String], holds: impl Fn(&str) -> bool) -> Option<Vec<&str>> {
    let missing: Vec<&str> = ids.iter().map(String::as_str).filter(|id| !holds(id)).collect();
    (!missing.is_empty()).then_some(missing)
}

fn told(ids: &[&str]) -> String {
    ids.iter().map(|id| format!("`{id}`")).collect::<Vec<_>>().join(", ")
}

fn shown(value: &Value) -> String {
    json(&value.primary().to_json())
}

fn json(value: &Json) -> String {
    let text = value.to_string();
    let mut start: String = text.chars().take(SHOWN).collect();
    if start.len() < text.len() {
        start.push_str("...");
    }
    format!("`{start}`")
}
