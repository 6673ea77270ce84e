//! Scopes: which names may be read where, and the nearest name to a wrong one. Contract.
use crate::{Pipeline, Step};
/// Roots that exist without being declared (`execution`, `inputs`, `pipeline_id`, ...) with their known fields.
#[derive(Debug)]
pub struct Builtin {
    pub name: &'static str,
    /// empty: open
    pub fields: &'static [&'static str],
    pub doc: &'static str,
}
pub fn builtins() -> &'static [Builtin] {
    todo!()
}
/// What a root name means at a place.
#[derive(Clone, Debug, PartialEq)]
pub enum Meaning {
    /// index into `pipeline.steps`
    Step(usize),
    /// body step of the innermost enclosing loops, by id
    BodyStep(std::sync::Arc<str>),
    Input(usize),
    Builtin(&'static str),
    /// loop binding such as `item`
    LoopName(&'static str),
    /// `loop_var` or `loop_name`
    LoopOwn,
    /// variable declared by a step's `vars`: index of the step
    Variable(usize),
    Unknown,
}
/// Index of a pipeline's names; built once per lowering.
#[derive(Clone, Debug, Default)]
pub struct Names {
    _private: (),
}
impl Names {
    pub fn new(_pipeline: &Pipeline) -> Self {
        todo!()
    }
    pub fn step(&self, _id: &str) -> Option<usize> {
        todo!()
    }
    pub fn input(&self, _name: &str) -> Option<usize> {
        todo!()
    }
    /// `path`: enclosing steps from outermost to the one that reads. For outputs: empty.
    pub fn resolve(&self, _pipeline: &Pipeline, _path: &[&Step], _root: &str) -> Meaning {
        todo!()
    }
    /// All names that could stand there, for completion and suggestions.
    pub fn visible(&self, _pipeline: &Pipeline, _path: &[&Step]) -> Vec<std::sync::Arc<str>> {
        todo!()
    }
}
/// The candidate nearest to `word` by edit distance, when near enough to be a slip.
pub fn nearest<'a>(_word: &str, _candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    todo!()
}
