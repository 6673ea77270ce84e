//! Calls of error handlers, and the record of a step that is one.

use std::{sync::Arc, time::Instant};

use super::{Care, names::HandlerScope};
use crate::{
    driver::{
        call::{Asking, not_provided},
        ends::Done,
        narrator::now,
        parameters,
        recalled::{Door, Due, Held},
        record::{self, Answer},
        steps::Steps,
    },
    prepare::{Context, Deed},
    recall::Question,
    scheduler::{At, End, Failing, FrameId},
    tool::{Failure, Place},
};

impl Steps<'_> {
    /// What a handler reads: what the step reads that it belongs to or that it is, and the failure.
    pub(super) fn handler_scope(&self, at: At, index: usize) -> Option<HandlerScope> {
        let frame = self.frames.get(&at.frame)?;
        let flight = frame.flights.get(at.step)?;
        let care = flight.care.as_deref()?;
        let remedy = care.remedies.get(index)?;
        let mut around = match &remedy.deed {
            Deed::Step(step, _) => self.frames.get(&FrameId::ROOT)?.scope_of(*step),
            Deed::Action(..) | Deed::Nothing => frame.scope_of(at.step),
        };
        let is_beside = at.frame == FrameId::ROOT || !matches!(remedy.deed, Deed::Step(..));
        if is_beside {
            let mut own = flight.record.clone();
            let end = failed_end(care.outcome.failing(), own.retries + 1);
            record::settle(&mut own, end, &flight.answer);
            let seen = record::seen(&own, end, &flight.answer);
            Arc::make_mut(&mut around.results).insert(own.id.as_str().into(), seen);
        }
        Some(match remedy.context {
            Context::Readable => {
                let name = frame.block.step(at.step).and_then(|step| step.name.as_ref());
                let name = name.map_or(flight.record.id.as_str(), |name| name.value.as_str());
                HandlerScope::new(around, flight, name, care)
            }
            Context::Hidden => HandlerScope::without_failure(around),
        })
    }

    /// Begins the call of a handler, or recalls how it ended.
    pub(super) fn call_handler(&mut self, at: At, index: usize, tries: u32) -> Result<(), Failure> {
        let asked = self.question_of_handler(at).map(|question| self.door(at, question));
        match asked {
            None | Some(Door::Open) => return self.ask_handler(at, index, tries),
            Some(Door::Held) => self.held.push_back(Held::Handler { at, index, tries }),
            Some(Door::Known(known)) => {
                self.await_turn(known.turn, Due::Handler(at, known.answer));
            }
        }
        Ok(())
    }

    /// What the handler at work asks.
    pub(in crate::driver) fn question_of_handler(&self, at: At) -> Option<Question> {
        let flight = self.flight(at)?;
        let (index, tries) = flight.care.as_deref()?.working()?;
        Some(Question::Handler { attempt: flight.record.retries + 1, index, tries })
    }

    /// Begins the call of a handler.
    pub(in crate::driver) fn ask_handler(
        &mut self,
        at: At,
        index: usize,
        tries: u32,
    ) -> Result<(), Failure> {
        let scope = self.handler_scope(at, index).ok_or_else(not_provided)?;
        let place = self.place(at).ok_or_else(not_provided)?;
        let flight = self.flight(at).ok_or_else(not_provided)?;
        let care = flight.care.as_deref().ok_or_else(not_provided)?;
        let remedy = care.remedies.get(index).ok_or_else(not_provided)?;
        let root = &self.prepared.block;
        let (step, calling, id, own_timeout) = match &remedy.deed {
            Deed::Action(step, calling) => (&**step, calling, place.step.clone(), None),
            Deed::Step(index, calling) => {
                let step = root.step(*index).ok_or_else(not_provided)?;
                let timeout = root.graph.nodes()[*index].timeout;
                (step, calling, step.id_text().to_owned(), timeout)
            }
            Deed::Nothing => return Err(not_provided()),
        };
        let key = format!("{}/handler/{index}/{tries}", place.idempotency_key);
        let asking = Asking {
            tool: calling.signature.name,
            asked: parameters::ask(step, calling, &scope)?,
            scope: Arc::new(scope),
            place: Place { step: id, attempt: tries, idempotency_key: key, ..place },
            timeout: remedy.timeout.or(own_timeout),
            done: Done::Handler,
        };
        self.begin_call(at, asking)
    }

    /// Whether a handler of the step is at work.
    pub(in crate::driver) fn is_handled(&self, at: At) -> bool {
        let care = self.flight(at).and_then(|flight| flight.care.as_deref());
        care.is_some_and(Care::is_working)
    }

    /// Puts what a step came to that ran as a handler into its record, where it has no ordinary run.
    pub(super) fn note_called(&mut self, step: usize, tries: u32, answer: &Answer) {
        if !self.prepared.remedies.is_only_handler(step) {
            return;
        }
        let at = At { frame: FrameId::ROOT, step };
        let redactor = self.narrator.redactor();
        let Some(frame) = self.frames.get_mut(&FrameId::ROOT) else { return };
        let flight = &mut frame.flights[step];
        let end = match answer {
            Answer::Failure(failure) => {
                End::Failed { attempts: tries, timed_out: failure.error_type == "TimeoutError" }
            }
            _ => End::Completed { attempts: tries },
        };
        record::settle(&mut flight.record, end, answer);
        let begun = flight.begun.get_or_insert_with(Instant::now);
        flight.record.duration = Some(begun.elapsed().as_secs_f64());
        flight.record.completed_at = Some(now());
        let seen = record::seen(&flight.record, end, answer);
        Arc::make_mut(&mut frame.results).insert(flight.record.id.as_str().into(), seen);
        let record = &mut flight.record;
        record.value = redactor.json(std::mem::take(&mut record.value));
        record.error = record.error.take().map(|error| redactor.text(error));
        self.note(at);
        self.say_ended(at);
    }

    /// Notes that such a step begins.
    pub(super) fn note_begun(&mut self, step: usize, tries: u32) {
        if !self.prepared.remedies.is_only_handler(step) {
            return;
        }
        let at = At { frame: FrameId::ROOT, step };
        if let Some(flight) = self.flight_mut(at) {
            flight.begun = None;
            flight.record.started_at = None;
        }
        self.begin_attempt(at, tries);
        self.note(at);
    }
}

/// How a step would end whose last attempt failed so.
const fn failed_end(failing: Option<Failing>, attempts: u32) -> End {
    match failing {
        Some(Failing::TimedOut) => End::Failed { attempts, timed_out: true },
        Some(Failing::Raised) | None => End::Failed { attempts, timed_out: false },
        Some(Failing::Reported { .. }) => End::Completed { attempts },
    }
}
