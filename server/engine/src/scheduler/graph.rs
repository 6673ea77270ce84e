//! What the scheduler knows of a pipeline.

use std::{collections::BTreeSet, sync::Arc, time::Duration};

/// The steps in declaration order, and who waits for whom.
#[derive(Clone, Debug)]
pub struct Graph {
    nodes: Vec<Node>,
    /// steps that depend on a step
    pub(super) dependents: Vec<Vec<usize>>,
    /// steps that wait for a step: dependents and targets of its routes
    pub(super) waiters: Vec<Vec<usize>>,
    /// how many steps each waits for
    pub(super) missing: Vec<usize>,
}

/// One step.
#[derive(Clone, Debug, PartialEq)]
pub struct Node {
    /// Steps whose end it needs: an acyclic relation.
    pub dependencies: Vec<usize>,
    /// Whether further dependencies are found out when these are settled.
    pub dynamic: bool,
    /// Whether it is to run at all; one that is not counts as settled from the beginning.
    pub selected: bool,
    /// Whether it has a condition.
    pub conditional: bool,
    /// What its attempt is.
    pub activity: Activity,
    /// When those that wait for it may go on.
    pub release: Release,
    /// Where it sends the run.
    pub routes: Routes,
    /// What its failure means.
    pub policy: Policy,
    /// Attempts in all; 0 counts as 1.
    pub attempts: u32,
    /// Whether an expired timeout is tried again.
    pub retries_timeouts: bool,
    /// Of one attempt.
    pub timeout: Option<Duration>,
    /// The limits of the run that hold for its attempts, by their numbers, ascending.
    pub limits: Arc<[usize]>,
}

/// What an attempt of a step is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Activity {
    /// A call: it holds a job slot.
    #[default]
    Call,
    /// Rounds of other steps: those hold slots, it holds none.
    Rounds,
}

/// When those that wait for a step may go on.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Release {
    /// When it is settled.
    #[default]
    AtEnd,
    /// When it has begun, or is skipped. The run still ends after it.
    AtStart,
}

/// Where a step sends the run. A target that has begun, or that its source waits for, has no effect.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Routes {
    /// When its own condition was false or could not be evaluated.
    pub on_false: Option<usize>,
    /// When it succeeded.
    pub on_success: Option<usize>,
    /// When it did not succeed; takes the place of the policy.
    pub on_failure: Option<usize>,
    /// Where a `goto` that is a plain id leads; others are known only with [`super::Outcome::Answered`].
    pub goto: Option<usize>,
    /// Where a `goto` or another route that chooses can be seen to lead: they wait for the choice.
    pub choices: Vec<usize>,
}

impl Routes {
    fn targets(&self) -> impl Iterator<Item = usize> {
        let named = [self.on_false, self.on_success, self.on_failure, self.goto];
        named.into_iter().flatten().chain(self.choices.iter().copied())
    }
}

/// What a failure, raised or reported, means for the rest.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Policy {
    /// Nothing further starts, and what is in flight is stopped.
    #[default]
    Fail,
    /// The rest goes on.
    Continue,
    /// Everything that depends on it, transitively, is skipped.
    Skip,
}

impl Graph {
    /// The graph of these steps, in declaration order.
    #[must_use]
    pub fn new(nodes: Vec<Node>) -> Self {
        let count = nodes.len();
        let waits = waits(&nodes);
        let selected =
            |waits: &Vec<usize>| waits.iter().filter(|step| nodes[**step].selected).count();
        Self {
            dependents: invert(nodes.iter().map(|node| node.dependencies.as_slice()), count),
            waiters: invert(waits.iter().map(Vec::as_slice), count),
            missing: waits.iter().map(selected).collect(),
            nodes,
        }
    }

    /// The steps.
    #[must_use]
    pub fn nodes(&self) -> &[Node] {
        &self.nodes
    }
}

/// For each step, what it waits for: its dependencies, and the routers that lead to it. A route that would close a
/// cycle is left out; it could never fire in time.
fn waits(nodes: &[Node]) -> Vec<Vec<usize>> {
    let mut waits: Vec<_> = nodes.iter().map(|node| node.dependencies.clone()).collect();
    for (source, node) in nodes.iter().enumerate() {
        for target in node.routes.targets().filter(|target| *target != source) {
            if !waits[target].contains(&source) && !reaches(&waits, source, target) {
                waits[target].push(source);
            }
        }
    }
    waits
}

/// For each index, who lists it.
fn invert<'a>(lists: impl Iterator<Item = &'a [usize]>, count: usize) -> Vec<Vec<usize>> {
    let mut inverse = vec![Vec::new(); count];
    for (index, list) in lists.enumerate() {
        for other in list {
            inverse[*other].push(index);
        }
    }
    inverse
}

/// Whether `goal` is among those that `from` waits for, transitively.
fn reaches(waits: &[Vec<usize>], from: usize, goal: usize) -> bool {
    closure(waits, from).contains(&goal)
}

/// Everything that `from` leads to, itself excluded, ascending.
pub(super) fn closure(edges: &[Vec<usize>], from: usize) -> BTreeSet<usize> {
    closure_over(|step, open| open.extend(&edges[step]), from)
}

/// The same where `next` adds what a step leads to.
pub(super) fn closure_over(next: impl Fn(usize, &mut Vec<usize>), from: usize) -> BTreeSet<usize> {
    let mut found = BTreeSet::new();
    let mut open = Vec::new();
    next(from, &mut open);
    while let Some(step) = open.pop() {
        if found.insert(step) {
            next(step, &mut open);
        }
    }
    found
}
