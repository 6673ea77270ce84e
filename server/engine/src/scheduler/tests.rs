//! Tables for the rules, properties for everything else.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::num::NonZeroUsize;
use std::sync::Arc;

use proptest::prelude::*;

use super::*;
use crate::tool::Transience;

/// A plain node behind others.
pub(super) fn node(dependencies: &[usize]) -> Node {
    Node {
        dependencies: dependencies.to_vec(),
        dynamic: false,
        selected: true,
        conditional: false,
        activity: Activity::Call,
        release: Release::AtEnd,
        routes: Routes::default(),
        policy: Policy::Fail,
        attempts: 1,
        retries_timeouts: false,
        timeout: None,
        limits: Arc::default(),
    }
}

const OK: Outcome = Outcome::Answered { success: true, goto: None };
const REPORTED: Outcome = Outcome::Answered { success: false, goto: None };
const RAISED: Outcome = Outcome::Raised(Transience::Permanent);

/// How each step behaves when it is asked.
#[derive(Clone, Debug)]
struct Behaviour {
    verdict: Verdict,
    outcomes: Vec<Outcome>,
}

fn forest(nodes: Vec<Node>, jobs: usize) -> Forest {
    Forest::new(Arc::new(Graph::new(nodes)), NonZeroUsize::new(jobs).unwrap(), &[])
}

/// Answers commands one at a time, in the order that `choices` gives, and keeps the log.
struct Simulation {
    forest: Forest,
    behaviours: Vec<Behaviour>,
    open: Vec<Event>,
    running: BTreeMap<usize, u32>,
    log: Vec<Command>,
    most: usize,
}

impl Simulation {
    fn run(
        nodes: Vec<Node>,
        jobs: usize,
        behaviours: Vec<Behaviour>,
        choices: &[usize],
        cancel_after: Option<usize>,
    ) -> Self {
        let mut simulation = Self {
            forest: forest(nodes, jobs),
            behaviours,
            open: vec![Event::Begin],
            running: BTreeMap::new(),
            log: Vec::new(),
            most: 0,
        };
        let mut choices = choices.iter().copied().cycle();
        for turn in 0.. {
            if cancel_after == Some(turn) {
                simulation.take(Event::Cancel);
            }
            if simulation.open.is_empty() {
                break;
            }
            let next = choices.next().unwrap_or(0) % simulation.open.len();
            let event = simulation.open.remove(next);
            simulation.take(event);
        }
        simulation
    }

    fn take(&mut self, event: Event) {
        if let Event::Ended { step, .. } = event {
            self.running.remove(&step);
        }
        for order in self.forest.handle(Told::Frame(FrameId::ROOT, event)) {
            let Order::Frame(_, command) = order else { panic!("only calls: {order:?}") };
            self.log.push(command.clone());
            match command {
                Command::Judge { step } => {
                    self.open.push(Event::Judged { step, verdict: self.behaviours[step].verdict });
                }
                Command::Start { step, attempt, .. } => {
                    self.running.insert(step, attempt);
                    let outcomes = &self.behaviours[step].outcomes;
                    let outcome = outcomes[(attempt as usize - 1).min(outcomes.len() - 1)];
                    self.open.push(Event::Ended { step, outcome, jitter: 0.5 });
                }
                Command::Resolve { step } => {
                    self.open.push(Event::Resolved { step, waits: self.found(step) });
                }
                Command::Wait { step, .. } => self.open.push(Event::Waited { step }),
                Command::Settle { end: End::Skipped(_), .. }
                | Command::Entangled { .. }
                | Command::Stop { .. }
                | Command::Finish => {}
                Command::Settle { step, .. } => self.open.push(Event::Committed { step }),
            }
        }
        self.most = self.most.max(self.running.len());
    }

    /// What a step finds out to wait for: always the same, and not always something.
    fn found(&self, step: usize) -> Option<Vec<usize>> {
        let count = self.behaviours.len();
        (step % 5 != 4).then(|| vec![(step * 7 + 3) % count, (step + 1) % count])
    }

    fn end(&self, step: usize) -> Option<End> {
        self.forest.scheduler(FrameId::ROOT).unwrap().end(step)
    }

