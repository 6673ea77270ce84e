//! Error handlers: what is done about a step whose last attempt failed, before its failure counts.
//!
//! The scheduler does not hear of the failure while handlers are at work: the step stays in flight. In the end it hears
//! that the step answered, that it wants one attempt more, or that nothing mended it.

mod call;
mod care;
mod names;
mod run;
mod tags;

use pipeline::Value;
use serde_json::{Value as Json, json};

use super::{attempt::Ending, autos::Autos, envelope, record::Answer, steps::Steps};
use crate::{
    autos,
    document::Remedied,
    event::EventKind,
    prepare::{Deed, Fallback, OnFailure, OnSuccess, Work},
    render,
    scheduler::{At, Outcome, Policy},
    tool::Failure,
};
pub(in crate::driver) use care::Care;
use care::Stage;
pub(in crate::driver) use tags::Next;

impl Steps<'_> {
    /// Lets handlers see to an attempt that ended so. What the scheduler is to hear now; `None` while they are at work.
    pub(in crate::driver) fn see_to(&mut self, at: At, outcome: Outcome) -> Option<Outcome> {
        let stopping = self.is_stopping(at);
        let Some(frame) = self.frames.get_mut(&at.frame) else { return Some(outcome) };
        let node = &frame.block.graph.nodes()[at.step];
        let flight = &mut frame.flights[at.step];
        match (&mut flight.care, outcome.failing()) {
            (None, None) => Some(outcome),
            (Some(care), _) if care.stage == Stage::Over => Some(outcome),
            (None, Some(_)) => {
                let attempt = flight.record.retries + 1;
                if stopping || node.is_tried_again(outcome, attempt) {
                    return Some(outcome);
                }
                let remedies = frame.program.remedies.of(&frame.block.path(at.step));
                if remedies.is_empty() {
                    return Some(outcome);
                }
                flight.care = Some(Box::new(Care::new(remedies, outcome, &flight.answer)));
                self.next_handler(at)
            }
            (Some(care), failing) => {
                let Stage::Retrying(remedy) = care.stage else { return Some(outcome) };
                if failing.is_none() {
                    care.note(remedy, Remedied::Retried, None);
                    self.no_more_handlers(at);
                    return Some(outcome);
                }
                if stopping {
                    self.no_more_handlers(at);
                    return Some(outcome);
                }
                care.failed_again(outcome, &flight.answer);
                care.stage = Stage::Choosing(remedy + 1);
                self.fall_back(at, remedy, Remedied::RetriedInVain, None)
            }
        }
    }

    /// A handler's call is over.
    pub(in crate::driver) fn handler_ended(&mut self, at: At, ending: Ending) {
        let outcome = self.after_handler(at, ending);
        if let Some(outcome) = outcome {
            self.tell_ended(at, outcome);
        }
    }

    fn after_handler(&mut self, at: At, ending: Ending) -> Option<Outcome> {
        let stopping = self.is_stopping(at);
        let care = self.flight_mut(at)?.care.as_mut()?;
        let Stage::Working(index, tries) = care.stage else { return None };
        let remedy = care.remedies.get(index)?;
        let (on_success, retries, deed) = (remedy.on_success, remedy.retries, remedy.deed.clone());
        let timeout = remedy.timeout;
        let answer = match ending {
            Ending::Value(value) => match &deed {
                Deed::Action(_, calling) => {
                    Answer::Value(envelope::wrap(value, calling.signature.envelope))
                }
                Deed::Step(called) => match &called.work {
                    Work::Call(calling) => {
                        Answer::Value(envelope::wrap(value, calling.signature.envelope))
                    }
                    Work::Rounds(_) | Work::Pipeline(_) => Answer::Value(value),
                },
                Deed::Nothing => Answer::Value(value),
            },
            Ending::Raised(failure) => Answer::Failure(Box::new(failure)),
            Ending::TimedOut => {
                let limit = timeout.unwrap_or_default().as_secs_f64();
                let message = format!("the handler exceeded its timeout of {limit} s");
                Answer::Failure(Box::new(Failure::permanent("TimeoutError", message)))
            }
        };
        let error = handler_error(&answer);
        if stopping {
            let outcome = care.outcome;
            self.no_more_handlers(at);
            return Some(outcome);
        }
        if error.is_some() && tries <= retries {
            return self.work(at, index, tries + 1);
        }
        self.note_called(at, tries, &answer);
        match (error, answer) {
            (None, Answer::Value(value)) => self.handler_succeeded(at, index, on_success, value),
            (error, _) => self.handler_failed(at, index, error.unwrap_or_default()),
        }
    }

    fn handler_succeeded(
        &mut self,
        at: At,
        index: usize,
        then: OnSuccess,
        value: Json,
    ) -> Option<Outcome> {
        let care = self.flight_mut(at)?.care.as_mut()?;
        match then {
            OnSuccess::Retry => {
                care.given = Some(value);
                care.stage = Stage::Retrying(index);
                Some(Outcome::Again)
            }
            OnSuccess::PassOn => {
                care.note(index, Remedied::PassedOn, None);
                care.stage = Stage::Choosing(index + 1);
                self.next_handler(at)
            }
            OnSuccess::Answer => {
                care.given = Some(value);
                self.fall_back(at, index, Remedied::Answered, None)
            }
        }
    }

    fn handler_failed(&mut self, at: At, index: usize, error: String) -> Option<Outcome> {
        let care = self.flight_mut(at)?.care.as_mut()?;
        care.given = None;
        care.stage = Stage::Choosing(index + 1);
        match care.remedies.get(index)?.on_failure {
            OnFailure::GoOn => care.policy = Some(Policy::Continue),
            OnFailure::Stop => {
                care.policy = None;
                care.stage = Stage::Choosing(care.remedies.len());
            }
        }
        self.fall_back(at, index, Remedied::Failed, Some(error))
    }

    /// Takes a handler's fallback for the step's value, if it has one; else goes on as that came which is noted.
    fn fall_back(
        &mut self,
        at: At,
        index: usize,
        came: Remedied,
        error: Option<String>,
    ) -> Option<Outcome> {
        let fallback = match self.fallback_answers(at, index, came, error.as_ref()) {
            Ok(Some(answers)) => self.fallback(at, index, answers),
            Ok(None) => return None,
            Err(why) => Err(why),
        };
        match fallback {
            Ok(Some(value)) => {
                let care = self.flight_mut(at)?.care.as_mut()?;
                care.note(index, Remedied::FellBack, error);
                self.answer_instead(at, value)
            }
            Ok(None) => {
                let care = self.flight_mut(at)?.care.as_mut()?;
                care.note(index, came, error);
                match (came, care.given.take()) {
                    (Remedied::Answered, Some(value)) => self.answer_instead(at, value),
                    (_, given) => {
                        care.given = given;
                        self.next_handler(at)
                    }
                }
            }
            Err(why) => self.fell_through(at, index, why),
        }
    }

    /// A handler has a fallback that cannot be had.
    fn fell_through(&mut self, at: At, index: usize, why: String) -> Option<Outcome> {
        let care = self.flight_mut(at)?.care.as_mut()?;
        care.given = None;
        care.note(index, Remedied::Failed, Some(why));
        care.stage = Stage::Choosing(index + 1);
        self.next_handler(at)
    }

    fn fallback(&self, at: At, index: usize, answers: Vec<Value>) -> Result<Option<Json>, String> {
        let found = || {
            let frame = self.frames.get(&at.frame)?;
            let care = frame.flights[at.step].care.as_ref()?;
            Some((frame, care.remedies.get(index)?))
        };
        let Some((frame, remedy)) = found() else { return Ok(None) };
        let Some(fallback) = &remedy.fallback else { return Ok(None) };
        let Some(scope) = self.handler_scope(at, index) else { return Ok(None) };
        let (Fallback::Result(data) | Fallback::Whole(data)) = fallback;
        let value = render::data(&autos::put(data, &mut answers.into_iter()), &scope)
            .map_err(|error| format!("its fallback cannot be rendered: {error}"))?
            .to_json();
        let is_flat = match &frame.block.parts()[at.step].work {
            Some(Work::Call(calling)) => {
                calling.signature.envelope == pipeline::catalogue::Envelope::Flat
            }
            Some(Work::Rounds(_) | Work::Pipeline(_)) | None => false,
        };
        Ok(Some(match fallback {
            Fallback::Result(_) if !is_flat => {
                json!({ "result": value, "success": true, "error": null })
            }
            Fallback::Result(_) | Fallback::Whole(_) => value,
        }))
    }

    /// The step succeeds with this value.
    fn answer_instead(&mut self, at: At, value: Json) -> Option<Outcome> {
        self.no_more_handlers(at);
        let flight = self.flight_mut(at)?;
        flight.failed_inside = false;
        flight.is_answered = false;
        flight.record_mut().quality = None;
        self.came_to(at, Answer::Value(value));
        None
    }

    /// Goes to the next handler that is for the failure; without one the failure counts.
    fn next_handler(&mut self, at: At) -> Option<Outcome> {
        loop {
            let care = self.flight_mut(at)?.care.as_mut()?;
            let Stage::Choosing(index) = care.stage else { return None };
            let Some(remedy) = care.remedies.get(index) else { return self.in_vain(at) };
            let failed = &care.failed;
            let codes = failed.spelled_codes();
            let is_for = remedy.filter.is_for(&failed.error_type, &failed.message, &codes);
            care.stage = Stage::Choosing(index + 1);
            if !is_for {
                continue;
            }
            match self.takes_part(at, index) {
                Ok(Part::Not) => {}
                Ok(Part::Takes) => return self.begin_handler(at, index),
                Ok(Part::Waits) => {
                    self.flight_mut(at)?.care.as_mut()?.stage = Stage::Choosing(index);
                    return None;
                }
                Err(why) => return self.handler_failed(at, index, why),
            }
        }
    }

    /// Whether a handler is enabled, and so is the step that it runs.
    fn takes_part(&mut self, at: At, index: usize) -> Result<Part, String> {
        let answers = match self.handler_answers(at, index, Next::Choose) {
            Ok(Autos::Known(answers)) => answers,
            Ok(Autos::None) => Vec::new(),
            Ok(Autos::Waits) => return Ok(Part::Waits),
            Err(failure) => return Err(failure.message),
        };
        let mut answers = answers.into_iter();
        let remedy = |care: &Care| care.remedies.get(index).cloned();
        let found = self.flight(at).and_then(|flight| flight.care.as_deref()).and_then(remedy);
        let Some(remedy) = found else { return Ok(Part::Not) };
        let Some(scope) = self.handler_scope(at, index) else { return Ok(Part::Not) };
        if let Some(enabled) = &remedy.enabled {
            let value = render::data(&autos::put(enabled, &mut answers), &scope)
                .map_err(|error| format!("`enabled` cannot be rendered: {error}"))?;
            let says_no = matches!(value.to_text().trim(), "false" | "False" | "no" | "off" | "0");
            if says_no || !value.is_truthy() {
                return Ok(Part::Not);
            }
        }
        let Deed::Step(called) = &remedy.deed else { return Ok(Part::Takes) };
        let home = self.called_at(at, called);
        let frame = home.and_then(|home| self.frames.get(&home.frame));
        let step = frame.and_then(|frame| frame.block.step(called.beside.step));
        step.and_then(|step| step.condition.as_ref()).map_or(Ok(Part::Takes), |condition| {
            let put;
            let condition = if condition.text.autos.is_empty() {
                condition
            } else {
                put = autos::condition(condition, &mut answers);
                &put
            };
            pipeline::eval::evaluate(&condition.parsed, &condition.text.value, &scope)
                .map(|value| if value.is_truthy() { Part::Takes } else { Part::Not })
                .map_err(|error| format!("its condition cannot be evaluated: {}", error.message))
        })
    }

    fn begin_handler(&mut self, at: At, index: usize) -> Option<Outcome> {
        let care = self.flight(at)?.care.as_ref()?;
        let remedy = care.remedies.get(index)?;
        let message = format!("`{}` sees to the failure: {}", remedy.name, care.failed.message);
        let data = json!({ "fraction": null, "remaining": null, "handler": remedy.name, "level": remedy.level });
        let only_falls_back = matches!(remedy.deed, Deed::Nothing);
        let on_success = remedy.on_success;
        self.say(at, EventKind::StepProgress, Some(message), data);
        match (only_falls_back, on_success) {
            (false, _) => self.work(at, index, 1),
            (true, OnSuccess::PassOn) => self.handler_succeeded(at, index, on_success, Json::Null),
            (true, _) => self.fall_back(at, index, Remedied::FellBack, None),
        }
    }

    /// Begins a try of a handler.
    fn work(&mut self, at: At, index: usize, tries: u32) -> Option<Outcome> {
        let care = self.flight_mut(at)?.care.as_mut()?;
        care.stage = Stage::Working(index, tries);
        self.note_begun(at, tries);
        match self.call_handler(at, index, tries) {
            Ok(()) => None,
            Err(failure) => self.handler_failed(at, index, failure.message),
        }
    }

    fn in_vain(&mut self, at: At) -> Option<Outcome> {
        let care = self.flight_mut(at)?.care.as_mut()?;
        let (outcome, policy) = (care.outcome, care.policy);
        if let Some(given) = care.given.take() {
            return self.answer_instead(at, given);
        }
        self.no_more_handlers(at);
        let unmended = |failing| Outcome::Unmended { failing, policy };
        Some(outcome.failing().map_or(outcome, unmended))
    }

    fn no_more_handlers(&mut self, at: At) {
        if let Some(care) = self.flight_mut(at).and_then(|flight| flight.care.as_mut()) {
            care.stage = Stage::Over;
        }
    }
}

/// Whether a handler takes part.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Part {
    Takes,
    Not,
    /// That is known when an AUTO tag is answered.
    Waits,
}

/// Why a handler did not succeed; `None` where it did.
fn handler_error(answer: &Answer) -> Option<String> {
    match answer {
        Answer::Failure(failure) => Some(failure.message.clone()),
        Answer::Value(value) if !envelope::succeeds(value) => {
            Some(envelope::error(value).unwrap_or_else(|| "it reported no success".to_owned()))
        }
        Answer::Value(_) | Answer::None | Answer::Rounds(_) | Answer::ConditionError(_) => None,
    }
}
