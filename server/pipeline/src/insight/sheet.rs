//! The sheet: what is known of a pipeline before anything ran. What is not known is absent or null, never guessed.

use std::sync::Arc;

use schemars::JsonSchema;
use serde::Serialize;

use super::Own;

/// What the sheet calls a step.
pub type Id = Arc<str>;

/// What is known of a pipeline before anything ran. Steps are named by their ids; one inside of a loop as `loop.step`, one
/// without an id as `#3`.
#[derive(Clone, Debug, Default, PartialEq, Serialize, JsonSchema)]
pub struct Sheet {
    /// Its name, else its id.
    pub title: Option<String>,
    /// What it is for, as its author states it.
    pub purpose: Option<String>,
    /// What callers may hand in.
    pub inputs: Vec<InputFact>,
    /// What it gives.
    pub outputs: Vec<OutputFact>,
    /// Every step in the order of the text, those inside of a loop behind it.
    pub steps: Vec<Arc<StepFact>>,
    /// Steps by the longest way that leads to them. No two of a stage wait for each other.
    pub stages: Arc<[Vec<Id>]>,
    /// Steps that run only when an error handler calls them.
    pub on_call: Arc<[Id]>,
    /// Steps that wait for each other and can never run.
    pub cycles: Arc<[Vec<Id>]>,
    /// A longest way through the stages: each step waits for the one before it.
    pub longest_path: Arc<[Id]>,
    /// Which step reads what of which.
    pub flows: Vec<Arc<Flow>>,
    /// How many error handlers stand behind those of the steps.
    pub handlers: usize,
    /// One of them does something that is no step.
    #[serde(skip)]
    pub(crate) handlers_act: bool,
    /// How often models are asked at most, further attempts, error handlers, AUTO tags and called pipelines not counted;
    /// null: nothing bounds it.
    pub model_calls: Option<u64>,
    /// What its models cost at most; null where that was not looked up.
    pub cost: Option<CostFact>,
    /// What might be done better.
    pub chances: Vec<Chance>,
}

/// What models cost at most, further attempts, error handlers, AUTO tags and called pipelines not counted.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct CostFact {
    /// US dollars, all together; null where something of it is not known.
    pub dollars: Option<f64>,
    /// US dollars of what is known.
    pub known: f64,
    /// Steps whose cost is not known, or has no bound.
    pub unknown: Vec<String>,
}

/// An input.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct InputFact {
    /// Its name.
    pub name: String,
    /// Its declared type, as written.
    #[serde(rename = "type")]
    pub ty: Option<String>,
    /// Nothing stands for it when it is not handed in.
    pub required: bool,
    /// What stands for it, in one line; null where nothing does, where it is secret, and where it is a list or a map.
    pub default: Option<String>,
    /// Something stands for it.
    pub has_default: bool,
    /// It reaches no log.
    pub secret: bool,
    /// The steps that read it, without those inside of loops beside the loops.
    pub read_by: Vec<Id>,
}

/// An output.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct OutputFact {
    /// Its name.
    pub name: String,
    /// The steps that it reads.
    pub from: Vec<Id>,
    /// The inputs that it reads.
    pub from_inputs: Vec<String>,
    /// It is a plain text, which reads nothing.
    #[serde(skip)]
    pub(crate) is_fixed: bool,
    /// The run fails without it.
    pub required: bool,
}

/// A step: what it says of itself, and how it stands to others.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct StepFact {
    /// What other parts of the sheet call it.
    pub id: Id,
    /// The loop around it.
    pub inside: Option<Id>,
    /// From 0; null inside of loops, on a cycle, and where only an error handler calls it.
    pub stage: Option<usize>,
    /// What it waits for, inside of a loop among its neighbours.
    pub after: Vec<Id>,
    /// Where it may send the run, routes that do nothing left out.
    pub routes: Vec<Route>,
    /// The model that it asks.
    pub model: Option<Arc<ModelCall>>,
    /// This build can run what it does.
    pub provided: bool,
    /// What follows from its own text; shared while that is the same.
    #[serde(flatten)]
    pub own: Arc<Own>,
}

