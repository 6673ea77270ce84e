//! What rounds came to: the value of a step that goes round.

use std::sync::Arc;

use pipeline::{Step, StepKind, Value};
use serde_json::{Value as Json, json};

use super::{Counts, Going};
use crate::{
    driver::{frame::Frame, record::Gathered},
    scheduler::Conclusion,
    tool::Failure,
};

/// How an attempt to go round ended.
pub(super) enum Came {
    To(Gathered),
    Failed(Failure),
    TimedOut,
}

/// What a round came to: the value of its one step, else a map of them by name. Steps side by side are always a map.
pub(super) fn result(closed: &Frame) -> Value {
    let alone = closed.block.parts().len() == 1;
    let side_by_side =
        closed.block.holder().is_some_and(|step| matches!(step.kind, StepKind::Parallel));
    match closed.block.parts().first() {
        Some(part) if alone && !side_by_side => {
            closed.results.get(&part.name).cloned().unwrap_or(Value::Null)
        }
        _ => Value::Map(Arc::clone(&closed.results)),
    }
}

/// Whether a step in a round that did not succeed fails the run: queues and action loops count such failures instead.
pub(super) const fn failures_count(step: &Step) -> bool {
    !matches!(step.kind, StepKind::Queue(_) | StepKind::ActionLoop(_))
}

pub(super) fn outcome(step: &Step, going: &Going, conclusion: Conclusion) -> Came {
    match conclusion {
        Conclusion::Expired => return Came::TimedOut,
        Conclusion::Stopped => {
            return Came::Failed(Failure::permanent("CancelledError", "the step was stopped"));
        }
        _ => {}
    }
    match &step.kind {
        StepKind::Queue(_) => Came::To(queue(step, going)),
        StepKind::ActionLoop(_) => Came::To(action_loop(step, going, conclusion)),
        StepKind::Parallel => side_by_side(going),
        _ => rounds(going, conclusion),
    }
}

/// `for_each` and `while`.
fn rounds(going: &Going, conclusion: Conclusion) -> Came {
    let results = results(going);
    let fields = [
        ("results", results.clone()),
        ("iterations", number(going.counts.rounds)),
        ("count", number(going.counts.rounds)),
        (
            "completed",
            Value::Bool(
                !matches!(conclusion, Conclusion::Unclear { .. }) && going.broken.is_none(),
            ),
        ),
    ];
    let value = map(fields);
    match &going.broken {
        Some(why) => Came::Failed(broken(why, value)),
        None => Came::To(Gathered { value, result: results, in_order: None }),
    }
}

fn side_by_side(going: &Going) -> Came {
    match &going.broken {
        Some(_) => {
            let why = going.ended.values().find_map(|ended| ended.record.error.clone());
            Came::Failed(broken(&why.unwrap_or_default(), going.last.clone()))
        }
        None => Came::To(Gathered::side_by_side(going.last.clone())),
    }
}

fn broken(why: &str, value: Value) -> Failure {
    Failure { value: Some(value.to_json()), ..Failure::permanent("StepError", why) }
}

fn results(going: &Going) -> Value {
    Value::list(going.ended.values().map(|ended| ended.result.clone()).collect())
}

fn action_loop(step: &Step, going: &Going, conclusion: Conclusion) -> Gathered {
    let terminated_by = match conclusion {
        Conclusion::Limit => "max_iterations",
        Conclusion::RoundExpired { .. } => "timeout",
        Conclusion::Broken { .. } | Conclusion::Unclear { .. } => "error",
        Conclusion::Done | Conclusion::Expired | Conclusion::Stopped => "condition",
    };
    let Counts { rounds, bad, tests, .. } = going.counts;
    let total = going.begun.elapsed().as_secs_f64();
    let of_round = |ended: &super::Ended| {
        map([
            ("iteration", number(ended.record.index)),
            ("duration", Value::Float(ended.record.duration)),
            ("results", by_name(going, &ended.result)),
            ("summary", summary(&ended.record)),
        ])
    };
    let last = going.ended.values().next_back();
    let finals =
        last.map_or_else(|| Value::map(Default::default()), |it| by_name(going, &it.result));
    let error = match conclusion {
        Conclusion::Broken { .. } => going.broken.clone(),
        Conclusion::RoundExpired { round } => Some(format!("the time of round {round} was up")),
        Conclusion::Unclear { .. } => going.unclear.clone(),
        _ => None,
    };
    let value = map([
        ("success", Value::Bool(!matches!(terminated_by, "error" | "timeout"))),
        ("error", error.clone().map_or(Value::Null, Value::from)),
        ("loop_id", step.id_text().into()),
        ("iterations_completed", number(rounds)),
        ("terminated_by", terminated_by.into()),
        ("total_duration", Value::Float(total)),
        ("all_results", Value::list(going.ended.values().map(of_round).collect())),
        ("final_results", finals.clone()),
        (
            "loop_statistics",
            json_value(json!({
                "iterations": rounds,
                "successful_iterations": rounds - bad,
                "failed_iterations": bad,
                "average_duration": average(total, rounds),
            })),
        ),
        ("tool_statistics", json_value(tool_statistics(going))),
        ("condition_evaluations", number(tests)),
        ("summary", format!("{rounds} rounds, ended by {terminated_by}").into()),
        ("debug_info", json_value(json!({ "loop_id": step.id_text(), "error": error }))),
    ]);
    Gathered { value, result: finals, in_order: None }
}

