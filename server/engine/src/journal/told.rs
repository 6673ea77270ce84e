//! What a run document tells of its run: how each step ended, by its path. How often it was tried before is not told, so the end
//! stands for the first attempt.

use std::collections::BTreeMap;

use serde_json::Value as Json;

use super::past::{Kept, KeptStep};
use crate::{
    document::{Document, StepRecord, StepStatus},
    recall::{Ending, Question},
    tool::{Failure, Transience},
};

/// See the module.
#[derive(Debug)]
pub(crate) struct Told {
    steps: BTreeMap<String, KeptStep>,
}

impl Told {
    /// Reads a document.
    ///
    /// # Errors
    /// In words: it does not tell what models answered to AUTO tags stage by stage, so such a run cannot be told again.
    pub(super) fn new(document: &Document) -> Result<Self, String> {
        let mut records = Vec::new();
        for record in document.steps.values() {
            collect(record, record.id.clone(), &mut records);
        }
        if let Some((path, _)) = records.iter().find(|(_, record)| !record.autos.is_empty()) {
            return Err(format!(
                "`{path}` has AUTO tags, whose answers a run document does not give back; name the run of the workspace instead"
            ));
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
        Ok(Self { steps })
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
