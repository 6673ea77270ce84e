//! Steps that wait for a job slot, by the limits that hold for them.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

/// See the module.
#[derive(Clone, Debug, Default)]
pub(super) struct Ready {
    steps: BTreeMap<Arc<[usize]>, BTreeSet<usize>>,
}

impl Ready {
    pub(super) fn insert(&mut self, limits: &Arc<[usize]>, step: usize) {
        match self.steps.get_mut(limits) {
            Some(steps) => drop(steps.insert(step)),
            None => drop(self.steps.insert(Arc::clone(limits), BTreeSet::from([step]))),
        }
    }

    pub(super) fn remove(&mut self, limits: &[usize], step: usize) {
        if let Some(steps) = self.steps.get_mut(limits) {
            steps.remove(&step);
            if steps.is_empty() {
                self.steps.remove(limits);
            }
        }
    }

    /// The first of those with these limits.
    pub(super) fn first(&self, limits: &[usize]) -> Option<usize> {
        self.steps.get(limits)?.first().copied()
    }

    /// The limits of those that are there.
    pub(super) fn limits(&self) -> impl Iterator<Item = &Arc<[usize]>> {
        self.steps.keys()
    }

    pub(super) fn is_empty(&self) -> bool {
        self.steps.is_empty()
    }

    /// All of them, in order.
    pub(super) fn take(&mut self) -> BTreeSet<usize> {
        std::mem::take(&mut self.steps).into_values().flatten().collect()
    }
}
