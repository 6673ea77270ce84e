//! Notes of a call that costs in several pieces: what a piece came to before is known, what it comes to now is kept before
//! the call goes on.

use std::sync::{
    Arc,
    atomic::{AtomicU32, Ordering},
};

use serde_json::{Value as Json, json};
use tokio::sync::{mpsc::UnboundedSender, oneshot};

use super::{hear::Message, steps::Steps};
use crate::{
    event::EventKind,
    journal::JournalError,
    recall::{Of, Question},
    scheduler::At,
    tool::Failure,
};

/// The way from a call to what is kept of its pieces. Clones are of the same call.
#[derive(Clone)]
pub(crate) struct Notes {
    sender: UnboundedSender<Message>,
    at: At,
    of: Of,
    /// How many pieces there were.
    pieces: Arc<AtomicU32>,
}

/// Is this known?
pub(super) struct Wondering {
    at: At,
    question: Question,
    what: String,
    reply: oneshot::Sender<Result<Option<Json>, Failure>>,
}

/// This is to be kept.
pub(super) struct Note {
    at: At,
    question: Question,
    value: Json,
    reply: oneshot::Sender<Result<(), Failure>>,
}

impl Notes {
    /// Of a call.
    pub(super) fn new(sender: UnboundedSender<Message>, at: At, of: Of) -> Self {
        Self { sender, at, of, pieces: Arc::default() }
    }

    /// What the next piece came to before, or where it is to be kept. `what` it is, for people.
    pub(crate) async fn look_up(&self, what: &str) -> Result<Result<Json, Question>, Failure> {
        let number = self.pieces.fetch_add(1, Ordering::Relaxed) + 1;
        let question = Question::Piece { of: self.of, number };
        let (reply, answer) = oneshot::channel();
        let wondering = Wondering { at: self.at, question, what: what.to_owned(), reply };
        self.sender.send(Message::Wondering(wondering)).map_err(|_| over())?;
        answer.await.map_err(|_| over())?.map(|known| known.ok_or(question))
    }

    /// Keeps what it came to.
    pub(crate) async fn write(&self, question: Question, value: Json) -> Result<(), Failure> {
        let (reply, answer) = oneshot::channel();
        let note = Note { at: self.at, question, value, reply };
        self.sender.send(Message::Note(note)).map_err(|_| over())?;
        answer.await.map_err(|_| over())?
    }
}

fn over() -> Failure {
    Failure::permanent("CancelledError", "the step was stopped")
}

impl Steps<'_> {
    pub(super) fn wonder(&mut self, Wondering { at, question, what, reply }: Wondering) {
        let Some(key) = self.flight(at).map(|flight| flight.key.clone()) else { return };
        let known = match self.prepared.recall.answer::<Json>(&key, question, &self.seal) {
            Ok(Some(known)) => Ok(Some(known.answer)),
            Ok(None) if self.prepared.recall.refuses() => Err(self.not_kept(at)),
            Ok(None) => {
                let data = json!({ "fraction": null, "remaining": null });
                self.say(at, EventKind::StepProgress, Some(what), data);
                Ok(None)
            }
            Err(error) => {
                self.journal_failed(&error);
                Err(Failure::permanent("JournalError", error.message))
            }
        };
        // Who asked may have been stopped meanwhile.
        let _ = reply.send(known);
    }

    pub(super) fn take_note(&mut self, Note { at, question, value, reply }: Note) {
        let Some(key) = self.flight(at).map(|flight| flight.key.clone()) else { return };
        let sender = self.sender.clone();
        let done = move |result: Result<(), JournalError>| {
            let answer = result.map_err(|error| {
                let failure = Failure::permanent("JournalError", error.message.clone());
                drop(sender.send(Message::Unkept(error)));
                failure
            });
            drop(reply.send(answer));
        };
        self.keep_under(key, question, Ok(value), Box::new(done));
    }
}
