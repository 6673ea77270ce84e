//! All frames of a run: their schedulers, the rounds of their steps, and the job slots they share.

mod slots;
mod talk;

use std::{
    cmp::Reverse,
    collections::{BTreeMap, BTreeSet, VecDeque},
    num::NonZeroUsize,
    sync::Arc,
    time::Duration,
};

use super::{
    Activity, Command, Conclusion, Event, Extent, Graph, OnBroken, Round, Rounds, Scheduler, Shape,
    Tests, Went,
};
use crate::limits::{Limit, Meter};
use slots::unwant;
pub use talk::{At, FrameId, Order, Told};

/// The deepest frame is the first, and of those the oldest.
type Rank = (Reverse<u32>, FrameId);

/// See the module.
#[derive(Debug)]
pub struct Forest {
    frames: BTreeMap<FrameId, Frame>,
    jobs: NonZeroUsize,
    /// Slots that are taken.
    taken: usize,
    /// Frames with steps that wait for a slot, in the order in which they get one, by the limits of those steps.
    wanting: BTreeMap<Arc<[usize]>, BTreeSet<Rank>>,
    /// By the numbers that nodes know.
    meters: Vec<Meter>,
    /// The limits under which steps are in flight; none for steps without.
    metered: BTreeMap<At, Arc<[usize]>>,
    now: Duration,
    /// When a limit that is in the way opens by time alone.
    opens: Option<Duration>,
    is_held: bool,
    next: u64,
    todo: VecDeque<(At, Round)>,
    /// Steps that lent their slot out and are to get one back, and what they get it for.
    returning: VecDeque<(At, Return)>,
    /// Calls that wait for a person, or for their slot after that.
    lent: BTreeSet<At>,
}

/// What a step gets its slot back for.
#[derive(Clone, Copy, Debug)]
enum Return {
    /// Its rounds ended, for that reason.
    Conclude(Conclusion),
    /// A person has answered.
    GoOn,
}

#[derive(Debug)]
struct Frame {
    scheduler: Scheduler,
    graph: Arc<Graph>,
    /// The step whose round it is, and which round.
    home: Option<(At, usize)>,
    depth: u32,
    /// Its steps that go round.
    going: BTreeMap<usize, Going>,
    /// Why it was stopped from outside.
    stopped: Option<Went>,
    /// The limits of its steps that wait for a slot.
    wanted: BTreeSet<Arc<[usize]>>,
}

/// A step that goes round.
#[derive(Debug)]
enum Going {
    /// It is not yet known how.
    Starting { stopped: Option<Conclusion> },
    /// Rounds follow one another.
    Round { rounds: Rounds, graph: Arc<Graph>, open: BTreeSet<FrameId> },
}

/// One round, and nothing else.
const ONCE: Shape = Shape {
    extent: Extent::Items(1),
    parallel: NonZeroUsize::MIN,
    tests: Tests { before: false, after: false },
    on_broken: OnBroken::Ends,
};

impl Forest {
    /// A forest of one frame, which waits for [`Event::Begin`], with that many job slots and with the
    /// limits that [`super::Node::limits`] counts.
    #[must_use]
    pub fn new(graph: Arc<Graph>, jobs: NonZeroUsize, limits: &[Limit]) -> Self {
        let root = Frame::new(graph, None, 0);
        Self {
            frames: BTreeMap::from([(FrameId::ROOT, root)]),
            jobs,
            taken: 0,
            wanting: BTreeMap::new(),
            meters: limits.iter().map(|limit| Meter::new(*limit)).collect(),
            metered: BTreeMap::new(),
            now: Duration::ZERO,
            opens: None,
            is_held: false,
            next: 1,
            todo: VecDeque::new(),
            returning: VecDeque::new(),
            lent: BTreeSet::new(),
        }
    }

    /// How many job slots are taken.
    #[must_use]
    pub const fn taken(&self) -> usize {
        self.taken
    }

    /// How many calls are in flight: those that lent their slot out are, too.
    #[must_use]
    pub fn in_flight(&self) -> usize {
        self.taken + self.lent.len()
    }

    /// When [`Told::Time`] is to be told, should nothing be told before: then a limit opens.
    #[must_use]
    pub const fn opens(&self) -> Option<Duration> {
        self.opens
    }

    /// The scheduler of a frame that is not closed.
    #[must_use]
    pub fn scheduler(&self, frame: FrameId) -> Option<&Scheduler> {
        self.frames.get(&frame).map(|frame| &frame.scheduler)
    }

