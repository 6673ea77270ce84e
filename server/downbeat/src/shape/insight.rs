//! What a pipeline is for and how it works, as `explain --format json` prints it and editors ask for it.

use std::sync::Arc;

use pipeline::insight::{self, Extent, Sheet};
use pipeline::{Pipeline, Plan, catalogue::Catalogue, models::Roster, names::Names};
use schemars::JsonSchema;
use serde::Serialize;

use crate::wording::Wording;

/// What a pipeline is for and how it works.
#[derive(Clone, Debug, Default, Serialize, JsonSchema)]
pub(crate) struct Insight {
    /// What it is for and what it does from beginning to end, in three to ten sentences: Markdown.
    pub(crate) intention: String,
    /// Everything that is known of it in sentences, paragraph by paragraph: Markdown.
    pub(crate) explanation: String,
    /// Its steps as a numbered list, each id once.
    pub(crate) architecture: String,
    /// What the sentences follow from.
    pub(crate) facts: Sheet,
    /// What a model says, where one was asked: with `--words`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) wording: Option<Wording>,
}

impl Insight {
    /// That of a pipeline. `names` and `plan` are its own.
    pub(crate) fn of(
        pipeline: &Pipeline,
        names: &Names,
        plan: &Plan,
        catalogue: &Catalogue,
        roster: &Arc<Roster>,
    ) -> Self {
        let facts = Sheet::of(pipeline, names, plan, catalogue).priced(pipeline, catalogue, roster);
        let graph = ide::graph::graph(pipeline, names, plan, &[]);
        Self {
            intention: insight::intention(&facts),
            explanation: insight::explanation(&facts, Extent::Whole),
            architecture: ide::architecture(&graph),
            facts,
            wording: None,
        }
    }
}
