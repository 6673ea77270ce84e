//! What would run.

use schemars::JsonSchema;
use serde::Deserialize;

use crate::{
    cli::{facts, place::Workplace},
    mcp::{
        bench::{Bench, Refusal},
        offer::{Look, Said},
    },
    shape, workspace,
};

pub(super) struct Plan;

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Given {
    /// A pipeline.
    file: Option<String>,
    /// Its text, where that is not saved.
    text: Option<String>,
}

impl Look for Plan {
    const NAME: &'static str = "plan";
    const TITLE: &'static str = "Plan a pipeline";
    const ABOUT: &'static str = "Says what would run, without running it: the stages, the reason of every edge, inputs, outputs, \
        what each step does to the world, and what the models can cost at most (null is unknown, never zero). A file with errors has \
        a plan, too.";
    type Given = Given;
    type Answer = shape::Plan;

    fn look(bench: &Bench, given: Given) -> Result<Said<shape::Plan>, Refusal> {
        let source = bench.source(given.file.as_deref(), given.text.as_deref())?;
        let place = Workplace::usual(&source);
        let catalogue = workspace::catalogue();
        let analysis = workspace::analyse(&source, &place.workspace, &catalogue);
        Ok(Said::plainly(facts::plan(&source, &analysis, &catalogue, &place)))
    }
}
