//! A plan as `plan --format json` prints it.

use schemars::JsonSchema;
use serde::Serialize;
use serde_json::Value as Json;

use super::Insight;

/// What would run, in which order and why.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub(crate) struct Plan {
    /// The file, as it was asked for; `-` for standard input.
    pub(crate) file: String,
    /// Id of the pipeline.
    pub(crate) pipeline: Option<String>,
    /// Its name.
    pub(crate) name: Option<String>,
    /// What it is for.
    pub(crate) description: Option<String>,
    /// Ids of steps; a stage needs only earlier ones. A step of a cycle is in none, nor is one of `on_call`.
    pub(crate) stages: Vec<Vec<String>>,
    /// Ids of steps that run only when an error handler calls them.
    pub(crate) on_call: Vec<String>,
    /// Why a step waits for another.
    pub(crate) edges: Vec<PlanEdge>,
    /// Steps that wait for each other; such a pipeline cannot run.
    pub(crate) cycles: Vec<Vec<String>>,
    /// Every step in the order of the file.
    pub(crate) steps: Vec<PlanStep>,
    /// What can be handed in.
    pub(crate) inputs: Vec<PlanInput>,
    /// What comes out.
    pub(crate) outputs: Vec<PlanOutput>,
    /// What its steps do to the world, all together.
    pub(crate) effects: Vec<PlanEffect>,
    /// What its models can cost at most; null where it asks none.
    pub(crate) cost: Option<PlanCost>,
    /// Where it works.
    pub(crate) place: PlanPlace,
    /// What the pipeline is for and how it works; there with `--explain`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) insight: Option<Insight>,
}

/// What the models of a pipeline can cost at most, as far as its text tells.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub(crate) struct PlanCost {
    /// US dollars; null where a part is unknown or unbounded.
    pub(crate) dollars: Option<f64>,
    /// US dollars of the parts that are known.
    pub(crate) known_dollars: f64,
    /// What is not in it.
    pub(crate) not_counted: Vec<String>,
    /// Every step that asks a model.
    pub(crate) steps: Vec<PlanStepCost>,
}

/// What the model of a step can cost at most.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub(crate) struct PlanStepCost {
    /// Its id, behind those of the loops around it: `loop.body`.
    pub(crate) step: String,
    /// `provider:name`; null where none can be told.
    pub(crate) model: Option<String>,
    /// How often it is asked at most; null: without a bound in the text.
    pub(crate) calls: Option<u64>,
    /// Tokens that it reads at most in a call; null: unknown.
    pub(crate) read_tokens: Option<u64>,
    /// Tokens that it writes at most in a call; null: unknown.
    pub(crate) written_tokens: Option<u64>,
    /// US dollars of all calls; null: unknown or unbounded.
    pub(crate) dollars: Option<f64>,
    /// Why it is unknown.
    pub(crate) unknown: Option<String>,
    /// Why it has no bound.
    pub(crate) unbounded: Option<String>,
}

/// `from` runs before `to`.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub(crate) struct PlanEdge {
    pub(crate) from: String,
    pub(crate) to: String,
    pub(crate) origin: PlanOrigin,
    /// In words.
    pub(crate) because: String,
}

/// Where an edge comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum PlanOrigin {
    /// The author wrote it.
    Declared,
    /// A template reads the other step.
    Template,
    /// A condition or a loop reads the other step.
    ControlFlow,
    /// The other step may send the run here.
    Routing,
}

/// A step.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub(crate) struct PlanStep {
    /// Its id, or `#` and its number where it has none.
    pub(crate) id: String,
    /// What it does: a tool, an action or a kind of loop.
    pub(crate) does: String,
    /// Operation of its tool.
    pub(crate) operation: Option<String>,
    /// Its stage, from 0; null on a cycle, and where only an error handler calls it.
    pub(crate) stage: Option<usize>,
    /// Its condition as written.
    pub(crate) condition: Option<String>,
    /// What it does to the world.
    pub(crate) effects: Vec<PlanEffect>,
    /// Whether this build can run it.
    pub(crate) provided: bool,
    /// Line of its first character, from 0.
    pub(crate) line: u32,
}

/// An effect of a step.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum PlanEffect {
    /// Computes from its parameters, and nothing else.
    Pure,
    /// Reads files.
    Reads,
    /// Writes files.
    Writes,
    /// Runs code of the author's.
    RunsCode,
    /// Talks to other machines.
    Network,
    /// Calls a model.
    Model,
    /// Asks a person.
    AsksPerson,
}

/// An input.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub(crate) struct PlanInput {
    pub(crate) name: String,
    /// Declared type.
    #[serde(rename = "type")]
    pub(crate) ty: Option<String>,
    /// It must be handed in.
    pub(crate) required: bool,
    /// Value when it is not handed in; null: none.
    pub(crate) default: Json,
    pub(crate) description: Option<String>,
}

/// An output.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub(crate) struct PlanOutput {
    pub(crate) name: String,
    /// As written, templates included.
    pub(crate) value: Json,
}

/// Where a pipeline works; absolute paths.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub(crate) struct PlanPlace {
    /// Relative paths of steps start here.
    pub(crate) cwd: String,
    /// May be written to.
    pub(crate) workspace: String,
    /// Further folders that may be written to.
    pub(crate) writable: Vec<String>,
}
