//! Questions to people: what was answered before is known, what is answered now is kept before the tool hears of it.

use std::sync::{
    Arc,
    atomic::{AtomicU32, Ordering},
};

use serde_json::json;
use tokio::sync::{mpsc::UnboundedSender, oneshot};

use super::{hear::Message, steps::Steps};
use crate::{
    event::EventKind,
    journal::JournalError,
    people::{Heard, Question as Asked, Reply},
    recall::{Of, Question, secret_answer},
    scheduler::{At, Told},
    secrets::Secret,
    tool::Failure,
};

/// The way from a call to what is kept of its questions. Clones are of the same call.
#[derive(Clone)]
pub(crate) struct Book {
    sender: UnboundedSender<Message>,
    at: At,
    of: Of,
    /// How many questions the call has asked.
    asked: Arc<AtomicU32>,
}

impl Book {
    /// Of a call.
    pub(super) fn new(sender: UnboundedSender<Message>, at: At, of: Of) -> Self {
        Self { sender, at, of, asked: Arc::default() }
    }

    /// What was answered to the call's next question, or where the answer is to be kept; nothing when the run is over.
    pub(crate) async fn look_up(
        &self,
        asked: &Asked,
    ) -> Option<Result<Result<Heard, Question>, Failure>> {
        let number = self.asked.fetch_add(1, Ordering::Relaxed) + 1;
        let question = Question::Person { of: self.of, number };
        let (reply, answer) = oneshot::channel();
        let message =
            Message::LookUp(LookUp { at: self.at, question, text: asked.text.clone(), reply });
        self.sender.send(message).ok()?;
        let known = answer.await.ok()?;
        Some(known.map(|known| known.ok_or(question)))
    }

    /// Keeps what was answered.
    pub(crate) async fn write(
        &self,
        question: Question,
        asked: &Asked,
        heard: Heard,
    ) -> Option<Result<Heard, Failure>> {
        let (reply, answer) = oneshot::channel();
        let secrecy = if asked.is_secret() { Secrecy::Secret } else { Secrecy::Open };
        let news = News { at: self.at, question, secrecy, heard, reply };
        self.sender.send(Message::News(news)).ok()?;
        answer.await.ok()
    }
}

/// Was this answered before?
pub(super) struct LookUp {
    at: At,
    question: Question,
    text: String,
    reply: oneshot::Sender<Result<Option<Heard>, Failure>>,
}

/// A person has answered.
pub(super) struct News {
    at: At,
    question: Question,
    secrecy: Secrecy,
    heard: Heard,
    reply: oneshot::Sender<Result<Heard, Failure>>,
}

/// What a person said, and who waits for it.
pub(super) struct Answered {
    heard: Result<Heard, Failure>,
    reply: oneshot::Sender<Result<Heard, Failure>>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Secrecy {
    Secret,
    Open,
}

impl Steps<'_> {
    pub(super) fn look_up(&mut self, LookUp { at, question, text, reply }: LookUp) {
        let Some(key) = self.flight(at).map(|flight| flight.key.clone()) else { return };
        let known = match self.prepared.recall.answer::<Heard>(&key, question, &self.seal) {
            Ok(Some(known)) => Ok(Some(known.answer)),
            Ok(None) if self.prepared.recall.refuses() => Err(self.not_kept(at)),
            Ok(None) => {
                let data = json!({ "fraction": null, "remaining": null, "waits_for_answer": true });
                let message = format!("waits for an answer: {}", text.trim());
                self.say(at, EventKind::StepProgress, Some(message), data);
                self.tell(Told::Lends { at });
                Ok(None)
            }
            Err(error) => {
                self.journal_failed(&error);
                Err(unkept(&error))
            }
        };
        // Who asked may have been stopped meanwhile.
        let _ = reply.send(known);
    }

    pub(super) fn take_news(&mut self, news: News) {
        let News { at, question, secrecy, heard, reply } = news;
        let Some(key) = self.flight(at).map(|flight| flight.key.clone()) else { return };
        if let (Secrecy::Secret, Reply::Said { answer, .. }) = (secrecy, &heard.reply) {
            let value = answer.as_str().map_or_else(|| answer.to_string(), str::to_owned);
            let name = secret_answer(&key, question);
            self.learn(vec![Secret { name, value }]);
        }
        let written = serde_json::to_value(&heard);
        let sender = self.sender.clone();
        let done = move |result: Result<(), JournalError>| {
            let heard = result.map(|()| heard).map_err(|error| {
                let failure = unkept(&error);
                drop(sender.send(Message::Unkept(error)));
                failure
            });
            drop(sender.send(Message::Answered { at, answered: Answered { heard, reply } }));
        };
        self.keep_under(key, question, written, Box::new(done));
    }

    /// What a person said is kept. The call hears of it when it has a job slot again.
    pub(super) fn answered_by_person(&mut self, at: At, answered: Answered) {
        self.answers.entry(at).or_default().push(answered);
        self.tell(Told::Returns { at });
    }

    /// A call goes on that waited for a person.
    pub(super) fn answer(&mut self, at: At) {
        for Answered { heard, reply } in self.answers.remove(&at).unwrap_or_default() {
            // Who asked may have been stopped meanwhile.
            drop(reply.send(heard));
        }
    }
}

fn unkept(error: &JournalError) -> Failure {
    Failure::permanent("JournalError", error.message.clone())
}
