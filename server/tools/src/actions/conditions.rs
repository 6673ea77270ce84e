//! `evaluate_condition`: the truth of an expression, as a step.
//!
//! The grammar is that of every condition. Two things are older and kept: some words are verdicts by themselves, and
//! a name that nothing is known of is its own text, so that `status == active` works without quotes.

use std::sync::Arc;

use async_trait::async_trait;
use engine::tool::{Call, Failure, Reliance, Tool};
use pipeline::eval::parse_condition;
use pipeline::{
    Value,
    catalogue::{EVALUATE_CONDITION, Signature},
    eval::{Scope, condition_functions, evaluate, functions},
};
use serde_json::{Value as Json, json};

use crate::answer::{given, text};

/// See the module.
#[derive(Debug)]
pub(super) struct EvaluateCondition;

#[async_trait]
impl Tool for EvaluateCondition {
    fn signature(&self) -> &'static Signature {
        &EVALUATE_CONDITION
    }

    // It evaluates names of the run, and the time of day.
    fn relies_on(&self, _: &Call) -> Reliance {
        Reliance::World
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

fn is_function(name: &str) -> bool {
    condition_functions().iter().chain(functions()).any(|function| function.name == name)
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
            .or_else(|| (!is_function(name)).then(|| Value::Text(Arc::from(name))))
    }

    fn now(&self) -> f64 {
        self.call.names.scope().now()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{call, failure, parameters, value};

    #[test]
    fn verdicts() {
        let context = json!({"n": 5, "flag": false, "t": true, "l": [1, 2, 3], "s": "abc"});
        for (condition, expected, evaluator) in [
            ("1 == 1", true, "ComparisonEvaluator"),
            ("1 == 2", false, "ComparisonEvaluator"),
            ("n > 3", true, "ComparisonEvaluator"),
            ("n > 3 and flag", false, "LogicalEvaluator"),
            ("n > 30 or t", true, "LogicalEvaluator"),
            ("len(l) == 3", true, "ExpressionEvaluator"),
            ("enabled", true, "BooleanEvaluator"),
            ("Off", false, "BooleanEvaluator"),
            ("s == abc", true, "ComparisonEvaluator"),
        ] {
            let request = parameters(json!({"condition": condition, "context": context}));
            let result = json!({"result": expected, "condition": condition, "status": "success"});
            let whole = json!({"result": result, "success": true, "error": null, "evaluator_type": evaluator});
            assert_eq!(value(&EvaluateCondition, call(request)), whole, "{condition}");
        }
        let request = parameters(
            json!({"condition": "left in right", "operator": "in", "left": 2, "right": [1, 2]}),
        );
        assert_eq!(value(&EvaluateCondition, call(request))["result"]["result"], true);
    }

    #[test]
    fn what_cannot_be_evaluated_is_a_failure() {
        for condition in ["n >", "open('x')"] {
            let failure =
                failure(&EvaluateCondition, call(parameters(json!({"condition": condition}))));
            assert_eq!(failure.value.unwrap()["success"], false, "{condition}");
        }
    }
}
