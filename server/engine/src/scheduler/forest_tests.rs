//! Properties of frames: whatever is answered, in whatever order, every round that opens ends, caps hold, and a cancel
//! ends everything.

use std::collections::{BTreeMap, BTreeSet};
use std::num::{NonZeroU32, NonZeroUsize};
use std::sync::Arc;
use std::time::Duration;

use proptest::prelude::*;

use super::*;
use crate::limits::Limit;
use crate::scheduler::tests::node;
use crate::tool::Transience;

const LIMITS: [Limit; 3] = [
    Limit { at_once: Some(NonZeroUsize::MIN), per_minute: None },
    Limit { at_once: NonZeroUsize::new(2), per_minute: NonZeroU32::new(5) },
    Limit { at_once: None, per_minute: NonZeroU32::new(2) },
];

/// A list of steps, some of which go round.
#[derive(Clone, Debug)]
struct Block {
    graph: Arc<Graph>,
    bodies: Vec<Option<(Shape, Self)>>,
}

fn shape() -> impl Strategy<Value = Shape> {
    let extent =
        prop_oneof![(0..4_usize).prop_map(Extent::Items), (0..4_usize).prop_map(Extent::AtMost)];
    let tests = (any::<bool>(), any::<bool>()).prop_map(|(before, after)| Tests { before, after });
    let on_broken = prop_oneof![Just(OnBroken::Ends), Just(OnBroken::Counts)];
    (extent, 1..4_usize, tests, on_broken).prop_map(|(extent, parallel, tests, on_broken)| Shape {
        extent,
        parallel: NonZeroUsize::new(parallel).unwrap(),
        tests,
        on_broken,
    })
}

fn any_node(index: usize) -> impl Strategy<Value = Node> {
    let policy = prop_oneof![Just(Policy::Fail), Just(Policy::Continue), Just(Policy::Skip)];
    let before = prop::collection::btree_set(0..index.max(1), 0..=index.min(2));
    let dynamic = prop::bool::weighted(0.2);
    let limits = prop::collection::btree_set(0..LIMITS.len(), 0..3);
    let release = prop_oneof![4 => Just(Release::AtEnd), 1 => Just(Release::AtStart)];
    (policy, any::<bool>(), 1..3_u32, before, dynamic, limits, release).prop_map(
        move |(policy, conditional, attempts, before, dynamic, limits, release)| Node {
            release,
            policy,
            conditional,
            dynamic,
            attempts,
            limits: limits.into_iter().collect(),
            ..node(&before.into_iter().filter(|it| *it < index).collect::<Vec<_>>())
        },
    )
}

fn flat() -> impl Strategy<Value = Block> {
    let nodes = (any_node(0), any_node(1), any_node(2), 0..4_usize);
    nodes.prop_map(|(a, b, c, count)| {
        let nodes: Vec<Node> = [a, b, c].into_iter().take(count).collect();
        Block { bodies: vec![None; nodes.len()], graph: Arc::new(Graph::new(nodes)) }
    })
}

fn block() -> impl Strategy<Value = Block> {
    flat().prop_recursive(3, 24, 3, |inner| {
        let body = prop::option::weighted(0.6, (shape(), inner));
        (flat(), prop::collection::vec(body, 3)).prop_map(|(flat, bodies)| {
            let bodies: Vec<_> = bodies.into_iter().take(flat.bodies.len()).collect();
            let activity = |has: bool| if has { Activity::Rounds } else { Activity::Call };
            let nodes = std::iter::zip(flat.graph.nodes(), &bodies)
                .map(|(node, body)| Node { activity: activity(body.is_some()), ..node.clone() })
                .collect();
            Block { graph: Arc::new(Graph::new(nodes)), bodies }
        })
    })
}

/// How whatever is asked is answered.
#[derive(Clone, Debug)]
struct Answers {
    choices: Vec<usize>,
    cancel: Option<usize>,
}

fn answers() -> impl Strategy<Value = Answers> {
    (prop::collection::vec(0..1_000_usize, 1..60), prop::option::weighted(0.3, 0..60_usize))
        .prop_map(|(choices, cancel)| Answers { choices, cancel })
}

struct Simulation {
    forest: Forest,
    jobs: usize,
    blocks: BTreeMap<FrameId, Block>,
    open: Vec<Told>,
    calls: BTreeSet<At>,
    rounds: BTreeMap<At, BTreeSet<usize>>,
    opened: BTreeMap<FrameId, (At, usize)>,
    log: Vec<Order>,
    started: BTreeSet<At>,
    settled: BTreeSet<At>,
    choices: Vec<usize>,
    turn: usize,
    now: Duration,
    is_held: bool,
    /// Calls that count for limits.
    metered: BTreeSet<At>,
    /// By limit, when calls began.
    begun: [Vec<Duration>; LIMITS.len()],
}

