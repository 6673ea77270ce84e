//! A journal without a disk: for tests, benches, and runs that are not to leave a trace.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use indexmap::IndexMap;

use super::{Entry, Heard, Pace, PaceError, RunSummary};
use crate::{Document, document::RunStatus};

#[derive(Debug, Default)]
pub(super) struct Memory {
    runs: Mutex<IndexMap<String, (Option<String>, Document)>>,
}

impl Memory {
    fn lock(&self) -> MutexGuard<'_, IndexMap<String, (Option<String>, Document)>> {
        self.runs.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn write(&self, entry: Entry) {
        match entry {
            Entry::Begin { document, recipe } => {
                let file = recipe.file.as_ref().map(|file| file.display().to_string());
                let document = Arc::unwrap_or_clone(document);
                self.lock().insert(document.run.clone(), (file, document));
            }
            // Nobody can go on with a run that is forgotten.
            Entry::Answer(_) | Entry::Drive { .. } | Entry::Release { .. } | Entry::Flush => {}
            // Rounds are in the record of their loop when it ends.
            Entry::Note(entry) | Entry::Step(entry) if entry.path.contains('.') => drop(entry),
            Entry::Note(entry) | Entry::Step(entry) => {
                if let Some((_, document)) = self.lock().get_mut(&*entry.run) {
                    let record = std::sync::Arc::unwrap_or_clone(entry.record);
                    document.steps.insert(record.id.clone(), record);
                }
            }
            Entry::Finish { document } => {
                if let Some((_, known)) = self.lock().get_mut(&document.run) {
                    let mut steps = std::mem::replace(known, Arc::unwrap_or_clone(document));
                    for (id, record) in &mut known.steps {
                        if let Some(before) = steps.steps.get_mut(id) {
                            record.value = before.value.take();
                            record.iterations = before.iterations.take();
                        }
                    }
                }
            }
        }
    }

    pub(super) fn set_pace(&self, run: &str, pace: Pace) -> Result<Heard, PaceError> {
        let mut runs = self.lock();
        let known = runs.get_mut(run).ok_or_else(|| PaceError::Unknown(run.to_owned()))?;
        let status = &mut known.1.status;
        let wanted = match pace {
            Pace::Going => RunStatus::Running,
            Pace::Paused => RunStatus::Paused,
        };
        match *status {
            before if before == wanted => Ok(Heard::Already),
            RunStatus::Running | RunStatus::Paused => {
                *status = wanted;
                Ok(Heard::Soon)
            }
            status => Err(PaceError::Still { run: run.to_owned(), status }),
        }
    }

    pub(super) fn runs(&self) -> Vec<RunSummary> {
        let summary = |(file, document): &(Option<String>, Document)| RunSummary {
            run: document.run.clone(),
            pipeline: document.pipeline_id.clone(),
            file: file.clone(),
            status: document.status,
            started_at: document.started_at,
            duration: document.duration,
        };
        self.lock().values().rev().map(summary).collect()
    }

    pub(super) fn document(&self, run: &str) -> Option<Document> {
        self.lock().get(run).map(|(_, document)| document.clone())
    }
}
