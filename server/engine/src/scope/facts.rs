//! What is the same for a whole run.

use std::sync::Arc;

use pipeline::{Pipeline, Value, names::Names};

use crate::{
    Options,
    files::{Files, Places},
    prepare::Program,
};

use super::{Entries, StepScope};

/// What is the same for the whole run.
#[derive(Clone)]
pub(crate) struct Facts {
    pub(crate) run: Arc<str>,
    pub(crate) pipeline_id: Arc<str>,
    pub(crate) started_at: f64,
    pub(crate) inputs: Inputs,
    /// `variables`, `config`: maps by section.
    pub(crate) constants: Entries,
    pub(crate) names: Names,
    pub(super) step_ids: Arc<[Arc<str>]>,
    pub(super) files: Arc<dyn Files>,
    pub(crate) places: Arc<Places>,
    /// Ids of the pipelines that call it, the run's own first.
    pub(crate) callers: Arc<[Arc<str>]>,
    pub(super) moment: Moment,
}

/// Resolved inputs, by name and as one value.
#[derive(Clone, Debug, Default)]
pub(crate) struct Inputs {
    pub(super) entries: Arc<Entries>,
}

impl Inputs {
    pub(crate) fn new(entries: Entries) -> Self {
        Self { entries: Arc::new(entries) }
    }

    pub(crate) fn get(&self, name: &str) -> Option<&Value> {
        self.entries.get(name)
    }

    /// All of them.
    pub(crate) fn all(&self) -> &Entries {
        &self.entries
    }
}

/// The start of the run, as templates read it.
#[derive(Clone, Debug)]
pub(super) struct Moment {
    pub(super) timestamp: Arc<str>,
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
        names: &Names,
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
            names: names.clone(),
            step_ids: ids(pipeline),
            callers: Arc::default(),
            files: Arc::clone(&options.files),
            places: Arc::new(Places::new(
                &options.pipeline_folder,
                &options.workspace,
                &options.cwd,
            )),
        }
    }

    /// The facts of a pipeline that a step of this one calls; inputs and constants are still to come.
    pub(crate) fn of_called(&self, program: &Program) -> Self {
        let pipeline = &program.pipeline;
        let around = self.callers.iter().cloned().chain([Arc::clone(&self.pipeline_id)]);
        Self {
            pipeline_id: Arc::clone(&program.id),
            inputs: Inputs::default(),
            constants: Entries::new(),
            names: program.names.clone(),
            step_ids: ids(pipeline),
            places: Arc::new(self.places.seen_from(&program.folder)),
            callers: around.collect(),
            ..self.clone()
        }
    }

    /// The same with these inputs.
    pub(crate) fn with_inputs(&self, inputs: Inputs) -> Self {
        Self { inputs, ..self.clone() }
    }

    /// The scope before any step has run.
    pub(crate) fn alone(&self) -> StepScope {
        StepScope::new(Arc::new(self.clone()))
    }

    pub(super) fn execution(&self) -> Value {
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

fn ids(pipeline: &Pipeline) -> Arc<[Arc<str>]> {
    let ids = pipeline.steps.iter().filter_map(|step| step.id.as_ref());
    ids.map(|id| Arc::clone(&id.value)).collect()
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
