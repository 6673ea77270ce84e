//! Steps that run another pipeline. Its steps are one round of the step that calls it: a frame of another program, with
//! facts of its own and no loop around it, so that nothing outside can be read but what was handed in.
//!
//! A pipeline that failed is kept until the step is over. Where the step is tried again, what had ended well stays as it
//! was: see `kept`.

mod foresee;
mod kept;
mod outcome;
mod terms;

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use pipeline::Value;
use tokio_util::sync::CancellationToken;

use super::{
    autos::{Autos, Then, with_answers},
    ends::Done,
    frame::{Frame, FramePlace},
    parameters,
    steps::Steps,
};
use crate::{
    files::{Remembered, Texts},
    prepare::{self, Callee, Means, Program, Unusable, Wanted, Work},
    recall::Question,
    scheduler::{At, Extent, FrameId, OnBroken, Shape, Tests, Told, Went},
    scope::{Entries, Facts},
    secrets::Secret,
    tool::Failure,
};
pub(in crate::driver) use foresee::Sight;
use kept::Kept;
use terms::Terms;

/// A step that runs another pipeline.
#[derive(Debug)]
pub(in crate::driver) struct Inside {
    terms: Terms,
    /// Of the attempt.
    limit: Option<Duration>,
    /// Ends the timer.
    timer: CancellationToken,
    begun: Instant,
    /// None as long as it is looked for.
    program: Option<Arc<Program>>,
    facts: Option<Arc<Facts>>,
    /// What it came to in the attempt before.
    kept: Option<Kept>,
    /// What it came to.
    closed: Option<(Frame, Went)>,
}

/// One round, which ends with the pipeline.
const ONCE: Shape = Shape {
    extent: Extent::Items(1),
    parallel: std::num::NonZeroUsize::MIN,
    tests: Tests { before: false, after: false },
    on_broken: OnBroken::Ends,
};