    /// Takes what the driver tells. What fits no frame, such as a late answer after a cancel, changes nothing.
    pub fn handle(&mut self, told: Told) -> Vec<Order> {
        let mut orders = Vec::new();
        match told {
            Told::Frame(frame, event) => self.pass(frame, event, &mut orders),
            Told::Shaped { at, shape, graph } => self.shaped(at, shape, graph),
            Told::Within { at, graph } => self.within(at, graph),
            Told::Lends { at } => self.lend(at),
            Told::Returns { at } => self.give_back(at, &mut orders),
            Told::Tested { at, next } => self.with_rounds(at, |rounds| rounds.tested(next)),
            Told::Expired { at } => self.conclude(at, Conclusion::Expired),
            Told::RoundExpired { frame } => self.stop(frame, Went::Expired, &mut orders),
            Told::Recalled { at } => self.forgive(at),
            Told::Hold => self.is_held = true,
            Told::GoOn => self.is_held = false,
            Told::Time(now) => self.now = self.now.max(now),
        }
        loop {
            while let Some((at, round)) = self.todo.pop_front() {
                self.round(at, round, &mut orders);
            }
            if !self.share(&mut orders) {
                return orders;
            }
        }
    }

    fn pass(&mut self, id: FrameId, event: Event, orders: &mut Vec<Order>) {
        let Some(frame) = self.frames.get_mut(&id) else { return };
        if let Event::Ended { step, .. } = event {
            frame.going.remove(&step);
        }
        let before = frame.scheduler.slots();
        let landing = match event {
            Event::Ended { step, .. } | Event::Committed { step } => Some(step),
            _ => None,
        };
        let given = match &event {
            Event::Slot { limits } => Some(Arc::clone(limits)),
            _ => None,
        };
        let commands = frame.scheduler.handle(event);
        let landed = landing.filter(|step| !frame.scheduler.holds_slot(*step));
        if let Some(at) = landed.map(|step| At { frame: id, step })
            && self.lent.remove(&at)
        {
            self.taken += 1;
            self.returning.retain(|(it, _)| *it != at);
        }
        self.taken = self.taken + frame.scheduler.slots() - before;
        self.want(id);
        if let Some(step) = landed {
            self.unmeter(At { frame: id, step });
        }
        for command in commands {
            // A call that nobody waits for may let rounds begin beside it, which need no slot.
            if let (Command::Start { step, .. }, Some(limits)) = (&command, &given)
                && !self.goes_round(At { frame: id, step: *step })
            {
                self.meter(At { frame: id, step: *step }, limits);
            }
            self.command(id, command, orders);
        }
    }

    /// Notes which limits hold for the steps of a frame that wait for a slot.
    fn want(&mut self, id: FrameId) {
        let Some(frame) = self.frames.get_mut(&id) else { return };
        let place = (Reverse(frame.depth), id);
        if frame.wanted.iter().eq(frame.scheduler.wanted()) {
            return;
        }
        let wanted: BTreeSet<_> = frame.scheduler.wanted().map(Arc::clone).collect();
        let before = std::mem::replace(&mut frame.wanted, wanted.clone());
        for limits in before.difference(&wanted) {
            unwant(&mut self.wanting, limits, place);
        }
        for limits in wanted.difference(&before) {
            self.wanting.entry(Arc::clone(limits)).or_default().insert(place);
        }
    }

    fn command(&mut self, id: FrameId, command: Command, orders: &mut Vec<Order>) {
        let goes_round = |step: usize| self.goes_round(At { frame: id, step });
        let is_going =
            |step: usize| self.frames.get(&id).is_some_and(|frame| frame.going.contains_key(&step));
        match command {
            Command::Start { step, attempt, timeout } if goes_round(step) => {
                if let Some(frame) = self.frames.get_mut(&id) {
                    frame.going.insert(step, Going::Starting { stopped: None });
                }
                orders.push(Order::Start { at: At { frame: id, step }, attempt, timeout });
            }
            Command::Stop { step } if goes_round(step) || is_going(step) => {
                let at = At { frame: id, step };
                match self.going(at) {
                    // Something is done about what they came to.
                    Some(Going::Round { rounds, .. }) if rounds.are_concluded() => {
                        orders.push(Order::Frame(id, Command::Stop { step }));
                    }
                    _ => self.conclude(at, Conclusion::Stopped),
                }
            }
            Command::Finish if id != FrameId::ROOT => self.close(id, orders),
            other => orders.push(Order::Frame(id, other)),
        }
    }

    fn goes_round(&self, at: At) -> bool {
        let node = self.frames.get(&at.frame).and_then(|it| it.graph.nodes().get(at.step));
        node.is_some_and(|node| node.activity == Activity::Rounds)
    }

    /// Runs one round of a step that does something else, or that has gone round already.
    fn within(&mut self, at: At, graph: Arc<Graph>) {
        let lends = !self.goes_round(at);
        let Some(frame) = self.frames.get_mut(&at.frame) else { return };
        if !frame.scheduler.is_running(at.step) {
            return;
        }
        let is_stopping = frame.scheduler.is_stopping(at.step);
        let rounds = Rounds::new(ONCE);
        frame.going.insert(at.step, Going::Round { rounds, graph, open: BTreeSet::new() });
        if lends {
            // It may not have taken it back.
            if self.lent.remove(&at) {
                self.returning.retain(|(it, _)| *it != at);
            } else {
                self.taken -= 1;
            }
            self.unmeter(at);
        }
        self.with_rounds(at, |rounds| match is_stopping {
            true => rounds.conclude(Conclusion::Stopped),
            false => rounds.begin(),
        });
    }