impl Simulation {
    fn run(block: &Block, jobs: usize, answers: &Answers) -> Self {
        let mut simulation = Self {
            forest: Forest::new(
                Arc::clone(&block.graph),
                NonZeroUsize::new(jobs).unwrap(),
                &LIMITS,
            ),
            jobs,
            blocks: BTreeMap::from([(FrameId::ROOT, block.clone())]),
            open: vec![Told::Frame(FrameId::ROOT, Event::Begin)],
            calls: BTreeSet::new(),
            rounds: BTreeMap::new(),
            opened: BTreeMap::new(),
            log: Vec::new(),
            started: BTreeSet::new(),
            settled: BTreeSet::new(),
            choices: answers.choices.clone(),
            turn: 0,
            now: Duration::ZERO,
            is_held: false,
            metered: BTreeSet::new(),
            begun: Default::default(),
        };
        loop {
            if simulation.open.is_empty() {
                let Some(opens) = simulation.forest.opens() else { break };
                assert!(opens > simulation.now, "time passes");
                simulation.open.push(Told::Time(opens));
            }
            if answers.cancel == Some(simulation.turn) {
                simulation.take(Told::Frame(FrameId::ROOT, Event::Cancel));
            }
            let next = simulation.choose() % simulation.open.len();
            let told = simulation.open.remove(next);
            simulation.take(told);
            match simulation.choose() % 40 {
                0 if simulation.turn < 500 => {
                    simulation.take(Told::Hold);
                    simulation.open.push(Told::GoOn);
                }
                1 => {
                    let later = simulation.now + Duration::from_secs(7);
                    simulation.take(Told::Time(later));
                }
                _ => {}
            }
            assert!(simulation.turn < 100_000, "it comes to an end");
        }
        simulation
    }

    fn choose(&mut self) -> usize {
        self.turn += 1;
        self.choices[self.turn % self.choices.len()]
    }

    fn take(&mut self, told: Told) {
        if let Told::Frame(frame, Event::Ended { step, .. }) = told {
            self.calls.remove(&At { frame, step });
            self.metered.remove(&At { frame, step });
        }
        match told {
            // It lends its slot out.
            Told::Within { at, .. } => {
                self.calls.remove(&at);
                self.metered.remove(&at);
            }
            Told::Lends { at } => {
                self.calls.remove(&at);
                // What waits for a person may end without having been answered.
                let choice = self.choose();
                let around = self.opened.get(&at.frame).map(|(around, _)| *around);
                let is_nested = around.is_some_and(|it| self.is_call(it));
                self.open.push(match choice % 4 {
                    0 => ended(at, choice),
                    1 if !is_nested => Told::Within { at, graph: alone().graph },
                    _ => Told::Returns { at },
                });
            }
            Told::Hold => self.is_held = true,
            Told::GoOn => self.is_held = false,
            Told::Time(now) => self.now = now,
            _ => {}
        }
        for order in self.forest.handle(told) {
            assert_ne!(self.log.last(), Some(&Order::Frame(FrameId::ROOT, Command::Finish)));
            self.log.push(order.clone());
            self.obey(order);
        }
        for (limit, about) in LIMITS.iter().enumerate() {
            let under_way = self.metered.iter().filter(|at| self.limits(**at).contains(&limit));
            let most = about.at_once.map_or(usize::MAX, NonZeroUsize::get);
            assert!(under_way.count() <= most, "limit {limit}");
            let most = about.per_minute.map_or(usize::MAX, |most| most.get() as usize);
            let begun = &self.begun[limit];
            let minute = Duration::from_secs(60);
            assert!(
                begun
                    .windows(most.saturating_add(1).min(begun.len() + 1))
                    .all(|it| { it.last().unwrap().saturating_sub(it[0]) >= minute }),
                "limit {limit}: {begun:?}"
            );
        }
        assert!(self.calls.len() <= self.forest.taken(), "a call has a slot");
        assert!(self.forest.taken() <= self.jobs, "{} slots", self.forest.taken());
    }

