//! Past runs.

use engine::RunSummary;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{
    mcp::{
        bench::{Bench, Refusal},
        offer::{Look, Said},
    },
    workspace,
};

pub(super) struct Runs;

/// Runs that are listed where nothing is said.
const LISTED: usize = 20;

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Given {
    /// Only runs of this pipeline.
    file: Option<String>,
    /// At most so many; 20 where nothing is said.
    limit: Option<u16>,
}

#[derive(Serialize, JsonSchema)]
pub(super) struct Answer {
    /// Newest first.
    runs: Vec<RunSummary>,
}

impl Look for Runs {
    const NAME: &'static str = "runs";
    const TITLE: &'static str = "List past runs";
    const ABOUT: &'static str =
        "Past runs of the workspace, newest first: id, pipeline, status, start, duration.";
    type Given = Given;
    type Answer = Answer;

    fn look(bench: &Bench, given: Given) -> Result<Said<Answer>, Refusal> {
        let root = bench.root_of(given.file.as_deref())?;
        let file = given.file.as_deref().map(|file| bench.within(file)).transpose()?;
        let limit = given.limit.map_or(LISTED, usize::from);
        Ok(Said::plainly(Answer { runs: workspace::runs(&root, file.as_deref(), limit)? }))
    }
}