    fn lend(&mut self, at: At) {
        let scheduler = self.frames.get(&at.frame).map(|frame| &frame.scheduler);
        let is_call = scheduler.is_some_and(|it| it.is_running(at.step) && it.holds_slot(at.step));
        let is_within = self.going(at).is_some();
        if is_call && !is_within && self.lent.insert(at) {
            self.taken -= 1;
        }
    }

    fn give_back(&mut self, at: At, orders: &mut Vec<Order>) {
        if self.lent.contains(&at) {
            if !self.returning.iter().any(|(it, _)| *it == at) {
                self.returning.push_back((at, Return::GoOn));
            }
        } else {
            orders.push(Order::GoOn { at });
        }
    }

    fn going(&mut self, at: At) -> Option<&mut Going> {
        self.frames.get_mut(&at.frame)?.going.get_mut(&at.step)
    }

    fn with_rounds(&mut self, at: At, tell: impl FnOnce(&mut Rounds) -> Vec<Round>) {
        if let Some(Going::Round { rounds, .. }) = self.going(at) {
            let told = tell(rounds);
            self.todo.extend(told.into_iter().map(|round| (at, round)));
        }
    }

    fn shaped(&mut self, at: At, shape: Shape, graph: Arc<Graph>) {
        let Some(going) = self.going(at) else { return };
        let Going::Starting { stopped } = going else { return };
        let stopped = *stopped;
        *going = Going::Round { rounds: Rounds::new(shape), graph, open: BTreeSet::new() };
        self.with_rounds(at, |rounds| match stopped {
            Some(conclusion) => rounds.conclude(conclusion),
            None => rounds.begin(),
        });
    }

    /// Ends the rounds of a step early.
    fn conclude(&mut self, at: At, conclusion: Conclusion) {
        if let Some(Going::Starting { stopped }) = self.going(at) {
            stopped.get_or_insert(conclusion);
            return;
        }
        self.with_rounds(at, |rounds| rounds.conclude(conclusion));
    }

    fn round(&mut self, at: At, round: Round, orders: &mut Vec<Order>) {
        match round {
            Round::Test { when, round } => orders.push(Order::Test { at, when, round }),
            Round::Open { round } => self.open(at, round, orders),
            Round::StopOpen => {
                let Some(Going::Round { open, .. }) = self.going(at) else { return };
                for frame in open.clone() {
                    self.stop(frame, Went::Stopped, orders);
                }
            }
            Round::Conclude(conclusion) if self.goes_round(at) => {
                orders.push(Order::Conclude { at, conclusion });
            }
            Round::Conclude(conclusion) => {
                self.returning.push_back((at, Return::Conclude(conclusion)));
            }
        }
    }

    fn open(&mut self, at: At, round: usize, orders: &mut Vec<Order>) {
        let id = FrameId(self.next);
        let Some(Going::Round { graph, open, .. }) = self.going(at) else { return };
        let graph = Arc::clone(graph);
        open.insert(id);
        self.next += 1;
        let depth = self.frames.get(&at.frame).map_or(0, |frame| frame.depth + 1);
        self.frames.insert(id, Frame::new(graph, Some((at, round)), depth));
        orders.push(Order::Open { at, round, frame: id });
        self.pass(id, Event::Begin, orders);
    }

    fn stop(&mut self, id: FrameId, why: Went, orders: &mut Vec<Order>) {
        if let Some(frame) = self.frames.get_mut(&id) {
            frame.stopped.get_or_insert(why);
            self.pass(id, Event::Cancel, orders);
        }
    }

    fn close(&mut self, id: FrameId, orders: &mut Vec<Order>) {
        let Some(frame) = self.frames.remove(&id) else { return };
        for limits in &frame.wanted {
            unwant(&mut self.wanting, limits, (Reverse(frame.depth), id));
        }
        let Some((at, round)) = frame.home else { return };
        let broken_by = frame.scheduler.broken_by();
        let went = match (frame.stopped, broken_by) {
            (Some(Went::Expired), _) => Went::Expired,
            (_, Some(_)) => Went::Broken,
            (Some(stopped), None) => stopped,
            (None, None) => Went::Through,
        };
        orders.push(Order::Close { at, round, frame: id, went, broken_by });
        if let Some(Going::Round { open, .. }) = self.going(at) {
            open.remove(&id);
        }
        self.with_rounds(at, |rounds| rounds.ended(round, went));
    }
}

impl Frame {
    fn new(graph: Arc<Graph>, home: Option<(At, usize)>, depth: u32) -> Self {
        Self {
            scheduler: Scheduler::new(Arc::clone(&graph)),
            graph,
            home,
            depth,
            going: BTreeMap::new(),
            stopped: None,
            wanted: BTreeSet::new(),
        }
    }
}
