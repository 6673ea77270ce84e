//! Which step is which: by id, else by saying the same under another one.

use std::collections::VecDeque;
use std::sync::Arc;

use pipeline::{Pipeline, Step};
use rustc_hash::{FxHashMap, FxHashSet};
use serde_json::Value as Json;

use super::fields::{self, Fields};
use super::{Kind, StepItem, renames::Renames};

/// The steps that differ. Notes in `renames` which only have another name.
pub(super) fn steps(old: &Pipeline, new: &Pipeline, renames: &mut Renames) -> Vec<StepItem> {
    let old: Vec<&Step> = old.steps.iter().map(|step| &*step.item).collect();
    let new: Vec<&Step> = new.steps.iter().map(|step| &*step.item).collect();
    find_renames(&old, &new, renames);
    let mut items = Vec::new();
    compare("", &old, &new, renames, &mut items);
    items
}

fn find_renames(old: &[&Step], new: &[&Step], renames: &mut Renames) {
    let ids = |steps: &[&Step]| -> FxHashSet<Arc<str>> {
        steps.iter().filter_map(|step| Some(Arc::clone(&step.id.as_ref()?.value))).collect()
    };
    let (before, after) = (ids(old), ids(new));
    let lacks = |ids: &FxHashSet<Arc<str>>, step: &&&Step| {
        step.id.as_ref().is_some_and(|id| !ids.contains(&id.value))
    };
    let none = Renames::default();
    let mut candidates: FxHashMap<String, VecDeque<&str>> = FxHashMap::default();
    for step in new.iter().filter(|step| lacks(&before, step)) {
        let said = whole(step, &none).to_string();
        candidates.entry(said).or_default().push_back(step.id_text());
    }
    for step in old.iter().filter(|step| lacks(&after, step)) {
        let same = candidates.get_mut(&whole(step, renames).to_string());
        if let Some(id) = same.and_then(VecDeque::pop_front) {
            renames.add(step.id_text(), id);
        }
    }
}

/// Everything that a step says but its own name.
fn whole(step: &Step, renames: &Renames) -> Json {
    let own = step.key("id").is_some();
    let mut fields = fields::step(step, renames);
    fields.retain(|(path, _)| own || path != "name");
    fields.sort_by(|left, right| left.0.cmp(&right.0));
    let body = step.body.iter().map(|step| {
        let id = renames.name(step.id_text()).to_owned();
        Json::from(vec![id.into(), whole(step, renames)])
    });
    Json::from(vec![Json::Object(fields.into_iter().collect()), body.collect()])
}

fn compare(
    around: &str,
    old: &[&Step],
    new: &[&Step],
    renames: &Renames,
    items: &mut Vec<StepItem>,
) {
    let none = Renames::default();
    let old: Vec<(String, &Step)> = named(around, old, renames);
    let new: Vec<(String, &Step)> = named(around, new, &none);
    let before: FxHashMap<&str, &Step> = old.iter().map(|(name, step)| (&**name, *step)).collect();
    let after: FxHashSet<&str> = new.iter().map(|(name, _)| &**name).collect();
    for (name, step) in &new {
        let Some(before) = before.get(&**name) else {
            one_sided(name, step, Kind::Added, &none, items);
            continue;
        };
        let changes = fields::changes(&fields::step(before, renames), &fields::step(step, &none));
        let was = (before.id_text() != step.id_text()).then(|| before.id_text().to_owned());
        let kind = if was.is_some() { Kind::Renamed } else { Kind::Changed };
        if was.is_some() || !changes.is_empty() {
            items.push(StepItem { step: name.clone(), was, kind, changes });
        }
        let (before, body): (Vec<_>, Vec<_>) =
            (before.body.iter().collect(), step.body.iter().collect());
        compare(&format!("{name}."), &before, &body, renames, items);
    }
    for (name, step) in old.iter().filter(|(name, _)| !after.contains(&**name)) {
        one_sided(name, step, Kind::Removed, renames, items);
    }
}

/// A step of only one of the two, and its body.
fn one_sided(name: &str, step: &Step, kind: Kind, renames: &Renames, items: &mut Vec<StepItem>) {
    let (said, nothing) = (fields::step(step, renames), Fields::new());
    let changes = match kind {
        Kind::Removed => fields::changes(&said, &nothing),
        Kind::Added | Kind::Changed | Kind::Renamed => fields::changes(&nothing, &said),
    };
    items.push(StepItem { step: name.to_owned(), was: None, kind, changes });
    let body: Vec<&Step> = step.body.iter().collect();
    for (name, step) in named(&format!("{name}."), &body, renames) {
        one_sided(&name, step, kind, renames, items);
    }
}

/// Steps with the names that tell them apart; of steps that share an id, all but the first have a number.
fn named<'s>(around: &str, steps: &[&'s Step], renames: &Renames) -> Vec<(String, &'s Step)> {
    let mut seen: FxHashMap<&str, usize> = FxHashMap::default();
    let name = |(at, step): (usize, &&'s Step)| {
        let id = step.id_text();
        let count = seen.entry(id).or_default();
        *count += 1;
        let name = match (id, *count) {
            ("", _) => format!("{around}#{}", at + 1),
            (id, 1) => format!("{around}{}", renames.name(id)),
            (id, count) => format!("{around}{}#{count}", renames.name(id)),
        };
        (name, *step)
    };
    steps.iter().enumerate().map(name).collect()
}
