//! A pipeline that runs. It has a thread and a runtime of its own, so that programs with and without one may run it.

use std::sync::Arc;

use engine::{Document, Journal, Options, Prepared, Request, Selection, Toolbox, event::Event};
use serde_json::{Map, Value as Json};
use tokio::sync::{
    mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel},
    oneshot,
};
use tokio_util::sync::{CancellationToken, DropGuard};

use super::{Outcome, Pipeline};
use crate::workspace;

/// A run in flight. Dropping it stops the run.
#[derive(Debug)]
pub struct Run {
    id: String,
    events: UnboundedReceiver<Event>,
    ended: oneshot::Receiver<Document>,
    cancel: CancellationToken,
    _stop: DropGuard,
}

/// Why a pipeline does not run, or does not end as a run.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RunError {
    /// Nothing ran: an input is missing or wrong, or this build cannot run a step.
    #[error("{}", .0.join("; "))]
    Refused(Vec<String>),
    /// Nothing ran: the run cannot be kept, or not be started.
    #[error("{0}")]
    Unable(String),
    /// It broke off inside.
    #[error("the run `{0}` failed inside")]
    Inside(String),
}

impl Pipeline {
    /// Starts a run with values for inputs. It goes on by itself, also while nobody listens.
    ///
    /// # Errors
    /// Nothing ran, and why.
    pub fn run<K: Into<String>, V: Into<Json>>(
        &self,
        inputs: impl IntoIterator<Item = (K, V)>,
    ) -> Result<Run, RunError> {
        let inputs: Map<String, Json> =
            inputs.into_iter().map(|(name, value)| (name.into(), value.into())).collect();
        let prepared =
            engine::prepare(self.request(inputs), &self.toolbox).map_err(|refusals| {
                RunError::Refused(refusals.iter().map(|refusal| refusal.message.clone()).collect())
            })?;
        let journal = Journal::open(&self.workspace.join(workspace::STATE))
            .map_err(|error| RunError::Unable(error.to_string()))?;
        start(prepared, self.toolbox.clone(), journal)
    }

    fn request(&self, inputs: Map<String, Json>) -> Request {
        let mut options =
            Options::new(self.cwd.clone(), self.workspace.clone(), self.folder.clone());
        workspace::bound(&mut options);
        if let Some(jobs) = self.jobs {
            options.jobs = jobs;
        }
        Request {
            earlier: Vec::new(),
            pipeline: Arc::new(self.analysis.pipeline.clone()),
            plan: Arc::new(self.analysis.plan.clone()),
            catalogue: self.toolbox.catalogue(),
            source: engine::Source { file: self.source.path.clone(), text: self.text() },
            inputs,
            selection: Selection::All,
            options,
        }
    }
}

fn start(prepared: Prepared, toolbox: Toolbox, journal: Journal) -> Result<Run, RunError> {
    let unable = |error: std::io::Error| RunError::Unable(format!("cannot start the run: {error}"));
    let runtime =
        tokio::runtime::Builder::new_multi_thread().enable_all().build().map_err(unable)?;
    let id = prepared.run().to_owned();
    let (sender, events) = unbounded_channel();
    let (end, ended) = oneshot::channel();
    let cancel = CancellationToken::new();
    let stop = cancel.clone();
    let work = move || {
        let document = runtime.block_on(drive(prepared, &toolbox, &journal, sender, stop));
        // Nobody waits for it any longer when the receiver is gone; the journal has it.
        let _ = end.send(document);
        runtime.shutdown_background();
    };
    std::thread::Builder::new().name("run".to_owned()).spawn(work).map_err(unable)?;
    Ok(Run { id, events, ended, _stop: cancel.clone().drop_guard(), cancel })
}

async fn drive(
    prepared: Prepared,
    toolbox: &Toolbox,
    journal: &Journal,
    sender: UnboundedSender<Event>,
    cancel: CancellationToken,
) -> Document {
    // A receiver that is gone wants no more of them.
    let tell = move |event: &Event| drop(sender.send(event.clone()));
    engine::run(prepared, toolbox, journal, tell, cancel).await
}

impl Run {
    /// Its id.
    #[must_use]
    pub fn id(&self) -> &str {
        &self.id
    }

    /// The next thing that happens; `None` when the run is over.
    pub async fn event(&mut self) -> Option<Event> {
        self.events.recv().await
    }

    /// Everything that happens until the run is over, waiting for it.
    ///
    /// # Panics
    /// The iterator panics in asynchronous code; there, call [`Run::event`].
    pub fn events(&mut self) -> impl Iterator<Item = Event> {
        std::iter::from_fn(|| self.events.blocking_recv())
    }

    /// Stops it, with every process that it started. It still ends, as cancelled.
    pub fn cancel(&self) {
        self.cancel.cancel();
    }

    /// Waits for its end.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let folder = tempfile::tempdir()?;
    /// let text = "name: n\nsteps:\n  - id: a\n    action: echo hi\noutputs: {said: '{{ a.result }}'}\n";
    /// let pipeline = downbeat::compile_text(text, folder.path())?;
    /// let mut run = pipeline.run([("", ""); 0])?;
    /// while let Some(event) = run.event().await {
    ///     println!("{event:?}");
    /// }
    /// assert_eq!(run.outcome().await?.outputs()["said"], "hi");
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// It broke off inside.
    pub async fn outcome(self) -> Result<Outcome, RunError> {
        let ended = self.ended.await;
        ended.map(Outcome::new).map_err(|_| RunError::Inside(self.id))
    }

    /// Waits for its end, in code that is not asynchronous.
    ///
    /// # Errors
    /// It broke off inside.
    ///
    /// # Panics
    /// In asynchronous code; there, call [`Run::outcome`].
    pub fn wait(self) -> Result<Outcome, RunError> {
        let ended = self.ended.blocking_recv();
        ended.map(Outcome::new).map_err(|_| RunError::Inside(self.id))
    }
}