    /// One word a step.
    fn ends(&self) -> String {
        (0..self.behaviours.len())
            .map(|step| match self.end(step) {
                None => "pending",
                Some(End::Completed { .. }) => "completed",
                Some(End::Failed { .. }) => "failed",
                Some(End::Skipped(reason)) => reason.as_str(),
                Some(End::Cancelled { .. }) => "cancelled",
            })
            .collect::<Vec<_>>()
            .join(" ")
    }
}

/// Runs nodes whose steps end so, one event after the other, and gives the ends.
fn ends(nodes: Vec<Node>, outcomes: &[Outcome]) -> String {
    ends_judged(nodes, outcomes, &vec![Verdict::True; outcomes.len()])
}

fn ends_judged(nodes: Vec<Node>, outcomes: &[Outcome], verdicts: &[Verdict]) -> String {
    let behaviours = std::iter::zip(outcomes, verdicts)
        .map(|(outcome, verdict)| Behaviour { verdict: *verdict, outcomes: vec![*outcome] })
        .collect();
    Simulation::run(nodes, 16, behaviours, &[0], None).ends()
}

fn routed(dependencies: &[usize], routes: Routes) -> Node {
    Node { routes, ..node(dependencies) }
}

#[test]
fn a_failure_stops_the_run_whether_raised_or_reported() {
    for (failure, word) in [(RAISED, "failed"), (REPORTED, "completed")] {
        let nodes = vec![node(&[]), node(&[0]), node(&[1])];
        assert_eq!(ends(nodes, &[failure, OK, OK]), format!("{word} pending pending"));
    }
}

#[test]
fn what_is_in_flight_is_cancelled_when_another_step_fails() {
    let nodes = vec![node(&[]), node(&[])];
    assert_eq!(ends(nodes, &[RAISED, RAISED]), "failed cancelled");
    let nodes = vec![node(&[]), node(&[])];
    assert_eq!(
        ends(nodes, &[RAISED, OK]),
        "failed completed",
        "an answer that came in time counts"
    );
}

#[test]
fn what_nobody_waits_for_lets_others_go_when_it_has_begun() {
    const NONE: [usize; 0] = [];
    let detached =
        |dependencies: &[usize]| Node { release: Release::AtStart, ..node(dependencies) };
    let nodes = vec![node(&[]), detached(&[0]), node(&[1]), node(&[2])];
    let mut forest = forest(nodes, 4);
    let mut take = |event| {
        let orders = forest.handle(Told::Frame(FrameId::ROOT, event));
        let started = orders.into_iter().filter_map(|order| match order {
            Order::Frame(_, Command::Start { step, .. }) => Some(step),
            Order::Frame(_, Command::Finish) => Some(usize::MAX),
            _ => None,
        });
        started.collect::<Vec<_>>()
    };
    let ended = |step| Event::Ended { step, outcome: OK, jitter: 0.5 };
    assert_eq!(take(Event::Begin), [0]);
    assert_eq!(take(ended(0)), NONE);
    assert_eq!(take(Event::Committed { step: 0 }), [1, 2], "it has begun, and so may the next");
    assert_eq!(take(ended(2)), NONE);
    assert_eq!(take(Event::Committed { step: 2 }), [3]);
    assert_eq!(take(ended(3)), NONE);
    assert_eq!(take(Event::Committed { step: 3 }), NONE, "the run waits for it");
    assert_eq!(take(ended(1)), NONE);
    assert_eq!(take(Event::Committed { step: 1 }), [usize::MAX]);
}

#[test]
fn continue_goes_on_and_skip_reaches_all_dependents() {
    let policy = |policy, dependencies: &[usize]| Node { policy, ..node(dependencies) };
    let nodes = vec![policy(Policy::Continue, &[]), node(&[0])];
    assert_eq!(ends(nodes, &[RAISED, OK]), "failed completed");
    for (failure, word) in [(RAISED, "failed"), (REPORTED, "completed")] {
        let nodes = vec![policy(Policy::Skip, &[]), node(&[0]), node(&[1]), node(&[])];
        let expected = format!("{word} dependency_failed dependency_failed completed");
        assert_eq!(ends(nodes, &[failure, OK, OK, OK]), expected);
    }
}

