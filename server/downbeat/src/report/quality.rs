//! How good a run was, as far as its document says: the same document gives the same report.

use std::path::Path;

use engine::{Document, IssueCode, Quality, RunStatus, StepStatus};
use indexmap::IndexMap;
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::Value as Json;

use super::{
    Report, ReportStep, products,
    twins::{self, Twin},
    values,
};

/// Code of what is said of a step that a run did not come to.
const NOT_REACHED: &str = "not-reached";

/// Below this, health is a high risk.
const POOR: f64 = 0.7;

/// Below this, it is a medium one.
const FAIR: f64 = 0.9;

/// What a text is worth that another step gave, too.
const TWIN: f64 = 0.5;

/// How good a run was.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct QualityReport {
    /// Id of the run.
    pub run: String,
    /// How it stands.
    pub status: RunStatus,
    /// From 0 to 1, the least of these: the mean over the steps that ran, each counting with its score; the mean over those
    /// whose value was looked at for something; what the worst output and the worst file are worth. Null where no step ran.
    pub health: Option<f64>,
    /// What follows from it.
    pub risk: Risk,
    /// Steps that ran, those inside others among them.
    pub ran: usize,
    /// Steps that ran and did not succeed.
    pub failed: usize,
    /// Steps that were skipped.
    pub skipped: usize,
    /// What the value of each step that ran is worth, by its path: nothing where it did not succeed.
    pub scores: IndexMap<String, f64>,
    /// What is to be said, step by step in the order in which they started, then what is said of the whole run.
    pub remarks: Vec<Remark>,
    /// Earlier runs of the same pipeline, newest first, where they were looked up.
    pub trend: Vec<Earlier>,
    /// What a model says of values that models wrote, where one was asked.
    pub judged: Vec<Judged>,
}

/// What a model says of a value.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct Judged {
    /// Path of the step.
    pub step: String,
    /// Who judges: `provider:name`.
    pub model: String,
    /// Whether the value is what the step asks for.
    pub passed: bool,
    /// Why, in the model's words.
    pub reason: String,
}

/// How good an earlier run was.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct Earlier {
    /// Id of the run.
    pub run: String,
    /// Unix seconds.
    pub started_at: f64,
    /// As that of the report.
    pub health: Option<f64>,
}

/// Whether to rely on what a run came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Risk {
    /// The run succeeded, nothing is to be said against it.
    Low,
    /// It succeeded, with a health below 0.9 or with remarks.
    Medium,
    /// It did not succeed, its health is below 0.7, or something is wrong with a file that it left.
    High,
}

/// Something to be said of a run.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct Remark {
    /// Path of the step; null for the whole run.
    pub step: Option<String>,
    /// Kebab-case and stable.
    pub code: String,
    /// What is held against a value, where that is what is said.
    pub issue: Option<IssueCode>,
    /// For people.
    pub message: String,
}

impl Remark {
    pub(super) fn new(step: Option<&str>, code: &str, message: String) -> Self {
        Self { step: step.map(str::to_owned), code: code.to_owned(), issue: None, message }
    }
}

impl QualityReport {
    /// The report of a run.
    #[must_use]
    pub fn new(document: &Document) -> Self {
        let report = Report::new(document);
        let ran: Vec<&ReportStep> = report.steps.iter().filter(|step| has_ended(step)).collect();
        let twins = twins::find(document);
        let worth = |step: &&ReportStep| match (step.success, &step.quality) {
            (false, _) => 0.0,
            (true, _) if twins.iter().any(|it| it.step == step.path) => TWIN,
            (true, Some(quality)) => quality.score,
            (true, None) => 1.0,
        };
        let scores: IndexMap<String, f64> =
            ran.iter().map(|step| (step.path.clone(), worth(step))).collect();
        let judged = ran.iter().filter(|step| is_judged(step)).map(worth);
        let values = mean(judged).min(mean(scores.values().copied()));
        let mut remarks: Vec<Remark> = report.steps.iter().flat_map(of_step).collect();
        if document.success {
            // It was not to run.
            remarks.retain(|it| it.code != NOT_REACHED);
        }
        remarks.extend(twins.iter().map(of_twin));
        let (worst, of_outputs) = outputs(document, &report.steps, &remarks);
        remarks.extend(of_outputs);
        remarks.extend(of_run(document));
        let health = (!ran.is_empty()).then(|| values.min(worst));
        Self {
            run: report.run.clone(),
            status: report.status,
            risk: match health {
                _ if !report.success => Risk::High,
                Some(health) if health < POOR => Risk::High,
                Some(health) if health < FAIR => Risk::Medium,
                _ if !remarks.is_empty() => Risk::Medium,
                _ => Risk::Low,
            },
            health,
            failed: ran.iter().filter(|step| !step.success).count(),
            ran: ran.len(),
            skipped: report.steps.iter().filter(|it| it.status == StepStatus::Skipped).count(),
            scores,
            remarks,
            trend: Vec::new(),
            judged: Vec::new(),
        }
    }

