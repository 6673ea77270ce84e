//! Sentences about what may be worth doing.

use pipeline::{Data, Origin, StepKind, catalogue::Effect};

use super::{
    steps::{effects, find, outer},
    text::{self, number},
};
use crate::World;

pub(super) fn worth(world: &World, sentence: &str, form: &str, codes: &[String]) -> Option<bool> {
    if form.contains(" only because _ says so: ") {
        let waiting = &codes[..codes.len() - 2];
        return Some(only_waits(world, waiting, codes.get(codes.len() - 2)?));
    }
    if form.starts_with("These wait only because _ says so, read nothing of what they wait for") {
        let pairs = sentence.split_once("earlier without: ")?.1.split("; ");
        let all = pairs.map(|pair| {
            let (waiting, from) = pair.split_once(" for ")?;
            Some(only_waits(world, &text::codes(waiting), text::codes(from).first()?))
        });
        return all.collect::<Option<Vec<_>>>().map(|it| it.len() > 1 && it.iter().all(|it| *it));
    }
    if form.ends_with(" make the same call") {
        let said = |id: &String| {
            let step = find(world, id)?;
            let step = step.step();
            let kind = match &step.kind {
                StepKind::Tool { tool, operation } => {
                    format!("{} {:?}", tool.value, operation.as_ref().map(|it| &it.value))
                }
                StepKind::Action(name) => name.value.clone(),
                _ => return None,
            };
            let mut all: Vec<String> = Vec::new();
            for parameter in &step.parameters {
                parameter.value.value.texts(&parameter.name.value, &mut |place, text| {
                    all.push(format!("{place}={}", text.value))
                });
            }
            all.sort();
            Some((kind, all))
        };
        let first = said(codes.first()?)?;
        return Some(codes.len() > 1 && codes.iter().all(|it| said(it).as_ref() == Some(&first)));
    }
    if form.contains(" the network anew in every run: no _ says how old an answer may be") {
        let steps = &codes[..codes.len() - 1];
        return Some(steps.iter().all(|it| {
            find(world, it).is_some_and(|it| {
                let all = effects(it.acting());
                all.contains(&Effect::Network)
                    && !all.contains(&Effect::Writes)
                    && it.step().cache.is_none()
                    && it.acting().cache.is_none()
            })
        }));
    }
    if form.contains(" wants at most ") {
        let found = find(world, codes.first()?)?;
        let tokens = found.step().parameter("max_tokens").map(|it| it.value.value.clone());
        let model = pipeline::models::find(pipeline::models::models(), &codes[1])?;
        let price = format!("costs {} US dollars", model.output_price?);
        return Some(
            tokens == Some(Data::Int(number(sentence.split_once("at most")?.1)? as i128))
                && sentence.contains(&price),
        );
    }
    if form.starts_with("Prompts for _ may be longer than the ") {
        let model = pipeline::models::find(pipeline::models::models(), &codes[0])?;
        let prompts =
            sentence.split_once(" at once: ")?.1.strip_suffix(", however long that is")?;
        let all = prompts.split("that of ").skip(1).map(|prompt| {
            let codes = text::codes(prompt);
            let (to, from) = codes.split_first()?;
            let to = find(world, to)?;
            Some(from.iter().all(|it| {
                let from = find(world, it);
                let reads = |id: &str| to.step().references.iter().any(|it| *it.root == *id);
                from.is_some_and(|it| reads(it.step().id_text()))
            }))
        });
        let all: Option<Vec<bool>> = all.collect();
        let tokens = format!("the {} tokens that it reads at once", model.context?);
        return all.map(|it| sentence.contains(&tokens) && it.into_iter().all(|it| it));
    }
    None
}

/// Whether steps wait for one by declaration alone, and for nothing else as late.
fn only_waits(world: &World, waiting: &[String], from: &str) -> bool {
    let steps = &world.pipeline.steps;
    let Some(from) = outer(world, from) else { return false };
    waiting.iter().all(|id| {
        let Some(to) = outer(world, id) else { return false };
        let own: Vec<_> =
            world.plan.edges.iter().filter(|it| it.from == from && it.to == to).collect();
        let reads = steps[to]
            .walk()
            .iter()
            .any(|it| it.references.iter().any(|it| *it.root == *steps[from].id_text()));
        let stage = world.plan.stage_of(to).unwrap();
        let others = world.plan.dependencies(to).into_iter().filter(|it| *it != from);
        let earlier =
            others.map(|it| world.plan.stage_of(it).unwrap() + 1).max().unwrap_or(0) < stage;
        own.iter().all(|it| it.origin == Origin::Declared) && !own.is_empty() && !reads && earlier
    })
}