fn queue(step: &Step, going: &Going) -> Gathered {
    let total = going.items.as_ref().map_or(0, |items| items.len());
    let id = step.id_text();
    let failed = going.counts.bad;
    let good = going.counts.rounds - failed;
    let of_item = |ended: &super::Ended| {
        let record = &ended.record;
        let mut fields = vec![
            ("subtask_id", Value::from(format!("{id}_{}", record.index))),
            ("queue_index", number(record.index)),
            ("item", going.item(record.index).cloned().unwrap_or(Value::Null)),
            ("result", ended.result.clone()),
            ("status", if record.success { "completed" } else { "failed" }.into()),
            ("execution_time", Value::Float(record.duration)),
        ];
        if let Some(error) = error_of(record) {
            fields.push(("error", error.into()));
        }
        Value::map(fields.into_iter().map(|(name, value)| (name.into(), value)).collect())
    };
    let all: Vec<Value> = going.ended.values().map(of_item).collect();
    let errors: Vec<Value> = std::iter::zip(going.ended.values(), &all)
        .filter(|(ended, _)| !ended.record.success)
        .map(|(_, value)| value.clone())
        .collect();
    let results = Value::list(all);
    let spent: f64 = going.ended.values().map(|ended| ended.record.duration).sum();
    let percent = |count: usize| {
        Value::Float(if total == 0 { 0.0 } else { count as f64 * 100.0 / total as f64 })
    };
    let value = map([
        ("parallel_queue_id", id.into()),
        ("total_items", number(total)),
        ("successful_items", number(good)),
        ("failed_items", number(failed)),
        ("completion_rate", percent(good)),
        ("failure_rate", percent(failed)),
        ("results", results.clone()),
        ("errors", Value::list(errors)),
        (
            "execution_stats",
            json_value(json!({
                "queue_generation_time": going.prepared_in.as_secs_f64(),
                "total_execution_time": going.begun.elapsed().as_secs_f64(),
                "average_item_time": average(spent, going.counts.rounds),
                "max_concurrent_executions": going.counts.most_open,
            })),
        ),
        // Unknown: nobody measures them.
        ("resource_stats", Value::Null),
        ("conditions_evaluated", number(going.counts.tests)),
    ]);
    Gathered { value, result: results, in_order: None }
}

fn error_of(record: &crate::document::Iteration) -> Option<String> {
    let of_step = || record.steps.values().find_map(|step| step.error.clone());
    record.error.clone().or_else(of_step)
}

/// The results of a round by the names of its actions.
fn by_name(going: &Going, result: &Value) -> Value {
    match going.block.parts() {
        [only] => Value::map(std::iter::once((Arc::clone(&only.name), result.clone())).collect()),
        _ => result.clone(),
    }
}

fn summary(record: &crate::document::Iteration) -> Value {
    let failed = record.steps.values().filter(|step| step.error.is_some()).count();
    json_value(json!({ "actions": record.steps.len(), "failed_actions": failed }))
}

/// By tool: how often it was called in the rounds that are kept, and how often it failed.
fn tool_statistics(going: &Going) -> Json {
    let mut tools = serde_json::Map::new();
    for step in going.ended.values().flat_map(|ended| ended.record.steps.values()) {
        let name = step.tool.as_deref().or(step.action.as_deref()).unwrap_or("action");
        let entry = tools
            .entry(name)
            .or_insert_with(|| json!({ "executions": 0, "failures": 0, "total_time": 0.0 }));
        let count = |entry: &Json, key: &str| entry[key].as_u64().unwrap_or_default();
        entry["executions"] = (count(entry, "executions") + 1).into();
        let failed = u64::from(!step.success && step.error.is_some());
        entry["failures"] = (count(entry, "failures") + failed).into();
        let time = entry["total_time"].as_f64().unwrap_or_default();
        entry["total_time"] = (time + step.duration.unwrap_or_default()).into();
    }
    Json::Object(tools)
}

fn average(total: f64, count: usize) -> f64 {
    if count == 0 { 0.0 } else { total / count as f64 }
}

fn number(number: usize) -> Value {
    Value::Int(number as i128)
}

fn json_value(json: Json) -> Value {
    Value::from_json(&json)
}

fn map<const N: usize>(fields: [(&str, Value); N]) -> Value {
    Value::map(fields.into_iter().map(|(name, value)| (name.into(), value)).collect())
}
