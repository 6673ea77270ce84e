//! What might be done better, as far as the text proves it.

use std::sync::Arc;

use super::Own;
use super::part::{Part, Whole};
use super::roll::Roll;
use super::seats::Seats;
use super::sheet::{Chance, Id, StepFact};
use crate::catalogue::Effect;
use crate::models;
use crate::names::Meaning;
use crate::{Data, Origin, ReferenceOrigin, Routing, Step};

/// The most of one kind that are worth telling.
const MOST: usize = 5;

/// Fewer tokens than this are a short answer.
const SHORT_ANSWER: u64 = 100;

/// US dollars for a million written tokens from which on a model counts as dear.
const DEAR: f64 = 10.0;

/// What an outermost step and those in it give to think of.
pub(super) struct Signs {
    /// The step that it waits for by declaration alone, and for nothing else as late.
    waits_idly: Option<usize>,
    /// It leaves nothing in the world that others could find, and does not lead the run on.
    leaves_nothing: bool,
    /// It may give a long text.
    gives_long_text: bool,
    /// The same number: the same call.
    call: Option<u64>,
    /// Steps that reach the network and for which no earlier answer stands.
    uncached: Vec<Id>,
    /// What is said to models.
    asked: Vec<Asking>,
}

/// What is said to a model.
enum Asking {
    /// It is dear, and a short answer is wanted.
    Dear(Chance),
    /// Texts of these steps of the pipeline stand whole in it.
    Holding { step: Id, model: String, tokens: u32, texts: Vec<usize> },
}

impl Signs {
    pub(super) fn of(
        whole: Whole<'_>,
        seats: &Seats<'_>,
        facts: &[StepFact],
        outer: usize,
    ) -> Self {
        let step = seats[0].step;
        let own = Own::of(step);
        let quiet = |it: &Effect| matches!(it, Effect::Pure | Effect::Model | Effect::Reads);
        let brings = |it: &Effect| matches!(it, Effect::Reads | Effect::Network | Effect::RunsCode);
        let uncached =
            facts.iter().zip(seats.iter()).filter(|(it, seat)| is_uncached(seat.step, &it.own));
        Self {
            waits_idly: waits_idly(whole, step, outer).filter(|_| !own.effects.is_empty()),
            leaves_nothing: !own.effects.is_empty()
                && own.effects.iter().all(quiet)
                && step.routing == Routing::default(),
            gives_long_text: !own.calls_pipeline
                && (own.repeats.is_some() || own.effects_alone.iter().any(brings)),
            call: own.call,
            uncached: uncached.map(|(it, _)| Arc::clone(&it.id)).collect(),
            asked: (0..seats.len())
                .zip(facts)
                .flat_map(|(at, fact)| asked(whole, &seats.path(at), fact, outer))
                .collect(),
        }
    }
}

/// What is worth telling, by the parts of all steps.
pub(super) fn all(roll: &Roll, parts: &[Arc<Part>]) -> Vec<Chance> {
    let mut found = serial(roll, parts);
    found.extend(repeated(roll, parts));
    let uncached: Vec<Id> = parts.iter().flat_map(|it| it.signs.uncached.iter().cloned()).collect();
    if !uncached.is_empty() {
        found.push(Chance::Uncached { steps: uncached });
    }
    for asking in parts.iter().flat_map(|it| &it.signs.asked) {
        match asking {
            Asking::Dear(chance) => found.push(chance.clone()),
            Asking::Holding { step, model, tokens, texts } => {
                let is_long =
                    |it: &&usize| parts.get(**it).is_some_and(|it| it.signs.gives_long_text);
                let from = texts.iter().find(is_long).and_then(|it| roll.id(*it));
                found.extend(from.map(|from| Chance::Window {
                    step: Arc::clone(step),
                    from: Arc::clone(from),
                    model: model.clone(),
                    tokens: *tokens,
                }));
            }
        }
    }
    found
}

/// The step that another waits for by declaration alone, where nothing else holds it back as long.
fn waits_idly(whole: Whole<'_>, step: &Step, outer: usize) -> Option<usize> {
    let Whole { pipeline, plan, .. } = whole;
    let stage = plan.stage_of(outer)?.checked_sub(1)?;
    let mut late = plan.edges_to(outer).iter().filter(|it| plan.stage_of(it.from) == Some(stage));
    let (Some(edge), None) = (late.next(), late.next()) else { return None };
    if edge.origin != Origin::Declared || step.condition.is_some() {
        return None;
    }
    let before = pipeline.steps.get(edge.from)?.id_text();
    let inner = step.walk();
    let mut read = inner.iter().flat_map(|it| &it.references);
    (!read.any(|it| *it.root == *before)).then_some(edge.from)
}

