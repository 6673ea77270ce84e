//! What a run document tells of its run: how each step ended, by its path. How often it was tried before is not told, so the end
//! stands for the first attempt.

use std::collections::BTreeMap;

use serde_json::Value as Json;

use super::past::{Kept, KeptStep};
use crate::{
    document::{Decided, Document, StepRecord, StepStatus},
    recall::{Ending, Question},
    tool::{Failure, Transience},
};

/// Where AUTO tags stand.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Asker<'p> {
    /// In the step of that path.
    Step(&'p str),
    /// In the outputs of the run.
    Outputs,
}

/// See the module.
#[derive(Debug)]
pub(crate) struct Told {
    steps: BTreeMap<String, KeptStep>,
    /// Of the AUTO tags in the outputs of the run.
    outputs: Vec<Decided>,
}

impl Told {
    /// Reads a document.
    pub(super) fn new(document: &Document) -> Self {
        let mut records = Vec::new();
        for record in document.steps.values() {
            collect(record, record.id.clone(), &mut records);
        }
        records.sort_by(|(_, a), (_, b)| {
            let end = |it: &StepRecord| it.completed_at.unwrap_or(f64::INFINITY);
            end(a).total_cmp(&end(b))
        });
        let mut steps = BTreeMap::new();
        for (turn, (path, record)) in (0_u64..).zip(records) {
            let has_answer = record.status == StepStatus::Completed
                && record.iterations.is_none()
                && record.called.is_none();
            let is_over = matches!(
                record.status,
                StepStatus::Completed | StepStatus::Failed | StepStatus::Skipped
            );
            let kept = KeptStep {
                record: record.clone(),
                turn: is_over.then_some(turn),
                attempt: has_answer.then_some(1),
            };
            steps.insert(path, kept);
        }
        Self { steps, outputs: document.autos.clone() }
    }

    pub(super) fn step(&self, path: &str) -> Option<KeptStep> {
        self.steps.get(path).cloned()
    }

    /// The failure of a step that failed; everything else is told by its record.
    pub(super) fn answer(&self, path: &str, question: &str) -> Option<Kept> {
        let KeptStep { record, turn, .. } = self.steps.get(path)?;
        let is_leaf = record.iterations.is_none() && record.called.is_none();
        let failed = record.status == StepStatus::Failed && is_leaf;
        if !failed || question != Question::Attempt(1).to_string() {
            return None;
        }
        let ending =
            if record.timed_out { Ending::TimedOut } else { Ending::Raised(failure(record)) };
        Some(Kept { turn: (*turn)?, answer: serde_json::to_value(ending).ok()? })
    }

    /// What the AUTO tags of a step, or of the outputs of the run, were answered, in order.
    pub(super) fn decided(&self, of: Asker<'_>) -> &[Decided] {
        match of {
            Asker::Step(path) => self.steps.get(path).map_or(&[], |kept| &kept.record.autos),
            Asker::Outputs => &self.outputs,
        }
    }

    pub(super) fn turns(&self) -> u64 {
        self.steps.len() as u64
    }
}

fn failure(record: &StepRecord) -> Failure {
    let error_type = record.error_type.clone().unwrap_or_else(|| "Error".to_owned());
    Failure {
        error_type: error_type.into(),
        message: record.error.clone().unwrap_or_default(),
        transience: Transience::Permanent,
        value: Some(record.value.clone()).filter(|value| *value != Json::Null),
        code: None,
    }
}

fn collect<'d>(record: &'d StepRecord, path: String, all: &mut Vec<(String, &'d StepRecord)>) {
    for inner in record.called.iter().flat_map(|called| called.steps.values()) {
        collect(inner, format!("{path}.{}", inner.id), all);
    }
    for round in record.iterations.iter().flatten() {
        for inner in round.steps.values() {
            collect(inner, format!("{}.{}", round.path, inner.id), all);
        }
    }
    all.push((path, record));
}
