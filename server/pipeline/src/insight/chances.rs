//! What might be done better, as far as the text proves it.

use rustc_hash::FxHashMap;

use super::Own;
use super::gather::Seats;
use super::sheet::{Bound, Chance, Sheet, StepFact};
use crate::catalogue::Effect;
use crate::models;
use crate::names::{Meaning, Names};
use crate::{Data, Origin, Pipeline, Plan, ReferenceOrigin, Step};

/// The most of one kind that are worth telling.
const MOST: usize = 5;

/// Fewer tokens than this are a short answer.
const SHORT_ANSWER: u64 = 100;

/// US dollars for a million written tokens from which on a model counts as dear.
const DEAR: f64 = 10.0;

pub(super) fn all(
    pipeline: &Pipeline,
    names: &Names,
    plan: &Plan,
    seats: &Seats<'_>,
    sheet: &Sheet,
) -> Vec<Chance> {
    let mut found = serial(pipeline, plan, seats);
    found.extend(repeated(pipeline, seats));
    found.extend(uncached(seats));
    for (seat, fact) in seats.all.iter().zip(&sheet.steps) {
        let step = seat.step();
        let Some([written]) = fact.model.as_ref().map(|it| it.models.as_slice()) else { continue };
        let Some(model) = models::find(models::models(), written) else { continue };
        let tokens = step.parameter("max_tokens").map(|it| &it.value.value);
        if let (Some(Data::Int(tokens)), Some(price)) = (tokens, model.output_price)
            && let Ok(tokens) = u64::try_from(*tokens)
            && tokens < SHORT_ANSWER
            && price >= DEAR
        {
            found.push(Chance::Large {
                step: seat.id.to_string(),
                model: written.clone(),
                tokens,
                price,
            });
        }
        if let (Some(tokens), Some(from)) =
            (model.context, long_text(pipeline, names, seats, &seat.path, seat.outer))
        {
            found.push(Chance::Window {
                step: seat.id.to_string(),
                from: seats.id(from).to_owned(),
                model: written.clone(),
                tokens,
            });
        }
    }
    found
}

/// How often models are asked at most, by the bounds of the loops around; `None` where a bound is not known.
pub(super) fn model_calls(steps: &[StepFact]) -> Option<u64> {
    let mut rounds: FxHashMap<&str, Option<u64>> = FxHashMap::default();
    let mut sum = Some(0_u64);
    for step in steps {
        // A step stands behind the one around it.
        let around = match &step.inside {
            Some(holder) => rounds.get(holder.as_str()).copied().flatten(),
            None => Some(1),
        };
        let own = match step.own.repeats.as_ref().map(|it| &it.bound) {
            None => Some(1),
            Some(Bound::Items(most) | Bound::AtMost(most)) => Some(*most),
            Some(Bound::List | Bound::Written(_)) => None,
        };
        let times = around.zip(own).and_then(|(a, b)| a.checked_mul(b));
        rounds.insert(&step.id, times);
        if step.own.asks_model {
            sum = sum.zip(times).and_then(|(a, b)| a.checked_add(b));
        }
    }
    sum
}

/// Steps that wait by declaration alone, where nothing else holds them back as long and the step waited for leaves nothing
/// in the world that they could find.
fn serial(pipeline: &Pipeline, plan: &Plan, seats: &Seats<'_>) -> Vec<Chance> {
    let mut found: Vec<(usize, Vec<usize>)> = Vec::new();
    for (to, step) in pipeline.steps.iter().enumerate() {
        let Some(stage) = plan.stage_of(to).and_then(|it| it.checked_sub(1)) else { continue };
        let edges = plan.edges_to(to);
        let mut late = edges.iter().filter(|it| plan.stage_of(it.from) == Some(stage));
        let (Some(edge), None) = (late.next(), late.next()) else { continue };
        let Some(before) = pipeline.steps.get(edge.from) else { continue };
        let own = Own::of(before);
        let leaves_nothing = !own.effects.is_empty()
            && own
                .effects
                .iter()
                .all(|it| matches!(it, Effect::Pure | Effect::Model | Effect::Reads));
        let leads_on = before.routing != crate::Routing::default() || step.condition.is_some();
        let inner = step.walk();
        let mut read = inner.iter().flat_map(|it| &it.references);
        let is_read = read.any(|it| *it.root == *before.id_text());
        if edge.origin != Origin::Declared
            || !leaves_nothing
            || leads_on
            || is_read
            || Own::of(step).effects.is_empty()
        {
            continue;
        }
        match found.iter().position(|(from, _)| *from == edge.from) {
            Some(at) => found[at].1.push(to),
            None if found.len() < MOST => found.push((edge.from, vec![to])),
            None => {}
        }
    }
    let ids = |all: Vec<usize>| all.iter().map(|it| seats.id(*it).to_owned()).collect();
    found
        .into_iter()
        .map(|(from, to)| Chance::Serial { from: seats.id(from).to_owned(), to: ids(to) })
        .collect()
}

