//! `evaluate_condition`: the truth of an expression, as a step.
//!
//! The grammar is that of every condition. Two things are older and kept: some words are verdicts by themselves, and
//! a name that nothing is known of is its own text, so that `status == active` works without quotes.

use std::sync::Arc;

use async_trait::async_trait;
use engine::tool::{Call, Failure, Tool};
use pipeline::{
    Value,
    catalogue::{EVALUATE_CONDITION, Signature},
    eval::{Scope, evaluate},
};
use serde_json::{Value as Json, json};
use syntax::template::parse_condition;

use crate::answer::{given, spelled, text};

/// See the module.
#[derive(Debug)]
pub(super) struct EvaluateCondition;

#[async_trait]
impl Tool for EvaluateCondition {
    fn signature(&self) -> &'static Signature {
        &EVALUATE_CONDITION
    }

    async fn call(&self, call: Call) -> Result<Json, Failure> {
        let condition = text(&call.parameters, "condition").unwrap_or_default();
        let scope = WithOwnNames { call: &call };
        let verdict = match comparison(&call) {
            Some(comparison) => verdict(&comparison, &scope),
            None => word(&condition).map_or_else(|| verdict(&condition, &scope), Ok),
        };
        let evaluator = kind(&condition);
        match verdict {
            Ok(verdict) => Ok(json!({
                "result": { "result": verdict, "condition": condition, "status": "success" },
                "success": true,
                "error": null,
                "evaluator_type": evaluator,
            })),
            Err(message) => {
                let failure = Failure::permanent("ConditionEvaluationError", message);
                let value = json!({
                    "result": null, "success": false, "error": failure.message, "evaluator_type": evaluator,
                });
                Err(Failure { value: Some(value), ..failure })
            }
        }
    }
}

/// Words that need no evaluation.
fn word(condition: &str) -> Option<bool> {
    match condition.trim().to_lowercase().as_str() {
        "true" | "1" | "yes" | "on" | "enabled" => Some(true),
        "false" | "0" | "no" | "off" | "disabled" | "none" | "" => Some(false),
        _ => None,
    }
}

/// `operator`, `left` and `right`, when all are there.
fn comparison(call: &Call) -> Option<String> {
    given(&call.parameters, "left")?;
    given(&call.parameters, "right")?;
    let operator = text(&call.parameters, "operator")?;
    Some(format!("left {operator} right"))
}

fn verdict(condition: &str, scope: &dyn Scope) -> Result<bool, String> {
    let parsed = parse_condition(condition);
    match evaluate(&parsed, condition, scope) {
        Ok(value) => Ok(value.is_truthy()),
        Err(error) => Err(format!("`{condition}` cannot be evaluated: {}", error.message)),
    }
}

/// The old program's name for what evaluates such a condition.
fn kind(condition: &str) -> &'static str {
    let spaced = format!(" {} ", condition.to_lowercase());
    let has = |words: &[&str]| words.iter().any(|word| spaced.contains(word));
    if condition.contains("{{") {
        "TemplateEvaluator"
    } else if condition.contains('(') && condition.contains(')') {
        "ExpressionEvaluator"
    } else if has(&[" and ", " or ", " not "]) {
        "LogicalEvaluator"
    } else if has(&["==", "!=", "<", ">", " in ", " is "]) {
        "ComparisonEvaluator"
    } else {
        "BooleanEvaluator"
    }
}

/// The call's names, its parameters, and its `context`; a name that none of them knows is its own text.
struct WithOwnNames<'a> {
    call: &'a Call,
}

impl Scope for WithOwnNames<'_> {
    fn lookup(&self, name: &str) -> Option<Value> {
        let parameters = &self.call.parameters;
        let own = |name: &str| match name {
            "condition" | "operator" | "context" => None,
            name => parameters
                .get("context")
                .and_then(|it| it.get(name))
                .or_else(|| given(parameters, name)),
        };
        self.call
            .names
            .scope()
            .lookup(name)
            .or_else(|| own(name).map(Value::from_json))
            .or_else(|| Some(Value::Text(Arc::from(spelled(&Json::String(name.to_owned()))))))
    }

    fn now(&self) -> f64 {
        self.call.names.scope().now()
    }
}
