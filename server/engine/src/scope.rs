//! What templates may read.
//!
//! A bare name is a step's result first, then an input, then what exists without being declared: the order of
//! `pipeline::names`. In a step itself its own id does not mean its result, which is not there yet.

use std::sync::Arc;

use indexmap::IndexMap;
use pipeline::{Pipeline, Value, eval::Scope};

use crate::{
    Options,
    files::{Files, Places},
};

/// Values by name, in order.
pub(crate) type Entries = IndexMap<Arc<str>, Value>;

/// What is the same for the whole run.
#[derive(Clone)]
pub(crate) struct Facts {
    pub(crate) run: Arc<str>,
    pub(crate) pipeline_id: Arc<str>,
    pub(crate) started_at: f64,
    pub(crate) inputs: Inputs,
    /// `variables`, `config`: maps by section.
    pub(crate) constants: Entries,
    moment: Moment,
    step_ids: Arc<[Arc<str>]>,
    files: Arc<dyn Files>,
    places: Arc<Places>,
}

/// Resolved inputs, by name and as one value.
#[derive(Clone, Debug, Default)]
pub(crate) struct Inputs {
    entries: Arc<Entries>,
}

impl Inputs {
    pub(crate) fn new(entries: Entries) -> Self {
        Self { entries: Arc::new(entries) }
    }
}

/// The start of the run, as templates read it.
#[derive(Clone, Debug)]
struct Moment {
    timestamp: Arc<str>,
    date: Arc<str>,
    time: Arc<str>,
}

impl Moment {
    fn new(seconds: f64) -> Self {
        let moment = jiff::Timestamp::from_microsecond((seconds * 1e6) as i64).unwrap_or_default();
        let text = |format| Arc::from(moment.strftime(format).to_string());
        Self {
            timestamp: text("%Y-%m-%dT%H:%M:%S%.6f+00:00"),
            date: text("%Y-%m-%d"),
            time: text("%H:%M:%S"),
        }
    }
}

impl Facts {
    /// The facts of a run that starts now; inputs and constants are still to come.
    pub(crate) fn new(
        pipeline: &Pipeline,
        options: &Options,
        pipeline_id: &str,
        started_at: f64,
        random: u64,
    ) -> Self {
        Self {
            run: format!("{pipeline_id}_{}_{:08x}", started_at as u64, random as u32).into(),
            pipeline_id: pipeline_id.into(),
            started_at,
            inputs: Inputs::default(),
            constants: Entries::new(),
            moment: Moment::new(started_at),
            step_ids: pipeline
                .steps
                .iter()
                .filter_map(|step| step.id.as_ref())
                .map(|id| Arc::clone(&id.value))
                .collect(),
            files: Arc::clone(&options.files),
            places: Arc::new(Places::new(
                &options.pipeline_folder,
                &options.workspace,
                &options.cwd,
            )),
        }
    }

    /// The same with these inputs.
    pub(crate) fn with_inputs(&self, inputs: Inputs) -> Self {
        Self { inputs, ..self.clone() }
    }

    /// The scope before any step has run.
    pub(crate) fn alone(&self) -> StepScope {
        StepScope { facts: Arc::new(self.clone()), results: Arc::default(), reader: None }
    }

    fn execution(&self) -> Value {
        let moment = &self.moment;
        map([
            ("id", &self.run),
            ("started_at", &moment.timestamp),
            ("timestamp", &moment.timestamp),
            ("date", &moment.date),
            ("time", &moment.time),
        ])
    }
}

impl std::fmt::Debug for Facts {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Facts").field("run", &self.run).finish_non_exhaustive()
    }
}

/// What one step may read: the facts, and the results as they were when it began.
#[derive(Clone, Debug)]
pub(crate) struct StepScope {
    pub(crate) facts: Arc<Facts>,
    pub(crate) results: Arc<Entries>,
    /// The step that reads; none for outputs.
    pub(crate) reader: Option<Arc<str>>,
}

impl StepScope {
    fn step(&self, name: &str) -> Option<Value> {
        if self.reader.as_deref() == Some(name) {
            return self.results.get(name).cloned();
        }
        let known = || self.facts.step_ids.iter().any(|id| **id == *name);
        self.results.get(name).cloned().or_else(|| known().then(|| Value::Undefined(name.into())))
    }
}

impl Scope for StepScope {
    fn lookup(&self, name: &str) -> Option<Value> {
        let facts = &self.facts;
        let declared =
            || facts.inputs.entries.get(name).or_else(|| facts.constants.get(name)).cloned();
        self.step(name).or_else(declared).or_else(|| match name {
            "inputs" | "parameters" => Some(Value::Map(Arc::clone(&facts.inputs.entries))),
            "steps" | "results" | "previous_results" | "step_results" => {
                Some(Value::Map(Arc::clone(&self.results)))
            }
            "execution" => Some(facts.execution()),
            "execution_id" => Some(Value::Text(Arc::clone(&facts.run))),
            "pipeline_id" => Some(Value::Text(Arc::clone(&facts.pipeline_id))),
            "timestamp" => Some(Value::Text(Arc::clone(&facts.moment.timestamp))),
            _ => None,
        })
    }

    fn names(&self) -> Vec<Arc<str>> {
        let builtins = pipeline::names::builtins().iter().map(|builtin| Arc::from(builtin.name));
        let facts = &self.facts;
        facts
            .step_ids
            .iter()
            .chain(facts.inputs.entries.keys())
            .chain(facts.constants.keys())
            .cloned()
            .chain(builtins)
            .collect()
    }

    fn read_file(&self, path: &str, base: Option<&str>) -> Option<Result<String, String>> {
        Some(self.facts.places.read(&*self.facts.files, path, base))
    }

    fn now(&self) -> f64 {
        self.facts.started_at
    }
}

fn map<const N: usize>(entries: [(&str, &Arc<str>); N]) -> Value {
    let entries =
        entries.into_iter().map(|(key, text)| (Arc::from(key), Value::Text(Arc::clone(text))));
    Value::Map(Arc::new(entries.collect()))
}

/// Puts a value into the map of that section.
pub(crate) fn insert_into(sections: &mut Entries, section: &str, name: &str, value: Value) {
    let section = sections.entry(section.into()).or_insert_with(|| Value::Map(Arc::default()));
    if let Value::Map(entries) = section {
        Arc::make_mut(entries).insert(name.into(), value);
    }
}
