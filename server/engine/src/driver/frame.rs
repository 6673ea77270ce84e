//! One activation of a list of steps, as far as values go: what [`crate::scheduler::Scheduler`] is to their order.

use std::{collections::BTreeMap, sync::Arc, time::Instant};

use pipeline::{StepKind, Value};
use serde_json::Value as Json;
use tokio_util::sync::CancellationToken;

use super::{
    handlers::Care,
    narrator::{Spot, now},
    parameters::Asked,
    pipelines::Inside,
    record::{self, Answer, Gathered},
    reused::Marks,
    rounds::Going,
};
use crate::{
    autos::Stage,
    budget::Spent,
    document::{StepRecord, StepStatus},
    journal::KeptStep,
    prepare::{Block, Earlier, Program},
    reuse::Reused,
    scheduler::{At, End, Policy, Reason},
    scope::{Entries, Facts, Level, StepScope, Trouble},
    tool::Failure,
};

/// See the module.
#[derive(Debug)]
pub(super) struct Frame {
    /// The pipeline that its steps are of.
    pub(super) program: Arc<Program>,
    pub(super) block: Arc<Block>,
    /// The step that it belongs to; none for the run's own pipeline.
    pub(super) around: Option<At>,
    pub(super) place: FramePlace,
    pub(super) facts: Arc<Facts>,
    pub(super) flights: Vec<Flight>,
    /// Of the steps that ended, by name.
    pub(super) results: Arc<Entries>,
    /// What loops left when they ended: see [`StepScope::left`].
    pub(super) left: Arc<Entries>,
    /// The loop around it.
    pub(super) level: Option<Arc<Level>>,
    /// The failure that its step sees to.
    pub(super) trouble: Option<Arc<Trouble>>,
    /// The first failure that ended it.
    pub(super) fatal: Option<Failure>,
    pub(super) begun: Instant,
    pub(super) started_at: f64,
    /// Ends its timer, if it has one.
    pub(super) timer: CancellationToken,
}

/// Where a frame stands among the others.
#[derive(Clone, Debug, Default)]
pub(super) struct FramePlace {
    /// `loop[3]`, or the path of the step whose pipeline it is; empty for the run's own steps.
    pub(super) path: Arc<str>,
    /// The same with the number of the attempt behind every step that was tried before (`loop@2[3]`): by it calls are
    /// told apart.
    pub(super) key: Arc<str>,
    /// Number of its round; none where it is not one of several.
    pub(super) round: Option<usize>,
}

/// Where the record of a step is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Lies {
    /// With its flight.
    Here,
    /// Nowhere yet: [`Frame::meet`] makes it when something is about to happen to the step.
    Nowhere,
    /// In the journal, and as it is to stay. What its flight has of it says how the step ended and no more.
    Journal,
}

/// One step in flight.
#[derive(Debug)]
pub(super) struct Flight {
    /// Shared with the journal as long as that has not written it.
    pub(super) record: Arc<StepRecord>,
    pub(super) lies: Lies,
    /// `loop[3].body`, or the id alone.
    pub(super) path: Arc<str>,
    /// See [`FramePlace::key`].
    pub(super) key: Arc<str>,
    pub(super) asked: Option<Box<Asked>>,
    pub(super) answer: Answer,
    pub(super) going: Option<Box<Going>>,
    /// The pipeline that it runs.
    pub(super) inside: Option<Box<Inside>>,
    /// What that pipeline had come to when it failed, for the next attempt.
    pub(super) before: Option<Box<Frame>>,
    /// Stops the call, or the timer of the rounds; none where there is neither.
    pub(super) cancel: Option<CancellationToken>,
    pub(super) begun: Option<Instant>,
    pub(super) end: Option<End>,
    /// Whether a step in one of its rounds failed in a way that fails the run.
    pub(super) failed_inside: bool,
    /// What handlers do about its failure.
    pub(super) care: Option<Box<Care>>,
    /// What its failure means, where a model chose it.
    pub(super) decreed: Option<Policy>,
    /// Answers of its AUTO tags, by the stage at which they are asked.
    pub(super) autos: BTreeMap<Stage, Vec<Json>>,
    /// Why it fails when it starts.
    pub(super) doomed: Option<Box<Failure>>,
    /// What was kept of it; none before it was asked for.
    pub(super) kept: Option<Option<Box<KeptStep>>>,
    /// Whether its last answer was kept, and not given now.
    pub(super) is_recalled: bool,
    /// Whether its value is what its last call answered.
    pub(super) is_answered: bool,
    /// How that call is told from others.
    pub(super) call: Option<Box<Marks>>,
    /// What its calls used.
    pub(super) spent: Option<Box<Spent>>,
}

