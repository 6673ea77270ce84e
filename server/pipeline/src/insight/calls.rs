//! Which calls are the same, and what a model is left to choose.

use std::hash::{Hash, Hasher};

use rustc_hash::FxHasher;

use crate::catalogue::Effect;
use crate::{Condition, Data, Step, StepKind, Text};

/// A number for the call that a step makes; equal numbers are equal calls. `None` where the same call may be meant to be made
/// twice: it does something to the world, or costs nothing, or is more than one call.
pub(super) fn key(step: &Step, effects: &[Effect]) -> Option<u64> {
    let costs = |it: &Effect| matches!(it, Effect::Model | Effect::Network);
    let harmless = |it: &Effect| costs(it) || matches!(it, Effect::Pure | Effect::Reads);
    let is_call = matches!(step.kind, StepKind::Action(_) | StepKind::Tool { .. });
    if !is_call || !effects.iter().any(costs) || !effects.iter().all(harmless) {
        return None;
    }
    let mut hasher = FxHasher::default();
    match &step.kind {
        StepKind::Action(name) => name.value.hash(&mut hasher),
        StepKind::Tool { tool, operation } => {
            (&tool.value, operation.as_ref().map(|it| &it.value)).hash(&mut hasher);
        }
        _ => {}
    }
    let mut parameters: Vec<_> = step.parameters.iter().collect();
    parameters.sort_by(|a, b| a.name.value.cmp(&b.name.value));
    for parameter in parameters {
        parameter.name.value.hash(&mut hasher);
        data(&parameter.value.value, &mut hasher);
    }
    // Whatever else shapes an answer.
    let shaping = [
        "model",
        "expert",
        "personality",
        "requires_model",
        "selection",
        "tools",
        "vars",
        "schema",
    ];
    for key in shaping {
        if let Some(entry) = step.key(key) {
            key.hash(&mut hasher);
            data(&entry.value.value, &mut hasher);
        }
    }
    Some(hasher.finish())
}

/// A value without its places.
fn data(value: &Data, hasher: &mut FxHasher) {
    std::mem::discriminant(value).hash(hasher);
    match value {
        Data::Null => {}
        Data::Bool(it) => it.hash(hasher),
        Data::Int(it) => it.hash(hasher),
        Data::Float(it) => it.to_bits().hash(hasher),
        Data::Text(it) => it.value.hash(hasher),
        Data::List(items) => items.iter().for_each(|it| data(&it.value, hasher)),
        Data::Map(entries) => entries.iter().for_each(|(name, value)| {
            name.value.hash(hasher);
            data(&value.value, hasher);
        }),
    }
}

/// Whether AUTO tags of a step, its body and its model left out, leave something to a model.
pub(super) fn has_auto(step: &Step) -> bool {
    let mut found = false;
    let mut look = |text: &Text| found |= !text.autos.is_empty();
    let mut tests: Vec<&Condition> = step.condition.iter().map(|it| &**it).collect();
    match &step.kind {
        StepKind::ForEach(it) => it.items.value.each_text(&mut look),
        StepKind::Queue(it) => {
            it.on.iter().for_each(|it| it.value.each_text(&mut look));
            tests.extend(it.until.iter().chain(&it.test));
        }
        StepKind::While(it) => tests.extend(it.until.iter().chain(&it.test)),
        StepKind::ActionLoop(it) => tests.extend(it.until.iter().chain(&it.test)),
        _ => {}
    }
    tests.iter().for_each(|it| look(&it.text));
    for parameter in step.parameters.iter().filter(|it| it.name.value != "model") {
        parameter.value.value.each_text(&mut look);
    }
    let routed = step.routing.goto.iter().chain(&step.dynamic_dependencies).chain(&step.location);
    routed.for_each(|it| look(&it.value));
    step.routing.chosen.iter().for_each(|it| look(&it.to.value));
    found
}
