//! The state machine itself.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use super::{
    Activity, Command, End, Event, Graph, Outcome, Reason, Release, Verdict,
    graph::{closure, closure_over},
    ready::Ready,
    retry,
    route::{self, Consequence},
};
use crate::tool::Transience;

/// Runs a [`Graph`]. Every event takes time in the order of the commands it gives, not of the size of the graph, except
/// where a route or a failure skips steps.
#[derive(Debug)]
pub struct Scheduler {
    graph: Arc<Graph>,
    /// how many unsettled steps each still waits for
    missing: Vec<usize>,
    states: Vec<State>,
    /// steps that wait for a step, as was found out on the way
    found: BTreeMap<usize, Vec<usize>>,
    /// steps whose dependencies were found out
    resolved: BTreeSet<usize>,
    /// where steps lead that are about to end
    led: BTreeMap<usize, usize>,
    /// steps that are not settled and for which nobody waits any more
    let_go: BTreeSet<usize>,
    /// steps that wait for a job slot
    ready: Ready,
    /// steps in an attempt, or whose end is not committed
    in_flight: BTreeSet<usize>,
    /// how many of them hold a job slot
    slots: usize,
    /// steps whose answer is awaited without a slot: judged, or between attempts
    asked: BTreeSet<usize>,
    course: Course,
    /// the step whose failure stopped the others
    broken_by: Option<usize>,
}

/// Where a step is.
#[derive(Clone, Copy, Debug, PartialEq)]
enum State {
    Pending,
    Resolving,
    Judging,
    /// Ready for this attempt.
    Ready(u32),
    Running {
        attempt: u32,
        stopping: bool,
    },
    /// Waiting for this attempt.
    Waiting(u32),
    /// Settled, not yet committed.
    Committing(End, Consequence),
    Settled(End),
    /// Not selected.
    Left,
}

/// How the run goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Course {
    Idle,
    Running,
    /// Nothing further starts.
    Halting,
    Finished,
}

impl Scheduler {
    /// A scheduler that waits for [`Event::Begin`].
    #[must_use]
    pub fn new(graph: Arc<Graph>) -> Self {
        let state = |node: &super::Node| if node.selected { State::Pending } else { State::Left };
        Self {
            states: graph.nodes().iter().map(state).collect(),
            missing: graph.missing.clone(),
            graph,
            found: BTreeMap::new(),
            resolved: BTreeSet::new(),
            led: BTreeMap::new(),
            let_go: BTreeSet::new(),
            ready: Ready::default(),
            in_flight: BTreeSet::new(),
            slots: 0,
            asked: BTreeSet::new(),
            course: Course::Idle,
            broken_by: None,
        }
    }

    /// How a step ended; `None` as long as it has not, and for steps that were never reached.
    #[must_use]
    pub fn end(&self, step: usize) -> Option<End> {
        match self.states.get(step)? {
            State::Committing(end, _) | State::Settled(end) => Some(*end),
            _ => None,
        }
    }

    /// How many steps hold a job slot.
    #[must_use]
    pub const fn slots(&self) -> usize {
        self.slots
    }

    /// The [`super::Node::limits`] of the steps that wait for a job slot.
    pub fn wanted(&self) -> impl Iterator<Item = &Arc<[usize]>> {
        self.ready.limits().filter(|_| self.course == Course::Running)
    }

    /// Whether a step holds a job slot.
    #[must_use]
    pub fn holds_slot(&self, step: usize) -> bool {
        self.in_flight.contains(&step)
            && self.graph.nodes().get(step).is_some_and(|it| it.activity == Activity::Call)
    }

    /// The step whose failure stopped the others.
    #[must_use]
    pub const fn broken_by(&self) -> Option<usize> {
        self.broken_by
    }

    /// Whether a step is in an attempt.
    #[must_use]
    pub fn is_running(&self, step: usize) -> bool {
        matches!(self.states.get(step), Some(State::Running { .. }))
    }

    /// Whether an attempt in flight was told to stop.
    #[must_use]
    pub fn is_stopping(&self, step: usize) -> bool {
        matches!(self.states.get(step), Some(State::Running { stopping: true, .. }))
    }

