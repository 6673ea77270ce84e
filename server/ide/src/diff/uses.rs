//! What steps use and do: tools, models, effects on the world, and files that they name in so many words.

use std::collections::BTreeMap;

use checks::{FileUse, files};
use pipeline::catalogue::Effect;
use pipeline::{Data, StepKind, facts};

use super::{Kind, Side, UseItem, graph, renames::Renames};

/// What a step uses or does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Use {
    /// Calls this tool or action.
    Tool,
    /// Asks this model.
    Model,
    /// Does this to the world.
    Effect(Effect),
    /// Reads this file.
    Reads,
    /// Writes this file.
    Writes,
}

/// Steps by what they use or do.
type Uses = BTreeMap<(Use, String), Vec<String>>;

/// What only one of the two uses or does: what is new, then what is gone.
pub(super) fn changed(old: &Side<'_>, new: &Side<'_>, renames: &Renames) -> Vec<UseItem> {
    let (old, new) = (all(old, renames), all(new, &Renames::default()));
    let mut items = only(&new, &old, Kind::Added);
    items.extend(only(&old, &new, Kind::Removed));
    items
}

fn only(own: &Uses, others: &Uses, kind: Kind) -> Vec<UseItem> {
    let item = |((what, name), steps): (&(Use, String), &Vec<String>)| UseItem {
        kind,
        what: *what,
        name: name.clone(),
        steps: steps.clone(),
    };
    own.iter().filter(|(key, _)| !others.contains_key(key)).map(item).collect()
}

fn all(side: &Side<'_>, renames: &Renames) -> Uses {
    let mut uses = Uses::new();
    for (at, outer) in side.pipeline.steps.iter().enumerate() {
        let id = graph::name(side, at, renames);
        let mut add = |what: Use, name: String| {
            let steps = uses.entry((what, name)).or_default();
            if steps.last() != Some(&id) {
                steps.push(id.clone());
            }
        };
        for effect in facts::effects(outer, side.catalogue) {
            if effect != Effect::Pure {
                add(Use::Effect(effect), String::new());
            }
        }
        for step in outer.walk() {
            match &step.kind {
                StepKind::Tool { tool, .. } => add(Use::Tool, tool.value.clone()),
                StepKind::Action(action) => add(Use::Tool, action.value.clone()),
                _ => {}
            }
            if let Some(Data::Text(model)) = step.model.as_ref().map(|it| &it.value) {
                add(Use::Model, model.value.trim().to_owned());
            }
            for file in files(step, side.catalogue) {
                let what = match file.usage {
                    FileUse::Reads => Use::Reads,
                    FileUse::Writes | FileUse::Product => Use::Writes,
                };
                if let Some(path) = file.path() {
                    add(what, renames.in_tags(&path));
                }
            }
        }
    }
    uses
}