/// Steps that wait for one that leaves nothing, by that one.
fn serial(roll: &Roll, parts: &[Arc<Part>]) -> Vec<Chance> {
    let mut found: Vec<(usize, Vec<usize>)> = Vec::new();
    for (to, part) in parts.iter().enumerate() {
        let Some(before) = part.signs.waits_idly else { continue };
        if !parts.get(before).is_some_and(|it| it.signs.leaves_nothing) {
            continue;
        }
        match found.iter().position(|(from, _)| *from == before) {
            Some(at) => found[at].1.push(to),
            None if found.len() < MOST => found.push((before, vec![to])),
            None => {}
        }
    }
    let chance = |(from, to): (usize, Vec<usize>)| {
        Some(Chance::Serial { from: roll.id(from)?.clone(), to: roll.all(&to) })
    };
    found.into_iter().filter_map(chance).collect()
}

/// Steps of the pipeline, outside of loops, that make the same call.
fn repeated(roll: &Roll, parts: &[Arc<Part>]) -> Vec<Chance> {
    let calls = parts.iter().enumerate();
    let mut calls: Vec<(u64, usize)> =
        calls.filter_map(|(at, part)| Some((part.signs.call?, at))).collect();
    calls.sort_unstable();
    let same = calls.chunk_by(|(a, _), (b, _)| a == b).filter(|it| it.len() > 1);
    let mut groups: Vec<Vec<usize>> =
        same.map(|it| it.iter().map(|(_, at)| *at).collect()).collect();
    groups.sort_unstable();
    groups.iter().take(MOST).map(|it| Chance::Repeated { steps: roll.all(it) }).collect()
}

fn is_uncached(step: &Step, own: &Own) -> bool {
    let all = &own.effects_alone;
    all.contains(&Effect::Network)
        && !own.calls_pipeline
        && !all.iter().any(|it| matches!(it, Effect::Writes | Effect::AsksPerson))
        && step.cache.is_none()
        && step.body.first().is_none_or(|it| it.cache.is_none())
}

/// What the last step of `path` says to the one model that it asks.
fn asked(whole: Whole<'_>, path: &[&Step], fact: &StepFact, outer: usize) -> Vec<Asking> {
    let (Some(step), Some([written])) =
        (path.last(), fact.model.as_ref().map(|it| it.models.as_slice()))
    else {
        return Vec::new();
    };
    let Some(model) = models::find(models::models(), written) else { return Vec::new() };
    let id = || Arc::clone(&fact.id);
    let mut found = Vec::new();
    let tokens = step.parameter("max_tokens").map(|it| &it.value.value);
    if let (Some(Data::Int(tokens)), Some(price)) = (tokens, model.output_price)
        && let Ok(tokens) = u64::try_from(*tokens)
        && tokens < SHORT_ANSWER
        && price >= DEAR
    {
        let chance = Chance::Large { step: id(), model: written.clone(), tokens, price };
        found.push(Asking::Dear(chance));
    }
    let texts = whole_texts(whole, path, step, outer);
    if let Some(tokens) = model.context
        && !texts.is_empty()
    {
        found.push(Asking::Holding { step: id(), model: written.clone(), tokens, texts });
    }
    found
}

/// The other steps of the pipeline whose text stands whole in a parameter of a step.
fn whole_texts(whole: Whole<'_>, path: &[&Step], step: &Step, outer: usize) -> Vec<usize> {
    let is_whole = |place: &str| {
        let name = place.strip_prefix("parameters.").and_then(|it| it.split(['.', '[']).next());
        let value = name.and_then(|it| step.parameter(it)).map(|it| &it.value.value);
        let cut = ["[", "truncate", "length", "first", "wordcount", "{%"];
        matches!(value, Some(Data::Text(text)) if !cut.iter().any(|it| text.value.contains(it)))
    };
    let texts = step.references.iter().filter_map(|reference| {
        if reference.origin != ReferenceOrigin::Template || reference.in_auto {
            return None;
        }
        let field = reference.fields.last().map_or("", |(field, _)| field);
        let is_text = matches!(
            field,
            "" | "result" | "results" | "content" | "text" | "stdout" | "iterations" | "output"
        );
        match whole.names.meaning(whole.pipeline, path, reference) {
            Meaning::Step(from) if from != outer && is_text && is_whole(&reference.place) => {
                Some(from)
            }
            _ => None,
        }
    });
    texts.collect()
}