    /// Takes an event. One that fits no state, such as a late answer after a cancel, changes nothing.
    pub fn handle(&mut self, event: Event) -> Vec<Command> {
        let mut commands = Vec::new();
        match event {
            Event::Begin => self.begin(&mut commands),
            Event::Judged { step, verdict } => self.judged(step, verdict, &mut commands),
            Event::Resolved { step, waits } => self.resolve(step, waits, &mut commands),
            Event::Ended { step, outcome, jitter } => {
                self.ended(step, outcome, jitter, &mut commands)
            }
            Event::Led { step, target } if target < self.states.len() => {
                self.led.insert(step, target);
            }
            Event::Led { .. } => {}
            Event::Waited { step } => self.waited(step, &mut commands),
            Event::Committed { step } => self.committed(step, &mut commands),
            Event::Slot { limits } => self.start_next(&limits, &mut commands),
            Event::Cancel => self.halt(&mut commands),
        }
        self.finish(&mut commands);
        commands
    }

    fn begin(&mut self, commands: &mut Vec<Command>) {
        if self.course != Course::Idle {
            return;
        }
        self.course = Course::Running;
        for step in 0..self.states.len() {
            self.consider(step, commands);
        }
    }

    /// Takes a pending step further when nothing is missing.
    fn consider(&mut self, step: usize, commands: &mut Vec<Command>) {
        if self.course != Course::Running
            || self.missing[step] > 0
            || self.states[step] != State::Pending
        {
            return;
        }
        if self.graph.nodes()[step].dynamic && !self.resolved.contains(&step) {
            self.states[step] = State::Resolving;
            self.asked.insert(step);
            commands.push(Command::Resolve { step });
        } else if self.graph.nodes()[step].conditional {
            self.states[step] = State::Judging;
            self.asked.insert(step);
            commands.push(Command::Judge { step });
        } else {
            self.make_ready(step, 1, commands);
        }
    }

    /// It is known what else a step waits for, or cannot be.
    fn resolve(&mut self, step: usize, waits: Option<Vec<usize>>, commands: &mut Vec<Command>) {
        if self.states.get(step) != Some(&State::Resolving) {
            return;
        }
        self.resolved.insert(step);
        if self.course != Course::Running {
            self.asked.remove(&step);
            self.states[step] = State::Pending;
            return;
        }
        let Some(waits) = waits else { return self.fail(step, commands) };
        let waits: BTreeSet<usize> =
            waits.into_iter().filter(|other| *other < self.states.len()).collect();
        let behind = self.behind(&self.graph.waiters, step);
        if let Some(&with) = waits.iter().find(|other| **other == step || behind.contains(other)) {
            commands.push(Command::Entangled { step, with });
            return self.fail(step, commands);
        }
        self.asked.remove(&step);
        self.states[step] = State::Pending;
        for other in waits {
            let is_awaited = !matches!(self.states[other], State::Settled(_) | State::Left);
            if is_awaited && !self.let_go.contains(&other) {
                self.found.entry(other).or_default().push(step);
                self.missing[step] += 1;
            }
        }
        self.consider(step, commands);
    }

    /// Fails a step that came to no attempt.
    fn fail(&mut self, step: usize, commands: &mut Vec<Command>) {
        let outcome = Outcome::Raised(Transience::Permanent);
        let consequence = route::of_outcome(&self.graph.nodes()[step], outcome, None);
        self.settle(step, End::Failed { attempts: 0, timed_out: false }, consequence, commands);
        if consequence == Consequence::Halt {
            self.broken_by.get_or_insert(step);
            self.halt(commands);
        }
    }

    /// Everything behind a step, along these edges and those that were found out.
    fn behind(&self, edges: &[Vec<usize>], step: usize) -> BTreeSet<usize> {
        if self.found.is_empty() {
            return closure(edges, step);
        }
        let next = |step: usize, open: &mut Vec<usize>| {
            open.extend(&edges[step]);
            open.extend(self.found.get(&step).into_iter().flatten());
        };
        closure_over(next, step)
    }

