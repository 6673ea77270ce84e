//! What a run document tells of its run: how each step ended, and, where it was not as simple, the course of the run. A document
//! without a course tells of no further attempts, so there the end of a step stands for its first one.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value as Json;

use super::past::{Kept, KeptStep};
use crate::{
    document::{Decided, Document, StepRecord, StepStatus, Turn, path_of, records},
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
    /// By their keys, see [`Turn::key`].
    steps: BTreeMap<String, KeptStep>,
    /// By the key of who asked, and the question.
    answers: BTreeMap<(String, String), Kept>,
    /// Of the AUTO tags in the outputs of the run.
    outputs: Vec<Decided>,
    turns: u64,
}

impl Told {
    /// Reads a document.
    pub(super) fn new(document: &Document) -> Self {
        let ends = ends(document);
        let told = Self {
            turns: (ends.len() + document.course.len()) as u64,
            steps: ends,
            answers: BTreeMap::new(),
            outputs: document.autos.clone(),
        };
        match document.course.as_slice() {
            [] => told.with_failures(),
            course => told.with_course(course),
        }
    }

    /// What failed for good, failed at once.
    fn with_failures(mut self) -> Self {
        for (key, KeptStep { record, turn, .. }) in &self.steps {
            let failed = record.status == StepStatus::Failed && is_leaf(record);
            let ending = match record.timed_out {
                true => Ending::TimedOut,
                false => Ending::Raised(failure(record)),
            };
            if let (true, Some(turn), Ok(answer)) = (failed, *turn, serde_json::to_value(ending)) {
                let question = Question::Attempt(1).to_string();
                self.answers.insert((key.clone(), question), Kept { turn, answer });
            }
        }
        self
    }

    fn with_course(mut self, course: &[Turn]) -> Self {
        for kept in self.steps.values_mut() {
            (kept.turn, kept.attempt) = (None, None);
        }
        let (mut others, mut own) = (BTreeMap::new(), BTreeSet::new());
        for (turn, it) in (0_u64..).zip(course) {
            let attempt = it.question.as_deref();
            if let (Some(answer), Some(question)) = (&it.answer, attempt) {
                let asked = (it.key.clone(), question.to_owned());
                self.answers.insert(asked, Kept { turn, answer: answer.clone() });
                continue;
            }
            let path = path_of(&it.key).unwrap_or_default();
            let shown = || Some(self.steps.get(&path)?.record.clone());
            let Some(record) = it.record.as_deref().cloned().or_else(shown) else { continue };
            if it.record.is_none() && path != it.key {
                own.insert(path);
            }
            let attempt = attempt.and_then(|attempt| attempt.parse().ok());
            others.insert(it.key.clone(), KeptStep { record, turn: Some(turn), attempt });
        }
        // A record that a later attempt left says nothing of the first one.
        self.steps.retain(|path, _| !own.contains(path));
        self.steps.extend(others);
        self
    }

    /// How a step ended; one without an entry of its own, as the record of its path says.
    fn of(&self, key: &str) -> Option<&KeptStep> {
        self.steps.get(key).or_else(|| self.steps.get(&path_of(key).filter(|path| path != key)?))
    }

    pub(super) fn step(&self, key: &str) -> Option<KeptStep> {
        self.of(key).cloned()
    }

    pub(super) fn answer(&self, key: &str, question: &str) -> Option<Kept> {
        self.answers.get(&(key.to_owned(), question.to_owned())).cloned()
    }

    /// What the AUTO tags of a step, or of the outputs of the run, were answered, in order.
    pub(super) fn decided(&self, of: Asker<'_>) -> &[Decided] {
        match of {
            Asker::Step(key) => self.of(key).map_or(&[], |kept| &kept.record.autos),
            Asker::Outputs => &self.outputs,
        }
    }

    pub(super) const fn turns(&self) -> u64 {
        self.turns
    }
}

/// How every step ended, by its path, in the order of their ends.
fn ends(document: &Document) -> BTreeMap<String, KeptStep> {
    let mut records = records(document);
    records.sort_by(|(_, a), (_, b)| {
        let end = |it: &StepRecord| it.completed_at.unwrap_or(f64::INFINITY);
        end(a).total_cmp(&end(b))
    });
    let kept = |(turn, (path, record)): (u64, (String, &StepRecord))| {
        let has_answer = record.status == StepStatus::Completed && is_leaf(record);
        let kept =
            KeptStep { record: record.clone(), turn: None, attempt: has_answer.then_some(1) };
        let turn = kept.is_over().then_some(turn);
        (path, KeptStep { turn, ..kept })
    };
    (0_u64..).zip(records).map(kept).collect()
}

/// Whether it is made of no steps.
const fn is_leaf(record: &StepRecord) -> bool {
    record.iterations.is_none() && record.called.is_none()
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