/// What a loop repeats.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, JsonSchema)]
pub struct Repeats {
    /// The key that makes it a loop.
    pub kind: &'static str,
    /// How often it goes round.
    pub bound: Bound,
    /// How many rounds may run at once; null: a template says it.
    pub at_once: Option<u64>,
    /// A condition of its own may end it before its list does.
    #[serde(skip)]
    pub(crate) may_end_early: bool,
    /// The words of what it goes through.
    #[serde(skip)]
    pub(crate) over: Vec<String>,
}

/// How often a loop goes round.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Bound {
    /// Once for each of that many items, or less often where a condition ends it.
    Items(u64),
    /// Once for each item of a list that is known when it starts.
    List,
    /// At most so often.
    AtMost(u64),
    /// At most as often as this template says.
    Written(String),
}

/// Which model a step asks.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct ModelCall {
    /// The names that somebody gives it, as written: one of them answers. Empty: it is chosen when the step starts.
    pub models: Vec<String>,
    /// The template that names it when the step starts.
    pub template: Option<String>,
    /// Who says so, in words: "`default_model` of the document".
    pub source: String,
    /// The step itself says so.
    #[serde(skip)]
    pub(crate) is_own: bool,
}

/// A file that a step names.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct FileFact {
    /// As written.
    pub path: String,
    /// What is done with it.
    pub usage: FileUse,
}

/// What is done with a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum FileUse {
    /// It is read.
    Reads,
    /// It is written.
    Writes,
}

/// A file that a step leaves.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct ProductFact {
    /// The variable that is written to it.
    pub variable: String,
    /// Its name as written.
    pub file: String,
}

/// Where a step may send the run.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Route {
    /// The key that says so.
    pub key: &'static str,
    /// Where to, a step beside it; null: known only in the run.
    pub to: Option<Id>,
}

/// What a failure of a step means.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct Failure {
    /// How the run goes on.
    pub policy: Policy,
    /// How many error handlers of its own are tried before.
    pub handlers: usize,
    /// How often it is tried in all; null: as usual, three times and only for failures that may pass.
    pub attempts: Option<u32>,
    /// Seconds that an attempt may take; null: the step sets no limit.
    pub timeout: Option<f64>,
}

/// How a run goes on behind a failed step.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Policy {
    /// It stops.
    Stop,
    /// It goes on.
    GoOn,
    /// Without what depends on the step.
    Skip,
    /// At another step.
    Route,
}

/// A step reads of another.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Flow {
    /// The step that is read.
    pub from: Id,
    /// The step that reads.
    pub to: Id,
    /// The first fields behind its name, in order; empty: the whole result.
    pub fields: Vec<Arc<str>>,
}

/// What might be done better. What each says is a fact; whether it matters is for the author to judge.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case", tag = "kind")]
pub enum Chance {
    /// Steps wait for another by declaration alone, and for nothing else as late.
    Serial {
        /// The step that is waited for.
        from: Id,
        /// The steps that wait, in the order of the text.
        to: Vec<Id>,
    },
    /// Steps that make the same call.
    Repeated {
        /// In the order of the text.
        steps: Vec<Id>,
    },
    /// Steps that reach the network and for which no earlier answer stands.
    Uncached {
        /// In the order of the text.
        steps: Vec<Id>,
    },
    /// A short answer is asked of a model with a high price.
    Large {
        /// The step.
        step: Id,
        /// Its model as written.
        model: String,
        /// Most tokens that it asks for.
        tokens: u64,
        /// US dollars for a million tokens that the model writes.
        price: f64,
    },
    /// A prompt holds a text of unknown length.
    Window {
        /// The step.
        step: Id,
        /// The step that gives the text.
        from: Id,
        /// Its model as written.
        model: String,
        /// Most tokens that the model reads at once.
        tokens: u32,
    },
}