#[test]
fn a_handler_asks_for_one_attempt_more_or_says_what_a_failure_means() {
    let steady =
        |outcomes: &[Outcome]| Behaviour { verdict: Verdict::True, outcomes: outcomes.into() };
    let again = [steady(&[Outcome::Again, OK]), steady(&[OK])];
    let ran = Simulation::run(vec![node(&[]), node(&[0])], 1, again.into(), &[0], None);
    assert_eq!(ran.end(0), Some(End::Completed { attempts: 2 }), "beyond the attempts of the step");
    assert_eq!(ran.ends(), "completed completed");

    for (failing, word) in [
        (Failing::Raised, "failed"),
        (Failing::TimedOut, "failed"),
        (Failing::Reported { goto: None }, "completed"),
    ] {
        for (policy, behind) in [(None, "pending"), (Some(Policy::Continue), "completed")] {
            let nodes = vec![Node { attempts: 3, retries_timeouts: true, ..node(&[]) }, node(&[0])];
            let unmended = Outcome::Unmended { failing, policy };
            assert_eq!(ends(nodes, &[unmended, OK]), format!("{word} {behind}"));
        }
    }

    let nodes = vec![node(&[]), node(&[])];
    assert_eq!(ends(nodes, &[RAISED, Outcome::Again]), "failed cancelled", "not when stopped");
}

#[test]
fn dependents_of_a_skipped_step_run() {
    let conditional = Node { conditional: true, ..node(&[]) };
    let judged = |verdict| {
        ends_judged(vec![conditional.clone(), node(&[0])], &[OK, OK], &[verdict, Verdict::True])
    };
    assert_eq!(judged(Verdict::False), "condition_false completed");
    assert_eq!(judged(Verdict::Error), "condition_error completed");
    assert_eq!(judged(Verdict::True), "completed completed");
}

#[test]
fn on_false_jumps_over_descendants_between() {
    let gate = Node {
        conditional: true,
        ..routed(&[], Routes { on_false: Some(2), ..Routes::default() })
    };
    let nodes = vec![gate, node(&[0]), node(&[1]), node(&[1]), node(&[0])];
    let verdicts = [Verdict::False, Verdict::True, Verdict::True, Verdict::True, Verdict::True];
    let expected = "condition_false routed completed completed completed";
    assert_eq!(ends_judged(nodes, &[OK; 5], &verdicts), expected);
}

#[test]
fn unrelated_steps_between_source_and_target_run() {
    let nodes = vec![
        routed(&[], Routes { on_success: Some(3), ..Routes::default() }),
        node(&[0]),
        node(&[]),
        node(&[1]),
    ];
    assert_eq!(ends(nodes, &[OK; 4]), "completed routed completed completed");
}

#[test]
fn the_other_branch_is_passed_by_though_nothing_else_ties_it() {
    let source =
        || routed(&[], Routes { on_success: Some(2), on_failure: Some(1), ..Routes::default() });
    assert_eq!(ends(vec![source(), node(&[]), node(&[])], &[OK; 3]), "completed routed completed");
    assert_eq!(
        ends(vec![source(), node(&[]), node(&[])], &[RAISED, OK, OK]),
        "failed completed completed"
    );
}

#[test]
fn backward_routes_do_nothing() {
    let nodes = vec![
        node(&[]),
        routed(&[0], Routes { on_success: Some(0), ..Routes::default() }),
        node(&[1]),
    ];
    assert_eq!(ends(nodes, &[OK; 3]), "completed completed completed");
    let upstream = vec![
        routed(&[1], Routes { on_success: Some(1), ..Routes::default() }),
        node(&[]),
        node(&[0]),
    ];
    assert_eq!(ends(upstream, &[OK; 3]), "completed completed completed");
}

