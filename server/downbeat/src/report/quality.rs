//! How good a run was, as far as its document says: the same document gives the same report.

use engine::{Document, RunStatus, StepStatus};
use schemars::JsonSchema;
use serde::Serialize;

use super::{Report, ReportStep};

/// Below this, health is a high risk.
const POOR: f64 = 0.7;

/// Below this, it is a medium one.
const FAIR: f64 = 0.9;

/// How good a run was.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct QualityReport {
    /// Id of the run.
    pub run: String,
    /// How it stands.
    pub status: RunStatus,
    /// From 0 to 1: the mean over the steps that ran, each counting with the score of its value, or with nothing where it
    /// did not succeed. Null where no step ran.
    pub health: Option<f64>,
    /// What follows from it.
    pub risk: Risk,
    /// Steps that ran, those inside others among them.
    pub ran: usize,
    /// Steps that ran and did not succeed.
    pub failed: usize,
    /// Steps that were skipped.
    pub skipped: usize,
    /// What is to be said, step by step in the order in which they started, then what is said of the whole run.
    pub remarks: Vec<Remark>,
}

/// Whether to rely on what a run came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Risk {
    /// The run succeeded, nothing is to be said against it.
    Low,
    /// It succeeded, with a health below 0.9 or with remarks.
    Medium,
    /// It did not succeed, or its health is below 0.7.
    High,
}

/// Something to be said of a run.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct Remark {
    /// Path of the step; null for the whole run.
    pub step: Option<String>,
    /// Kebab-case and stable.
    pub code: String,
    /// For people.
    pub message: String,
}

impl QualityReport {
    /// The report of a run.
    #[must_use]
    pub fn new(document: &Document) -> Self {
        let report = Report::new(document);
        let ran: Vec<&ReportStep> = report.steps.iter().filter(|step| has_ended(step)).collect();
        let worth = |step: &&ReportStep| match (step.success, &step.quality) {
            (false, _) => 0.0,
            (true, Some(quality)) => quality.score,
            (true, None) => 1.0,
        };
        let mean = ran.iter().map(worth).sum::<f64>() / ran.len() as f64;
        let health = (!ran.is_empty()).then_some((mean * 1e3).round() / 1e3);
        let mut remarks: Vec<Remark> = report.steps.iter().flat_map(of_step).collect();
        remarks.extend(of_run(document));
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
            remarks,
        }
    }
}

const fn has_ended(step: &ReportStep) -> bool {
    matches!(step.status, StepStatus::Completed | StepStatus::Failed | StepStatus::Cancelled)
}

fn of_step(step: &ReportStep) -> Vec<Remark> {
    let remark = |code: &str, message: String| Remark {
        step: Some(step.path.clone()),
        code: code.to_owned(),
        message,
    };
    let mut remarks = Vec::new();
    if has_ended(step) && !step.success {
        let error = step.error.clone().unwrap_or_else(|| "it reported a failure".to_owned());
        remarks.push(remark("failed", error));
    }
    for issue in step.quality.iter().flat_map(|quality| &quality.issues) {
        remarks.push(remark("poor-value", issue.message.clone()));
    }
    if step.attempts > 1 {
        remarks.push(remark("tried-again", format!("it was tried {} times", step.attempts)));
    }
    if step.status == StepStatus::Pending {
        remarks.push(remark("not-reached", "it was never reached".to_owned()));
    }
    remarks
}

fn of_run(document: &Document) -> impl Iterator<Item = Remark> {
    let warnings = document.warnings.iter().map(|warning| Remark {
        step: warning.step.clone(),
        code: warning.code.clone(),
        message: warning.message.clone(),
    });
    let error = document.error.iter().map(|error| Remark {
        step: None,
        code: "stopped".to_owned(),
        message: error.clone(),
    });
    warnings.chain(error)
}