    /// What needs no job slot begins at once.
    fn make_ready(&mut self, step: usize, attempt: u32, commands: &mut Vec<Command>) {
        match self.graph.nodes()[step].activity {
            Activity::Rounds => self.start(step, attempt, commands),
            Activity::Call => {
                self.states[step] = State::Ready(attempt);
                self.ready.insert(&self.graph.nodes()[step].limits, step);
            }
        }
    }

    fn judged(&mut self, step: usize, verdict: Verdict, commands: &mut Vec<Command>) {
        let led = self.led.remove(&step);
        if self.states.get(step) != Some(&State::Judging) {
            return;
        }
        self.asked.remove(&step);
        if self.course != Course::Running {
            self.states[step] = State::Pending;
            return;
        }
        match route::reason(verdict) {
            None => self.make_ready(step, 1, commands),
            Some(reason) => {
                self.skip(BTreeSet::from([step]), reason, commands);
                self.follow(step, route::of_verdict(&self.graph.nodes()[step], led), commands);
                self.release(step, commands);
            }
        }
    }

    fn ended(&mut self, step: usize, outcome: Outcome, jitter: f64, commands: &mut Vec<Command>) {
        let led = self.led.remove(&step);
        let Some(&State::Running { attempt, stopping }) = self.states.get(step) else { return };
        let node = &self.graph.nodes()[step];
        let consequence = route::of_outcome(node, outcome, led);
        match outcome {
            Outcome::Raised(_) | Outcome::TimedOut | Outcome::Again | Outcome::Unmended { .. }
                if stopping =>
            {
                self.settle(
                    step,
                    End::Cancelled { attempts: attempt },
                    Consequence::None,
                    commands,
                );
            }
            _ => match retry::delay(node, outcome, attempt, jitter) {
                Some(delay) => {
                    self.land(step);
                    self.asked.insert(step);
                    self.states[step] = State::Waiting(attempt + 1);
                    commands.push(Command::Wait { step, attempt: attempt + 1, delay });
                }
                None => {
                    self.settle(step, route::end(outcome, attempt), consequence, commands);
                    if consequence == Consequence::Halt {
                        self.broken_by.get_or_insert(step);
                        self.halt(commands);
                    }
                }
            },
        }
    }

    fn waited(&mut self, step: usize, commands: &mut Vec<Command>) {
        if let Some(&State::Waiting(attempt)) = self.states.get(step) {
            self.asked.remove(&step);
            self.make_ready(step, attempt, commands);
        }
    }

    fn settle(
        &mut self,
        step: usize,
        end: End,
        consequence: Consequence,
        commands: &mut Vec<Command>,
    ) {
        self.states[step] = State::Committing(end, consequence);
        commands.push(Command::Settle { step, end });
    }

    fn committed(&mut self, step: usize, commands: &mut Vec<Command>) {
        let Some(&State::Committing(end, consequence)) = self.states.get(step) else { return };
        self.land(step);
        self.asked.remove(&step);
        self.states[step] = State::Settled(end);
        let was_let_go = self.let_go.remove(&step);
        if self.course == Course::Running {
            self.follow(step, consequence, commands);
            if !was_let_go {
                self.release(step, commands);
            }
        }
    }

    fn follow(&mut self, step: usize, consequence: Consequence, commands: &mut Vec<Command>) {
        let (skipped, reason) = match consequence {
            Consequence::None | Consequence::Halt => return,
            Consequence::SkipDependents => {
                (self.behind(&self.graph.dependents, step), Reason::Failed { of: step })
            }
            Consequence::Route(target) => {
                let behind = if self.is_ahead(target) {
                    self.behind(&self.graph.waiters, step)
                } else {
                    BTreeSet::new()
                };
                (
                    behind.into_iter().filter(|other| (step..target).contains(other)).collect(),
                    Reason::Routed { by: step },
                )
            }
        };
        self.skip(skipped, reason, commands);
    }

    /// Whether a step has not begun.
    fn is_ahead(&self, step: usize) -> bool {
        matches!(
            self.states.get(step),
            Some(State::Pending | State::Resolving | State::Judging | State::Ready(1))
        )
    }

