//! The scheduler on tokio: commands become calls, calls become events. Thin.

mod attempt;
mod envelope;
mod estimate;
mod finish;
mod goto;
mod graph;
mod narrator;
mod parameters;
mod record;
mod steps;

mod outputs;

use serde_json::json;
use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;

use crate::{
    Document, Journal, Prepared, Toolbox,
    event::{Event, EventKind},
    journal::Entry,
    scheduler,
    secrets::Redactor,
};
use narrator::Narrator;
use steps::{Course, Steps};

/// Runs to the end and gives the document, whatever happens. Must be polled on a tokio runtime with time enabled;
/// dropping it stops all calls in flight and leaves the run in the journal as interrupted. `events` is called in order,
/// from this future, and must not block.
pub async fn run(
    prepared: Prepared,
    toolbox: &Toolbox,
    journal: &Journal,
    events: impl Fn(&Event) + Send + Sync,
    cancel: CancellationToken,
) -> Document {
    let narrator = Narrator::new(&events, Redactor::new(prepared.secrets.iter().cloned()));
    let (sender, mut receiver) = mpsc::unbounded_channel();
    let mut steps = Steps::new(&prepared, toolbox, journal, &narrator, sender);

    let file = prepared.request.source.file.as_ref().map(|file| file.display().to_string());
    let document = Box::new(steps.document());
    if let Err(error) = journal.written(Entry::Begin { document, file }).await {
        return finish::without_journal(&steps, error);
    }
    let data = json!({ "run": prepared.run(), "pipeline_id": &*prepared.facts.pipeline_id, "steps": steps.selected() });
    narrator.run(EventKind::RunStarted, None, data);

    steps.tell(scheduler::Event::Begin);
    while steps.obey() == Course::Goes {
        if receiver.is_empty() {
            steps.checkpoint();
        }
        tokio::select! {
            () = cancel.cancelled(), if !steps.is_cancelled() => steps.cancel(),
            Some(message) = receiver.recv() => steps.hear(message),
            Some(joined) = steps.tasks.join_next_with_id(), if !steps.tasks.is_empty() => {
                // What a call said comes before its end.
                while let Ok(message) = receiver.try_recv() {
                    steps.hear(message);
                }
                steps.ended(joined);
            }
        }
    }
    steps.checkpoint();
    finish::finish(steps, journal, &narrator).await
}
