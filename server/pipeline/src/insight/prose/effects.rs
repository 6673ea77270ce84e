//! What steps change in the world, and which of them this build can run.

use super::super::say::{effect, listed};
use super::super::sheet::{Sheet, StepFact};
use super::models::asking;
use super::room::{Extent, names};
use crate::catalogue::Effect;

pub(super) fn effects(sheet: &Sheet, extent: Extent) -> Vec<String> {
    let mut found: Vec<(Effect, Vec<&str>)> = Vec::new();
    for step in sheet.steps.iter().filter(|it| !it.own.calls_pipeline) {
        for effect in step.own.effects_alone.iter().chain(&step.own.effects_lent) {
            match found.iter_mut().find(|(known, _)| known == effect) {
                _ if *effect == Effect::Pure => {}
                Some((_, ids)) if ids.last() == Some(&&*step.id) => {}
                Some((_, ids)) => ids.push(&step.id),
                None => found.push((*effect, vec![&step.id])),
            }
        }
    }
    found.sort_by_key(|(effect, _)| *effect);
    let asking = names(&asking(sheet));
    let words = found.iter().map(|(effect, steps)| {
        // The same names stand in the paragraph before.
        let who = match (effect, steps.len()) {
            (Effect::Model, 3..) if *steps == asking => "as told above".to_owned(),
            _ => extent.ids(steps),
        };
        format!("{} ({who})", may(*effect))
    });
    let words: Vec<String> = words.collect();
    let called: Vec<&str> =
        sheet.steps.iter().filter(|it| it.own.calls_pipeline).map(|it| &*it.id).collect();
    let unknown = names(&unknown(sheet));
    let handlers_act = sheet.handlers_act || sheet.steps.iter().any(|it| it.own.handlers_act);
    let has_auto = sheet.steps.iter().any(|it| it.own.has_auto);
    let mut said = Vec::new();
    if !words.is_empty() {
        said.push(format!("Its steps may {}.", listed(&words)));
    } else if unknown.is_empty() && called.is_empty() && !sheet.steps.is_empty() {
        match (has_auto, handlers_act) {
            (true, _) => {}
            (false, true) => said.push("Its steps only compute.".to_owned()),
            (false, false) => said.push("It has none: its steps only compute.".to_owned()),
        }
    }
    if handlers_act {
        said.push("What its error handlers do is not told here.".to_owned());
    }
    if !called.is_empty() {
        said.push(format!(
            "What the pipelines do that {} run is not told here.",
            extent.ids(&called)
        ));
    }
    if !unknown.is_empty() {
        said.push(format!("What {} would do is not known.", extent.ids(&unknown)));
    }
    said
}

/// Steps of which nothing is known.
fn unknown(sheet: &Sheet) -> Vec<&StepFact> {
    let is_unknown =
        |it: &&StepFact| !it.own.calls_pipeline && it.own.effects_alone.is_empty() && !it.own.holds;
    sheet.steps.iter().map(|it| &**it).filter(is_unknown).collect()
}

const fn may(it: Effect) -> &'static str {
    match it {
        Effect::Reads => "read files",
        Effect::Writes => "write files",
        Effect::RunsCode => "run code",
        Effect::Network => "use the network",
        Effect::Model => "ask a model",
        Effect::AsksPerson => "ask a person",
        Effect::Pure => effect(it),
    }
}

/// What this build cannot run.
pub(super) fn provided(sheet: &Sheet, extent: Extent) -> Vec<String> {
    let missing = sheet.steps.iter().map(|it| &**it).filter(|it| !it.provided);
    let missing = names(&missing.collect::<Vec<_>>());
    let is_same = missing == names(&unknown(sheet));
    match missing.len() {
        0 => Vec::new(),
        // The same names stand in a paragraph before.
        many @ 3.. if is_same => {
            vec![format!(
                "It cannot run the {many} steps of which it is not known what they would do."
            )]
        }
        _ => vec![format!("It cannot run {}.", extent.ids(&missing))],
    }
}