    fn obey(&mut self, order: Order) {
        match order {
            Order::Frame(frame, command) => self.command(frame, command),
            Order::Start { at, .. } => {
                self.started.insert(at);
                let (shape, body) = self.blocks[&at.frame].bodies[at.step].clone().unwrap();
                let shaped = Told::Shaped { at, shape, graph: body.graph };
                let choice = self.choose();
                self.open.push(if choice.is_multiple_of(11) { ended(at, choice) } else { shaped });
                if choice.is_multiple_of(7) {
                    self.open.push(Told::Expired { at });
                }
            }
            Order::Test { at, .. } => {
                let next = [Next::Goes, Next::Goes, Next::Goes, Next::Stops, Next::Unclear];
                let next = next[self.choose() % next.len()];
                self.open.push(Told::Tested { at, next });
            }
            Order::Open { at, round, frame } => {
                let (shape, body) = self.body(at);
                let rounds = self.rounds.entry(at).or_default();
                assert!(rounds.insert(round));
                assert!(rounds.len() <= shape.parallel.get(), "rounds at once");
                let (Extent::Items(most) | Extent::AtMost(most)) = shape.extent;
                assert!(round < most);
                assert_eq!(self.opened.insert(frame, (at, round)), None);
                self.blocks.insert(frame, body);
                if self.choose().is_multiple_of(13) {
                    self.open.push(Told::RoundExpired { frame });
                }
            }
            Order::Close { at, round, frame, .. } => {
                assert_eq!(
                    self.opened.remove(&frame),
                    Some((at, round)),
                    "an open round ends, once"
                );
                assert!(self.rounds.get_mut(&at).unwrap().remove(&round));
                assert!(self.opened.values().all(|(inner, _)| inner.frame != frame), "inner first");
                self.blocks.remove(&frame);
            }
            Order::GoOn { at } => {
                assert!(self.calls.insert(at), "it waited");
                let choice = self.choose();
                self.open.push(ended(at, choice));
            }
            Order::Conclude { at, .. } => {
                assert!(self.rounds.get(&at).is_none_or(BTreeSet::is_empty), "no round is open");
                if self.is_call(at) {
                    self.calls.insert(at);
                }
                let choice = self.choose();
                self.open.push(ended(at, choice));
            }
        }
    }

    fn limits(&self, at: At) -> &[usize] {
        self.blocks.get(&at.frame).map_or(&[], |block| &block.graph.nodes()[at.step].limits)
    }

    fn is_call(&self, at: At) -> bool {
        self.blocks[&at.frame].bodies[at.step].is_none()
    }

    /// The rounds of a step; of a call the one in which its failure is seen to.
    fn body(&self, at: At) -> (Shape, Block) {
        let own = self.blocks[&at.frame].bodies[at.step].clone();
        own.unwrap_or_else(|| (rounds(1, 1), alone()))
    }

    fn command(&mut self, frame: FrameId, command: Command) {
        let at = |step| At { frame, step };
        let tell = |event| Told::Frame(frame, event);
        match command {
            Command::Judge { step } => {
                let verdicts = [Verdict::True, Verdict::True, Verdict::False, Verdict::Error];
                let verdict = verdicts[self.choose() % verdicts.len()];
                self.open.push(tell(Event::Judged { step, verdict }));
            }
            Command::Start { step, .. } => {
                assert!(self.blocks.contains_key(&frame), "no call in a frame that is closed");
                self.started.insert(at(step));
                self.calls.insert(at(step));
                assert!(!self.is_held, "nothing begins meanwhile");
                self.metered.insert(at(step));
                for limit in self.limits(at(step)).to_vec() {
                    self.begun[limit].push(self.now);
                }
                let choice = self.choose();
                let within = Told::Within { at: at(step), graph: alone().graph };
                // A handler's own step has none.
                let around = self.opened.get(&frame).map(|(around, _)| *around);
                let is_nested = around.is_some_and(|it| self.is_call(it));
                self.open.push(match choice % 9 {
                    0 if !is_nested => within,
                    1 => Told::Lends { at: at(step) },
                    _ => ended(at(step), choice),
                });
            }
            Command::Resolve { step } => {
                let other = self.choose() % 4;
                let waits = (other < 3).then(|| vec![other]);
                self.open.push(tell(Event::Resolved { step, waits }));
            }
            Command::Entangled { .. } => {}
            Command::Wait { step, .. } => self.open.push(tell(Event::Waited { step })),
            Command::Settle { step, end } => {
                self.settled.insert(at(step));
                if !matches!(end, End::Skipped(_)) {
                    self.open.push(tell(Event::Committed { step }));
                }
            }
            Command::Stop { .. } | Command::Finish => {}
        }
    }
}

/// One step.
fn alone() -> Block {
    Block { graph: Arc::new(Graph::new(vec![node(&[])])), bodies: vec![None] }
}

