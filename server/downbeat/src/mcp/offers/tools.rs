//! What steps can do.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{
    cli::tools,
    mcp::{
        bench::{Bench, Refusal},
        offer::{Look, Said},
    },
    shape::{ToolInfo, ToolKind},
    workspace,
};

pub(super) struct Tools;

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Given {
    /// A tool or an action; without it, all there are.
    name: Option<String>,
}

#[derive(Serialize, JsonSchema)]
pub(super) struct Answer {
    /// Parameters, operations, results and effects of the one that was named.
    #[serde(skip_serializing_if = "Option::is_none")]
    tool: Option<ToolInfo>,
    /// What there is, where nothing was named.
    tools: Vec<ToolName>,
}

/// A tool or an action.
#[derive(Serialize, JsonSchema)]
pub(super) struct ToolName {
    name: String,
    kind: ToolKind,
    /// Whether this build can run it.
    provided: bool,
    /// What it does.
    about: String,
}

impl Look for Tools {
    const NAME: &'static str = "tools";
    const TITLE: &'static str = "Look up tools";
    const ABOUT: &'static str = "The tools and actions that a step may name. With a name: its parameters (type, default, choices), \
        operations, the fields of its result, and what it does to the world.";
    type Given = Given;
    type Answer = Answer;

    fn look(_: &Bench, given: Given) -> Result<Said<Answer>, Refusal> {
        let catalogue = workspace::catalogue();
        let all = tools::all(&catalogue);
        let Some(name) = given.name else {
            let names = all.into_iter().map(|info| ToolName {
                about: tools::summary(&info.doc, usize::MAX),
                name: info.name,
                kind: info.kind,
                provided: info.provided,
            });
            return Ok(Said::plainly(Answer { tool: None, tools: names.collect() }));
        };
        let found = tools::find(&catalogue, all, name.trim())?;
        Ok(Said::plainly(Answer { tool: Some(found), tools: Vec::new() }))
    }
}
