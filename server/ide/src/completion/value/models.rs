use pipeline::models::{Model, Wanted, find, shortcomings, unasked};

use super::{Item, ItemKind};
use crate::enclosing::Enclosing;
use crate::place::Place;
use crate::topic::Topic;
use crate::{Snapshot, hover};

/// Models by the name that leaves no doubt; those that the document names already first. Special and retired ones are not
/// proposed.
pub(super) fn items(snapshot: &Snapshot, place: &Place) -> Vec<Item> {
    let models = &snapshot.roster.models;
    let provider = place.members.iter().find(|it| it.key == "provider").map(|it| it.value.as_str());
    let named: Vec<&Model> =
        names(snapshot).into_iter().filter_map(|name| find(models, name)).collect();
    let is_named = |model: &Model| named.contains(&model);
    let (first, rest): (Vec<_>, Vec<_>) = models
        .iter()
        .filter(|model| is_named(model) || unasked(model).is_none())
        .filter(|model| {
            provider.is_none_or(|provider| model.provider.eq_ignore_ascii_case(provider))
        })
        .partition(|model| is_named(model));
    let enclosing = Enclosing::at(&snapshot.pipeline, place.word.span.start);
    let wanted = enclosing.and_then(|it| {
        let (step, around) = it.path.split_last()?;
        Wanted::of_step(&snapshot.pipeline, &snapshot.catalogue, around, step)
    });
    let item = |model: &Model| {
        let full = model.full_name();
        let name = if provider.is_some() { model.name.to_string() } else { full.clone() };
        Item::scalar(place, &name, ItemKind::Model)
            .detail(detail(model, wanted.as_ref()))
            .topic(Topic::Model(full))
    };
    first.into_iter().chain(rest).map(item).collect()
}

/// Window, price, rank, and what it lacks of what the step asks for.
fn detail(model: &Model, wanted: Option<&Wanted>) -> String {
    let mut text = hover::price(model);
    if let Some(quality) = model.quality {
        text.push_str(&format!(", quality {quality}"));
    }
    let lacks = wanted.map(|it| shortcomings(model, it)).unwrap_or_default();
    if let Some(first) = lacks.first() {
        text.push_str(&format!(", {first}"));
    }
    text
}

/// Who serves the known models.
pub(super) fn providers(snapshot: &Snapshot, place: &Place) -> Vec<Item> {
    let mut names: Vec<&str> = snapshot.roster.models.iter().map(|it| &*it.provider).collect();
    names.dedup();
    names.into_iter().map(|name| Item::scalar(place, name, ItemKind::Word)).collect()
}

/// Models that the head of the document names.
fn names(snapshot: &Snapshot) -> Vec<&str> {
    ["model", "default_model", "orchestrator"]
        .into_iter()
        .filter_map(|key| snapshot.pipeline.entry(key)?.value.value.as_text().map(|it| &*it.value))
        .collect()
}
