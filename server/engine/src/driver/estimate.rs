//! How long the rest will take, from what earlier runs took. Unknown stays unknown.

use crate::{journal::History, scheduler::Graph};

/// Durations of the steps of a run, by index, as far as history knows them.
#[derive(Debug)]
pub(super) struct Estimate {
    durations: Vec<Option<f64>>,
    /// Steps behind each step.
    dependents: Vec<Vec<usize>>,
    order: Vec<usize>,
}

impl Estimate {
    /// `order`: the steps, each behind those it depends on. `None` when history knows nothing.
    pub(super) fn new<'i>(
        history: &History,
        graph: &Graph,
        order: Vec<usize>,
        ids: impl Iterator<Item = &'i str>,
    ) -> Option<Self> {
        if history.is_empty() {
            return None;
        }
        let mut dependents = vec![Vec::new(); graph.nodes().len()];
        for (step, node) in graph.nodes().iter().enumerate() {
            for needed in &node.dependencies {
                dependents[*needed].push(step);
            }
        }
        Some(Self {
            durations: ids.map(|id| history.get(id).copied()).collect(),
            dependents,
            order,
        })
    }

    /// Seconds that a step takes.
    pub(super) fn of(&self, step: usize) -> Option<f64> {
        *self.durations.get(step)?
    }

    /// Seconds on the longest path through the steps that are still to end; `None` when one of them is unknown.
    pub(super) fn remaining(&self, open: impl Fn(usize) -> bool) -> Option<f64> {
        let mut longest = vec![0.0_f64; self.dependents.len()];
        for step in self.order.iter().rev().copied() {
            let behind = self.dependents[step]
                .iter()
                .map(|dependent| longest[*dependent])
                .fold(0.0, f64::max);
            longest[step] = behind + if open(step) { self.of(step)? } else { 0.0 };
        }
        Some(longest.into_iter().fold(0.0, f64::max))
    }
}