    /// Skips those that have not begun. All are marked before any is released: none of them may start for the other's sake.
    fn skip(&mut self, steps: BTreeSet<usize>, reason: Reason, commands: &mut Vec<Command>) {
        let end = End::Skipped(reason);
        let mut skipped = Vec::new();
        for step in steps {
            if self.is_ahead(step) {
                self.ready.remove(&self.graph.nodes()[step].limits, step);
                self.asked.remove(&step);
                self.states[step] = State::Settled(end);
                commands.push(Command::Settle { step, end });
                skipped.push(step);
            }
        }
        if !matches!(reason, Reason::ConditionFalse | Reason::ConditionError) {
            for step in skipped {
                self.release(step, commands);
            }
        }
    }

    /// Tells those that wait for a settled step.
    fn release(&mut self, step: usize, commands: &mut Vec<Command>) {
        for index in 0..self.graph.waiters[step].len() {
            let waiter = self.graph.waiters[step][index];
            self.missing[waiter] = self.missing[waiter].saturating_sub(1);
            self.consider(waiter, commands);
        }
        for waiter in self.found.remove(&step).unwrap_or_default() {
            self.missing[waiter] = self.missing[waiter].saturating_sub(1);
            self.consider(waiter, commands);
        }
    }

    fn start_next(&mut self, limits: &[usize], commands: &mut Vec<Command>) {
        if self.course != Course::Running {
            return;
        }
        if let Some(step) = self.ready.first(limits)
            && let State::Ready(attempt) = self.states[step]
        {
            self.ready.remove(limits, step);
            self.slots += 1;
            self.start(step, attempt, commands);
        }
    }

    fn start(&mut self, step: usize, attempt: u32, commands: &mut Vec<Command>) {
        self.states[step] = State::Running { attempt, stopping: false };
        self.in_flight.insert(step);
        let timeout = self.graph.nodes()[step].timeout;
        commands.push(Command::Start { step, attempt, timeout });
        if self.graph.nodes()[step].release == Release::AtStart && self.let_go.insert(step) {
            self.release(step, commands);
        }
    }

    /// It is no longer in flight.
    fn land(&mut self, step: usize) {
        let holds_slot = self.graph.nodes()[step].activity == Activity::Call;
        if self.in_flight.remove(&step) && holds_slot {
            self.slots -= 1;
        }
    }

    /// Nothing further starts; what is in flight is stopped.
    fn halt(&mut self, commands: &mut Vec<Command>) {
        if matches!(self.course, Course::Halting | Course::Finished) {
            return;
        }
        self.course = Course::Halting;
        for step in self.ready.take() {
            match self.states[step] {
                State::Ready(attempt) if attempt > 1 => {
                    self.asked.insert(step);
                    self.settle(
                        step,
                        End::Cancelled { attempts: attempt - 1 },
                        Consequence::None,
                        commands,
                    );
                }
                _ => self.states[step] = State::Pending,
            }
        }
        for step in self.in_flight.iter().chain(&self.asked).copied().collect::<BTreeSet<_>>() {
            match self.states[step] {
                State::Running { attempt, .. } => {
                    self.states[step] = State::Running { attempt, stopping: true };
                    commands.push(Command::Stop { step });
                }
                State::Waiting(attempt) => {
                    self.settle(
                        step,
                        End::Cancelled { attempts: attempt - 1 },
                        Consequence::None,
                        commands,
                    );
                }
                State::Judging | State::Resolving => {
                    self.asked.remove(&step);
                    self.states[step] = State::Pending;
                }
                State::Pending
                | State::Ready(_)
                | State::Committing(..)
                | State::Settled(_)
                | State::Left => {}
            }
        }
    }

    fn finish(&mut self, commands: &mut Vec<Command>) {
        let begun = matches!(self.course, Course::Running | Course::Halting);
        if begun && self.in_flight.is_empty() && self.asked.is_empty() && self.ready.is_empty() {
            self.course = Course::Finished;
            commands.push(Command::Finish);
        }
    }
}