#[test]
fn a_step_is_led_where_its_node_says_nothing() {
    let nodes = |conditional: bool, policy: Policy| {
        let choices = Routes { choices: vec![2], ..Routes::default() };
        let first = Node { conditional, policy, ..routed(&[], choices) };
        vec![first, node(&[0]), node(&[])]
    };
    let led = |mut nodes: Vec<Node>, own: Option<usize>, event: Event| {
        nodes[0].routes.on_failure = own;
        let mut forest = forest(nodes, 3);
        let mut open = VecDeque::from([Event::Begin]);
        let mut pushed = Some(event);
        while let Some(event) = open.pop_front() {
            for order in forest.handle(Told::Frame(FrameId::ROOT, event)) {
                let Order::Frame(_, command) = order else { panic!("{order:?}") };
                match command {
                    Command::Judge { step: 0 } | Command::Start { step: 0, .. } => {
                        open.push_back(Event::Led { step: 0, target: 2 });
                        open.extend(pushed.take());
                    }
                    Command::Start { step, .. } => {
                        open.push_back(Event::Ended { step, outcome: OK, jitter: 0.0 });
                    }
                    Command::Settle { end: End::Skipped(_), .. } => {}
                    Command::Settle { step, .. } => open.push_back(Event::Committed { step }),
                    _ => {}
                }
            }
        }
        let scheduler = forest.scheduler(FrameId::ROOT).unwrap();
        (scheduler.end(1), scheduler.end(2))
    };
    let done = Some(End::Completed { attempts: 1 });
    let passed = Some(End::Skipped(Reason::Routed { by: 0 }));
    let barred = Event::Judged { step: 0, verdict: Verdict::False };
    let failed = Event::Ended { step: 0, outcome: RAISED, jitter: 0.0 };
    let fine = Event::Ended { step: 0, outcome: OK, jitter: 0.0 };
    let unmended = Outcome::Unmended { failing: Failing::Raised, policy: Some(Policy::Fail) };
    let unmended = Event::Ended { step: 0, outcome: unmended, jitter: 0.0 };
    assert_eq!(led(nodes(true, Policy::Fail), None, barred), (passed, done));
    assert_eq!(led(nodes(false, Policy::Fail), None, failed.clone()), (passed, done));
    assert_eq!(led(nodes(false, Policy::Fail), None, unmended), (passed, done));
    // A success goes its own way, and so does a node that says where to.
    assert_eq!(led(nodes(false, Policy::Fail), None, fine), (done, done));
    assert_eq!(led(nodes(false, Policy::Fail), Some(1), failed), (done, done));
}

#[test]
fn a_target_is_not_skipped_twice_over() {
    let nodes = vec![
        routed(&[], Routes { on_success: Some(2), ..Routes::default() }),
        node(&[0]),
        routed(&[1], Routes { goto: Some(4), ..Routes::default() }),
        node(&[2]),
        node(&[3]),
    ];
    let goto = Outcome::Answered { success: true, goto: Some(4) };
    assert_eq!(ends(nodes, &[OK, OK, goto, OK, OK]), "completed routed completed routed completed");
}

#[test]
fn a_transient_error_is_tried_again() {
    let nodes = || vec![Node { attempts: 3, ..node(&[]) }];
    let transient = Outcome::Raised(Transience::Transient { retry_after: None });
    let run = |outcomes| {
        let behaviour = Behaviour { verdict: Verdict::True, outcomes };
        Simulation::run(nodes(), 1, vec![behaviour], &[0], None).end(0)
    };
    assert_eq!(run(vec![transient, OK]), Some(End::Completed { attempts: 2 }));
    assert_eq!(run(vec![transient]), Some(End::Failed { attempts: 3, timed_out: false }));
    assert_eq!(run(vec![RAISED]), Some(End::Failed { attempts: 1, timed_out: false }));
}

fn outcome() -> impl Strategy<Value = Outcome> {
    prop_oneof![
        6 => Just(OK),
        1 => Just(REPORTED),
        1 => Just(RAISED),
        1 => Just(Outcome::Raised(Transience::Transient { retry_after: None })),
        1 => Just(Outcome::TimedOut),
        1 => (0..12_usize).prop_map(|target| Outcome::Answered { success: true, goto: Some(target) }),
    ]
}

