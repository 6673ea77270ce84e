//! Calls of error handlers.

use std::sync::Arc;

use super::{Care, Next, names};
use crate::{
    document::StepRecord,
    driver::{
        autos::{Autos, with_answers},
        call::{Asking, not_provided},
        ends::Done,
        parameters,
        recalled::{Door, Due, Held},
        record,
        steps::Steps,
    },
    prepare::{CalledStep, Calling, Context, Deed, Remedy, Work},
    recall::{Of, Question},
    scheduler::{At, End, Failing},
    scope::StepScope,
    tool::{Failure, Place},
};

impl Steps<'_> {
    /// Where the step is that a handler of `at` runs.
    pub(super) fn called_at(&self, at: At, called: &CalledStep) -> Option<At> {
        let mut frame = at.frame;
        for _ in 0..called.beside.up {
            frame = self.frames.get(&frame)?.around?.frame;
        }
        Some(At { frame, step: called.beside.step })
    }

    /// What a handler reads: what the step reads that it belongs to or that it is, and the failure.
    pub(super) fn handler_scope(&self, at: At, index: usize) -> Option<StepScope> {
        let frame = self.frames.get(&at.frame)?;
        let flight = frame.flights.get(at.step)?;
        let care = flight.care.as_deref()?;
        let remedy = care.remedies.get(index)?;
        let home = match &remedy.deed {
            Deed::Step(called) => self.called_at(at, called)?,
            Deed::Action(..) | Deed::Nothing => at,
        };
        let mut scope = self.frames.get(&home.frame)?.scope_of(home.step);
        if home.frame == at.frame {
            let mut own = StepRecord::clone(&flight.record);
            let end = failed_end(care.outcome.failing(), own.retries + 1);
            record::settle(&mut own, end, &mut flight.answer.clone());
            let seen = record::seen(&own, end, &flight.answer);
            Arc::make_mut(&mut scope.results).insert(own.id.as_str().into(), seen);
        }
        if remedy.context == Context::Readable {
            let name = frame.block.step(at.step).and_then(|step| step.name.as_ref());
            let name = name.map_or(flight.record.id.as_str(), |name| name.value.as_str());
            scope.trouble = Some(Arc::new(names::trouble(&frame.facts, flight, name, care)));
        }
        Some(scope)
    }

    /// Begins a try of a handler, or recalls how it ended.
    pub(super) fn call_handler(&mut self, at: At, index: usize, tries: u32) -> Result<(), Failure> {
        let asks = self.flight(at).and_then(|flight| flight.care.as_deref());
        let asks = asks.and_then(|care| care.remedies.get(index)).is_some_and(Remedy::is_a_call);
        // What is made of steps asks nothing itself.
        let question = self.question_of_handler(at).filter(|_| asks);
        match question.map(|question| self.door(at, question)) {
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
        let answers = match self.handler_answers(at, index, Next::Call(tries))? {
            Autos::Known(answers) => Some(answers),
            Autos::None => None,
            Autos::Waits => return Ok(()),
        };
        let scope = self.handler_scope(at, index).ok_or_else(not_provided)?;
        let place = self.place(at).ok_or_else(not_provided)?;
        let flight = self.flight(at).ok_or_else(not_provided)?;
        let attempt = flight.record.retries + 1;
        let care = flight.care.as_deref().ok_or_else(not_provided)?;
        let remedy = care.remedies.get(index).ok_or_else(not_provided)?.clone();
        let key = format!("{}/handler/{index}/{tries}", place.idempotency_key);
        let (step, calling, id, own_timeout) = match &remedy.deed {
            Deed::Action(step, calling) => (&**step, calling, place.step.clone(), None),
            Deed::Step(called) => {
                let home = self.called_at(at, called).ok_or_else(not_provided)?;
                let block = &self.frames.get(&home.frame).ok_or_else(not_provided)?.block;
                let Work::Call(calling) = &called.work else {
                    return self.run_handler(at, &remedy, called);
                };
                let step = block.step(home.step).ok_or_else(not_provided)?;
                let timeout = block.graph.nodes()[home.step].timeout;
                (step, calling, step.id_text().to_owned(), timeout)
            }
            Deed::Nothing => return Err(not_provided()),
        };
        let means = &self.prepared.means;
        let asked = match answers {
            None => parameters::ask(step, calling, &scope, means)?,
            Some(answers) => {
                let (step, kind) = with_answers(step, Some(&calling.kind), answers);
                let kind = kind.unwrap_or_else(|| calling.kind.clone());
                let calling = Calling { kind, ..calling.clone() };
                parameters::ask(&step, &calling, &scope, means)?
            }
        };
        let asking = Asking {
            tool: calling.signature.name,
            asked,
            scope: Arc::new(scope),
            place: Place { step: id, attempt: tries, idempotency_key: key, ..place },
            timeout: remedy.timeout.or(own_timeout),
            looker: None,
            of: Of::Handler { attempt, index, tries },
            done: Done::Handler,
        };
        self.begin_call(at, asking)
    }

    /// Whether a handler of the step is at work.
    pub(in crate::driver) fn is_handled(&self, at: At) -> bool {
        let care = self.flight(at).and_then(|flight| flight.care.as_deref());
        care.is_some_and(Care::is_working)
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
