//! One graph with the why of every edge, and stages.

mod body;
mod cycles;
mod edges;
mod on_call;
mod planning;
mod select;
mod stages;

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use syntax::Span;

use crate::insight::{Kept, Roll};
use crate::names::Names;
use crate::{Pipeline, Reference, Step};

pub use body::BodyOrder;
pub use on_call::{Beside, handler_step};
pub use planning::Planning;
pub use select::{Selected, Selection};

/// Why an edge is there.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Origin {
    /// Named by `dependencies` or `depends_on`.
    Declared,
    /// Read by a rendered field.
    Template,
    /// Read by a condition or loop.
    ControlFlow,
    /// The target of `on_false`, `on_success`, `on_failure` or `goto`: it waits for the step that may route to it.
    Routing,
}

impl Origin {
    /// As JSON spells it.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Declared => "declared",
            Self::Template => "template",
            Self::ControlFlow => "control_flow",
            Self::Routing => "routing",
        }
    }
}

/// Where the reason of an edge is found: [`Plan::because`] puts it in words.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Why {
    /// The declared list names it.
    Declared,
    /// Index of the reference among those of the reading step, body steps included, in the order of [`Step::walk`].
    Reads(u32),
    /// The routing key.
    Routes(&'static str),
}

/// `from` runs before `to`. Steps are indices into `pipeline.steps`.
#[derive(Clone, Debug, PartialEq)]
pub struct Edge {
    /// The step that is waited for.
    pub from: usize,
    /// The step that waits.
    pub to: usize,
    /// What makes the edge.
    pub origin: Origin,
    /// Where its reason is found.
    pub why: Why,
    /// Where it is written, absolute.
    pub span: Span,
}

/// The graph of a pipeline. Never fails: steps on a cycle, or behind one, are in no stage. Neither are steps that only
/// failures call for.
#[derive(Clone, Debug, Default)]
pub struct Plan {
    /// All edges between different steps, one per (from, to, origin), grouped by `to` in declaration order.
    pub edges: Vec<Edge>,
    /// Longest-path levels, declaration order inside.
    pub stages: Vec<Vec<usize>>,
    /// Cycles as paths of step indices, one for each knot; the first step is the one declared first.
    pub cycles: Vec<Vec<usize>>,
    /// Steps that name themselves: `from` and `to` are equal.
    pub self_references: Vec<Edge>,
    /// Routes that do nothing, because the target comes before the step (`from` routes, `to` is the target).
    pub backward: Vec<Edge>,
    /// Steps that only failures call for: error handlers name them, and nothing else does. Ascending.
    pub on_call: Vec<usize>,
    /// Per step, where its edges start in `edges`; one more than there are steps.
    incoming: Vec<u32>,
    /// Per step, where its waiting steps start in `waiting`; one more than there are steps.
    outgoing: Vec<u32>,
    waiting: Vec<u32>,
    stage: Vec<u32>,
    number: u64,
    /// What a sheet calls the steps, once somebody asks; it goes with the number.
    pub(crate) roll: Arc<Kept<Roll>>,
}

const NO_STAGE: u32 = u32::MAX;

impl Plan {
    /// The plan of a pipeline. `names` must be those of the same pipeline. Takes time linear in steps and edges.
    #[must_use]
    pub fn new(pipeline: &Pipeline, names: &Names) -> Self {
        let count = pipeline.steps.len();
        let found = edges::collect(pipeline, names);
        let mut plan = Self {
            edges: found.ordering,
            self_references: found.own,
            number: next_number(),
            ..Self::default()
        };
        plan.index(count);
        plan.stage = stages::levels(&plan, count);
        let position = stages::positions(&plan.stage);
        let (forward, backward): (Vec<_>, Vec<_>) =
            found.routes.into_iter().partition(|edge| position[edge.from] < position[edge.to]);
        plan.backward = backward;
        if !forward.is_empty() {
            plan.edges.extend(forward);
            plan.index(count);
            plan.stage = stages::levels(&plan, count);
        }
        plan.cycles = cycles::find(&plan, count);
        plan.on_call = on_call::of_pipeline(pipeline, names, &plan);
        for &step in &plan.on_call {
            plan.stage[step] = NO_STAGE;
        }
        plan.stages = stages::group(&plan.stage);
        plan
    }

    /// Plans of one number have the same names, and the same edges in the same order: only where edges are written, and which
    /// of a step's references makes them, may be different. 0: a plan of nothing.
    #[must_use]
    pub const fn number(&self) -> u64 {
        self.number
    }