fn behaviour() -> impl Strategy<Value = Behaviour> {
    let verdict =
        prop_oneof![4 => Just(Verdict::True), 1 => Just(Verdict::False), 1 => Just(Verdict::Error)];
    (verdict, prop::collection::vec(outcome(), 1..4))
        .prop_map(|(verdict, outcomes)| Behaviour { verdict, outcomes })
}

fn target() -> impl Strategy<Value = Option<usize>> {
    prop_oneof![3 => Just(None), 1 => (0..12_usize).prop_map(Some)]
}

/// A node; its dependencies are places in an order of execution that is not the order of declaration.
fn any_node() -> impl Strategy<Value = (Node, Vec<prop::sample::Index>)> {
    let choices = prop::collection::vec(0..12_usize, 0..2);
    let routes = (target(), target(), target(), target(), choices).prop_map(
        |(on_false, on_success, on_failure, goto, choices)| Routes {
            on_false,
            on_success,
            on_failure,
            goto,
            choices,
        },
    );
    let policy = prop_oneof![Just(Policy::Fail), Just(Policy::Continue), Just(Policy::Skip)];
    let flags = (any::<bool>(), any::<bool>(), prop::bool::weighted(0.9));
    (routes, policy, flags, 0..4_u32, prop::collection::vec(any::<prop::sample::Index>(), 0..4))
        .prop_map(
            |(
                routes,
                policy,
                (conditional, retries_timeouts, selected),
                attempts,
                dependencies,
            )| {
                let node = Node {
                    conditional,
                    routes,
                    policy,
                    attempts,
                    retries_timeouts,
                    selected,
                    dynamic: attempts == 2 && retries_timeouts,
                    ..node(&[])
                };
                (node, dependencies)
            },
        )
}

