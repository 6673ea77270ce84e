//! Error handlers that are made of steps, loops and pipelines: they run as a frame of the step that failed. And the record
//! of a step that runs only as a handler.

use std::{sync::Arc, time::Instant};

use tokio_util::sync::CancellationToken;

use super::care::{HandlerRun, Stage};
use crate::{
    document::StepRecord,
    driver::{
        attempt::Ending,
        call::not_provided,
        frame::{Frame, FramePlace},
        narrator::now,
        record::{self, Answer},
        steps::Steps,
    },
    prepare::{CalledStep, Deed, Remedy},
    scheduler::{At, Conclusion, End, FrameId, Told},
    tool::Failure,
};

impl Steps<'_> {
    /// Begins a try of a handler that is made of steps.
    pub(super) fn run_handler(
        &mut self,
        at: At,
        remedy: &Remedy,
        called: &CalledStep,
    ) -> Result<(), Failure> {
        let alone = called.alone.as_ref().ok_or_else(not_provided)?;
        let graph = Arc::clone(&alone.graph);
        let timer = CancellationToken::new();
        let care = self.flight_mut(at).and_then(|flight| flight.care.as_mut());
        let care = care.ok_or_else(not_provided)?;
        care.run = Some(HandlerRun { timer: timer.clone(), ended: None });
        let key = self.flight(at).map(|flight| flight.key.clone());
        if let Some(question) = self.question_of_handler(at) {
            self.time(key, question, remedy.timeout, timer, Told::Expired { at });
        }
        self.tell(Told::Within { at, graph });
        Ok(())
    }

    /// Its frame begins.
    pub(in crate::driver) fn open_handler(&mut self, at: At, id: FrameId) {
        if let Some(frame) = self.frame_of_handler(at) {
            self.frames.insert(id, frame);
        }
    }

    fn frame_of_handler(&self, at: At) -> Option<Frame> {
        let flight = self.flight(at)?;
        let care = flight.care.as_deref()?;
        let Stage::Working(index, tries) = care.stage else { return None };
        let Deed::Step(called) = &care.remedies.get(index)?.deed else { return None };
        let scope = self.handler_scope(at, index)?;
        let home = self.frames.get(&self.called_at(at, called)?.frame)?;
        let place = FramePlace {
            key: format!("{}/handler/{index}/{tries}", flight.inner_key()).into(),
            ..home.place.clone()
        };
        let block = Arc::clone(called.alone.as_ref()?);
        let opened = Frame::new(
            Arc::clone(&home.program),
            block,
            place,
            Arc::clone(&home.facts),
            scope.level,
        );
        Some(Frame {
            around: Some(at),
            results: scope.results,
            left: scope.left,
            trouble: scope.trouble,
            ..opened
        })
    }

    /// Its frame is over.
    pub(in crate::driver) fn close_handler(&mut self, at: At, id: FrameId) {
        let Some(closed) = self.frames.remove(&id) else { return };
        let Some(flight) = closed.flights.into_iter().next() else { return };
        let ending = match (flight.answer, flight.end) {
            (Answer::Failure(_), Some(End::Failed { timed_out: true, .. })) => Ending::TimedOut,
            (Answer::Failure(failure), _) => Ending::Raised(*failure),
            (answer, _) => Ending::Value(answer.into_json().unwrap_or_default()),
        };
        if let Some(care) = self.flight_mut(at).and_then(|flight| flight.care.as_mut())
            && let Some(run) = &mut care.run
        {
            run.ended = Some((Arc::unwrap_or_clone(flight.record), ending));
        }
    }

    /// Nothing of it is left to do.
    pub(in crate::driver) fn conclude_handler(&mut self, at: At, conclusion: Conclusion) {
        let care = self.flight_mut(at).and_then(|flight| flight.care.as_mut());
        let Some(run) = care.and_then(|care| care.run.take()) else { return };
        run.timer.cancel();
        let stopped = || Failure::permanent("CancelledError", "the handler was stopped");
        let (record, ending) = run.ended.unzip();
        let ending = match conclusion {
            Conclusion::Expired => Ending::TimedOut,
            Conclusion::Stopped => Ending::Raised(stopped()),
            _ => ending.unwrap_or_else(|| Ending::Raised(stopped())),
        };
        if let Some(record) = record {
            self.keep_record(at, record);
        }
        self.handler_ended(at, ending);
    }

    /// Keeps what is inside of the record of a handler's step, where it has no ordinary run.
    fn keep_record(&mut self, at: At, record: StepRecord) {
        let Some(home) = self.on_call(at) else { return };
        if let Some(flight) = self.flight_mut(home) {
            let own = flight.record_mut();
            own.iterations = record.iterations;
            own.called = record.called;
            own.products = record.products;
        }
    }

    /// The step that the handler at work runs, if it runs only when a failure calls for it.
    fn on_call(&self, at: At) -> Option<At> {
        let care = self.flight(at)?.care.as_deref()?;
        let Stage::Working(index, _) = care.stage else { return None };
        let Deed::Step(called) = &care.remedies.get(index)?.deed else { return None };
        let home = self.called_at(at, called)?;
        let part = self.frames.get(&home.frame)?.block.parts().get(home.step)?;
        part.on_call.then_some(home)
    }

    /// Notes, where the handler at work is such a step, that it begins.
    pub(super) fn note_begun(&mut self, at: At, tries: u32) {
        let Some(home) = self.on_call(at) else { return };
        if let Some(flight) = self.flight_mut(home) {
            flight.begun = None;
            flight.record_mut().started_at = None;
        }
        self.begin_attempt(home, tries);
        self.note(home);
    }

    /// Puts what it came to into its record.
    pub(super) fn note_called(&mut self, at: At, tries: u32, answer: &Answer) {
        let Some(home) = self.on_call(at) else { return };
        let redactor = self.narrator.redactor();
        let Some(frame) = self.frames.get_mut(&home.frame) else { return };
        let flight = &mut frame.flights[home.step];
        let end = match answer {
            Answer::Failure(failure) => {
                End::Failed { attempts: tries, timed_out: failure.error_type == "TimeoutError" }
            }
            _ => End::Completed { attempts: tries },
        };
        let record = Arc::make_mut(&mut flight.record);
        record::settle(record, end, &mut answer.clone());
        let begun = flight.begun.get_or_insert_with(Instant::now);
        record.duration = Some(begun.elapsed().as_secs_f64());
        record.completed_at = Some(now());
        let seen = record::seen(record, end, answer);
        Arc::make_mut(&mut frame.results).insert(record.id.as_str().into(), seen);
        record::redact(record, &redactor);
        self.note(home);
        self.say_ended(home);
    }
}