    /// Adds what a model says of a value. A value that does not pass is remarked on, and is a risk.
    pub fn hear(&mut self, judged: Judged) {
        if !judged.passed {
            let message = format!(
                "`{}` judges that it is not what was asked for: {}",
                judged.model, judged.reason
            );
            self.remarks.push(Remark::new(Some(&judged.step), "judged-poor", message));
            if self.risk == Risk::Low {
                self.risk = Risk::Medium;
            }
        }
        self.judged.push(judged);
    }

    /// The share of the values that passed, of those that a model judged; none where none was.
    #[must_use]
    pub fn passed(&self) -> Option<f64> {
        let passed = self.judged.iter().filter(|it| it.passed).count();
        (!self.judged.is_empty()).then(|| passed as f64 / self.judged.len() as f64)
    }

    /// Looks at the files that the run left, below the folder that its paths are relative to: whether they are there, are
    /// what they were, can be read as what their names say, and hold no words that show that something went wrong.
    pub fn look_at_products(&mut self, document: &Document, cwd: &Path) {
        for found in products::look(document, cwd) {
            let is_said = self.remarks.iter().any(|it| says(it, &found.remark));
            self.health = self.health.map(|health| health.min(found.worth));
            self.risk = Risk::High;
            if !is_said {
                self.remarks.push(found.remark);
            }
        }
    }
}

/// The mean, to a thousandth; 1 of nothing.
fn mean(scores: impl Iterator<Item = f64>) -> f64 {
    let (sum, count) = scores.fold((0.0, 0_usize), |(sum, count), score| (sum + score, count + 1));
    if count == 0 { 1.0 } else { (sum / count as f64 * 1e3).round() / 1e3 }
}

/// Whether a value was looked at for something: the score of any other says nothing.
fn is_judged(step: &ReportStep) -> bool {
    let is_looked_at = |it: &Quality| !it.checked.is_empty() || !it.issues.is_empty();
    step.success && step.quality.as_ref().is_some_and(is_looked_at)
}

/// Whether a remark on the value of a step says what another one says of the same words further on.
fn says(step: &Remark, further: &Remark) -> bool {
    step.issue.is_some() && step.issue == further.issue && further.message.ends_with(&step.message)
}

/// What is said of the words of the outputs, but for what was said of a step already; the least that one is worth.
fn outputs(document: &Document, steps: &[ReportStep], said: &[Remark]) -> (f64, Vec<Remark>) {
    let mut worst = 1.0_f64;
    let mut remarks = Vec::new();
    for (name, output) in document.outputs.iter().filter(|(_, output)| has_words(output)) {
        let (score, issues) = engine::assess_result(output, values(document, steps));
        worst = worst.min(score);
        for issue in issues {
            let message = format!("the output `{name}`: {}", issue.message);
            let remark = Remark::new(None, "poor-output", message);
            let remark = Remark { issue: Some(issue.code), ..remark };
            if !said.iter().any(|it| says(it, &remark)) {
                remarks.push(remark);
            }
        }
    }
    (worst, remarks)
}

/// An output without a value has its warning, and an empty list may be all that there is.
fn has_words(output: &Json) -> bool {
    match output {
        Json::String(_) => true,
        Json::Array(items) => !items.is_empty(),
        Json::Object(fields) => !fields.is_empty(),
        Json::Null | Json::Bool(_) | Json::Number(_) => false,
    }
}

const fn has_ended(step: &ReportStep) -> bool {
    matches!(step.status, StepStatus::Completed | StepStatus::Failed | StepStatus::Cancelled)
}

fn of_step(step: &ReportStep) -> Vec<Remark> {
    let remark = |code: &str, message: String| Remark::new(Some(&step.path), code, message);
    let mut remarks = Vec::new();
    if has_ended(step) && !step.success {
        remarks.push(remark("failed", step.error.clone().unwrap_or_default()));
    }
    for issue in step.quality.iter().flat_map(|quality| &quality.issues) {
        let poor = remark("poor-value", issue.message.clone());
        remarks.push(Remark { issue: Some(issue.code), ..poor });
    }
    if step.attempts > 1 {
        remarks.push(remark("tried-again", format!("it was tried {} times", step.attempts)));
    }
    if step.status == StepStatus::Pending {
        remarks.push(remark(NOT_REACHED, "it was never reached".to_owned()));
    }
    remarks
}

fn of_twin(twin: &Twin) -> Remark {
    let message = format!("it gives word by word what `{}` gives", twin.first);
    let remark = Remark::new(Some(&twin.step), "same-answer", message);
    Remark { issue: Some(IssueCode::Repetition), ..remark }
}

fn of_run(document: &Document) -> impl Iterator<Item = Remark> {
    let warnings = document
        .warnings
        .iter()
        .map(|it| Remark::new(it.step.as_deref(), &it.code, it.message.clone()));
    let error = document.error.iter().map(|it| Remark::new(None, "stopped", it.clone()));
    warnings.chain(error)
}
