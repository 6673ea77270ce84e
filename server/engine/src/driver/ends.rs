//! What ends: tasks, and with them attempts.

use std::sync::Arc;

use pipeline::Value;
use serde_json::Value as Json;
use tokio::task::{Id, JoinError};

use super::{
    attempt::Ending,
    autos,
    autos::Autos,
    envelope,
    forks::{Parting, Success},
    goto, outputs,
    products::seen_by_itself,
    record::Answer,
    reused::Came,
    steps::Steps,
};
use crate::{
    autos::put_text,
    budget::Spent,
    document::{Decided, Product},
    files::Texts,
    people::NOBODY,
    prepare::{Program, Work},
    random,
    recall::Question,
    scheduler::{At, Conclusion, Event, Outcome, Policy, Told},
    tool::Failure,
};

/// What follows when an answer is in the journal.
#[derive(Debug)]
pub(super) enum Then {
    /// An attempt ended so.
    Attempt(Ending),
    /// The call of a handler ended so.
    Handler(Ending),
}

/// What a task was for.
pub(super) enum Done {
    Attempt(Came),
    Delay,
    /// What a step leaves was written, or not; then its outcome counts.
    Products {
        outcome: Outcome,
        written: Result<Vec<Product>, Failure>,
    },
    /// A question of an AUTO tag was answered, or not.
    Auto {
        then: autos::Then,
        answered: Result<(usize, Decided), Failure>,
        spent: Option<Spent>,
    },
    /// A question of an AUTO tag was not asked, since it could break the budget.
    AutoUnpaid {
        then: autos::Then,
        failure: Failure,
    },
    /// The call of an error handler.
    Handler(Came),
    /// The AUTO tags in the outputs of a pipeline were asked.
    Outputs {
        conclusion: Conclusion,
        asked: outputs::Asked,
    },
    /// A pipeline was read, or not.
    Found(Result<(Arc<Program>, Texts), Failure>),
    /// A time is up, unless its timer was stopped.
    Time(Option<Told>),
}

