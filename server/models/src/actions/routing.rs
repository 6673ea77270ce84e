//! `task-delegation` and `multi-model-routing`: which model suits what. They ask no model: the choice is the same as that for
//! steps.

use std::sync::Arc;

use async_trait::async_trait;
use engine::tool::{Call, Failure, Reliance, Tool};
use pipeline::{
    catalogue::{MULTI_MODEL_ROUTING, Signature, TASK_DELEGATION},
    models::{
        Ask, Choice, Kind, Leaning, Model, Requirement, Roster, Score, Settings, Source, Strategy,
        Wanted,
    },
};
use serde_json::{Value as Json, json};

use super::{text, wrong};
use crate::Host;

/// Tokens that a task is taken to read and to write where nothing is known.
const TOKENS: u64 = 500;
/// Candidates that are told.
const TOLD: usize = 10;

/// `task-delegation`.
pub(super) struct TaskDelegation(pub(super) Arc<Host>);

#[async_trait]
impl Tool for TaskDelegation {
    fn signature(&self) -> &'static Signature {
        &TASK_DELEGATION
    }

    fn relies_on(&self, _call: &Call) -> Reliance {
        Reliance::World
    }

    async fn call(&self, call: Call) -> Result<Json, Failure> {
        let roster = self.0.roster();
        let number =
            |name: &str| call.parameters.get(name).and_then(Json::as_f64).unwrap_or_default();
        let strategy = if number("cost_weight") > number("quality_weight") {
            Strategy::Cost
        } else {
            Strategy::Balanced
        };
        let task = text(&call.parameters, "task");
        let requirement = requirement(call.parameters.get("requirements"));
        let wanted = Wanted { requirement, ..wanted(task, strategy) };
        let choice = choose(roster, &wanted)?;
        let mut scores = scores(roster, &wanted);
        scores.truncate(TOLD);
        let name = choice.model.full_name();
        let next: Vec<&String> =
            scores.iter().map(|(name, _)| name).filter(|it| **it != name).take(3).collect();
        let names_next = call.parameters.get("fallback_enabled") != Some(&Json::Bool(false));
        Ok(json!({
            "selected_model": name,
            "score": choice.score.total(),
            "reasons": choice.because,
            "estimated_cost": cost(&choice.model, TOKENS),
            "estimated_latency": choice.model.latency_ms.map(|it| f64::from(it) / 1000.0),
            "task_analysis": {
                "task": task,
                "capabilities": wanted.leaning.capabilities.iter().map(|it| it.word()).collect::<Vec<_>>(),
                "tags": wanted.leaning.tags,
            },
            "fallback_models": if names_next { json!(next) } else { json!([]) },
            "all_scores": scores.iter().map(|(model, score)| json!({ "model": model, "score": score })).collect::<Vec<_>>(),
            "success": true,
        }))
    }
}

/// `multi-model-routing`.
pub(super) struct MultiModelRouting(pub(super) Arc<Host>);

#[async_trait]
impl Tool for MultiModelRouting {
    fn signature(&self) -> &'static Signature {
        &MULTI_MODEL_ROUTING
    }

    fn relies_on(&self, _call: &Call) -> Reliance {
        Reliance::World
    }

    async fn call(&self, call: Call) -> Result<Json, Failure> {
        let roster = self.0.roster();
        let word = text(&call.parameters, "strategy");
        let strategy = if word == "cost_optimized" { Strategy::Cost } else { Strategy::Balanced };
        let models = names(call.parameters.get("models"));
        let ask = if models.is_empty() { Ask::Any } else { Ask::Named(models) };
        let for_task = |task: &str| {
            let wanted = Wanted { ask: ask.clone(), ..wanted(task, strategy) };
            choose(roster, &wanted)
        };
        let Some(tasks) = call.parameters.get("tasks").and_then(Json::as_array) else {
            let request = text(&call.parameters, "request");
            if request.trim().is_empty() {
                return Err(wrong("`multi-model-routing` needs `request` or `tasks`"));
            }
            let choice = for_task(request)?;
            return Ok(json!({
                "selected_model": choice.model.full_name(),
                "routing_reason": choice.because.join("; "),
                "strategy": word,
                "estimated_cost": cost(&choice.model, TOKENS),
                "success": true,
            }));
        };
        // Who has the least to do, or whose turn it is, is the same while nothing runs: the candidates take turns.
        let takes_turns = matches!(word, "round_robin" | "least_loaded");
        let candidates = names(call.parameters.get("models"));
        let mut recommendations = Vec::new();
        let mut total = Some(0.0);
        for (at, task) in tasks.iter().enumerate() {
            let words = task.as_str().map_or_else(|| described(task), str::to_owned);
            let choice = match candidates.get(at % candidates.len().max(1)).filter(|_| takes_turns)
            {
                Some(name) => {
                    let ask = Ask::Named(vec![name.clone()]);
                    choose(roster, &Wanted { ask, ..wanted(&words, strategy) })?
                }
                None => for_task(&words)?,
            };
            let price = cost(&choice.model, tokens_of(task));
            total = total.zip(price).map(|(one, other)| one + other);
            recommendations.push(json!({
                "task": task,
                "model": choice.model.full_name(),
                "reason": choice.because.join("; "),
                "estimated_cost": price,
            }));
        }
        let mut selected: Vec<&Json> = recommendations.iter().map(|it| &it["model"]).collect();
        selected.dedup();
        Ok(json!({
            "recommendations": recommendations,
            "total_estimated_cost": total,
            "models_selected": selected,
            "strategy": word,
            "success": true,
        }))
    }
}