impl Steps<'_> {
    /// Begins an attempt of a step that runs another pipeline.
    pub(in crate::driver) fn call_pipeline(
        &mut self,
        at: At,
        attempt: u32,
        timeout: Option<Duration>,
    ) {
        let was_begun = self.begin_rounds(at, attempt);
        if !was_begun {
            self.note(at);
        }
        self.seek_now(at, attempt, timeout);
    }

    /// The same for an attempt that has begun.
    pub(in crate::driver) fn seek_now(&mut self, at: At, attempt: u32, timeout: Option<Duration>) {
        if let Err(failure) = self.seek(at, attempt, timeout) {
            self.leave(at);
            self.failed(at, failure);
        }
    }

    /// Finds the pipeline: before the run, in the attempt before, or now.
    fn seek(&mut self, at: At, attempt: u32, timeout: Option<Duration>) -> Result<(), Failure> {
        if let Some(failure) = self.flight_mut(at).and_then(|flight| flight.doomed.take()) {
            return Err(*failure);
        }
        let answers = match self.autos(at, Then::Pipeline(attempt, timeout))? {
            Autos::Known(answers) => Some(answers),
            Autos::None => None,
            Autos::Waits => return Ok(()),
        };
        let Some(frame) = self.frames.get_mut(&at.frame) else { return Ok(()) };
        let block = Arc::clone(&frame.block);
        let (Some(Work::Pipeline(call)), Some(step)) =
            (&block.parts()[at.step].work, block.step(at.step))
        else {
            return Ok(());
        };
        let put;
        let step = match answers {
            None => step,
            Some(answers) => {
                put = with_answers(step, None, answers).0;
                &put
            }
        };
        let scope = frame.scope_of(at.step);
        let depth = frame.facts.callers.len() + 1;
        let flight = &mut frame.flights[at.step];
        let asked = match &flight.asked {
            Some(asked) => parameters::Asked::clone(asked),
            None => parameters::ask(step, &call.calling, &scope, &self.prepared.means)?,
        };
        flight.asked = Some(Box::new(asked.clone()));
        let terms = Terms::new(step, &asked)?;
        let limit = timeout.into_iter().chain(terms.limit).min();
        let before = flight.before.take();
        let key = Some(Arc::clone(&flight.key));
        let inside = Inside {
            terms,
            limit,
            timer: CancellationToken::new(),
            begun: Instant::now(),
            program: None,
            facts: None,
            kept: None,
            closed: None,
        };
        let timer = inside.timer.clone();
        flight.inside = Some(Box::new(inside));
        self.time(key, Question::Time(attempt), limit, timer, Told::Expired { at });
        match (before, &call.callee) {
            (Some(before), _) => {
                self.go_on(at, *before);
                Ok(())
            }
            (None, Callee::Known(program)) => self.enter(at, Arc::clone(program)),
            (None, Callee::Later) => {
                let pipeline = terms::text(&asked)?;
                self.look_for(at, attempt, pipeline, depth)
            }
        }
    }

    /// Reads a pipeline whose name or text is known only now.
    fn look_for(
        &mut self,
        at: At,
        attempt: u32,
        pipeline: String,
        depth: usize,
    ) -> Result<(), Failure> {
        let Some(frame) = self.frames.get(&at.frame) else { return Ok(()) };
        let flight = &frame.flights[at.step];
        let Some(inside) = &flight.inside else { return Ok(()) };
        let given = inside.terms.given(&frame.facts);
        let folder = frame.facts.places.pipeline_folder().to_owned();
        let mut means = self.prepared.means.clone();
        let question = Question::Pipeline(attempt);
        match self.prepared.recall.answer::<Texts>(&flight.key, question, &self.seal) {
            Ok(None) => {}
            Ok(Some(known)) => {
                if self.prepared.recall.is_foreign() {
                    self.keep_texts(at, &known.answer);
                }
                let others = Arc::clone(&means.options.files);
                means.options.files = Arc::new(Remembered { texts: known.answer, others });
                let wanted = Wanted { pipeline: &pipeline, folder: &folder, given };
                let (program, _) = load(&means, &wanted, depth)?;
                return self.enter(at, program);
            }
            Err(error) => {
                self.journal_failed(&error);
                return Ok(());
            }
        }
        let task = self.tasks.spawn(async move {
            let found = tokio::task::spawn_blocking(move || {
                let wanted = Wanted { pipeline: &pipeline, folder: &folder, given };
                load(&means, &wanted, depth)
            });
            let broken = |error| Err(failure(format!("it cannot be read: {error}")));
            Done::Found(found.await.unwrap_or_else(broken))
        });
        self.owners.insert(task.id(), at);
        Ok(())
    }

    /// A pipeline was read, or not.
    pub(in crate::driver) fn found_now(
        &mut self,
        at: At,
        found: Result<(Arc<Program>, Texts), Failure>,
    ) {
        let entered = found.and_then(|(program, texts)| {
            self.keep_texts(at, &texts);
            self.enter(at, program)
        });
        if let Err(failure) = entered {
            self.leave(at);
            self.failed(at, failure);
        }
    }

    /// Keeps what was read, for a later resume.
    fn keep_texts(&mut self, at: At, texts: &Texts) {
        let Some(flight) = self.flight(at) else { return };
        let (key, attempt) = (Arc::clone(&flight.key), flight.record.retries + 1);
        let texts = serde_json::to_value(texts);
        self.keep_under(key, Question::Pipeline(attempt), texts, Box::new(drop));
    }

    /// The step no longer runs a pipeline.
    fn leave(&mut self, at: At) -> Option<Box<Inside>> {
        let inside = self.flight_mut(at)?.inside.take()?;
        inside.timer.cancel();
        Some(inside)
    }

    /// Hands the inputs over, and sets the pipeline going.
    fn enter(&mut self, at: At, program: Arc<Program>) -> Result<(), Failure> {
        let Some(frame) = self.frames.get_mut(&at.frame) else { return Ok(()) };
        let caller = Arc::clone(&frame.facts);
        let Some(inside) = &mut frame.flights[at.step].inside else { return Ok(()) };
        let (given, around) = inside.terms.handed(&program, &caller);
        let around: Entries = around
            .into_iter()
            .map(|(name, value)| (name.as_str().into(), Value::from_json(&value)))
            .collect();
        let (facts, secrets) = prepare::enter(&program, &caller, &given, around)
            .map_err(|refusals| failure_of(&program.shown(), &refusals))?;
        let graph = Arc::clone(&program.block.graph);
        inside.program = Some(program);
        inside.facts = Some(Arc::new(facts));
        let path = &frame.flights[at.step].path;
        let named = |it: Secret| Secret { name: format!("{path}.{}", it.name), ..it };
        let secrets = secrets.into_iter().map(named).collect();
        self.learn(secrets);
        self.tell(Told::Shaped { at, shape: ONCE, graph });
        Ok(())
    }

    /// Goes on with a pipeline that failed in the attempt before.
    fn go_on(&mut self, at: At, before: Frame) {
        let Some(inside) = self.flight_mut(at).and_then(|flight| flight.inside.as_mut()) else {
            return;
        };
        let program = Arc::clone(&before.program);
        inside.facts = Some(Arc::clone(&before.facts));
        let (kept, graph) = Kept::new(before);
        inside.program = Some(program);
        inside.kept = Some(kept);
        self.tell(Told::Shaped { at, shape: ONCE, graph });
    }

    /// The pipeline begins.
    pub(in crate::driver) fn open_pipeline(&mut self, at: At, id: FrameId) {
        let Some(frame) = self.frames.get_mut(&at.frame) else { return };
        let round = frame.place.round;
        let flight = &mut frame.flights[at.step];
        let place = FramePlace { path: Arc::clone(&flight.path), key: flight.inner_key(), round };
        let Some(inside) = &mut flight.inside else { return };
        let (Some(program), Some(facts)) = (&inside.program, &inside.facts) else { return };
        let block = Arc::clone(&program.block);
        let mut opened = Frame {
            around: Some(at),
            ..Frame::new(Arc::clone(program), block, place, Arc::clone(facts), None)
        };
        if let Some(kept) = inside.kept.take() {
            kept.restore(&mut opened);
        }
        self.frames.insert(id, opened);
    }

    /// The steps of the pipeline are over.
    pub(in crate::driver) fn close_pipeline(&mut self, at: At, id: FrameId, went: Went) {
        let Some(closed) = self.frames.remove(&id) else { return };
        if let Some(inside) = self.flight_mut(at).and_then(|flight| flight.inside.as_mut()) {
            inside.closed = Some((closed, went));
        }
    }
}

