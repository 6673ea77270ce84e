//! Scopes: which names may be read where, and the nearest name to a wrong one.

mod bindings;
mod builtins;
mod nearest;
mod owner;
mod resolve;

use std::sync::Arc;

use rustc_hash::FxHashMap;

use crate::{Pipeline, Step, StepKind};

pub use bindings::{Binding, Bound, LOOP_FIELDS, bindings, in_test, loop_name, loop_var};
pub use builtins::{Builtin, OF_HANDLERS, builtin, builtins};
pub use nearest::nearest;
pub use resolve::body_name;
pub(crate) use resolve::body_position;

/// What a root name means at a place.
#[derive(Clone, Debug, PartialEq)]
pub enum Meaning {
    /// Index into `pipeline.steps`.
    Step(usize),
    /// Body step of an enclosing loop, by id (or by the name of a looped action).
    BodyStep(Arc<str>),
    /// Result of the previous round of a looped action (`prev_<name>`), by its name.
    PreviousRound(Arc<str>),
    /// Index into `pipeline.inputs`.
    Input(usize),
    /// A name that exists without being declared.
    Builtin(&'static str),
    /// A constants section (`variables`, `config`).
    Constants(&'static str),
    /// A loop binding such as `item`.
    LoopName(&'static str),
    /// `loop_var`, or the name of an enclosing loop.
    LoopOwn,
    /// The name of a loop elsewhere: index of the outermost step that holds it.
    NamedLoop(usize),
    /// A variable declared by a step's `vars`: index of the step.
    Variable(usize),
    /// The id of a body step of a loop that does not enclose the reader: index of the outermost step that holds it.
    OutsideBody(usize),
    /// Nothing.
    Unknown,
}

/// Index of a pipeline's names; built in time linear in its steps, and cheap to clone.
#[derive(Clone, Debug, Default)]
pub struct Names {
    index: Arc<Index>,
}

#[derive(Debug, Default)]
struct Index {
    /// First step of an id.
    steps: FxHashMap<Arc<str>, usize>,
    /// First input of a name.
    inputs: FxHashMap<Arc<str>, usize>,
    /// First step that declares a variable.
    variables: FxHashMap<Arc<str>, usize>,
    /// Loop names, given or automatic, and the outermost step.
    loops: FxHashMap<Arc<str>, usize>,
    /// Body steps anywhere, and the outermost step.
    bodies: FxHashMap<Arc<str>, usize>,
}

impl Names {
    /// The names of a pipeline.
    #[must_use]
    pub fn new(pipeline: &Pipeline) -> Self {
        let mut names = Index::default();
        names.steps.reserve(pipeline.steps.len());
        for (index, step) in pipeline.steps.iter().enumerate() {
            if let Some(id) = &step.id {
                names.steps.entry(Arc::clone(&id.value)).or_insert(index);
            }
            names.enter(step, index, 0);
        }
        for (index, input) in pipeline.inputs.iter().enumerate() {
            names.inputs.entry(input.name.value.as_str().into()).or_insert(index);
        }
        Self { index: Arc::new(names) }
    }

    /// Index of the first step of that id.
    #[must_use]
    pub fn step(&self, id: &str) -> Option<usize> {
        self.index.steps.get(id).copied()
    }

    /// How many different ids there are.
    #[must_use]
    pub fn ids(&self) -> usize {
        self.index.steps.len()
    }

    /// Index of the first input of that name.
    #[must_use]
    pub fn input(&self, name: &str) -> Option<usize> {
        self.index.inputs.get(name).copied()
    }

    /// Whether a loop has that name, given or automatic.
    #[must_use]
    pub fn is_loop(&self, name: &str) -> bool {
        self.index.loops.contains_key(name)
    }

    /// Index of the first step that declares that variable.
    #[must_use]
    pub fn variable(&self, name: &str) -> Option<usize> {
        self.index.variables.get(name).copied()
    }
}

impl Index {
    /// Variables and loop names of a step and its body.
    fn enter(&mut self, step: &Step, outermost: usize, depth: usize) {
        for variable in &step.vars {
            self.variables.entry(variable.value.name.as_str().into()).or_insert(outermost);
        }
        let is_loop = !matches!(step.kind, StepKind::Parallel) && !step.body.is_empty();
        if is_loop {
            if let Some(name) = bindings::loop_name(step) {
                self.loops.entry(name.into()).or_insert(outermost);
            }
            if let Some(id) = &step.id {
                self.loops.entry(automatic_name(&id.value, depth).into()).or_insert(outermost);
            }
        }
        for inner in &step.body {
            if let Some(id) = &inner.id {
                self.bodies.entry(Arc::clone(&id.value)).or_insert(outermost);
            }
            self.enter(inner, outermost, depth + 1);
        }
    }
}

/// The name of a loop that was given none; `depth`: how many steps are around it.
#[must_use]
pub fn automatic_name(id: &str, depth: usize) -> String {
    format!("{id}_loop_{depth}")
}

/// Whether two versions of a step give other steps the same names to read.
pub(crate) fn provide_the_same(before: &Step, now: &Step) -> bool {
    let variables =
        |step: &Step| step.vars.iter().map(|it| it.value.name.clone()).collect::<Vec<_>>();
    let parallel = |step: &Step| matches!(step.kind, StepKind::Parallel);
    before.id_text() == now.id_text()
        && before.id.is_some() == now.id.is_some()
        && bindings::loop_name(before) == bindings::loop_name(now)
        && parallel(before) == parallel(now)
        && before.kind.is_shorthand() == now.kind.is_shorthand()
        && resolve::is_looped(before) == resolve::is_looped(now)
        && variables(before) == variables(now)
        && before.body.len() == now.body.len()
        && before.body.iter().zip(&now.body).all(|(before, now)| provide_the_same(before, now))
}
