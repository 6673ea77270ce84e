//! What may be typed at the cursor.

mod auto;
mod expression;
mod item;
mod key;
mod skeleton;
mod value;

use syntax::Span;

pub(crate) use key::signature;

pub use item::{Doc, Insert, Item, ItemKind};

use crate::{Snapshot, expression as words, lines, place};

/// More than this is not sent: the editor asks again when more of the word is typed.
const MOST: usize = 200;
/// More steps than this are not sent, the nearest being kept.
const MOST_STEPS: usize = 100;

/// What may be typed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Proposals {
    /// The likeliest first.
    pub items: Vec<Item>,
    /// Whether there are more that were left out.
    pub is_incomplete: bool,
}

/// What may be typed at `offset`.
#[must_use]
pub fn completion(snapshot: &Snapshot, offset: u32) -> Proposals {
    let items = proposed(snapshot, offset);
    let steps = items.iter().filter(|it| it.kind == ItemKind::Step).count();
    if items.len() <= MOST {
        return Proposals { items, is_incomplete: steps >= MOST_STEPS };
    }
    let typed = |item: &Item| {
        let start = item.replace.start.min(offset);
        lines::slice(&snapshot.document, Span::new(start, offset))
    };
    let typed = items.first().map(typed).unwrap_or_default();
    let (mut items, mut count) = (items, 0);
    items.retain(|item| {
        let fits = is_subsequence(&typed, &item.label);
        count += usize::from(fits);
        fits && count <= MOST
    });
    Proposals { items, is_incomplete: count > MOST || steps >= MOST_STEPS }
}

fn proposed(snapshot: &Snapshot, offset: u32) -> Vec<Item> {
    if let Some(tag) = auto::open_at(snapshot, offset) {
        return auto::items(&tag, offset);
    }
    if let Some((braces, before)) = words::open_at(snapshot, offset) {
        return expression::items(snapshot, offset, Some(braces), &before);
    }
    let Some(place) = place::at(snapshot, offset) else { return Vec::new() };
    match &place.slot {
        place::Slot::Key { has_colon } => key::items(snapshot, offset, &place, *has_colon),
        place::Slot::Condition { before } => expression::items(snapshot, offset, None, before),
        place::Slot::Value { key } => value::items(snapshot, offset, &place, key, &[]),
        place::Slot::Item { key, items } => value::items(snapshot, offset, &place, key, items),
    }
}

/// Whether the letters of `typed` come in that order in `label`, whatever their case: what editors show at most.
fn is_subsequence(typed: &str, label: &str) -> bool {
    let mut letters = label.chars().flat_map(char::to_lowercase);
    typed.chars().flat_map(char::to_lowercase).all(|it| letters.any(|other| other == it))
}