    /// What must be finished before `step` starts (declaration order, no duplicates).
    #[must_use]
    pub fn dependencies(&self, step: usize) -> Vec<usize> {
        let mut all: Vec<usize> = self.edges_to(step).iter().map(|edge| edge.from).collect();
        all.sort_unstable();
        all.dedup();
        all
    }

    /// The edges that end at `step`.
    #[must_use]
    pub fn edges_to(&self, step: usize) -> &[Edge] {
        let start = self.incoming.get(step).copied().unwrap_or_default() as usize;
        let end = self.incoming.get(step + 1).copied().unwrap_or_default() as usize;
        self.edges.get(start..end).unwrap_or_default()
    }

    /// Steps that wait for `step` directly, with one entry an edge.
    pub fn dependents(&self, step: usize) -> impl Iterator<Item = usize> + '_ {
        let start = self.outgoing.get(step).copied().unwrap_or_default() as usize;
        let end = self.outgoing.get(step + 1).copied().unwrap_or_default() as usize;
        self.waiting.get(start..end).unwrap_or_default().iter().map(|&step| step as usize)
    }

    /// The stage of a step; none for a step on a cycle or behind one, and for one that only failures call for.
    #[must_use]
    pub fn stage_of(&self, step: usize) -> Option<usize> {
        self.stage.get(step).filter(|&&stage| stage != NO_STAGE).map(|&stage| stage as usize)
    }

    /// Everything that depends on `step`, transitively, in declaration order; without `step` itself unless it is on a cycle.
    #[must_use]
    pub fn descendants(&self, step: usize) -> Vec<usize> {
        self.reach(&[step], |plan, at| plan.dependents(at).collect())
    }

    /// Everything that `step` depends on, transitively, in declaration order; without `step` itself unless it is on a cycle.
    #[must_use]
    pub fn ancestors(&self, step: usize) -> Vec<usize> {
        self.reach(&[step], Self::dependencies)
    }

    /// The reason of an edge in words: "`parameters.path` reads `{{ a.path }}`".
    #[must_use]
    pub fn because(&self, pipeline: &Pipeline, edge: &Edge) -> String {
        match edge.why {
            Why::Declared => {
                let from = pipeline.steps.get(edge.from).map_or("", |step| step.id_text());
                format!("`dependencies` names `{from}`")
            }
            Why::Routes(key) => format!("`{key}` may route to it"),
            Why::Reads(_) => self
                .read_by(pipeline, edge)
                .map_or_else(String::new, |it| format!("`{}` reads `{}`", it.place, it.path())),
        }
    }

    /// The reference that makes an edge, if one does.
    #[must_use]
    pub fn read_by<'p>(&self, pipeline: &'p Pipeline, edge: &Edge) -> Option<&'p Reference> {
        let Why::Reads(index) = edge.why else { return None };
        let steps = pipeline.steps.get(edge.to)?.walk();
        steps.into_iter().flat_map(|step: &Step| &step.references).nth(index as usize)
    }

    /// Steps reached from `starts` over `next`, in declaration order.
    fn reach(&self, starts: &[usize], next: impl Fn(&Self, usize) -> Vec<usize>) -> Vec<usize> {
        let mut seen = vec![false; self.stage.len()];
        let mut open = starts.to_vec();
        while let Some(at) = open.pop() {
            for step in next(self, at) {
                if let Some(seen) = seen.get_mut(step)
                    && !std::mem::replace(seen, true)
                {
                    open.push(step);
                }
            }
        }
        seen.iter().enumerate().filter(|(_, seen)| **seen).map(|(step, _)| step).collect()
    }

    /// Groups the edges by `to` and builds both adjacency indices.
    fn index(&mut self, count: usize) {
        self.edges.sort_by_key(|edge| edge.to);
        self.incoming = starts(count, self.edges.iter().map(|edge| edge.to));
        self.outgoing = starts(count, self.edges.iter().map(|edge| edge.from));
        let mut next = self.outgoing.clone();
        self.waiting = vec![0; self.edges.len()];
        for edge in &self.edges {
            let slot = &mut next[edge.from];
            self.waiting[*slot as usize] = edge.to as u32;
            *slot += 1;
        }
    }
}

fn next_number() -> u64 {
    static LAST: AtomicU64 = AtomicU64::new(0);
    LAST.fetch_add(1, Ordering::Relaxed) + 1
}

/// Where each of `count` groups starts once `members` are sorted by group; the last entry is the number of members.
fn starts(count: usize, members: impl Iterator<Item = usize>) -> Vec<u32> {
    let mut starts = vec![0_u32; count + 1];
    for member in members {
        starts[member + 1] += 1;
    }
    for group in 0..count {
        starts[group + 1] += starts[group];
    }
    starts
}