fn load(
    means: &Means,
    wanted: &Wanted<'_>,
    depth: usize,
) -> Result<(Arc<Program>, Texts), Failure> {
    prepare::load(means, wanted, depth).map_err(|unusable| match unusable {
        Unusable::Missing(why) => Failure::permanent("FileNotFoundError", why),
        Unusable::Unreachable(why) if depth > prepare::DEEPEST => {
            Failure::permanent("RecursionError", why)
        }
        Unusable::Unreachable(why) => failure(why),
        Unusable::Wrong(refusals) => {
            let name = wanted.pipeline.trim().lines().next().unwrap_or_default();
            failure_of(name, &refusals)
        }
    })
}

/// A failure of the pipeline as such.
fn failure(why: impl Into<String>) -> Failure {
    Failure::permanent("PipelineError", why)
}

/// What is wrong with a pipeline, or with what it was given.
fn failure_of(name: &str, refusals: &[crate::Refusal]) -> Failure {
    /// Reasons that are told.
    const TOLD: usize = 5;
    let reasons: Vec<&str> = refusals.iter().take(TOLD).map(|it| it.message.as_str()).collect();
    let more = match refusals.len().saturating_sub(TOLD) {
        0 => String::new(),
        more => format!("; and {more} more"),
    };
    failure(format!("the pipeline `{name}` cannot run: {}{more}", reasons.join("; ")))
}