fn graph() -> impl Strategy<Value = (Vec<Node>, usize)> {
    let nodes = prop::collection::vec(any_node(), 1..12);
    let ordered = nodes.prop_flat_map(|nodes| {
        let order: Vec<usize> = (0..nodes.len()).collect();
        (Just(nodes), Just(order).prop_shuffle())
    });
    (ordered, 1..5_usize).prop_map(|((nodes, order), jobs)| {
        let count = nodes.len();
        let mut built: Vec<Node> = nodes.iter().map(|(node, _)| node.clone()).collect();
        for (rank, step) in order.iter().enumerate() {
            let chosen: BTreeSet<_> = nodes[*step]
                .1
                .iter()
                .filter(|_| rank > 0)
                .map(|at| order[at.index(rank)])
                .collect();
            built[*step].dependencies = chosen.into_iter().collect();
            let routes = &mut built[*step].routes;
            routes.choices.retain(|target| *target < count);
            for target in [
                &mut routes.on_false,
                &mut routes.on_success,
                &mut routes.on_failure,
                &mut routes.goto,
            ] {
                *target = target.filter(|target| *target < count);
            }
        }
        (built, jobs)
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    #[test]
    fn every_run_keeps_the_rules(
        (nodes, jobs) in graph(),
        behaviours in prop::collection::vec(behaviour(), 12),
        choices in prop::collection::vec(0..64_usize, 1..40),
        cancel in prop::option::weighted(0.2, 0..30_usize),
    ) {
        let behaviours = behaviours[..nodes.len()].to_vec();
        let run = Simulation::run(nodes.clone(), jobs, behaviours.clone(), &choices, cancel);

        let mut settled = BTreeSet::new();
        let mut started = BTreeMap::new();
        let mut entangled = BTreeSet::new();
        for command in &run.log {
            match command {
                Command::Start { step, attempt, .. } => {
                    let node = &nodes[*step];
                    prop_assert!(node.selected, "{step} is not selected");
                    prop_assert!(!settled.contains(step), "{step} starts after its end");
                    for needed in node.dependencies.iter().filter(|needed| nodes[**needed].selected) {
                        prop_assert!(settled.contains(needed), "{step} starts before {needed} ends");
                    }
                    if node.dynamic {
                        prop_assert!(!entangled.contains(step), "{step} starts though it waits for itself");
                        for needed in run.found(*step).expect("it was found out") {
                            let waits = nodes[needed].selected;
                            prop_assert!(!waits || settled.contains(&needed), "{step} starts before {needed} ends");
                        }
                    }
                    prop_assert_eq!(started.insert(*step, *attempt).unwrap_or(0) + 1, *attempt, "attempts follow");
                }
                Command::Settle { step, .. } => prop_assert!(settled.insert(*step), "{} settles twice", step),
                Command::Entangled { step, .. } => prop_assert!(entangled.insert(*step)),
                Command::Judge { .. }
                | Command::Resolve { .. }
                | Command::Wait { .. }
                | Command::Stop { .. }
                | Command::Finish => {}
            }
        }
        prop_assert!(run.most <= jobs, "{} in flight", run.most);
        prop_assert_eq!(run.log.iter().filter(|command| **command == Command::Finish).count(), 1);
        prop_assert_eq!(run.log.last(), Some(&Command::Finish));
        prop_assert!(started.keys().all(|step| settled.contains(step)), "a started step has an end");
        for (step, attempts) in &started {
            prop_assert!(*attempts <= nodes[*step].attempts.max(1));
        }

        let halted = cancel.is_some() || run.log.iter().any(|command| matches!(command, Command::Settle { step, end: End::Failed { .. } | End::Completed { .. } } if {
            let node = &nodes[*step];
            node.policy == Policy::Fail && node.routes.on_failure.is_none()
        }));
        if !halted {
            for (step, node) in nodes.iter().enumerate() {
                prop_assert_eq!(run.end(step).is_some(), node.selected, "{} is left without an end", step);
            }
        }

        let again = Simulation::run(nodes, jobs, behaviours, &choices, cancel);
        prop_assert_eq!(run.log, again.log, "the same events give the same commands");
    }
}

/// One frame, by its commands.
struct Frames(Forest);

impl Frames {
    fn handle(&mut self, event: Event) -> Vec<Command> {
        let orders = self.0.handle(Told::Frame(FrameId::ROOT, event)).into_iter();
        let command = |order| match order {
            Order::Frame(_, command) => command,
            other => panic!("only calls: {other:?}"),
        };
        orders.map(command).collect()
    }
}

#[test]
fn a_ready_step_does_not_wait_for_its_stage() {
    let nodes = vec![node(&[]), node(&[]), node(&[0]), node(&[1])];
    let mut scheduler = Frames(forest(nodes, 16));
    let start = |step| Command::Start { step, attempt: 1, timeout: None };
    assert_eq!(scheduler.handle(Event::Begin), [start(0), start(1)], "in declaration order");
    scheduler.handle(Event::Ended { step: 1, outcome: OK, jitter: 0.0 });
    assert_eq!(scheduler.handle(Event::Committed { step: 1 }), [start(3)], "0 is still in flight");
}

#[test]
fn a_slot_is_free_only_when_the_completion_is_committed() {
    let mut scheduler = Frames(forest(vec![node(&[]), node(&[])], 1));
    let start = |step| Command::Start { step, attempt: 1, timeout: None };
    assert_eq!(scheduler.handle(Event::Begin), [start(0)]);
    let settle = Command::Settle { step: 0, end: End::Completed { attempts: 1 } };
    assert_eq!(scheduler.handle(Event::Ended { step: 0, outcome: OK, jitter: 0.0 }), [settle]);
    assert_eq!(scheduler.0.taken(), 1);
    assert_eq!(scheduler.handle(Event::Committed { step: 0 }), [start(1)]);
}

#[test]
fn answers_that_fit_no_question_change_nothing() {
    let mut scheduler = Frames(forest(vec![node(&[])], 1));
    for event in [
        Event::Ended { step: 0, outcome: OK, jitter: 0.0 },
        Event::Committed { step: 9 },
        Event::Judged { step: 0, verdict: Verdict::False },
        Event::Waited { step: 0 },
    ] {
        assert_eq!(scheduler.handle(event), []);
    }
    assert_eq!(scheduler.handle(Event::Cancel), [Command::Finish]);
    assert_eq!(scheduler.handle(Event::Begin), []);
}
