//! The scheduler on tokio: orders become calls, calls become events. Thin.
//!
//! Values live in *frames*, one for each activation of a list of steps: the pipeline's own, and one for every round of a
//! step that goes round. A frame has the flights of its steps, their results and the names that the loop around it binds.
//! All frames are in one table under the numbers that [`crate::scheduler::Forest`] gives them, and one loop serves them.
//!
//! A step that goes round makes no call. `rounds` answers its orders: how it goes round (`Start`), what its tests say
//! (`Test`), the frame of a round (`Open`), what the round came to (`Close`), and the step's value (`Conclude`). Another
//! step that is made of steps does the same: it needs a [`crate::prepare::Block`] of those steps, a shape, and a value
//! made of what its rounds came to. So does a step that runs another pipeline (`pipelines`), and a failed step whose error
//! handler is such a step (`handlers`).
//!
//! Between the end of a step's last attempt and the scheduler's hearing of it stands what is still to be done about it:
//! `products` writes what a success leaves, `handlers` sees to a failure.

mod asks;
mod attempt;
mod autos;
mod call;
mod clock;
mod composite;
mod dependencies;
mod ends;
mod envelope;
mod estimate;
mod finish;
mod forecast;
mod forks;
mod frame;
mod goto;
mod handlers;
mod hear;
mod mind;
mod narrator;
mod notes;
mod outputs;
mod parameters;
mod pipelines;
mod products;
mod quality;
mod recalled;
mod record;
mod remind;
mod reused;
mod rounds;
mod settle;
mod start;
mod steps;
mod stop;

use std::sync::Arc;

use serde_json::json;
use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;

use crate::{
    Document, Journal, JournalError, Prepared, Toolbox,
    event::{Event, EventKind},
    journal::{Entry, Lease},
    secrets::Redactor,
};
pub(crate) use asks::Book;
pub use forecast::{Because, Fate, Forecast, Foreseen, forecast};
use narrator::Narrator;
pub(crate) use notes::Notes;
pub(crate) use parameters::arguments;
pub(crate) use products::WRITER;
use steps::{Course, Steps};

/// Runs to the end and gives the document, whatever happens. Must be polled on a tokio runtime with time enabled;
/// dropping it stops all calls in flight and leaves the run in the journal as interrupted. `events` is called in order,
/// from this future, and must not block.
pub async fn run(
    mut prepared: Prepared,
    toolbox: &Toolbox,
    journal: &Journal,
    events: impl Fn(&Event) + Send + Sync,
    cancel: CancellationToken,
) -> Document {
    let resumed = prepared.lease.take();
    let narrator = Narrator::new(&events, Redactor::new(&prepared.secrets));
    let (sender, mut receiver) = mpsc::unbounded_channel();
    let mut steps = Steps::new(&prepared, toolbox, journal, &narrator, sender);

    let mut data = json!({ "run": prepared.run(), "pipeline_id": &*prepared.facts.pipeline_id, "steps": steps.selected });
    let lease = match resumed {
        Some(lease) => {
            data["resumed"] = true.into();
            lease
        }
        None => match begin(&prepared, &mut steps, journal).await {
            Ok(lease) => lease,
            Err(error) => return finish::without_journal(steps, error),
        },
    };
    match prepared.recall.next_turn().and_then(|turn| Ok((turn, prepared.recall.spent()?))) {
        Ok((turn, (spent, driven))) => {
            steps.turns = turn;
            steps.budget(spent, driven);
        }
        Err(error) => return finish::without_journal(steps, error),
    }
    let mut pace = journal.listen(prepared.run());
    narrator.run(EventKind::RunStarted, None, data);

    steps.begin();
    loop {
        match steps.obey() {
            Course::Over => break,
            Course::Goes => {}
            Course::Recalls => {
                tokio::task::yield_now().await;
                if cancel.is_cancelled() && !steps.is_cancelled() {
                    steps.cancel();
                }
                continue;
            }
        }
        if steps.is_drained() {
            steps.halt();
            continue;
        }
        if receiver.is_empty() {
            steps.checkpoint();
        }
        tokio::select! {
            () = cancel.cancelled(), if !steps.is_cancelled() => steps.cancel(),
            Ok(()) = pace.changed() => {
                let pace = *pace.borrow_and_update();
                steps.keep_pace(pace);
            }
            () = clock::until(steps.clock.deadline()), if !steps.is_cancelled() => steps.time_is_up(),
            // The scheduler hears that it is so late.
            () = clock::until(steps.opens()) => {}
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
    steps.holdings.end().await;
    let decided = steps.decide_outputs(&cancel).await;
    finish::finish(steps, decided, lease, journal, &narrator).await
}

async fn begin(
    prepared: &Prepared,
    steps: &mut Steps<'_>,
    journal: &Journal,
) -> Result<Lease, JournalError> {
    let document = Arc::new(steps.lend());
    let recipe = Box::new(prepared.recipe.clone());
    let written = journal.written(Entry::Begin { document: Arc::clone(&document), recipe }).await;
    steps.take_back(Arc::unwrap_or_clone(document));
    written?;
    Ok(Lease::new(journal, prepared.run()))
}
