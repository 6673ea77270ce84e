//! Runs that the editor started. The engine and its runtime are started with the first one.

mod asks;
mod feed;
mod hold;
pub(super) mod priority;
mod progress;

use std::collections::{BTreeMap, VecDeque};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use engine::event::{Event, EventKind};
use engine::people::People;
use engine::{Journal, Prepared, Toolbox};
use serde_json::Value as Json;
use tokio::runtime::{Builder, Handle, Runtime};
use tokio_util::sync::CancellationToken;

use self::asks::Editor;
use self::feed::Feed;
use self::priority::step_aside;
use super::board::Board;
use super::client::Client;
use super::message::{self, Id};
use super::outbox::Outbox;

/// How long the end of the server waits for its runs to end their processes.
const FAREWELL: Duration = Duration::from_secs(5);

/// How many runs that are over can still be cancelled without an error.
const REMEMBERED: usize = 1000;

/// All runs of this server.
pub(crate) struct Runs {
    outbox: Outbox,
    editor: Arc<Editor>,
    /// Hears which runs are over.
    board: Arc<Board>,
    /// The one at the editor, who is asked one question at a time whichever run asks.
    people: People,
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
    /// Ids of the runs that ended last, the newest at the end.
    over: VecDeque<String>,
    shows_progress: bool,
    refreshes_lenses: bool,
    /// How often the client was asked to ask for lenses again.
    refreshes: u64,
}

/// What came of cancelling a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Cancelled {
    /// It goes on, and will end.
    Stops,
    /// It had ended before.
    WasOver,
    /// None of that id was started here, or long ago.
    Unknown,
}

#[derive(Clone)]
struct Run {
    /// That it is kept in.
    journal: Option<Journal>,
    /// The document.
    uri: Arc<str>,
    cancel: CancellationToken,
    feed: Arc<Mutex<Feed>>,
}

/// What a run needs beside itself.
pub(crate) struct Place {
    runtime: Handle,
    journal: Journal,
}

impl Place {
    /// The journal.
    pub(crate) const fn journal(&self) -> &Journal {
        &self.journal
    }
}

/// A run that was announced and has not begun.
pub(crate) struct Announced {
    run: Run,
}

impl Runs {
    pub(crate) fn new(outbox: Outbox, board: Arc<Board>) -> Arc<Self> {
        let editor = Editor::new(outbox.clone());
        let people = editor.people();
        let (inner, ended) = (Mutex::default(), Condvar::new());
        Arc::new(Self { outbox, editor, board, people, inner, ended })
    }