impl Frame {
    pub(super) fn new(
        program: Arc<Program>,
        block: Arc<Block>,
        place: FramePlace,
        facts: Arc<Facts>,
        level: Option<Arc<Level>>,
    ) -> Self {
        let mut frame = Self::unmet(program, block, place, facts, level);
        (0..frame.flights.len()).for_each(|step| frame.meet(step));
        let block = Arc::clone(&frame.block);
        for step in (0..block.parts().len()).filter(|step| block.parts()[*step].on_call) {
            frame.leave_uncalled(step);
        }
        frame
    }

    /// The pipeline's own steps. Of thousands most have no record as long as nothing has happened to them.
    pub(super) fn root(program: &Arc<Program>, facts: &Arc<Facts>) -> Self {
        let block = Arc::clone(&program.block);
        let on_call = (0..block.parts().len()).filter(|step| block.parts()[*step].on_call);
        let on_call: Vec<usize> = on_call.collect();
        let (program, facts) = (Arc::clone(program), Arc::clone(facts));
        let mut frame = Self::unmet(program, block, FramePlace::default(), facts, None);
        for step in on_call {
            frame.meet(step);
            frame.leave_uncalled(step);
        }
        frame
    }

    fn unmet(
        program: Arc<Program>,
        block: Arc<Block>,
        place: FramePlace,
        facts: Arc<Facts>,
        level: Option<Arc<Level>>,
    ) -> Self {
        let unmet = Arc::new(StepRecord::pending(""));
        let flight = |step| Flight::new(&block, step, &place, Arc::clone(&unmet));
        let flights = (0..block.parts().len()).filter_map(flight).collect();
        Self {
            program,
            block,
            around: None,
            place,
            facts,
            flights,
            results: Arc::default(),
            left: Arc::default(),
            level,
            trouble: None,
            fatal: None,
            begun: Instant::now(),
            started_at: now(),
            timer: CancellationToken::new(),
        }
    }

    /// Makes the record of a step that has none yet.
    pub(super) fn meet(&mut self, step: usize) {
        if let Some(flight) = self.flights.get_mut(step).filter(|it| it.lies == Lies::Nowhere) {
            flight.record = Arc::new(self.block.pending(step));
            flight.lies = Lies::Here;
        }
    }

    /// When it began, and how long it took until now: in Unix seconds, and seconds. Where its steps are recalled, it is
    /// they that say when.
    pub(super) fn span(&self) -> (f64, f64) {
        let recalled = || self.flights.iter().filter(|flight| flight.is_recalled);
        let first = recalled().filter_map(|it| it.record.started_at).reduce(f64::min);
        let Some(started_at) = first.filter(|first| *first < self.started_at) else {
            return (self.started_at, self.begun.elapsed().as_secs_f64());
        };
        let is_past = self.flights.iter().all(|it| it.is_recalled || it.begun.is_none());
        let last = recalled().filter_map(|it| it.record.completed_at).reduce(f64::max);
        let ended_at = last.filter(|_| is_past).unwrap_or_else(now);
        (started_at, (ended_at - started_at).max(0.0))
    }

    /// What is read when all its steps are over.
    pub(super) fn scope(&self) -> StepScope {
        StepScope {
            facts: Arc::clone(&self.facts),
            results: Arc::clone(&self.results),
            left: Arc::clone(&self.left),
            reader: None,
            level: self.level.clone(),
            trouble: self.trouble.clone(),
        }
    }

    /// What one of its steps reads.
    pub(super) fn scope_of(&self, step: usize) -> StepScope {
        let reader = self.block.parts().get(step).map(|part| Arc::clone(&part.name));
        StepScope { reader, ..self.scope() }
    }

    /// Puts results in the order of the steps: which of two that ran at once ended first is to be seen in no value.
    pub(super) fn order_results(&mut self) {
        let names = self.block.parts().iter().map(|part| &part.name);
        if self.results.len() > 1 && !self.results.keys().eq(names.clone()) {
            let in_order = |name| self.results.get_key_value(name);
            let ordered =
                names.filter_map(in_order).map(|(name, value)| (Arc::clone(name), value.clone()));
            self.results = Arc::new(ordered.collect());
        }
    }

