//! What a pipeline is for and how it works.

use std::sync::Arc;

use schemars::JsonSchema;
use serde::Deserialize;

use crate::{
    mcp::{
        bench::{Bench, Refusal},
        offer::{Look, Said},
    },
    shape::Insight,
    workspace::{self, Analysis},
};

pub(super) struct Explain;

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Given {
    /// A pipeline.
    file: Option<String>,
    /// Its text, where that is not saved.
    text: Option<String>,
}

impl Look for Explain {
    const NAME: &'static str = "explain";
    const TITLE: &'static str = "Explain a pipeline";
    const ABOUT: &'static str = "Says what a pipeline is for and how it works, in sentences that follow from its text: in and out, \
        order, data, branches, loops, models, side effects, files, failures, and what might be done better. Its facts come as JSON. No \
        model is asked.";
    type Given = Given;
    type Answer = Insight;

    fn look(bench: &Bench, given: Given) -> Result<Said<Insight>, Refusal> {
        let source = bench.source(given.file.as_deref(), given.text.as_deref())?;
        let root = workspace::root(&source.folder());
        let catalogue = workspace::catalogue();
        let Analysis { pipeline, names, plan, .. } = workspace::analyse(&source, &root, &catalogue);
        let roster = Arc::new(workspace::roster(&root));
        let insight = Insight::of(&pipeline, &names, &plan, &catalogue, &roster);
        let words = format!("{}\n\n{}", insight.explanation.trim_end(), insight.architecture);
        Ok(Said::in_words(insight, words))
    }
}