fn ended(at: At, choice: usize) -> Told {
    let outcomes = [
        Outcome::Answered { success: true, goto: None },
        Outcome::Answered { success: true, goto: None },
        Outcome::Answered { success: false, goto: None },
        Outcome::Raised(Transience::Permanent),
        Outcome::Raised(Transience::Transient { retry_after: None }),
        Outcome::TimedOut,
    ];
    let outcome = outcomes[choice % outcomes.len()];
    Told::Frame(at.frame, Event::Ended { step: at.step, outcome, jitter: 0.5 })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    #[test]
    fn every_round_that_opens_ends(block in block(), jobs in 1..4_usize, answers in answers()) {
        let run = Simulation::run(&block, jobs, &answers);
        let finish = Order::Frame(FrameId::ROOT, Command::Finish);
        prop_assert_eq!(run.log.iter().filter(|order| **order == finish).count(), 1);
        prop_assert_eq!(run.log.last(), Some(&finish));
        prop_assert!(run.opened.is_empty(), "{:?} never ended", run.opened);
        prop_assert!(run.calls.is_empty());
        prop_assert_eq!(run.forest.taken(), 0);
        for at in &run.started {
            prop_assert!(run.settled.contains(at), "{at:?} has no end");
        }
        let again = Simulation::run(&block, jobs, &answers);
        prop_assert_eq!(run.log, again.log, "the same events give the same orders");
    }
}

fn rounds(count: usize, parallel: usize) -> Shape {
    Shape {
        extent: Extent::Items(count),
        parallel: NonZeroUsize::new(parallel).unwrap(),
        tests: Tests::default(),
        on_broken: OnBroken::Ends,
    }
}

#[test]
fn slots_go_to_rounds_that_were_begun() {
    let going = Node { activity: Activity::Rounds, ..node(&[]) };
    let mut forest = Forest::new(
        Arc::new(Graph::new(vec![going, node(&[]), node(&[])])),
        NonZeroUsize::MIN,
        &[],
    );
    let at = At { frame: FrameId::ROOT, step: 0 };
    let body = Arc::new(Graph::new(vec![node(&[]), node(&[0])]));
    let of_root = |step, event: fn(usize) -> Event| Told::Frame(FrameId::ROOT, event(step));
    let begun = forest.handle(of_root(0, |_| Event::Begin));
    assert!(begun.contains(&Order::Start { at, attempt: 1, timeout: None }), "needs no slot");
    let opened = forest.handle(Told::Shaped { at, shape: rounds(2, 2), graph: body });
    let frames: Vec<FrameId> = opened
        .iter()
        .filter_map(|order| match order {
            Order::Open { frame, .. } => Some(*frame),
            _ => None,
        })
        .collect();
    assert_eq!(frames.len(), 2);
    // Step 1 of the root has the only slot; then the older round gets it before step 2 of the root does.
    let ok = Outcome::Answered { success: true, goto: None };
    forest.handle(Told::Frame(FrameId::ROOT, Event::Ended { step: 1, outcome: ok, jitter: 0.0 }));
    let next = forest.handle(of_root(1, |step| Event::Committed { step }));
    let start = Command::Start { step: 0, attempt: 1, timeout: None };
    assert_eq!(next, [Order::Frame(frames[0], start)]);
}

#[test]
fn a_loop_beside_a_call_that_nobody_waits_for_takes_none_of_its_limits() {
    let call = Node { release: Release::AtStart, limits: Arc::from([0]), ..node(&[]) };
    let going = Node { activity: Activity::Rounds, ..node(&[0]) };
    let jobs = NonZeroUsize::new(2).unwrap();
    let mut forest = Forest::new(Arc::new(Graph::new(vec![call, going])), jobs, &LIMITS[..1]);
    forest.handle(Told::Frame(FrameId::ROOT, Event::Begin));
    let limited = Node { limits: Arc::from([0]), ..node(&[]) };
    let body = Arc::new(Graph::new(vec![limited]));
    let at = At { frame: FrameId::ROOT, step: 1 };
    forest.handle(Told::Shaped { at, shape: rounds(1, 1), graph: body });
    assert_eq!(forest.taken(), 1, "the body waits for the limit");
    let outcome = Outcome::Answered { success: true, goto: None };
    forest.handle(Told::Frame(FrameId::ROOT, Event::Ended { step: 0, outcome, jitter: 0.0 }));
    let next = forest.handle(Told::Frame(FrameId::ROOT, Event::Committed { step: 0 }));
    let begins = |it: &Order| matches!(it, Order::Frame(_, Command::Start { step: 0, .. }));
    assert!(next.iter().any(begins), "{next:?}");
}
