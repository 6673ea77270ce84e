//! A run as a report: what happened in which order, how long it took, what it cost, what it left and what went wrong.
//!
//! The report is made of the run document alone, so the same run gives the same report wherever it is made.

mod markdown;
mod products;
mod quality;
mod timeline;
mod twins;

pub use quality::{Earlier, Judged, QualityReport, Remark, Risk};

use engine::{
    Decided, Document, Handled, Product, Quality, Resources, RunStatus, StepRecord, StepStatus,
    Usage, Warning,
};
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::{Map, Value as Json};

/// A run, told in the order in which things happened.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct Report {
    /// Id of the run.
    pub run: String,
    /// Id of the pipeline.
    pub pipeline: String,
    /// How it stands.
    pub status: RunStatus,
    /// Every step succeeded or was skipped, and every required output is there.
    pub success: bool,
    /// Unix seconds.
    pub started_at: f64,
    /// Unix seconds; null while it runs and where it was interrupted.
    pub completed_at: Option<f64>,
    /// Seconds.
    pub duration: Option<f64>,
    /// Why the run stopped before its end.
    pub error: Option<String>,
    /// Steps and the steps inside them: first those that started, in that order, then the others as they are declared.
    pub steps: Vec<ReportStep>,
    /// Rendered outputs.
    pub outputs: Map<String, Json>,
    /// Answers of the AUTO tags in them.
    pub autos: Vec<Decided>,
    /// Files that steps declared as their products.
    pub products: Vec<Product>,
    /// What went wrong without failing anything.
    pub warnings: Vec<Warning>,
    /// What it cost.
    pub usage: Usage,
}

/// A step of a report.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct ReportStep {
    /// Its id; inside others behind theirs: `each[3].write`.
    pub path: String,
    /// Its tool, else its action, as written; null for steps that are made of steps.
    pub does: Option<String>,
    /// How it ended.
    pub status: StepStatus,
    /// Completed, and its value does not say `success: false`.
    pub success: bool,
    /// Seconds between the start of the run and its own.
    pub offset: Option<f64>,
    /// Seconds, retries and their delays included.
    pub duration: Option<f64>,
    /// How often it was tried; 0 where it never was.
    pub attempts: u32,
    /// The model that answered.
    pub model: Option<String>,
    /// Who serves that model.
    pub provider: Option<String>,
    /// How that model was chosen; empty where none was.
    pub because: Vec<String>,
    /// Answers of its AUTO tags.
    pub autos: Vec<Decided>,
    /// The value was taken from an earlier run.
    pub cached: bool,
    /// How many rounds it went; null for steps that go none.
    pub rounds: Option<usize>,
    /// Why it was skipped.
    pub reason: Option<String>,
    /// What went wrong, for people.
    pub error: Option<String>,
    /// Kind of the error.
    pub error_type: Option<String>,
    /// What error handlers did about its failures, in order.
    pub handled: Vec<Handled>,
    /// What its processes used.
    pub resources: Option<Resources>,
    /// What is to be said of its value.
    pub quality: Option<Quality>,
}

impl Report {
    /// The report of a run.
    #[must_use]
    pub fn new(document: &Document) -> Self {
        let mut steps = Vec::new();
        for record in document.steps.values() {
            collect(&mut steps, record, record.id.clone(), document.started_at);
        }
        // Stable: what starts at once stays as it is declared, and what never started stands last.
        steps.sort_by(|a, b| {
            let start = |step: &ReportStep| step.offset.unwrap_or(f64::INFINITY);
            start(a).total_cmp(&start(b))
        });
        Self {
            run: document.run.clone(),
            pipeline: document.pipeline_id.clone(),
            status: document.status,
            success: document.success,
            started_at: document.started_at,
            completed_at: document.completed_at,
            duration: document.duration,
            error: document.error.clone(),
            steps,
            outputs: document.outputs.clone(),
            autos: document.autos.clone(),
            products: document.products.clone(),
            warnings: document.warnings.clone(),
            usage: document.usage.clone(),
        }
    }

    /// The report for people.
    #[must_use]
    pub fn to_markdown(&self) -> String {
        markdown::write(self)
    }
}

fn collect(steps: &mut Vec<ReportStep>, record: &StepRecord, path: String, run_start: f64) {
    let rounds = record.iterations.as_deref();
    steps.push(ReportStep {
        path: path.clone(),
        does: record.tool.clone().or_else(|| record.action.clone()),
        status: record.status,
        success: record.success,
        offset: record.started_at.map(|start| (start - run_start).max(0.0)),
        duration: record.duration,
        attempts: record.started_at.map_or(0, |_| record.retries + 1),
        model: record.model.clone(),
        provider: record.provider.clone(),
        because: record.chosen.iter().flat_map(|it| it.because.clone()).collect(),
        autos: record.autos.clone(),
        cached: record.cached,
        rounds: rounds.map(<[_]>::len),
        reason: reason(record),
        error: record.complaint(),
        error_type: record.error_type.clone(),
        handled: record.handled.clone(),
        resources: record.resources,
        quality: record.quality.as_deref().cloned(),
    });
    for inner in record.called.iter().flat_map(|called| called.steps.values()) {
        collect(steps, inner, format!("{path}.{}", inner.id), run_start);
    }
    for round in rounds.into_iter().flatten() {
        for inner in round.steps.values() {
            collect(steps, inner, format!("{}.{}", round.path, inner.id), run_start);
        }
    }
}

/// The word for why a step was skipped, if it was.
pub(crate) fn reason(record: &StepRecord) -> Option<String> {
    let said = || record.value.get("reason").and_then(Json::as_str).map(str::to_owned);
    (record.status == StepStatus::Skipped).then(said).flatten()
}

/// The values of steps of which something is said, with that.
fn values<'d>(
    document: &'d Document,
    steps: &'d [ReportStep],
) -> impl Iterator<Item = (&'d Json, &'d Quality)> {
    steps.iter().filter_map(|step| {
        let quality = step.quality.as_ref()?;
        Some((&step_at(document, &step.path)?.value, quality))
    })
}

/// The record of a step by its path, and of a step inside others by theirs: `each[3].write`.
#[must_use]
pub(crate) fn step_at<'d>(document: &'d Document, path: &str) -> Option<&'d StepRecord> {
    document.steps.values().find_map(|record| inside(record, record.id.clone(), path))
}

fn inside<'d>(record: &'d StepRecord, own: String, path: &str) -> Option<&'d StepRecord> {
    if own == path {
        return Some(record);
    }
    let called = record.called.iter().flat_map(|called| called.steps.values());
    let mut called = called.filter(|_| path.starts_with(&own));
    if let Some(found) = called.find_map(|step| inside(step, format!("{own}.{}", step.id), path)) {
        return Some(found);
    }
    let rounds = record.iterations.iter().flatten();
    let mut near = rounds.filter(|round| path.starts_with(&round.path));
    near.find_map(|round| {
        let mut steps = round.steps.values();
        steps.find_map(|step| inside(step, format!("{}.{}", round.path, step.id), path))
    })
}
