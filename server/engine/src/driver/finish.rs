//! The end of a run: outputs, the last words, and the document.

use std::sync::Arc;

use serde_json::json;

use super::{
    frame::Flight,
    narrator::{Narrator, now},
    outputs::{self, Decisions},
    steps::Steps,
};
use crate::{
    Document, Journal,
    document::{Decided, RunStatus, StepRecord},
    event::EventKind,
    journal::{Entry, JournalError, Lease},
    people::NOBODY,
    reuse::Saved,
    tool::Failure,
};

/// Ends a run whose steps are over.
pub(super) async fn finish(
    steps: Steps<'_>,
    (decisions, autos): (Decisions, Vec<Decided>),
    lease: Lease,
    journal: &Journal,
    narrator: &Narrator<'_>,
) -> Document {
    let prepared = steps.prepared;
    let program = &prepared.program;
    let parts = program.block.parts();
    let is_selected =
        |step: usize| parts.get(step).is_some_and(|part| part.work.is_some() || part.on_call);
    let (pipeline, names) = (&program.pipeline, &program.names);
    let outputs = outputs::render(pipeline, names, is_selected, &decisions, &steps.scope());
    let redactor = narrator.redactor();
    let all_good = steps.selected_flights().all(Flight::is_good);
    let (cut_short, is_cancelled) = (steps.is_cut_short(), steps.is_cancelled());
    let fatal = steps.fatal().cloned();
    let (document, unread) = steps.into_document();
    let mut document = Document { autos, ..document };
    document.usage.saved = saved(document.steps.values());
    let redacted = |(name, value)| (name, redactor.json(value));
    document.outputs = outputs.values.into_iter().map(redacted).collect();
    document.warnings.extend(outputs.warnings.into_iter().map(|mut warning| {
        warning.message = redactor.text(warning.message);
        warning
    }));

    document.success = all_good && outputs.missing.is_none() && fatal.is_none();
    let stands = |it: &Failure| ["JournalError", NOBODY].contains(&&*it.error_type);
    let fatal = fatal.filter(|fatal| cut_short || stands(fatal));
    (document.error, document.error_type) = match (&fatal, outputs.missing) {
        (Some(fatal), _) => {
            (Some(redactor.text(fatal.message.clone())), Some(fatal.error_type.to_string()))
        }
        (None, _) if is_cancelled && cut_short => {
            (Some("the run was cancelled".to_owned()), Some("CancelledError".to_owned()))
        }
        (None, Some(output)) => (
            Some(format!("the required output `{output}` is missing")),
            Some("OutputError".to_owned()),
        ),
        (None, None) => (None, None),
    };
    document.status = match document.success {
        true => RunStatus::Completed,
        false if is_cancelled && cut_short && fatal.is_none() => RunStatus::Cancelled,
        false => RunStatus::Failed,
    };
    let ended = prepared.ended_at.unwrap_or_else(now);
    document.completed_at = Some(ended);
    document.duration = Some((ended - document.started_at).max(0.0));

    // The journal has each step's value already, and lets go of the document when it is written: nothing is copied.
    let values = document.take_values();
    let document = Arc::new(document);
    let written = journal.written(Entry::Finish { document: Arc::clone(&document) }).await;
    let mut document = Arc::unwrap_or_clone(document);
    document.put_values(values);
    match written {
        Ok(()) => {
            lease.end();
            match prepared
                .course
                .clone()
                .map_or_else(|| journal.course(&document, &prepared.recipe.mark), Ok)
            {
                Ok(course) => document.course = course,
                Err(error) => fail(&mut document, error),
            }
        }
        Err(error) => fail(&mut document, error),
    }
    if let Some(error) = unread {
        fail(&mut document, error);
    }
    say(&document, narrator);
    document
}

/// What steps, and those of their rounds, did not do again.
fn saved<'d>(records: impl IntoIterator<Item = &'d StepRecord>) -> Option<Saved> {
    let mut all = Saved::default();
    let mut add = |calls, seconds| {
        all.calls += calls;
        all.seconds += seconds;
    };
    for record in records {
        if let Some(reused) = &record.reused {
            add(1, reused.duration.unwrap_or_default());
        }
        for round in record.iterations.iter().flatten() {
            if let Some(inside) = saved(round.steps.values()) {
                add(inside.calls, inside.seconds);
            }
        }
    }
    (all.calls > 0).then_some(all)
}

/// The document of a run that could not be begun.
pub(super) fn without_journal(steps: Steps<'_>, error: JournalError) -> Document {
    let (mut document, _) = steps.into_document();
    fail(&mut document, error);
    document
}

fn fail(document: &mut Document, error: JournalError) {
    document.status = RunStatus::Failed;
    document.success = false;
    document.error = Some(error.message);
    document.error_type = Some("JournalError".to_owned());
}

fn say(document: &Document, narrator: &Narrator<'_>) {
    let kind = match document.status {
        RunStatus::Completed => EventKind::RunCompleted,
        RunStatus::Cancelled => EventKind::RunCancelled,
        RunStatus::Running | RunStatus::Paused | RunStatus::Failed | RunStatus::Interrupted => {
            EventKind::RunFailed
        }
    };
    let data = json!({ "status": document.status.as_str(), "success": document.success, "duration": document.duration });
    narrator.run(kind, document.error.clone(), data);
}
