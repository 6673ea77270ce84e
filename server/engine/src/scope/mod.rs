//! What templates may read.
//!
//! The order is that of `pipeline::names`: a step's result before an input of its name, an input before the names of
//! loops, inner loops before outer ones, and then what exists without being declared. In a step itself its own id does
//! not mean its result, which is not there yet.

mod facts;
mod level;

use std::sync::Arc;

use indexmap::IndexMap;
use pipeline::{
    Value,
    eval::Scope,
    names::{builtin, builtins},
};

pub(crate) use facts::{Facts, Inputs, insert_into};
pub(crate) use level::{Level, Turn, View};

/// Values by name, in order.
pub(crate) type Entries = IndexMap<Arc<str>, Value>;

/// What one step may read: the facts, and the results as they were when it began.
#[derive(Clone, Debug)]
pub(crate) struct StepScope {
    pub(crate) facts: Arc<Facts>,
    /// Of the steps beside it.
    pub(crate) results: Arc<Entries>,
    /// What loops beside it left when they ended: the last round of a `while`, and named loops.
    pub(crate) left: Arc<Entries>,
    /// The step that reads; none for outputs.
    pub(crate) reader: Option<Arc<str>>,
    /// The loop around it.
    pub(crate) level: Option<Arc<Level>>,
    /// The failure that it sees to, where it is an error handler.
    pub(crate) trouble: Option<Arc<Trouble>>,
}

/// What an error handler reads of a failure.
#[derive(Clone, Debug)]
pub(crate) struct Trouble {
    /// Before everything else.
    pub(crate) failure: Entries,
    /// The parameters of the step that failed, behind everything else.
    pub(crate) parameters: Entries,
}

impl StepScope {
    /// A scope without results.
    pub(crate) fn new(facts: Arc<Facts>) -> Self {
        Self {
            facts,
            results: Arc::default(),
            left: Arc::default(),
            reader: None,
            level: None,
            trouble: None,
        }
    }

    /// The failure that it, or the loop around it, sees to.
    fn trouble(&self) -> Option<&Trouble> {
        let around = || self.level.as_ref().and_then(|level| level.outer.trouble());
        self.trouble.as_deref().or_else(around)
    }

    /// What a name means where no failure is seen to.
    fn ordinary(&self, name: &str) -> Option<Value> {
        let facts = &self.facts;
        if facts.names.input(name).is_some() {
            return self.step(name).or_else(|| facts.inputs.entries.get(name).cloned());
        }
        self.bound(name)
            .or_else(|| self.step(name))
            .or_else(|| self.variable(name))
            .or_else(|| facts.constants.get(name).cloned())
            .or_else(|| self.builtin(name))
            .or_else(|| self.left(name))
            .or_else(|| facts.inputs.entries.get(name).cloned())
    }

    /// The scope of the outermost step.
    fn root(&self) -> &Self {
        self.level.as_ref().map_or(self, |level| level.outer.root())
    }

    /// A result of the pipeline's own steps.
    fn step(&self, name: &str) -> Option<Value> {
        let root = self.root();
        if root.reader.as_deref() == Some(name) {
            return root.results.get(name).cloned();
        }
        let undefined = || root.facts.names.step(name).map(|_| Value::Undefined(name.into()));
        root.results.get(name).cloned().or_else(undefined)
    }

    /// A variable that a step declares, once the step has ended.
    fn variable(&self, name: &str) -> Option<Value> {
        let names = &self.facts.names;
        let step = names.variable(name)?;
        let root = self.root();
        let (id, _) = root.results.iter().find(|(id, _)| names.step(id) == Some(step))?;
        let Some(Value::Step(value)) = root.results.get(id) else { return None };
        value.field(name)
    }

    /// What the loops around it bind, innermost first.
    fn bound(&self, name: &str) -> Option<Value> {
        let level = self.level.as_ref()?;
        level.own(name, &self.results).or_else(|| level.outer.bound(name))
    }

    /// What ended loops left, innermost first.
    fn left(&self, name: &str) -> Option<Value> {
        let outer = || self.level.as_ref().and_then(|level| level.outer.left(name));
        self.left.get(name).cloned().or_else(outer)
    }

    fn builtin(&self, name: &str) -> Option<Value> {
        let facts = &self.facts;
        builtin(name)?;
        Some(match name {
            "inputs" | "parameters" => Value::Map(Arc::clone(&facts.inputs.entries)),
            "steps" | "results" | "previous_results" | "step_results" => {
                Value::Map(self.all_results())
            }
            "execution" => facts.execution(),
            "execution_id" => Value::Text(Arc::clone(&facts.run)),
            "pipeline_id" => Value::Text(Arc::clone(&facts.pipeline_id)),
            "timestamp" => Value::Text(Arc::clone(&facts.moment.timestamp)),
            _ => return None,
        })
    }

    /// Results by id: an inner step hides an outer one of its id.
    fn all_results(&self) -> Arc<Entries> {
        let Some(level) = &self.level else { return Arc::clone(&self.results) };
        let mut all = level.outer.all_results();
        Arc::make_mut(&mut all)
            .extend(self.results.iter().map(|(name, value)| (Arc::clone(name), value.clone())));
        all
    }

    fn names_around(&self) -> Vec<Arc<str>> {
        self.level.as_ref().map_or_else(Vec::new, |level| {
            let mut names = level.names();
            names.extend(level.outer.names_around());
            names
        })
    }
}

impl Scope for StepScope {
    fn lookup(&self, name: &str) -> Option<Value> {
        let Some(trouble) = self.trouble() else { return self.ordinary(name) };
        let parameter = || trouble.parameters.get(name).cloned();
        trouble.failure.get(name).cloned().or_else(|| self.ordinary(name)).or_else(parameter)
    }

    fn names(&self) -> Vec<Arc<str>> {
        let facts = &self.facts;
        let builtins = builtins().iter().map(|builtin| Arc::from(builtin.name));
        let mut names = self.names_around();
        if let Some(trouble) = self.trouble() {
            names.extend(trouble.failure.keys().chain(trouble.parameters.keys()).cloned());
        }
        names.extend(facts.step_ids.iter().cloned());
        names.extend(facts.inputs.entries.keys().chain(facts.constants.keys()).cloned());
        names.extend(builtins);
        names
    }

    fn loops(&self) -> Vec<Arc<str>> {
        let Some(level) = &self.level else { return Vec::new() };
        let mut loops = level.outer.loops();
        loops.extend(level.name());
        loops
    }

    fn ended_loops(&self) -> Vec<Arc<str>> {
        let around = self.level.as_ref().map_or_else(Vec::new, |level| level.outer.ended_loops());
        let is_loop = |name: &&Arc<str>| self.facts.names.is_loop(name);
        around.into_iter().chain(self.left.keys().filter(is_loop).cloned()).collect()
    }

    fn read_file(&self, path: &str, base: Option<&str>) -> Option<Result<String, String>> {
        Some(self.facts.places.read(&*self.facts.files, path, base))
    }

    fn now(&self) -> f64 {
        self.facts.started_at
    }
}
