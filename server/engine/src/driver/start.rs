//! What starts: conditions, calls, delays.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use pipeline::eval;
use serde_json::json;
use tokio_util::sync::CancellationToken;

use super::{
    attempt::attempt, ends::Done, frame::Flight, hear::Message, narrator::now, parameters,
    record::Answer, steps::Steps,
};
use crate::{
    Options,
    document::StepStatus,
    event::EventKind,
    journal::Entry,
    prepare::Work,
    scheduler::{At, Event, FrameId, Verdict},
    tool::{Call, Failure, Names, Output, Place, Tool},
};

impl Steps<'_> {
    pub(super) fn judge(&mut self, at: At) {
        let verdict = match self.condition(at) {
            Ok(true) => Verdict::True,
            Ok(false) => Verdict::False,
            Err(error) => {
                if let Some(flight) = self.flight_mut(at) {
                    flight.answer = Answer::ConditionError(error);
                }
                Verdict::Error
            }
        };
        self.tell_of(at, |step| Event::Judged { step, verdict });
    }

    /// What the condition of a step says; in words why it says nothing.
    fn condition(&self, at: At) -> Result<bool, String> {
        let Some(frame) = self.frames.get(&at.frame) else { return Ok(true) };
        let Some(condition) = frame.block.step(at.step).and_then(|step| step.condition.as_ref())
        else {
            return Ok(true);
        };
        eval::evaluate(&condition.parsed, &condition.text.value, &frame.scope_of(at.step))
            .map(|value| value.is_truthy())
            .map_err(|error| error.message)
    }

    /// Begins an attempt of a call.
    pub(super) fn start(&mut self, at: At, attempt: u32, timeout: Option<Duration>) {
        self.begin_attempt(at, attempt);
        match self.call(at, attempt, timeout) {
            Ok((tool, call)) => {
                self.note(at);
                let task = self
                    .tasks
                    .spawn(async move { Done::Attempt(self::attempt(tool, call, timeout).await) });
                self.owners.insert(task.id(), at);
            }
            Err(failure) => self.raised(at, failure),
        }
    }

    /// Says, in the record and in events, that an attempt begins.
    pub(super) fn begin_attempt(&mut self, at: At, attempt: u32) {
        let Some(flight) = self.flight_mut(at) else { return };
        flight.begun.get_or_insert_with(Instant::now);
        flight.record.started_at.get_or_insert(now());
        flight.record.status = StepStatus::Running;
        flight.record.retries = attempt.saturating_sub(1);
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
        if let Some(entry) = self.entry(at) {
            self.journal.write(Entry::Note(entry), Box::new(drop));
        }
    }

    fn call(
        &mut self,
        at: At,
        attempt: u32,
        timeout: Option<Duration>,
    ) -> Result<(Arc<dyn Tool>, Call), Failure> {
        let sender = self.sender.clone();
        let options = &self.prepared.request.options;
        let run = &self.facts.run;
        let absent = || Failure::permanent("UnknownToolError", "its tool is not provided");
        let frame = self.frames.get_mut(&at.frame).ok_or_else(absent)?;
        let block = Arc::clone(&frame.block);
        let (Some(Work::Call(work)), Some(step)) =
            (&block.parts()[at.step].work, block.step(at.step))
        else {
            return Err(absent());
        };
        let tool = self.toolbox.get(work.signature.name).ok_or_else(absent)?;
        let scope = frame.scope_of(at.step);
        let flight = &mut frame.flights[at.step];
        let asked = match &flight.asked {
            Some(asked) => asked.clone(),
            None => parameters::ask(step, work, &scope)?,
        };
        flight.asked = Some(asked.clone());
        flight.cancel = CancellationToken::new();
        let call = Call {
            operation: asked.operation,
            parameters: asked.parameters,
            text: asked.text,
            names: Names::of(Arc::new(scope)),
            place: place(run, options, flight, attempt),
            cancel: flight.cancel.clone(),
            // The receiver is gone only when the run is over.
            output: Output::to(move |live| drop(sender.send(Message::Live { at, live }))),
            timeout,
        };
        Ok((Arc::clone(tool), call))
    }

    /// Where the step acts.
    pub(super) fn place(&self, at: At) -> Option<Place> {
        let flight = self.flight(at)?;
        let attempt = flight.record.retries + 1;
        Some(place(&self.facts.run, &self.prepared.request.options, flight, attempt))
    }

    pub(super) fn wait(&mut self, at: At, attempt: u32, delay: Duration) {
        let Some(flight) = self.flight_mut(at) else { return };
        let why = match &flight.answer {
            Answer::Failure(failure) => Some(failure.message.clone()),
            _ => None,
        };
        let cancel = CancellationToken::new();
        flight.cancel = cancel.clone();
        let data = json!({ "attempt": attempt, "delay": delay.as_secs_f64() });
        self.say(at, EventKind::StepRetrying, why, data);
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

fn place(run: &str, options: &Options, flight: &Flight, attempt: u32) -> Place {
    Place {
        run: run.to_owned(),
        step: flight.record.id.clone(),
        path: flight.path.to_string(),
        attempt,
        idempotency_key: format!("{run}/{}/{attempt}", flight.path),
        cwd: options.cwd.clone(),
        workspace: options.workspace.clone(),
        pipeline_folder: options.pipeline_folder.clone(),
        writable: options.writable.clone(),
    }
}
