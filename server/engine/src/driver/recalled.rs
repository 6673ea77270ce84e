//! What is known already: answers that were kept come first, in the order in which they came then; only when no further
//! one is due is anything asked that was not asked before. So a failure that was kept stops what it stopped before.

use std::{sync::Arc, time::Duration};

use serde_json::Value as Json;

use super::{attempt::Ending, ends::Then, hear::Message, steps::Steps};
use crate::{
    journal::{AnswerEntry, Done, Entry, JournalError, KeptStep},
    recall::{Question, Recalled},
    scheduler::{At, Told},
    tool::Failure,
};

/// Deliveries after which other things are looked at.
const BREATH: usize = 256;

/// A kept answer whose turn has not come.
#[derive(Debug)]
pub(super) enum Due {
    Attempt(At, Ending),
    Handler(At, Ending),
    Time(Told),
}

/// A call that waits until no answer is due.
#[derive(Clone, Copy, Debug)]
pub(super) enum Held {
    Attempt(At, u32, Option<Duration>),
    Handler { at: At, index: usize, tries: u32 },
}

impl Held {
    const fn at(&self) -> At {
        match self {
            Self::Attempt(at, ..) | Self::Handler { at, .. } => *at,
        }
    }
}

/// Whether a question goes outside.
#[derive(Debug)]
pub(super) enum Door {
    /// At once.
    Open,
    /// Not before everything that is known was said.
    Held,
    /// The answer was kept.
    Known(Recalled<Ending>),
}

