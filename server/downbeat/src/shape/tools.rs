//! Tools and actions as `tools --format json` prints them.

use schemars::JsonSchema;
use serde::Serialize;
use serde_json::Value as Json;

use super::PlanEffect;

/// A tool or an action.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub(crate) struct ToolInfo {
    pub(crate) name: String,
    pub(crate) kind: ToolKind,
    /// Whether this build can run it.
    pub(crate) provided: bool,
    /// Markdown.
    pub(crate) doc: String,
    /// Words of `action:` beside a tool.
    pub(crate) operations: Vec<ToolOperation>,
    pub(crate) parameters: Vec<ToolParameter>,
    /// Fields that the result of every operation has.
    pub(crate) result: Vec<ToolField>,
    /// What a call may do, over all operations.
    pub(crate) effects: Vec<PlanEffect>,
}

/// How a step names it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum ToolKind {
    /// By `tool:`.
    Tool,
    /// By `action:` alone.
    Action,
}

/// An operation of a tool.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub(crate) struct ToolOperation {
    pub(crate) name: String,
    /// Markdown.
    pub(crate) doc: String,
    /// Whether it is meant where none is named.
    pub(crate) default: bool,
    /// Parameters that it needs beyond the tool's own.
    pub(crate) required: Vec<String>,
    /// Fields of its result beyond the tool's own.
    pub(crate) result: Vec<ToolField>,
    /// What it does to the world.
    pub(crate) effects: Vec<PlanEffect>,
}

/// A parameter.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub(crate) struct ToolParameter {
    pub(crate) name: String,
    /// Text, number, ... in a word.
    #[serde(rename = "type")]
    pub(crate) ty: String,
    pub(crate) required: bool,
    /// The value where none is given; null: none.
    pub(crate) default: Option<Json>,
    /// The closed set of words; empty: open.
    pub(crate) choices: Vec<String>,
    /// Markdown.
    pub(crate) doc: String,
}

/// A field of a result.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub(crate) struct ToolField {
    pub(crate) name: String,
    /// Text, number, ... in a word.
    #[serde(rename = "type")]
    pub(crate) ty: String,
    /// Markdown.
    pub(crate) doc: String,
}
