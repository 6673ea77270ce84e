//! Experts and personalities.

use syntax::Span;

use super::{Item, ItemKind};
use crate::place::Place;
use crate::{Snapshot, facts, lines};

/// Experts of the document.
pub(super) fn experts(snapshot: &Snapshot, place: &Place) -> Vec<Item> {
    let mut names: Vec<&str> =
        snapshot.pipeline.experts.iter().map(|it| it.name.value.as_str()).collect();
    names.sort_unstable();
    names.dedup();
    names
        .into_iter()
        .map(|name| {
            let model = facts::expert_model(snapshot, name).unwrap_or_default();
            Item::scalar(place, name, ItemKind::Expert).detail(model)
        })
        .collect()
}

/// Personalities of the document, of files, and the one that is built in; not `own`.
pub(super) fn personalities(snapshot: &Snapshot, place: &Place, own: Option<String>) -> Vec<Item> {
    let mut items: Vec<Item> = Vec::new();
    let mut add = |name: &str, text: &str, source: &str| {
        let is_there = items.iter().any(|it| it.label == name) || own.as_deref() == Some(name);
        if !is_there && !name.contains(char::is_whitespace) {
            let doc = facts::personality_page(name, text, source);
            items.push(
                Item::scalar(place, name, ItemKind::Personality)
                    .detail(facts::one_line(
                        text.lines().find(|it| !it.trim().is_empty()).unwrap_or(source),
                    ))
                    .text(doc),
            );
        }
    };
    for definition in &snapshot.pipeline.personalities {
        let text = facts::system_prompt(definition).unwrap_or_default();
        add(&definition.name.value, text, "this file");
    }
    for personality in snapshot.around.personalities().iter() {
        add(&personality.name, facts::prompt_of_file(personality), &personality.source);
    }
    add("standard", facts::STANDARD, "built in");
    items
}

/// The personality whose definition the cursor is in.
pub(super) fn own_name(snapshot: &Snapshot, offset: u32) -> Option<String> {
    let before = snapshot
        .pipeline
        .personalities
        .iter()
        .filter(|it| it.absolute(it.name.span).start <= offset)
        .max_by_key(|it| it.absolute(it.name.span).start)?;
    let between = Span::new(before.absolute(before.name.span).end, offset);
    (lines::slice(&snapshot.document, between).lines().count() < 200)
        .then(|| before.name.value.clone())
}
