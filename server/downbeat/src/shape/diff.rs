//! What one pipeline says other than another, as `diff --format json` prints it.

use ide::diff::{Change, Difference, Edge, Item, Kind, StepItem, Use, UseItem};
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::Value as Json;

use super::{PlanEffect, PlanOrigin};

/// What the new pipeline says other than the old one.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub(crate) struct Diff {
    /// The old file, as it was asked for; `-` for standard input.
    pub(crate) old: String,
    /// The new file.
    pub(crate) new: String,
    /// Whether both say the same.
    pub(crate) equal: bool,
    /// Of the document itself: its name, constants, models, handlers.
    pub(crate) header: Vec<DiffChange>,
    /// Of declared inputs.
    pub(crate) inputs: Vec<DiffItem>,
    /// Of declared outputs.
    pub(crate) outputs: Vec<DiffItem>,
    /// Of steps, in the order of the new file; those that are gone come last.
    pub(crate) steps: Vec<DiffStep>,
    /// Of what waits for what; steps have their new names.
    pub(crate) edges: Vec<DiffEdge>,
    /// Both lists of stages; null where they are equal.
    pub(crate) stages: Option<DiffStages>,
    /// Of what the steps use and do.
    pub(crate) uses: Vec<DiffUse>,
}

/// A value that is different.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub(crate) struct DiffChange {
    /// Where: `parameters.path`, `condition`.
    pub(crate) path: String,
    pub(crate) kind: DiffKind,
    /// Null where it is new.
    pub(crate) old: Json,
    /// Null where it is gone.
    pub(crate) new: Json,
}

/// How something is different.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum DiffKind {
    /// It is new.
    Added,
    /// It is gone.
    Removed,
    /// It says something else.
    Changed,
    /// Only its name is another.
    Renamed,
}

/// An input or output that is different.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub(crate) struct DiffItem {
    pub(crate) name: String,
    pub(crate) kind: DiffKind,
    /// Of what is new or gone, everything that it says.
    pub(crate) changes: Vec<DiffChange>,
}

/// A step that is different.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub(crate) struct DiffStep {
    /// Its id behind those of the loops around it: `loop.body`. `#` and its number for a step without an id.
    pub(crate) step: String,
    /// The id that it had before; null where it is the same.
    pub(crate) was: Option<String>,
    pub(crate) kind: DiffKind,
    /// Of what is new or gone, everything that it says.
    pub(crate) changes: Vec<DiffChange>,
}

/// An edge that is new or gone: `from` runs before `to`.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub(crate) struct DiffEdge {
    pub(crate) kind: DiffKind,
    pub(crate) from: String,
    pub(crate) to: String,
    pub(crate) origin: PlanOrigin,
    /// In words.
    pub(crate) because: String,
}

/// Ids of steps; a stage needs only earlier ones.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub(crate) struct DiffStages {
    pub(crate) old: Vec<Vec<String>>,
    pub(crate) new: Vec<Vec<String>>,
}

/// Something that only one of the two uses or does.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub(crate) struct DiffUse {
    pub(crate) kind: DiffKind,
    pub(crate) what: DiffWhat,
    /// Of the tool, model or file, as written; the effect for an effect.
    pub(crate) name: String,
    /// The steps that use it; a loop for its body.
    pub(crate) steps: Vec<String>,
}

/// What is used or done.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum DiffWhat {
    /// A tool or an action is called.
    Tool,
    /// A model is asked.
    Model,
    /// Something is done to the world.
    Effect,
    /// A file is read.
    Reads,
    /// A file is written.
    Writes,
}

impl Diff {
    pub(crate) fn new(old: &str, new: &str, difference: Difference) -> Self {
        let equal = difference.is_empty();
        let Difference { header, inputs, outputs, steps, edges, stages, uses } = difference;
        Self {
            old: old.to_owned(),
            new: new.to_owned(),
            equal,
            header: all(header),
            inputs: all(inputs),
            outputs: all(outputs),
            steps: all(steps),
            edges: all(edges),
            stages: stages.map(|it| DiffStages { old: it.old, new: it.new }),
            uses: all(uses),
        }
    }
}

fn all<T, U: From<T>>(items: Vec<T>) -> Vec<U> {
    items.into_iter().map(U::from).collect()
}

impl From<Change> for DiffChange {
    fn from(change: Change) -> Self {
        let kind = match (&change.old, &change.new) {
            (None, _) => DiffKind::Added,
            (_, None) => DiffKind::Removed,
            _ => DiffKind::Changed,
        };
        let (old, new) = (change.old.unwrap_or_default(), change.new.unwrap_or_default());
        Self { path: change.path, kind, old, new }
    }
}

impl From<Kind> for DiffKind {
    fn from(kind: Kind) -> Self {
        match kind {
            Kind::Added => Self::Added,
            Kind::Removed => Self::Removed,
            Kind::Changed => Self::Changed,
            Kind::Renamed => Self::Renamed,
        }
    }
}

impl From<Item> for DiffItem {
    fn from(item: Item) -> Self {
        Self { name: item.name, kind: item.kind.into(), changes: all(item.changes) }
    }
}

impl From<StepItem> for DiffStep {
    fn from(item: StepItem) -> Self {
        let StepItem { step, was, kind, changes } = item;
        Self { step, was, kind: kind.into(), changes: all(changes) }
    }
}

impl From<Edge> for DiffEdge {
    fn from(edge: Edge) -> Self {
        let Edge { kind, from, to, origin, because } = edge;
        Self { kind: kind.into(), from, to, origin: origin.into(), because }
    }
}

impl From<UseItem> for DiffUse {
    fn from(item: UseItem) -> Self {
        let (what, name) = match item.what {
            Use::Tool => (DiffWhat::Tool, item.name),
            Use::Model => (DiffWhat::Model, item.name),
            Use::Effect(effect) => (DiffWhat::Effect, PlanEffect::from(effect).key().to_owned()),
            Use::Reads => (DiffWhat::Reads, item.name),
            Use::Writes => (DiffWhat::Writes, item.name),
        };
        Self { kind: item.kind.into(), what, name, steps: item.steps }
    }
}
