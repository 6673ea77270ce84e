//! Runs that the editor started. The engine and its runtime are started with the first one.

mod feed;
mod progress;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use engine::event::{Event, EventKind};
use engine::{Journal, Prepared, Toolbox};
use tokio::runtime::{Builder, Handle, Runtime};
use tokio_util::sync::CancellationToken;

use self::feed::Feed;
use super::message::Id;
use super::outbox::Outbox;

/// How long the end of the server waits for its runs to end their processes.
const FAREWELL: Duration = Duration::from_secs(5);

/// All runs of this server.
pub(crate) struct Runs {
    outbox: Outbox,
    inner: Mutex<Inner>,
    /// Signalled when a run ends.
    ended: Condvar,
}

#[derive(Default)]
struct Inner {
    runtime: Option<Runtime>,
    /// One for each state folder.
    journals: BTreeMap<PathBuf, Journal>,
    going_on: BTreeMap<String, Run>,
    shows_progress: bool,
}

#[derive(Clone)]
struct Run {
    cancel: CancellationToken,
    feed: Arc<Mutex<Feed>>,
}

/// What a run needs beside itself.
pub(crate) struct Place {
    runtime: Handle,
    journal: Journal,
}

/// A run that was announced and has not begun.
pub(crate) struct Announced {
    run: Run,
}

impl Runs {
    pub(crate) fn new(outbox: Outbox) -> Arc<Self> {
        Arc::new(Self { outbox, inner: Mutex::default(), ended: Condvar::new() })
    }

    fn lock(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Whether the client shows progress that the server begins.
    pub(crate) fn show_progress(&self, shows: bool) {
        self.lock().shows_progress = shows;
    }

    /// A runtime and the journal of a state folder.
    ///
    /// # Errors
    /// In words.
    pub(crate) fn admit(&self, state: &Path) -> Result<Place, String> {
        let mut inner = self.lock();
        let runtime = match &inner.runtime {
            Some(runtime) => runtime.handle().clone(),
            None => {
                let runtime = Builder::new_multi_thread().enable_all().build();
                let runtime =
                    runtime.map_err(|error| format!("cannot start the engine: {error}"))?;
                inner.runtime.insert(runtime).handle().clone()
            }
        };
        let journal = match inner.journals.get(state) {
            Some(journal) => journal.clone(),
            None => {
                let journal =
                    Journal::open(state).map_err(|error| format!("{error}, so nothing ran"))?;
                inner.journals.insert(state.to_owned(), journal.clone());
                journal
            }
        };
        Ok(Place { runtime, journal })
    }

    /// Makes a run known: from here on it can be cancelled.
    pub(crate) fn begin(&self, id: &str) -> Announced {
        let mut inner = self.lock();
        let feed = Feed::new(self.outbox.clone(), id.to_owned(), inner.shows_progress);
        let run = Run { cancel: CancellationToken::new(), feed: Arc::new(Mutex::new(feed)) };
        inner.going_on.insert(id.to_owned(), run.clone());
        Announced { run }
    }

    /// Starts a run that was announced.
    pub(crate) fn start(
        self: &Arc<Self>,
        prepared: Prepared,
        toolbox: Toolbox,
        place: Place,
        announced: Announced,
    ) {
        let Run { cancel, feed } = announced.run;
        let runs = Arc::clone(self);
        let id = prepared.run().to_owned();
        lock(&feed).open();
        let steady = tokio_flush(&place.runtime, &feed);
        place.runtime.clone().spawn(async move {
            let watched = Arc::clone(&feed);
            let work = place.runtime.spawn(async move {
                let tell = move |event: &Event| lock(&watched).event(event);
                engine::run(prepared, &toolbox, &place.journal, tell, cancel).await
            });
            let died = work.await.is_err();
            steady.abort();
            let mut feed = lock(&feed);
            if died {
                feed.event(&failed_inside());
            }
            feed.close();
            drop(feed);
            runs.lock().going_on.remove(&id);
            runs.ended.notify_all();
        });
    }

    /// Cancels a run; false where none of that id is going on.
    pub(crate) fn cancel(&self, id: &str) -> bool {
        let inner = self.lock();
        let run = inner.going_on.get(id);
        if let Some(run) = run {
            run.cancel.cancel();
        }
        run.is_some()
    }

    /// The client answered a request of ours.
    pub(crate) fn answered(&self, id: &Id, failed: bool) {
        let Id::Text(id) = id else { return };
        let Some(run) = id.strip_prefix(progress::REQUEST) else { return };
        let found = self.lock().going_on.get(run).cloned();
        if let Some(run) = found {
            lock(&run.feed).progress_answered(failed);
        }
    }

    /// Cancels everything and waits, for a while, until it has ended.
    pub(crate) fn end(&self) {
        let inner = self.lock();
        inner.going_on.values().for_each(|run| run.cancel.cancel());
        let waited =
            self.ended.wait_timeout_while(inner, FAREWELL, |inner| !inner.going_on.is_empty());
        let mut inner = waited.unwrap_or_else(PoisonError::into_inner).0;
        let (runtime, journals) = (inner.runtime.take(), std::mem::take(&mut inner.journals));
        drop(inner);
        drop(journals);
        if let Some(runtime) = runtime {
            runtime.shutdown_timeout(Duration::from_millis(100));
        }
    }
}

/// Sends what a feed holds back, again and again.
fn tokio_flush(runtime: &Handle, feed: &Arc<Mutex<Feed>>) -> tokio::task::AbortHandle {
    let feed = Arc::clone(feed);
    let steady = runtime.spawn(async move {
        let mut ticks = tokio::time::interval(feed::HOLD);
        loop {
            ticks.tick().await;
            lock(&feed).flush();
        }
    });
    steady.abort_handle()
}

fn lock(feed: &Mutex<Feed>) -> MutexGuard<'_, Feed> {
    feed.lock().unwrap_or_else(PoisonError::into_inner)
}

/// What the editor hears of a run whose engine panicked.
fn failed_inside() -> Event {
    let now =
        std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap_or_default();
    Event {
        kind: EventKind::RunFailed,
        timestamp: now.as_secs_f64(),
        step: None,
        message: Some("the engine failed inside; see the server's log".to_owned()),
        data: None,
    }
}
