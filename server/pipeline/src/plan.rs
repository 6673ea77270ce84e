//! One graph with the why of every edge, and stages. Contract.
use crate::Pipeline;
use std::sync::Arc;
use syntax::Span;
/// Why an edge is there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Origin {
    Declared,
    Template,
    ControlFlow,
    Routing,
}
/// `from` runs before `to`. Steps are indices into `pipeline.steps`.
#[derive(Clone, Debug, PartialEq)]
pub struct Edge {
    pub from: usize,
    pub to: usize,
    pub origin: Origin,
    /// in words: "`parameters.path` reads `{{ a.path }}`"
    pub because: Arc<str>,
    /// absolute
    pub span: Span,
}
/// The graph of a pipeline. Never fails: steps on a cycle are in `cycles` and in no stage.
#[derive(Clone, Debug, Default)]
pub struct Plan {
    /// all edges between different steps, one per (from, to, origin); declaration order
    pub edges: Vec<Edge>,
    /// longest-path levels, declaration order inside
    pub stages: Vec<Vec<usize>>,
    /// cycles as paths of step indices
    pub cycles: Vec<Vec<usize>>,
}
impl Plan {
    pub fn new(_pipeline: &Pipeline) -> Self {
        todo!()
    }
    /// What must be finished before `step` starts (declaration order, no duplicates).
    pub fn dependencies(&self, _step: usize) -> Vec<usize> {
        todo!()
    }
    pub fn stage_of(&self, _step: usize) -> Option<usize> {
        todo!()
    }
    /// Everything that depends on `step`, transitively.
    pub fn descendants(&self, _step: usize) -> Vec<usize> {
        todo!()
    }
}
