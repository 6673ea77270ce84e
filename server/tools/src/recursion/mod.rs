//! `recursion-control`: state that the levels of a pipeline that calls itself share, and when it is time to stop.

mod state;
#[cfg(test)]
mod tests;

use async_trait::async_trait;
use engine::tool::{Call, Failure, Reliance, Tool};
use pipeline::{
    Value,
    catalogue::{RECURSION_CONTROL, Signature},
    eval::{Scope, evaluate, parse_condition},
};
use serde_json::{Map, Value as Json, json};

use self::state::Context;
use crate::answer::{blocking, done, given, operation, seconds, spelled, text};

/// See the module.
#[derive(Debug)]
pub(crate) struct RecursionControl;

#[async_trait]
impl Tool for RecursionControl {
    fn signature(&self) -> &'static Signature {
        &RECURSION_CONTROL
    }

    // It counts and remembers.
    fn relies_on(&self, _: &Call) -> Reliance {
        Reliance::World
    }

    async fn call(&self, call: Call) -> Result<Json, Failure> {
        blocking(call, |call| state::change(call, |context, now| act(call, context, now))).await
    }
}

/// What an operation answers, and what it makes of the state. `now`: Unix seconds.
fn act(call: &Call, context: &mut Context, now: f64) -> Result<Json, Failure> {
    let result = match operation(call, None).as_str() {
        "check_condition" => check(call, context, now)?,
        "update_state" => update(call, context)?,
        "get_state" => read(call, context),
        "reset" => {
            *context = Context::new(now);
            json!({ "context_id": context_id(call), "state": {} })
        }
        other => {
            let message = format!("`recursion-control` has no operation `{other}`");
            return Err(Failure::permanent("ParameterError", message));
        }
    };
    Ok(done(result))
}

/// Which state a call means.
fn context_id(call: &Call) -> String {
    text(&call.parameters, "context_id").unwrap_or_else(|| "default".to_owned())
}

/// Whether it is time to stop; counts a round.
fn check(call: &Call, context: &mut Context, now: f64) -> Result<Json, Failure> {
    let parameters = &call.parameters;
    let number = |name: &str| given(parameters, name).and_then(Json::as_u64);
    let (iterations, depth) = (context.iterations, call.place.depth);
    let elapsed = (now - context.began).max(0.0);
    let most = number("max_iterations").unwrap_or(1000);
    let deepest = number("depth_limit").unwrap_or(10);
    let longest = seconds(parameters, "time_limit");
    let condition = text(parameters, "condition").filter(|it| !it.trim().is_empty());
    let reason = if iterations >= most {
        Some("max_iterations")
    } else if depth as u64 >= deepest {
        Some("depth_limit")
    } else if longest.is_some_and(|longest| elapsed >= longest.as_secs_f64()) {
        Some("time_limit")
    } else {
        let holds = condition.as_deref().map(|it| holds(it, call, context, elapsed)).transpose()?;
        holds.unwrap_or(false).then_some("condition")
    };
    context.iterations += 1;
    Ok(json!({
        "should_terminate": reason.is_some(),
        "reason": reason,
        "condition": condition,
        "state": context.state,
        "iterations": iterations,
        "depth": depth,
        "elapsed": elapsed,
    }))
}

fn holds(condition: &str, call: &Call, context: &Context, elapsed: f64) -> Result<bool, Failure> {
    let state = Json::Object(context.state.clone());
    let own = [
        ("state", Value::from_json(&state)),
        ("iterations", Value::Int(context.iterations.into())),
        ("depth", Value::Int(call.place.depth as i128)),
        ("elapsed", Value::Float(elapsed)),
    ];
    evaluate(&parse_condition(condition), condition, &WithState { own: &own, call })
        .map(|value| value.is_truthy())
        .map_err(|error| {
            let message = format!("the condition `{condition}`: {}", error.message);
            Failure::permanent("ConditionEvaluationError", message)
        })
}

/// The state's names before those of the step.
struct WithState<'c> {
    own: &'c [(&'static str, Value)],
    call: &'c Call,
}

impl Scope for WithState<'_> {
    fn lookup(&self, name: &str) -> Option<Value> {
        let own = self.own.iter().find(|(own, _)| *own == name).map(|(_, value)| value.clone());
        own.or_else(|| self.call.names.scope().lookup(name))
    }

    fn now(&self) -> f64 {
        self.call.names.scope().now()
    }
}

/// Sets a value, or adds to it.
fn update(call: &Call, context: &mut Context) -> Result<Json, Failure> {
    let wrong = |message: String| Err(Failure::permanent("ParameterError", message));
    let Some(key) = text(&call.parameters, "state_key") else {
        return wrong("`update_state` needs the parameter `state_key`".to_owned());
    };
    let value = match (call.parameters.get("state_value"), given(&call.parameters, "increment")) {
        (_, Some(by)) => match sum(context.state.get(&key), by) {
            Some(sum) => sum,
            None => {
                let now = context.state.get(&key).map(spelled).unwrap_or_default();
                return wrong(format!("`{key}` is `{now}`, and nothing can be added to that"));
            }
        },
        (Some(value), None) => value.clone(),
        (None, None) => {
            return wrong("`update_state` needs `state_value` or `increment`".to_owned());
        }
    };
    context.state.insert(key.clone(), value.clone());
    Ok(json!({ "state_key": key, "new_value": value, "state": context.state }))
}

/// Whole numbers stay whole; what is not there counts as 0.
fn sum(now: Option<&Json>, by: &Json) -> Option<Json> {
    let now = now.filter(|now| !now.is_null());
    let whole = |value: &Json| {
        let float = value.as_f64().filter(|it| it.fract() == 0.0 && it.abs() < 9e15);
        value.as_i64().or(float.map(|it| it as i64))
    };
    match (now.map_or(Some(0), whole), whole(by)) {
        (Some(now), Some(by)) => now.checked_add(by).map(Json::from),
        _ => Some(json!(now.map_or(Some(0.0), Json::as_f64)? + by.as_f64()?)),
    }
}

fn read(call: &Call, context: &Context) -> Json {
    let mut answer = Map::new();
    if let Some(key) = text(&call.parameters, "state_key") {
        let value = context.state.get(&key);
        answer.insert("exists".into(), value.is_some().into());
        answer.insert("value".into(), value.cloned().unwrap_or_default());
        answer.insert("state_key".into(), key.into());
    }
    answer.insert("state".into(), Json::Object(context.state.clone()));
    answer.insert("iterations".into(), context.iterations.into());
    answer.insert("depth".into(), call.place.depth.into());
    Json::Object(answer)
}
