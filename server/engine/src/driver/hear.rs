//! What comes from elsewhere: live output of calls, and the journal's word.

use serde_json::json;

use super::{
    asks::{Answered, LookUp, News},
    ends::Then,
    estimate::Estimate,
    notes::{Note, Wondering},
    steps::Steps,
};
use crate::{
    document::StepStatus,
    event::EventKind,
    journal::JournalError,
    scheduler::{At, Event},
    tool::{Failure, Live},
};

/// Something that came while calls are in flight.
pub(super) enum Message {
    /// Is a piece of a call known?
    Wondering(Wondering),
    /// A piece of a call is to be kept.
    Note(Note),
    /// A call said something.
    Live { at: At, live: Live },
    /// A record was written, or not.
    Committed { at: At, result: Result<(), JournalError> },
    /// An answer was kept, or not.
    Kept { at: At, then: Then, result: Result<(), JournalError> },
    /// A call is about to ask a person.
    LookUp(LookUp),
    /// A person answered.
    News(News),
    /// That is kept, or could not be.
    Answered { at: At, answered: Answered },
    /// Something could not be kept.
    Unkept(JournalError),
}

impl Steps<'_> {
    pub(super) fn hear(&mut self, message: Message) {
        match message {
            Message::Wondering(wondering) => self.wonder(wondering),
            Message::Note(note) => self.take_note(note),
            Message::Live { at, live } => self.take_live(at, live),
            Message::Committed { at, result } => match result {
                Ok(()) => {
                    self.say_ended(at);
                    self.committed(at);
                    self.stow(at);
                }
                Err(error) => {
                    self.journal_failed(&error);
                    self.committed(at);
                }
            },
            Message::Kept { at, then, result } => {
                if let Err(error) = result {
                    self.journal_failed(&error);
                }
                self.go_on_after(at, then);
            }
            Message::LookUp(look_up) => self.look_up(look_up),
            Message::News(news) => self.take_news(news),
            Message::Answered { at, answered } => self.answered_by_person(at, answered),
            Message::Unkept(error) => self.journal_failed(&error),
        }
    }

    /// The end of a step is in the journal.
    pub(super) fn committed(&mut self, at: At) {
        self.count(at);
        self.fresh = true;
        self.tell_of(at, |step| Event::Committed { step });
    }

    /// What cannot be kept must not go on.
    pub(super) fn journal_failed(&mut self, error: &JournalError) {
        self.journal_failure = Some(Failure::permanent("JournalError", error.message.clone()));
        self.halt();
    }

    fn take_live(&mut self, at: At, live: Live) {
        let Some(flight) = self.flight_mut(at) else { return };
        match live {
            Live::Used(resources) => {
                let before = flight.record.resources.unwrap_or_default();
                flight.record_mut().resources = Some(before.and(resources));
            }
            Live::Text(text) => {
                self.say(at, EventKind::StepOutput, None, json!({ "text": text }));
            }
            Live::Progress(fraction, message) => {
                let elapsed = flight.begun.map(|begun| begun.elapsed().as_secs_f64());
                let left = |elapsed: f64| elapsed * (1.0 - fraction) / fraction;
                let remaining = elapsed.filter(|_| fraction > 0.0).map(left);
                let data = json!({ "fraction": fraction, "remaining": remaining });
                let message = Some(message).filter(|it| !it.is_empty());
                self.say(at, EventKind::StepProgress, message, data);
            }
        }
    }

    pub(super) fn say_ended(&self, at: At) {
        let Some(flight) = self.flight(at) else { return };
        let record = &flight.record;
        let (kind, data) = match record.status {
            StepStatus::Completed => (
                EventKind::StepCompleted,
                json!({ "success": record.success, "duration": record.duration, "cached": record.cached }),
            ),
            status => (
                EventKind::StepFailed,
                json!({
                    "status": status.as_str(),
                    "error_type": record.error_type,
                    "timed_out": record.timed_out,
                    "retries": record.retries,
                    "duration": record.duration,
                }),
            ),
        };
        self.say(at, kind, record.error.clone(), data);
    }

    /// An event of a step.
    pub(super) fn say(
        &self,
        at: At,
        kind: EventKind,
        message: Option<String>,
        mut data: serde_json::Value,
    ) {
        if let Some(frame) = self.frames.get(&at.frame) {
            if frame.flights[at.step].is_recalled {
                data["recorded"] = true.into();
            }
            self.narrator.step(kind, frame.spot(at.step), message, data);
        }
    }

    /// Says that what ended so far is kept, once for all that were committed together.
    pub(super) fn checkpoint(&mut self) {
        if !std::mem::take(&mut self.fresh) {
            return;
        }
        let remaining = self.estimate.as_mut().and_then(Estimate::remaining);
        let data =
            json!({ "completed": self.settled, "total": self.selected, "remaining": remaining });
        self.narrator.run(EventKind::Checkpoint, None, data);
    }
}
