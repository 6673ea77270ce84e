//! Files that the caller has listed.

use super::{Item, ItemKind};
use crate::Snapshot;
use crate::place::Place;

/// Files as tools name them.
pub(super) fn worked(snapshot: &Snapshot, place: &Place) -> Vec<Item> {
    let files = snapshot.around.files();
    files.iter().map(|file| Item::scalar(place, &file.worked, ItemKind::File)).collect()
}

/// Files that may be pipelines, those that are called so first.
pub(super) fn pipelines(snapshot: &Snapshot, place: &Place) -> Vec<Item> {
    let files = snapshot.around.files();
    let yaml = files
        .iter()
        .filter(|file| file.included.ends_with(".yaml") || file.included.ends_with(".yml"));
    let (surely, perhaps): (Vec<_>, Vec<_>) = yaml.partition(|file| {
        file.included.ends_with(".pipeline.yaml") || file.included.ends_with(".pipeline.yml")
    });
    surely
        .into_iter()
        .chain(perhaps)
        .map(|file| Item::scalar(place, &file.included, ItemKind::File))
        .collect()
}

/// Files that a text may include, at `place` of an expression.
pub(in crate::completion) fn included(snapshot: &Snapshot, replace: syntax::Span) -> Vec<Item> {
    let files = snapshot.around.files();
    files.iter().map(|file| Item::new(file.included.clone(), ItemKind::File, replace)).collect()
}
