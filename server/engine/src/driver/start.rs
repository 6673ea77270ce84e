//! What starts: conditions, calls, delays.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use pipeline::{Value, eval};
use serde_json::json;
use tokio_util::sync::CancellationToken;

use super::{
    autos::{Autos, Then, with_answers},
    call::{Asking, not_provided},
    ends::Done,
    forks::Parting,
    narrator::now,
    parameters,
    recalled::{Door, Due, Held},
    record::Answer,
    reused::Looker,
    steps::Steps,
};
use crate::{
    autos,
    document::StepStatus,
    event::EventKind,
    journal::Entry,
    prepare::{Calling, Work},
    recall::{Of, Question},
    reuse::Terms,
    scheduler::{At, Event, FrameId, Told, Verdict},
    tool::Failure,
};

impl Steps<'_> {
    pub(super) fn judge(&mut self, at: At) {
        let answers = match self.autos(at, Then::Condition) {
            Ok(Autos::Known(answers)) => answers,
            Ok(Autos::None) => Vec::new(),
            Ok(Autos::Waits) => return,
            Err(failure) => return self.unanswered(at, Then::Condition, failure),
        };
        let verdict = match self.condition(at, answers) {
            Ok(true) => Verdict::True,
            Ok(false) => Verdict::False,
            Err(error) => {
                if let Some(flight) = self.flight_mut(at) {
                    flight.answer = Answer::ConditionError(error);
                }
                Verdict::Error
            }
        };
        match verdict {
            Verdict::True => self.tell_of(at, |step| Event::Judged { step, verdict }),
            Verdict::False | Verdict::Error => self.part(at, Parting::False(verdict)),
        }
    }

    /// What the condition of a step says; in words why it says nothing.
    fn condition(&self, at: At, answers: Vec<Value>) -> Result<bool, String> {
        let Some(frame) = self.frames.get(&at.frame) else { return Ok(true) };
        let Some(condition) = frame.block.step(at.step).and_then(|step| step.condition.as_ref())
        else {
            return Ok(true);
        };
        let put;
        let condition = if answers.is_empty() {
            condition
        } else {
            put = autos::condition(condition, &mut answers.into_iter());
            &put
        };
        eval::evaluate(&condition.parsed, &condition.text.value, &frame.scope_of(at.step))
            .map(|value| value.is_truthy())
            .map_err(|error| error.message)
    }

    /// Begins an attempt of a call, or recalls how it ended.
    pub(super) fn start(&mut self, at: At, attempt: u32, timeout: Option<Duration>) {
        match self.door(at, Question::Attempt(attempt)) {
            Door::Open => self.ask(at, attempt, timeout),
            Door::Held => self.held.push_back(Held::Attempt(at, attempt, timeout)),
            Door::Known(known) => {
                self.tell(Told::Recalled { at });
                self.begin_known(at, attempt);
                self.remind(at, &known.answer);
                self.await_turn(known.turn, Due::Attempt(at, known.answer));
            }
        }
    }

    /// Begins an attempt of a call.
    pub(super) fn ask(&mut self, at: At, attempt: u32, timeout: Option<Duration>) {
        if let Some(flight) = self.flight_mut(at) {
            flight.is_recalled = false;
        }
        self.begin_attempt(at, attempt);
        self.call_now(at, timeout);
    }

    /// Makes the call of an attempt that has begun, unless a question of an AUTO tag comes before it.
    pub(super) fn call_now(&mut self, at: At, timeout: Option<Duration>) {
        match self.call(at, timeout) {
            Ok(()) => self.note(at),
            Err(failure) => self.failed(at, failure),
        }
    }

    /// Says, in the record and in events, that an attempt begins.
    pub(super) fn begin_attempt(&mut self, at: At, attempt: u32) {
        let Some(flight) = self.flight_mut(at) else { return };
        flight.begun.get_or_insert_with(Instant::now);
        let record = flight.record_mut();
        record.started_at.get_or_insert(now());
        record.status = StepStatus::Running;
        record.retries = attempt.saturating_sub(1);
        record.quality = None;
        self.say(at, EventKind::StepStarted, None, json!({ "attempt": attempt }));
        let own = at.frame == FrameId::ROOT;
        let estimate = self.estimate.as_ref().filter(|_| own);
        if let Some(remaining) = estimate.and_then(|estimate| estimate.of(at.step)) {
            let data = json!({ "fraction": null, "remaining": remaining });
            self.say(at, EventKind::StepProgress, None, data);
        }
    }

    /// Puts a record into the journal as it stands.
    pub(super) fn note(&self, at: At) {
        if let Some(entry) = self.entry(at, None) {
            self.journal.write(Entry::Note(entry), Box::new(drop));
        }
    }

    fn call(&mut self, at: At, timeout: Option<Duration>) -> Result<(), Failure> {
        if let Some(failure) = self.flight_mut(at).and_then(|flight| flight.doomed.take()) {
            return Err(*failure);
        }
        let answers = match self.autos(at, Then::Call(timeout))? {
            Autos::Known(answers) => Some(answers),
            Autos::None => None,
            Autos::Waits => return Ok(()),
        };
        let frame = self.frames.get_mut(&at.frame).ok_or_else(not_provided)?;
        let block = Arc::clone(&frame.block);
        let (Some(Work::Call(work)), Some(step)) =
            (&block.parts()[at.step].work, block.step(at.step))
        else {
            return Err(not_provided());
        };
        let scope = frame.scope_of(at.step);
        let flight = &mut frame.flights[at.step];
        if flight.record.location.is_none() {
            let location = parameters::location(step, &scope)?;
            flight.record_mut().location = location;
        }
        let asked = match &flight.asked {
            Some(asked) => parameters::Asked::clone(asked),
            None => match answers {
                None => parameters::ask(step, work, &scope, &self.prepared.means)?,
                Some(answers) => {
                    let (step, kind) = with_answers(step, Some(&work.kind), answers);
                    let kind = kind.unwrap_or_else(|| work.kind.clone());
                    let work = Calling { kind, ..work.clone() };
                    parameters::ask(&step, &work, &scope, &self.prepared.means)?
                }
            },
        };
        if let Some(mind) = &asked.mind {
            let record = flight.record_mut();
            record.model = Some(mind.model.clone());
            record.provider = Some(mind.provider.clone());
            record.chosen = mind.chosen.as_deref().cloned().map(Box::new);
        }
        let is_new = flight.asked.replace(Box::new(asked.clone())).is_none();
        let instead = asked.mind.as_ref().and_then(|mind| mind.instead.clone());
        let attempt = flight.record.retries + 1;
        let effects = asked.effects(work.signature);
        let looker = Terms::of(effects, step.cache, &self.prepared.request.options.reuse)
            .and_then(|terms| self.looker(terms));
        let asking = Asking {
            tool: work.signature.name,
            asked,
            scope: Arc::new(scope),
            place: self.place(at).ok_or_else(not_provided)?,
            timeout,
            looker,
            of: Of::Attempt(attempt),
            done: Done::Attempt,
        };
        if let Some(why) = instead.filter(|_| is_new) {
            self.warn_together(at, "another-model", &why);
        }
        self.begin_call(at, asking)
    }

    /// Nobody looks where nothing is kept.
    fn looker(&self, terms: Terms) -> Option<Looker> {
        let pepper = self.pepper.clone()?;
        Some(Looker { journal: self.journal.clone(), pepper, terms })
    }

    pub(super) fn wait(&mut self, at: At, attempt: u32, delay: Duration) {
        let Some(flight) = self.flight_mut(at) else { return };
        let why = match &flight.answer {
            Answer::Failure(failure) => Some(failure.message.clone()),
            _ => None,
        };
        let cancel = CancellationToken::new();
        flight.cancel = Some(cancel.clone());
        let data = json!({ "attempt": attempt, "delay": delay.as_secs_f64() });
        self.say(at, EventKind::StepRetrying, why, data);
        if self.had_begun(at, attempt) {
            return self.tell_of(at, |step| Event::Waited { step });
        }
        let task = self.tasks.spawn(async move {
            tokio::select! {
                () = tokio::time::sleep(delay) => {}
                () = cancel.cancelled() => {}
            }
            Done::Delay
        });
        self.owners.insert(task.id(), at);
    }
}