/// Steps of the pipeline, outside of loops, that make the same call.
fn repeated(pipeline: &Pipeline, seats: &Seats<'_>) -> Vec<Chance> {
    let mut by_call: FxHashMap<u64, usize> = FxHashMap::default();
    let mut groups: Vec<Vec<usize>> = Vec::new();
    for (at, step) in pipeline.steps.iter().enumerate() {
        let Some(call) = Own::of(step).call else { continue };
        let group = *by_call.entry(call).or_insert_with(|| {
            groups.push(Vec::new());
            groups.len() - 1
        });
        groups[group].push(at);
    }
    let several = groups.into_iter().filter(|it| it.len() > 1).take(MOST);
    let ids = |group: Vec<usize>| group.iter().map(|it| seats.id(*it).to_owned()).collect();
    several.map(|group| Chance::Repeated { steps: ids(group) }).collect()
}

fn uncached(seats: &Seats<'_>) -> Option<Chance> {
    let is_uncached = |step: &Step, own: &Own| {
        let all = &own.effects_alone;
        all.contains(&Effect::Network)
            && !own.calls_pipeline
            && !all.iter().any(|it| matches!(it, Effect::Writes | Effect::AsksPerson))
            && step.cache.is_none()
            && step.body.first().is_none_or(|it| it.cache.is_none())
    };
    let all = seats.all.iter().filter(|it| is_uncached(it.step(), &Own::of(it.step())));
    let steps: Vec<String> = all.map(|it| it.id.to_string()).collect();
    (!steps.is_empty()).then_some(Chance::Uncached { steps })
}

/// The outermost step whose text of unknown length stands whole in a parameter of a step.
fn long_text(
    pipeline: &Pipeline,
    names: &Names,
    seats: &Seats<'_>,
    path: &[&Step],
    outer: usize,
) -> Option<usize> {
    let step = path.last()?;
    let is_whole = |place: &str| {
        let name = place.strip_prefix("parameters.")?.split(['.', '[']).next()?;
        let Data::Text(text) = &step.parameter(name)?.value.value else { return None };
        let cut = ["[", "truncate", "length", "first", "wordcount", "{%"];
        (!cut.iter().any(|it| text.value.contains(it))).then_some(())
    };
    step.references.iter().find_map(|reference| {
        if reference.origin != ReferenceOrigin::Template || reference.in_auto {
            return None;
        }
        let field = reference.fields.last().map_or("", |(field, _)| field);
        let is_text = matches!(
            field,
            "" | "result" | "results" | "content" | "text" | "stdout" | "iterations" | "output"
        );
        let Meaning::Step(from) = names.meaning(pipeline, path, reference) else { return None };
        let source = pipeline.steps.get(from).filter(|_| from != outer && is_text)?;
        let own = Own::of(source);
        let is_long = own.repeats.is_some()
            || own
                .effects_alone
                .iter()
                .any(|it| matches!(it, Effect::Reads | Effect::Network | Effect::RunsCode));
        is_whole(&reference.place)?;
        (is_long && !own.calls_pipeline && !seats.id(from).is_empty()).then_some(from)
    })
}