impl Steps<'_> {
    /// Where the answer to a question of a step comes from.
    pub(super) fn door(&mut self, at: At, question: Question) -> Door {
        if self.prepared.recall.is_empty() {
            return Door::Open;
        }
        match self.known(at, question) {
            Ok(Some(known)) => Door::Known(known),
            Ok(None) => Door::Held,
            Err(error) => {
                self.journal_failed(&error);
                Door::Held
            }
        }
    }

    fn known(
        &mut self,
        at: At,
        question: Question,
    ) -> Result<Option<Recalled<Ending>>, JournalError> {
        let Some(key) = self.flight(at).map(|flight| flight.key.clone()) else { return Ok(None) };
        if let Some(known) = self.prepared.recall.answer(&key, question, &self.seal)? {
            return Ok(Some(known));
        }
        let Some(kept) = self.kept(at) else { return Ok(None) };
        match (question, kept.attempt, kept.turn) {
            (Question::Attempt(asked), Some(attempt), Some(turn)) if asked == attempt => {
                Ok(Some(Recalled { turn, answer: Ending::Value(kept.record.value.clone()) }))
            }
            _ => Ok(None),
        }
    }

    /// What was kept of a step.
    pub(super) fn kept(&mut self, at: At) -> Option<&KeptStep> {
        let recall = &self.prepared.recall;
        if recall.is_empty() {
            return None;
        }
        let flight = self.flight(at)?;
        if flight.kept.is_none() {
            let found = recall.step(&flight.key).unwrap_or_else(|error| {
                self.journal_failed(&error);
                None
            });
            self.flight_mut(at)?.kept = Some(found.map(Box::new));
        }
        self.flight(at)?.kept.as_ref()?.as_deref()
    }

    /// The same, to keep.
    pub(super) fn take_kept(&mut self, at: At) -> Option<Box<KeptStep>> {
        self.kept(at)?;
        self.flight_mut(at)?.kept.take()?
    }

    /// Whether a further attempt of a step had begun before.
    pub(super) fn had_begun(&mut self, at: At, attempt: u32) -> bool {
        self.kept(at).is_some_and(|kept| kept.record.retries + 1 >= attempt)
            || matches!(self.known(at, Question::Attempt(attempt)), Ok(Some(_)))
    }

    /// Puts a kept answer to a call where it waits for its turn.
    pub(super) fn await_turn(&mut self, turn: u64, due: Due) {
        self.due.entry(turn).or_default().push(due);
    }

    /// Says that an attempt begins whose end is known.
    pub(super) fn begin_known(&mut self, at: At, attempt: u32) {
        let kept = self.kept(at).and_then(|kept| kept.record.started_at);
        if let Some(flight) = self.flight_mut(at) {
            flight.is_recalled = true;
            let record = flight.record_mut();
            record.started_at = record.started_at.or(kept);
        }
        self.begin_attempt(at, attempt);
    }

    /// Delivers what is due, and then lets go what was held; whether there was anything.
    pub(super) fn recall(&mut self) -> bool {
        if let Some((_, due)) = self.due.pop_first() {
            due.into_iter().for_each(|due| self.deliver(due));
            return true;
        }
        let held = std::mem::take(&mut self.held);
        let any = !held.is_empty();
        held.into_iter().for_each(|held| self.let_go(held));
        any
    }

    /// How many deliveries to make before others are heard.
    pub(super) const fn breath() -> usize {
        BREATH
    }

    fn deliver(&mut self, due: Due) {
        match due {
            Due::Attempt(at, ending) => self.attempt_ended(at, ending),
            Due::Handler(at, ending) if self.prepared.recall.is_foreign() => {
                self.handler_answered(at, ending)
            }
            Due::Handler(at, ending) => self.handler_ended(at, ending),
            Due::Time(told) => {
                if self.prepared.recall.is_foreign() {
                    self.keep_time(&told);
                }
                self.tell(told);
            }
        }
    }

    fn let_go(&mut self, held: Held) {
        let refused = self.prepared.recall.refuses();
        match held {
            Held::Attempt(at, attempt, _) if refused => {
                self.begin_attempt(at, attempt);
                let failure = self.not_kept(at);
                self.raised(at, failure);
            }
            Held::Attempt(at, attempt, timeout) => self.ask(at, attempt, timeout),
            Held::Handler { at, .. } if refused => {
                let failure = self.not_kept(at);
                self.handler_ended(at, Ending::Raised(failure));
            }
            Held::Handler { at, index, tries } => {
                if let Err(failure) = self.ask_handler(at, index, tries) {
                    self.handler_ended(at, Ending::Raised(failure));
                }
            }
        }
    }

    pub(super) fn not_kept(&self, at: At) -> Failure {
        let path = self.flight(at).map_or("", |flight| &flight.path);
        let who = self.prepared.recall.teller();
        let message = format!("{who} has no answer of `{path}`, and nothing else is asked");
        Failure::permanent("ReplayError", message)
    }

    /// Ends a call that was told to stop before it was made; whether it was one of those.
    pub(super) fn stop_held(&mut self, at: At) -> bool {
        let is_it = |held: &Held| held.at() == at;
        let found = match self.held.iter().position(is_it) {
            Some(index) => self.held.remove(index),
            None => self.unpaid.iter().position(is_it).map(|index| self.unpaid.swap_remove(index)),
        };
        let Some(found) = found else { return false };
        let stopped = Failure::permanent("CancelledError", "the step was stopped");
        match found {
            Held::Handler { at, .. } => self.handler_ended(at, Ending::Raised(stopped)),
            Held::Attempt(..) => self.raised(at, stopped),
        }
        true
    }

    /// Keeps how an attempt ended, unless that is where it comes from.
    pub(super) fn keep(&mut self, at: At, ending: &Ending) {
        let Some(flight) = self.flight(at) else { return };
        if !flight.is_recalled || !self.prepared.recall.is_own() {
            let question = Question::Attempt(flight.record.retries + 1);
            self.keep_answer(at, question, ending);
        }
    }

    fn keep_answer(&mut self, at: At, question: Question, ending: &Ending) {
        let Some(key) = self.flight(at).map(|flight| flight.key.clone()) else { return };
        self.keep_under(key, question, serde_json::to_value(ending), Box::new(drop));
    }

    /// Keeps what was answered to a question of a step, and goes on when it is on disk. Where nothing is asked outside, nothing can
    /// be lost, and what follows comes at once, as it would if it were known already.
    pub(super) fn keep_first(&mut self, at: At, question: Question, then: Then) {
        let Some(key) = self.flight(at).map(|flight| flight.key.clone()) else { return };
        let (Then::Attempt(ending) | Then::Handler(ending)) = &then;
        let answer = serde_json::to_value(ending);
        if self.prepared.recall.is_foreign() {
            let done = self.unless_kept();
            self.keep_under(key, question, answer, done);
            return self.go_on_after(at, then);
        }
        let sender = self.sender.clone();
        let done = move |result| drop(sender.send(Message::Kept { at, then, result }));
        self.keep_under(key, question, answer, Box::new(done));
    }

    /// Says so when something was not kept.
    pub(super) fn unless_kept(&self) -> Done {
        let sender = self.sender.clone();
        Box::new(move |result| {
            if let Err(error) = result {
                drop(sender.send(Message::Unkept(error)));
            }
        })
    }

    /// Keeps that the time of something was up.
    pub(super) fn keep_time(&mut self, told: &Told) {
        let (path, question) = match told {
            Told::Expired { at } => {
                let Some(flight) = self.flight(*at) else { return };
                let own = || Question::Time(flight.record.retries + 1);
                (flight.key.clone(), self.question_of_handler(*at).unwrap_or_else(own))
            }
            Told::RoundExpired { frame } => {
                let Some(frame) = self.frames.get(frame) else { return };
                (frame.place.key.clone(), Question::TimeOfRound)
            }
            _ => return,
        };
        self.keep_under(path, question, Ok(Json::Bool(true)), Box::new(drop));
    }

    pub(super) fn keep_under(
        &mut self,
        path: Arc<str>,
        question: Question,
        answer: serde_json::Result<Json>,
        done: Done,
    ) {
        let turn = self.next_turn();
        let written = answer.and_then(|answer| serde_json::to_string(&self.seal.close(answer)));
        match written {
            Ok(answer) => {
                let question = question.to_string();
                let run = Arc::clone(&self.facts.run);
                let entry = AnswerEntry { run, path, question, turn, answer };
                self.journal.write(Entry::Answer(entry), done);
            }
            Err(error) => done(Err(JournalError::new("cannot write the journal", error))),
        }
    }

    /// The turn of something that comes in now.
    pub(super) const fn next_turn(&mut self) -> u64 {
        let turn = self.turns;
        self.turns += 1;
        turn
    }
}