    /// Lets a step that is not to run be read as what it came to in an earlier run.
    pub(super) fn recall(&mut self, step: usize, earlier: &Earlier) {
        let side_by_side =
            self.block.step(step).is_some_and(|it| matches!(it.kind, StepKind::Parallel));
        let Some(flight) = self.flights.get_mut(step) else { return };
        let Earlier { run, record } = earlier;
        let value = &record.value;
        let answer = match record.iterations {
            None => Answer::Value(value.clone()),
            Some(_) if side_by_side => {
                Answer::Rounds(Box::new(Gathered::side_by_side(Value::from_json(value))))
            }
            Some(_) => Answer::Rounds(Box::new(Gathered {
                value: Value::from_json(value),
                result: Value::from_json(value.get("results").unwrap_or(value)),
                in_order: None,
            })),
        };
        let end = End::Completed { attempts: record.retries + 1 };
        let seen = record::seen(record, end, &answer);
        let reused = Reused { run: run.clone(), duration: record.duration };
        flight.record =
            Arc::new(StepRecord { cached: true, reused: Some(Box::new(reused)), ..record.clone() });
        flight.lies = Lies::Here;
        Arc::make_mut(&mut self.results).insert(record.id.as_str().into(), seen);
    }

    /// Marks a step as one that runs only when a failure calls for it.
    fn leave_uncalled(&mut self, step: usize) {
        let Some(flight) = self.flights.get_mut(step) else { return };
        let end = End::Skipped(Reason::Uncalled);
        record::settle(flight.record_mut(), end, &mut Answer::None);
        let seen = record::seen(&flight.record, end, &Answer::None);
        Arc::make_mut(&mut self.results).insert(flight.record.id.as_str().into(), seen);
    }

    /// Its steps that are no mere error handlers.
    pub(super) fn ordinary(&self) -> impl Iterator<Item = &Flight> {
        let parts = self.block.parts();
        self.flights.iter().zip(parts).filter(|(_, part)| !part.on_call).map(|(flight, _)| flight)
    }

    /// Where events say that a step is.
    pub(super) fn spot(&self, step: usize) -> Spot<'_> {
        let flight = &self.flights[step];
        let inside = !self.place.path.is_empty();
        Spot {
            id: &self.block.parts()[step].name,
            path: inside.then_some(&*flight.path),
            iteration: self.place.round,
        }
    }
}

impl Flight {
    fn new(block: &Block, step: usize, place: &FramePlace, unmet: Arc<StepRecord>) -> Option<Self> {
        let part = block.parts().get(step)?;
        let below = |around: &str| match around {
            "" => Arc::clone(&part.name),
            around => format!("{around}.{}", part.name).into(),
        };
        let path = below(&place.path);
        let key = if place.key == place.path { Arc::clone(&path) } else { below(&place.key) };
        Some(Self {
            record: unmet,
            lies: Lies::Nowhere,
            path,
            key,
            asked: None,
            answer: Answer::None,
            going: None,
            inside: None,
            before: None,
            cancel: None,
            begun: None,
            end: None,
            failed_inside: false,
            care: None,
            decreed: None,
            autos: BTreeMap::new(),
            doomed: None,
            kept: None,
            is_recalled: false,
            is_answered: false,
            call: None,
            spent: None,
        })
    }

    /// Leaves its record to the journal, which has it, with what only a step in flight needs. `remnant` says how it ended.
    pub(super) fn stow(&mut self, remnant: Arc<StepRecord>) {
        self.record = remnant;
        self.lies = Lies::Journal;
        self.answer = Answer::None;
        self.cancel = None;
        self.care = None;
        self.autos = BTreeMap::new();
        self.call = None;
        self.spent = None;
    }

    /// To say what happens to it.
    pub(super) fn record_mut(&mut self) -> &mut StepRecord {
        Arc::make_mut(&mut self.record)
    }

    /// The key of what is inside of it, in the attempt that it is in.
    pub(super) fn inner_key(&self) -> Arc<str> {
        match self.record.retries {
            0 => Arc::clone(&self.key),
            retries => format!("{}@{}", self.key, retries + 1).into(),
        }
    }

    /// Whether nothing in it fails the run.
    pub(super) fn is_good(&self) -> bool {
        (self.record.success && !self.failed_inside) || self.record.status == StepStatus::Skipped
    }
}
