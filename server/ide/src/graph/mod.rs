//! A pipeline as a drawing: its steps as nodes, what orders them as links. A text with errors has a drawing too; what it
//! names and nobody declares is there as a ghost.

mod ghosts;
mod links;
mod nodes;
mod ports;

use checks::{Diagnostic, Severity};
use pipeline::{Origin, Pipeline, Plan, names::Names};
use syntax::Span;

use self::nodes::Seats;

/// The drawing of a pipeline. Nodes are named by their index in `nodes`.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Graph {
    /// Steps in the order of the text, body steps behind the step that holds them; then ghosts.
    pub nodes: Vec<Node>,
    /// What orders them: those of the plan first.
    pub links: Vec<Link>,
    /// Steps by stage; one on a cycle, or behind one, is in none.
    pub stages: Vec<Vec<usize>>,
    /// Declared inputs.
    pub inputs: Vec<Port>,
    /// Declared outputs.
    pub outputs: Vec<Port>,
}

/// A step, or what stands for one.
#[derive(Clone, Debug, PartialEq)]
pub struct Node {
    /// Unique in the drawing: the step's id, `loop.step` in a body, `#3` where the third step has no id of its own.
    pub id: String,
    /// For people.
    pub title: String,
    /// What kind of thing it is.
    pub kind: NodeKind,
    /// From 0; none for body steps, ghosts, and steps on a cycle or behind one.
    pub stage: Option<usize>,
    /// What it does, in a few words.
    pub detail: String,
    /// Its condition in one line, shortened.
    pub condition: Option<String>,
    /// What a loop repeats over and how often.
    pub repeats: Option<Repeats>,
    /// The node that holds it.
    pub parent: Option<usize>,
    /// Where it is written, absolute; none for ghosts.
    pub place: Option<Place>,
    /// Errors and warnings inside, but outside of the steps that it holds.
    pub problems: Vec<Problem>,
}

/// Where a step is written, absolute.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place {
    /// The whole step.
    pub whole: Span,
    /// Its id, or its start where it has none.
    pub focus: Span,
}

/// Kinds of nodes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NodeKind {
    /// Calls a tool.
    Tool,
    /// Carries out an action.
    Action,
    /// Repeats the steps that it holds.
    Loop,
    /// Holds steps without an order.
    Group,
    /// Does not say what it does.
    Unknown,
    /// A name that no step has.
    Missing,
    /// A step that is known only when it is reached.
    Open,
}

/// How a loop goes round.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Repeats {
    /// The key that makes it a loop.
    pub kind: &'static str,
    /// How often at most, in words.
    pub bound: String,
}

/// A finding at a node.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// How much it weighs.
    pub severity: Severity,
    /// The code of its rule.
    pub code: &'static str,
    /// In words.
    pub message: String,
}

/// `from` comes before `to`, as far as `standing` says.
#[derive(Clone, Debug, PartialEq)]
pub struct Link {
    /// The node that is waited for, or that routes.
    pub from: usize,
    /// The node that waits, or that is routed to.
    pub to: usize,
    /// What makes it.
    pub origin: LinkOrigin,
    /// In words: "`parameters.path` reads `{{ a.path }}`".
    pub because: String,
    /// Whether it holds.
    pub standing: Standing,
    /// Where it is written, absolute.
    pub span: Span,
}

/// What makes a link.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum LinkOrigin {
    /// As in the plan.
    Plan(Origin),
    /// A failure may be handled by the other step.
    Handler,
    /// The actions of a round follow one another.
    Sequence,
}

impl LinkOrigin {
    /// As JSON spells it.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Plan(origin) => origin.word(),
            Self::Handler => "handler",
            Self::Sequence => "sequence",
        }
    }
}

/// Whether a link holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// `to` waits for `from`.
    Always,
    /// `from` may send the run to `to`.
    Maybe,
    /// `to` reads what `from` left in the round before.
    Earlier,
    /// It does nothing: a route backward, or a step that names itself.
    Never,
    /// One end is not known.
    Unknown,
}

impl Standing {
    /// As JSON spells it.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Always => "always",
            Self::Maybe => "maybe",
            Self::Earlier => "earlier",
            Self::Never => "never",
            Self::Unknown => "unknown",
        }
    }
}

/// An input or output.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Port {
    /// Its name.
    pub name: String,
    /// The nodes that read the input, or that the output reads, without body steps beside the steps that hold them.
    pub nodes: Vec<usize>,
    /// Its name in the text, absolute.
    pub span: Span,
}

/// Draws a pipeline. `names` and `plan` are its own, `findings` absolute and by position. Takes time linear in the text.
#[must_use]
pub fn graph(pipeline: &Pipeline, names: &Names, plan: &Plan, findings: &[Diagnostic]) -> Graph {
    let seats = Seats::new(pipeline);
    let mut nodes = nodes::draw(plan, &seats);
    nodes::attach(&mut nodes, &seats, findings);
    let links = links::draw(pipeline, names, plan, &seats, &mut nodes);
    let stages = plan
        .stages
        .iter()
        .map(|stage| stage.iter().map(|&step| seats.outermost[step]).collect())
        .collect();
    let inputs = ports::inputs(pipeline, names, &seats);
    let outputs = ports::outputs(pipeline, names, &seats);
    Graph { nodes, links, stages, inputs, outputs }
}