/// What a task asks for.
fn wanted(task: &str, strategy: Strategy) -> Wanted {
    Wanted {
        ask: Ask::Any,
        source: Source::Nothing,
        requirement: Requirement::default(),
        leaning: Leaning::of_task(task),
        strategy,
        fallbacks: Vec::new(),
        settings: Settings::default(),
    }
}

fn requirement(given: Option<&Json>) -> Requirement {
    let Some(Json::Object(given)) = given else { return Requirement::default() };
    let mut requirement = Requirement::default();
    if let Some(Json::Array(words)) = given.get("capabilities") {
        let known =
            words.iter().filter_map(Json::as_str).filter_map(pipeline::models::Capability::of_word);
        requirement.capabilities = known.collect();
    }
    if let Some(dollars) =
        given.get("max_cost").or_else(|| given.get("cost_limit")).and_then(Json::as_f64)
    {
        let period = pipeline::models::BudgetPeriod::PerTask;
        requirement.cost_limit = Some(pipeline::models::CostLimit { dollars, period });
    }
    let context = given.get("context_window").and_then(Json::as_u64);
    requirement.context = context.and_then(|it| u32::try_from(it).ok());
    requirement
}

fn choose(roster: &Roster, wanted: &Wanted) -> Result<Choice, Failure> {
    roster.choose(wanted).map_err(|none| Failure::permanent("NoModelError", none.to_string()))
}

/// The models that may be chosen, the best first.
fn scores(roster: &Roster, wanted: &Wanted) -> Vec<(String, f64)> {
    let one = |model: &Model| {
        let ask = Ask::Named(vec![model.full_name()]);
        let choice = roster.choose(&Wanted { ask, ..wanted.clone() }).ok()?;
        Some((choice.model.full_name(), Score::of(&choice.model, wanted, false).total()))
    };
    let chats = roster.models.iter().filter(|it| it.kind == Kind::Chat && !it.is_special);
    let mut all: Vec<_> = chats.filter_map(one).collect();
    all.sort_by(|a, b| b.1.total_cmp(&a.1));
    all
}

fn cost(model: &Model, tokens: u64) -> Option<f64> {
    let prices =
        engine::mind::Prices { input: model.input_price, output: model.output_price, cached: None };
    prices.cost(Some(tokens), Some(tokens), None)
}

fn tokens_of(task: &Json) -> u64 {
    task.get("estimated_tokens").and_then(Json::as_u64).unwrap_or(TOKENS)
}

fn described(task: &Json) -> String {
    let named = ["task", "description", "prompt", "request"]
        .into_iter()
        .find_map(|key| task.get(key)?.as_str());
    named.map_or_else(|| task.to_string(), str::to_owned)
}

fn names(list: Option<&Json>) -> Vec<String> {
    match list {
        Some(Json::Array(items)) => {
            items.iter().filter_map(Json::as_str).map(str::to_owned).collect()
        }
        Some(Json::String(name)) => vec![name.clone()],
        _ => Vec::new(),
    }
}
