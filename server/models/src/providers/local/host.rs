//! The thread that holds the model. Questions wait in a queue; the model is read at the first one, given back when nobody
//! has asked for a while, and exchanged when another one is asked for.

use std::{
    panic::{AssertUnwindSafe, catch_unwind},
    path::{Path, PathBuf},
    sync::{
        Mutex, PoisonError,
        mpsc::{Receiver, RecvTimeoutError, Sender, channel},
    },
    thread,
    time::{Duration, SystemTime},
};

use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};
use tokio_util::sync::CancellationToken;

use super::{
    cancelled,
    generate::{Done, Listener, generate},
    load::Model,
    stopped, unfit,
};
use crate::{ModelError, Request};

/// What a question hears.
pub(super) enum Event {
    /// A piece of the answer.
    Text(String),
    /// The last event.
    Done(Result<Done, ModelError>),
}

/// A question on its way to the thread.
pub(super) struct Question {
    file: PathBuf,
    idle: Duration,
    request: Request,
    cancel: CancellationToken,
    events: UnboundedSender<Event>,
}

impl Question {
    /// A question, and where its answer arrives.
    pub(super) fn new(
        file: PathBuf,
        idle: Duration,
        request: Request,
        cancel: CancellationToken,
    ) -> (Self, UnboundedReceiver<Event>) {
        let (events, received) = unbounded_channel();
        (Self { file, idle, request, cancel, events }, received)
    }
}

impl Listener for Question {
    fn text(&self, piece: &str) {
        // Who no longer listens is seen by `is_gone`.
        let _ = self.events.send(Event::Text(piece.to_owned()));
    }

    fn is_gone(&self) -> bool {
        self.cancel.is_cancelled() || self.events.is_closed()
    }
}

/// One thread for the whole process: a second model would take the memory and the processor of the first.
static QUEUE: Mutex<Option<Sender<Question>>> = Mutex::new(None);

/// Puts a question into the queue.
///
/// # Errors
/// There is no thread, and none can be started.
pub(super) fn ask(question: Question) -> Result<(), ModelError> {
    let mut queue = QUEUE.lock().unwrap_or_else(PoisonError::into_inner);
    let sender = match queue.take() {
        Some(sender) => sender,
        None => {
            let (sender, questions) = channel();
            let run = move || answer_all(&questions);
            thread::Builder::new()
                .name("local-model".to_owned())
                .spawn(run)
                .map_err(|_| stopped())?;
            sender
        }
    };
    // Without the sender the next question starts another thread.
    sender.send(question).map_err(|_| stopped())?;
    *queue = Some(sender);
    Ok(())
}

/// A model in memory, and the file that it was read from.
struct Held {
    model: Model,
    mark: Mark,
    idle: Duration,
}

fn answer_all(questions: &Receiver<Question>) {
    let mut held: Option<Held> = None;
    loop {
        let next = match &held {
            Some(it) => questions.recv_timeout(it.idle),
            None => questions.recv().map_err(RecvTimeoutError::from),
        };
        match next {
            Ok(question) => {
                // Whatever a broken file leads to costs one answer, and the model that was read from it.
                let done = catch_unwind(AssertUnwindSafe(|| answer(&mut held, &question)));
                let done = done.unwrap_or_else(|_| {
                    held = None;
                    Err(unfit("the computation broke down"))
                });
                let _ = question.events.send(Event::Done(done));
            }
            Err(RecvTimeoutError::Timeout) => held = None,
            Err(RecvTimeoutError::Disconnected) => return,
        }
    }
}

fn answer(held: &mut Option<Held>, question: &Question) -> Result<Done, ModelError> {
    if question.is_gone() {
        return Err(cancelled());
    }
    let mark = Mark::of(&question.file)?;
    if held.as_ref().is_none_or(|it| it.mark != mark) {
        // The old one goes before the new one comes.
        *held = None;
        let model = Model::read(&question.file)?;
        *held = Some(Held { model, mark, idle: question.idle });
    }
    let Some(held) = held else { return Err(stopped()) };
    held.idle = question.idle;
    generate(&mut held.model, &question.request, question)
}

/// By which a file is known to be the one that was read.
#[derive(PartialEq, Eq)]
struct Mark {
    file: PathBuf,
    length: u64,
    changed: Option<SystemTime>,
}

impl Mark {
    fn of(file: &Path) -> Result<Self, ModelError> {
        let about =
            file.metadata().map_err(|error| unfit(format_args!("{}: {error}", file.display())))?;
        Ok(Self { file: file.to_owned(), length: about.len(), changed: about.modified().ok() })
    }
}