impl Steps<'_> {
    /// A task is over.
    pub(super) fn ended(&mut self, joined: Result<(Id, Done), JoinError>) {
        let id = joined.as_ref().map_or_else(JoinError::id, |(id, _)| *id);
        let owner = self.owners.remove(&id);
        match (joined, owner) {
            (Ok((_, Done::Time(told))), _) => self.told_in_time(told),
            (Ok((_, Done::Products { outcome, written })), Some(at)) => {
                self.left_products(at, outcome, written);
            }
            (Ok((_, Done::Delay)), Some(at)) => self.tell_of(at, |step| Event::Waited { step }),
            (
                Ok((
                    _,
                    Done::Attempt(Came {
                        ending: Ending::Raised(failure), broken: Some(_), ..
                    })
                    | Done::Handler(Came {
                        ending: Ending::Raised(failure), broken: Some(_), ..
                    }),
                )),
                Some(at),
            ) => {
                self.over_budget(at, failure);
            }
            (Ok((_, Done::AutoUnpaid { then, failure })), Some(at)) => {
                self.auto_unpaid(at, then, failure);
            }
            (Ok((_, Done::Handler(came))), Some(at)) => {
                self.spend(at, came.spent);
                self.handler_answered(at, came.ending);
            }
            (Ok((_, Done::Attempt(came))), Some(at)) => {
                self.spend(at, came.spent);
                if let Some(flight) = self.flight_mut(at) {
                    flight.call = came.call.map(Box::new);
                    let record = flight.record_mut();
                    record.cached = came.reused.is_some();
                    record.reused = came.reused.map(Box::new);
                }
                let asked = self.flight(at).and_then(|flight| flight.asked.as_ref());
                let ending = match (came.ending, asked) {
                    (Ending::Raised(failure), Some(asked)) => {
                        Ending::Raised(asked.explain(failure))
                    }
                    (ending, _) => ending,
                };
                self.attempt_ended(at, ending);
            }
            (Ok((_, Done::Auto { then, answered, spent })), Some(at)) => {
                self.spend(at, spent);
                self.auto_answered(at, then, answered);
            }
            (Ok((_, Done::Outputs { conclusion, asked })), Some(at)) => {
                self.conclude_decided(at, conclusion, asked);
            }
            (Ok((_, Done::Found(found))), Some(at)) => self.found_now(at, found),
            (Err(error), Some(at)) => {
                let message = format!("its tool failed in itself: {error}");
                let failure = Failure::permanent("ToolError", message);
                if self.is_handled(at) {
                    self.handler_answered(at, Ending::Raised(failure));
                } else {
                    self.failed(at, failure);
                }
            }
            (_, None) => {}
        }
    }

    fn told_in_time(&mut self, told: Option<Told>) {
        if let Some(told) = told {
            self.keep_time(&told);
            self.tell(told);
        }
    }

    /// The call of a handler is over, and was not before in this run.
    pub(super) fn handler_answered(&mut self, at: At, ending: Ending) {
        match self.question_of_handler(at) {
            Some(question) if !self.is_stopping(at) => {
                self.keep_first(at, question, Then::Handler(ending))
            }
            _ => self.handler_ended(at, ending),
        }
    }

    /// An attempt is over.
    pub(super) fn attempt_ended(&mut self, at: At, ending: Ending) {
        match ending {
            Ending::Value(value) => self.answered(at, value),
            Ending::Raised(_) | Ending::TimedOut => self.ended_badly(at, ending),
        }
    }

    /// What follows from a failure, a handler above all, follows only when the failure is kept. What came of being stopped
    /// is no answer: a run that goes on asks again.
    fn ended_badly(&mut self, at: At, ending: Ending) {
        let is_unheard = self.is_unheard(at, &ending);
        let Some(flight) = self.flight(at) else { return };
        let question = Question::Attempt(flight.record.retries + 1);
        let is_kept = flight.is_recalled && self.prepared.recall.is_own();
        if is_kept || is_unheard || self.is_stopping(at) {
            self.go_on_after(at, Then::Attempt(ending));
        } else {
            self.keep_first(at, question, Then::Attempt(ending));
        }
    }

    /// Whether this ends the run because nobody was there to answer, or follows from that. It is no answer either: who goes on
    /// with the run is asked.
    fn is_unheard(&mut self, at: At, ending: &Ending) -> bool {
        if self.unheard.is_some() {
            let block = self.frames.get(&at.frame).map(|frame| &frame.block);
            let work = block.and_then(|block| block.parts()[at.step].work.as_ref());
            return matches!(work, Some(Work::Rounds(_) | Work::Pipeline(_)));
        }
        let Ending::Raised(failure) = ending else { return false };
        if failure.error_type != NOBODY || self.prepared.recall.refuses() || self.is_seen_to(at) {
            return false;
        }
        self.unheard = Some(failure.clone());
        true
    }

    /// Whether the author says what follows from a failure of the step, or of a step around it.
    fn is_seen_to(&self, at: At) -> bool {
        let mut next = Some(at);
        while let Some(at) = next {
            let Some(frame) = self.frames.get(&at.frame) else { return false };
            let node = &frame.block.graph.nodes()[at.step];
            let has_handlers = || !frame.program.remedies.of(&frame.block.path(at.step)).is_empty();
            if node.policy != Policy::Fail || node.routes.on_failure.is_some() || has_handlers() {
                return true;
            }
            next = frame.around;
        }
        false
    }

    /// Does what was waiting for the journal.
    pub(super) fn go_on_after(&mut self, at: At, then: Then) {
        match then {
            Then::Attempt(Ending::Value(value)) => self.came_to(at, Answer::Value(value)),
            Then::Attempt(Ending::Raised(failure)) => self.raised(at, failure),
            Then::Attempt(Ending::TimedOut) => self.timed_out(at),
            Then::Handler(ending) => self.handler_ended(at, ending),
        }
    }

    fn answered(&mut self, at: At, value: Json) {
        let frame = self.frames.get(&at.frame);
        let work = frame.and_then(|frame| frame.block.parts()[at.step].work.as_ref());
        let value = match work {
            Some(Work::Call(work)) => envelope::wrap(value, work.signature.envelope),
            Some(Work::Rounds(_) | Work::Pipeline(_)) | None => value,
        };
        if let Err(failure) = self.look_at_quality(at, &value) {
            self.keep(at, &Ending::Value(value));
            return self.raise(at, failure);
        }
        if let Some(flight) = self.flight_mut(at) {
            flight.is_answered = true;
        }
        // What a success comes to is in the record of its step.
        if envelope::succeeds(&value) {
            self.came_to(at, Answer::Value(value));
        } else {
            self.ended_badly(at, Ending::Value(value));
        }
    }

    /// An attempt gave a value.
    pub(super) fn came_to(&mut self, at: At, answer: Answer) {
        let success = match &answer {
            Answer::Value(value) => envelope::succeeds(value),
            Answer::Rounds(gathered) => gathered.succeeds(),
            Answer::None | Answer::Failure(_) | Answer::ConditionError(_) => true,
        };
        let route = if success { self.success(at) } else { Success::Goto };
        let answers = match self.route_answers(at, route, &answer) {
            Ok(Some(answers)) => answers,
            Ok(None) => return,
            Err(failure) => {
                return self.failed(at, Failure { value: answer.into_json(), ..failure });
            }
        };
        match self.goto(at, &answer, (success, route), answers) {
            Ok(goto) => {
                let outcome = Outcome::Answered { success, goto };
                if success {
                    return self.leave_products(at, answer, outcome);
                }
                if let Some(flight) = self.flight_mut(at) {
                    flight.answer = answer;
                }
                self.over(at, outcome);
            }
            Err(failure) => self.failed(at, Failure { value: answer.into_json(), ..failure }),
        }
    }

    /// Where the step sends the run, if that is not known beforehand.
    fn goto(
        &self,
        at: At,
        answer: &Answer,
        (success, route): (bool, Success),
        answers: Vec<Value>,
    ) -> Result<Option<usize>, Failure> {
        let Some(frame) = self.frames.get(&at.frame) else { return Ok(None) };
        let routes = &frame.block.graph.nodes()[at.step].routes;
        let elsewhere = if success { routes.on_success } else { routes.on_failure };
        let written = frame.block.step(at.step).and_then(|step| route.written(step));
        let Some((key, written)) = written else { return Ok(None) };
        if elsewhere.is_some() || frame.block.position(written.value.value.trim()).is_some() {
            return Ok(routes.goto);
        }
        let (_, scope) = seen_by_itself(frame, at, answer);
        let written = put_text(&written.value, &mut answers.into_iter());
        goto::target(key, &written, &frame.block, &scope)
    }

    /// The answers of the AUTO tags in a route; none as long as they are asked for.
    fn route_answers(
        &mut self,
        at: At,
        route: Success,
        answer: &Answer,
    ) -> Result<Option<Vec<Value>>, Failure> {
        let step = self.frames.get(&at.frame).and_then(|frame| frame.block.step(at.step));
        let written = step.and_then(|step| route.written(step));
        if written.is_none_or(|(_, text)| text.value.autos.is_empty()) {
            return Ok(Some(Vec::new()));
        }
        // The question may read it.
        if let Some(flight) = self.flight_mut(at) {
            flight.answer = answer.clone();
        }
        Ok(match self.autos(at, autos::Then::Route(route, Box::new(answer.clone())))? {
            Autos::Known(answers) => Some(answers),
            Autos::None => Some(Vec::new()),
            Autos::Waits => None,
        })
    }

    /// An attempt failed for a reason outside of the rounds of the step, if it has some.
    pub(super) fn failed(&mut self, at: At, failure: Failure) {
        self.ended_badly(at, Ending::Raised(failure));
    }

    /// An attempt failed, and has no value.
    pub(super) fn raised(&mut self, at: At, failure: Failure) {
        if let Some(flight) = self.flight_mut(at) {
            flight.record_mut().quality = None;
        }
        self.raise(at, failure);
    }

    fn raise(&mut self, at: At, failure: Failure) {
        let outcome = Outcome::Raised(failure.transience);
        if let Some(flight) = self.flight_mut(at) {
            flight.is_answered = false;
            flight.answer = Answer::Failure(Box::new(failure));
        }
        self.over(at, outcome);
    }

    /// The time of an attempt was up.
    pub(super) fn timed_out(&mut self, at: At) {
        let Some(frame) = self.frames.get_mut(&at.frame) else { return };
        let limit = frame.block.graph.nodes()[at.step].timeout.unwrap_or_default().as_secs_f64();
        let flight = &mut frame.flights[at.step];
        let message = format!("the step `{}` exceeded its timeout of {limit} s", flight.record.id);
        flight.answer = Answer::Failure(Box::new(Failure::permanent("TimeoutError", message)));
        self.over(at, Outcome::TimedOut);
    }

    pub(super) fn over(&mut self, at: At, outcome: Outcome) {
        if let Some(outcome) = self.see_to(at, outcome) {
            self.tell_ended(at, outcome);
        }
    }

    pub(super) fn tell_ended(&mut self, at: At, outcome: Outcome) {
        if self.is_failed_for_good(at, outcome) {
            return self.part(at, Parting::Failure(outcome));
        }
        self.tell_outcome(at, outcome);
    }

    pub(super) fn tell_outcome(&mut self, at: At, outcome: Outcome) {
        self.tell_of(at, |step| Event::Ended { step, outcome, jitter: random::fraction() });
    }
}