    fn lock(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Learns what the client can show.
    pub(crate) fn meet(&self, client: &Client) {
        self.editor.meet(client.asks);
        let mut inner = self.lock();
        inner.shows_progress = client.progress;
        inner.refreshes_lenses = client.refreshes_lenses;
    }

    /// Whom the steps of runs ask.
    pub(crate) fn people(&self) -> People {
        self.people.clone()
    }

    /// The run of a document that goes on.
    pub(crate) fn of(&self, uri: &str) -> Option<String> {
        self.lock().of(uri)
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
                let mut runtime = Builder::new_multi_thread();
                let runtime = runtime.enable_all().on_thread_start(step_aside).build();
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

    /// Makes a run of a document known: from here on it can be cancelled.
    ///
    /// # Errors
    /// The id of another run of the document that goes on.
    pub(crate) fn begin(&self, id: &str, uri: &str) -> Result<Announced, String> {
        let mut inner = self.lock();
        if let Some(other) = inner.of(uri) {
            return Err(other);
        }
        let feed = Feed::new(self.outbox.clone(), id.to_owned(), inner.shows_progress);
        let run = Run {
            journal: None,
            uri: uri.into(),
            cancel: CancellationToken::new(),
            feed: Arc::new(Mutex::new(feed)),
        };
        inner.going_on.insert(id.to_owned(), run.clone());
        Ok(Announced { run })
    }

    /// Starts a run that was announced.
    pub(crate) fn start(
        self: &Arc<Self>,
        prepared: Prepared,
        toolbox: Toolbox,
        place: Place,
        announced: Announced,
    ) {
        let Run { cancel, feed, uri, .. } = announced.run;
        let runs = Arc::clone(self);
        let id = prepared.run().to_owned();
        if let Some(run) = self.lock().going_on.get_mut(&id) {
            run.journal = Some(place.journal.clone());
        }
        lock(&feed).open();
        self.refresh_lenses();
        let steady = keep_ticking(&place.runtime, &feed);
        place.runtime.clone().spawn(async move {
            let watched = Arc::clone(&feed);
            let work = place.runtime.spawn(async move {
                let tell = move |event: &Event| lock(&watched).event(event, Instant::now());
                engine::run(prepared, &toolbox, &place.journal, tell, cancel).await
            });
            let died = if work.await.is_err() { Died::Inside } else { Died::No };
            steady.abort();
            close(&feed, died);
            runs.lock().close(&id);
            runs.refresh_lenses();
            let told = Arc::clone(&runs);
            // It reads the journal.
            let _ = tokio::task::spawn_blocking(move || told.board.run_ended(&uri)).await;
            runs.ended.notify_all();
        });
    }

    /// The journal of a run of this server that goes on.
    pub(crate) fn journal_of(&self, id: &str) -> Option<Journal> {
        self.lock().going_on.get(id)?.journal.clone()
    }

    /// Cancels a run. Doing it again changes nothing.
    pub(crate) fn cancel(&self, id: &str) -> Cancelled {
        let inner = self.lock();
        match inner.going_on.get(id) {
            Some(run) => {
                run.cancel.cancel();
                Cancelled::Stops
            }
            None if inner.over.iter().any(|over| over == id) => Cancelled::WasOver,
            None => Cancelled::Unknown,
        }
    }

    /// Has the client ask for lenses again: `Run` becomes `Cancel`, and the other way round.
    fn refresh_lenses(&self) {
        let mut inner = self.lock();
        if inner.refreshes_lenses {
            inner.refreshes += 1;
            let id = Id::Text(format!("downbeat-lenses-{}", inner.refreshes));
            self.outbox.send(message::request(&id, "workspace/codeLens/refresh", &()));
        }
    }

    /// The client answered a request of ours.
    pub(crate) fn answered(&self, id: &Id, failed: bool, result: Option<Json>) {
        let Id::Text(id) = id else { return };
        if self.editor.answered(id, failed, result) {
            return;
        }
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

impl Inner {
    fn of(&self, uri: &str) -> Option<String> {
        self.going_on.iter().find(|(_, run)| &*run.uri == uri).map(|(id, _)| id.clone())
    }

    /// A run has ended.
    fn close(&mut self, id: &str) {
        self.going_on.remove(id);
        self.over.push_back(id.to_owned());
        if self.over.len() > REMEMBERED {
            self.over.pop_front();
        }
    }
}

/// Sends what a feed holds back, again and again.
fn keep_ticking(runtime: &Handle, feed: &Arc<Mutex<Feed>>) -> tokio::task::AbortHandle {
    let feed = Arc::clone(feed);
    let steady = runtime.spawn(async move {
        let mut ticks = tokio::time::interval(feed::HOLD);
        loop {
            ticks.tick().await;
            lock(&feed).tick(Instant::now());
        }
    });
    steady.abort_handle()
}

fn lock(feed: &Mutex<Feed>) -> MutexGuard<'_, Feed> {
    feed.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Tells the end of a feed.
fn close(feed: &Mutex<Feed>, died: Died) {
    let mut feed = lock(feed);
    if died == Died::Inside {
        feed.event(&failed_inside(), Instant::now());
    }
    feed.close();
}

/// Whether the engine of a run panicked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Died {
    No,
    Inside,
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
