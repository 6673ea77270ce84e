//! What the scheduler knows of a pipeline.

use std::{num::NonZeroUsize, time::Duration};

/// The steps in declaration order and how many may be in flight.
#[derive(Clone, Debug)]
pub struct Graph {
    /// The steps.
    pub nodes: Vec<Node>,
    /// Job slots.
    pub jobs: NonZeroUsize,
}

/// One step.
#[derive(Clone, Debug, PartialEq)]
pub struct Node {
    /// Steps whose end it needs: an acyclic relation.
    pub dependencies: Vec<usize>,
    /// Whether it is to run at all; one that is not counts as settled from the beginning.
    pub selected: bool,
    /// Whether it has a condition.
    pub conditional: bool,
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
}

impl Routes {
    fn targets(&self) -> impl Iterator<Item = usize> {
        [self.on_false, self.on_success, self.on_failure, self.goto].into_iter().flatten()
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
    /// Who needs whom: the steps behind each step.
    pub(super) fn dependents(&self) -> Vec<Vec<usize>> {
        invert(self.nodes.iter().map(|node| node.dependencies.as_slice()), self.nodes.len())
    }

    /// For each step, what it waits for: its dependencies, and the routers that lead to it. A route that would close a
    /// cycle is left out; it could never fire in time.
    pub(super) fn waits(&self) -> Vec<Vec<usize>> {
        let mut waits: Vec<_> = self.nodes.iter().map(|node| node.dependencies.clone()).collect();
        for (source, node) in self.nodes.iter().enumerate() {
            for target in node.routes.targets().filter(|target| *target != source) {
                if !waits[target].contains(&source) && !reaches(&waits, source, target) {
                    waits[target].push(source);
                }
            }
        }
        waits
    }
}

/// For each index, who lists it.
pub(super) fn invert<'a>(
    lists: impl Iterator<Item = &'a [usize]>,
    count: usize,
) -> Vec<Vec<usize>> {
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
pub(super) fn closure(edges: &[Vec<usize>], from: usize) -> std::collections::BTreeSet<usize> {
    let mut found = std::collections::BTreeSet::new();
    let mut open = edges[from].clone();
    while let Some(next) = open.pop() {
        if found.insert(next) {
            open.extend(&edges[next]);
        }
    }
    found
}
