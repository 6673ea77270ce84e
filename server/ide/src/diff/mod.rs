//! What one pipeline says other than another: steps, edges, stages, inputs, outputs and what they use. Comments, quotes,
//! the order of keys and other spellings of the same say nothing.

mod fields;
mod graph;
mod pairs;
mod renames;
mod uses;

use pipeline::{Origin, Pipeline, Plan, catalogue::Catalogue};
use serde_json::Value as Json;
use syntax::Document;

use renames::Renames;
pub use uses::Use;

/// One of the two.
#[derive(Clone, Copy, Debug)]
pub struct Side<'a> {
    /// Its text.
    pub document: &'a Document,
    /// What the text means.
    pub pipeline: &'a Pipeline,
    /// The plan of that pipeline.
    pub plan: &'a Plan,
    /// The tools that its steps may call.
    pub catalogue: &'a Catalogue,
}

/// Everything that is different.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Difference {
    /// Of the document itself: its name, constants, models, handlers.
    pub header: Vec<Change>,
    /// Of declared inputs.
    pub inputs: Vec<Item>,
    /// Of declared outputs.
    pub outputs: Vec<Item>,
    /// Of steps, in the order of the new text; those that are gone come last.
    pub steps: Vec<StepItem>,
    /// Of what waits for what.
    pub edges: Vec<Edge>,
    /// Both lists of stages, where they differ; steps have their new names in both.
    pub stages: Option<Stages>,
    /// Of what the steps use and do.
    pub uses: Vec<UseItem>,
}

impl Difference {
    /// Whether both say the same.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

/// A value that is different.
#[derive(Clone, Debug, PartialEq)]
pub struct Change {
    /// Where: `parameters.path`, `condition`.
    pub path: String,
    /// Nothing where it is new.
    pub old: Option<Json>,
    /// Nothing where it is gone.
    pub new: Option<Json>,
}

/// Something with a name that is different.
#[derive(Clone, Debug, PartialEq)]
pub struct Item {
    /// Its name.
    pub name: String,
    /// How.
    pub kind: Kind,
    /// What is different in it; of what is new or gone, everything.
    pub changes: Vec<Change>,
}

/// A step that is different.
#[derive(Clone, Debug, PartialEq)]
pub struct StepItem {
    /// Its id behind those of the loops around it: `loop.body`. `#` and a number for a step without an id.
    pub step: String,
    /// How it was called, if it has another name now.
    pub was: Option<String>,
    /// How.
    pub kind: Kind,
    /// What is different in it; of what is new or gone, everything.
    pub changes: Vec<Change>,
}

/// How something is different.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// It is new.
    Added,
    /// It is gone.
    Removed,
    /// It says something else.
    Changed,
    /// Only its name is another.
    Renamed,
}

/// An edge that is new or gone.
#[derive(Clone, Debug, PartialEq)]
pub struct Edge {
    /// `Added` or `Removed`.
    pub kind: Kind,
    /// The step that is waited for.
    pub from: String,
    /// The step that waits.
    pub to: String,
    /// What makes it.
    pub origin: Origin,
    /// In words.
    pub because: String,
}

/// What runs together, before and after.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stages {
    /// Steps that are gone have their old names.
    pub old: Vec<Vec<String>>,
    /// As they are now.
    pub new: Vec<Vec<String>>,
}

/// Something that only one of the two uses or does.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UseItem {
    /// `Added` or `Removed`.
    pub kind: Kind,
    /// What.
    pub what: Use,
    /// Its name; empty for an effect that has none.
    pub name: String,
    /// The steps that use it.
    pub steps: Vec<String>,
}

/// What `new` says other than `old`.
#[must_use]
pub fn diff(old: &Side<'_>, new: &Side<'_>) -> Difference {
    let mut renames = Renames::default();
    let steps = pairs::steps(old.pipeline, new.pipeline, &mut renames);
    let none = Renames::default();
    let header = fields::changes(
        &fields::header(old.document, old.pipeline, &renames),
        &fields::header(new.document, new.pipeline, &none),
    );
    Difference {
        header,
        inputs: items(&fields::inputs(old.pipeline), &fields::inputs(new.pipeline)),
        outputs: items(
            &fields::outputs(old.pipeline, &renames),
            &fields::outputs(new.pipeline, &none),
        ),
        steps,
        edges: graph::edges(old, new, &renames),
        stages: graph::stages(old, new, &renames),
        uses: uses::changed(old, new, &renames),
    }
}

/// Things that differ, told apart by name: as they stand in `new`, then those that are gone.
fn items(old: &[(String, fields::Fields)], new: &[(String, fields::Fields)]) -> Vec<Item> {
    let nothing = fields::Fields::new();
    let find = |all: &'_ [(String, fields::Fields)], name: &str| {
        all.iter().find(|(other, _)| other == name).map(|(_, fields)| fields.clone())
    };
    let mut items = Vec::new();
    for (name, fields) in new {
        let before = find(old, name);
        let kind = if before.is_some() { Kind::Changed } else { Kind::Added };
        let changes = fields::changes(before.as_ref().unwrap_or(&nothing), fields);
        if kind == Kind::Added || !changes.is_empty() {
            items.push(Item { name: name.clone(), kind, changes });
        }
    }
    for (name, fields) in old.iter().filter(|(name, _)| find(new, name).is_none()) {
        let changes = fields::changes(fields, &nothing);
        items.push(Item { name: name.clone(), kind: Kind::Removed, changes });
    }
    items
}
