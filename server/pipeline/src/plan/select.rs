//! Parts of a pipeline: what `--only`, `--from` and `--until` choose.

use super::{Origin, Plan};
use crate::Pipeline;

/// What is asked for, by steps (indices into `pipeline.steps`). Empty lists ask for the whole pipeline.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Selection {
    /// These steps alone.
    pub only: Vec<usize>,
    /// These steps and everything that depends on them.
    pub from: Vec<usize>,
    /// These steps and everything that they depend on.
    pub until: Vec<usize>,
}

impl Selection {
    /// Whether nothing is asked for in particular.
    #[must_use]
    pub const fn is_whole(&self) -> bool {
        self.only.is_empty() && self.from.is_empty() && self.until.is_empty()
    }
}

/// What a selection means. Both lists are in declaration order and share no step.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Selected {
    /// Steps that were asked for.
    pub chosen: Vec<usize>,
    /// Steps that were not, but whose results the chosen ones need.
    pub needed: Vec<usize>,
}

impl Selected {
    /// All steps that take part, in declaration order.
    #[must_use]
    pub fn all(&self) -> Vec<usize> {
        let mut all = [self.chosen.as_slice(), &self.needed].concat();
        all.sort_unstable();
        all
    }
}

impl Plan {
    /// Steps whose results `step` needs: all dependencies but those that could only route to it.
    fn reads_from(&self, step: usize) -> Vec<usize> {
        self.edges_to(step)
            .iter()
            .filter(|edge| edge.origin != Origin::Routing)
            .map(|edge| edge.from)
            .collect()
    }
}

impl Pipeline {
    /// The steps of a selection. `from` and `until` together choose the steps between them; `only` is added to that.
    #[must_use]
    pub fn selected(&self, plan: &Plan, selection: &Selection) -> Selected {
        let count = self.steps.len();
        if selection.is_whole() {
            return Selected { chosen: (0..count).collect(), needed: Vec::new() };
        }
        let with = |starts: &[usize], reached: Vec<usize>| {
            let mut set = vec![false; count];
            for &step in starts.iter().chain(&reached) {
                if let Some(slot) = set.get_mut(step) {
                    *slot = true;
                }
            }
            set
        };
        let below = with(
            &selection.from,
            plan.reach(&selection.from, |plan, at| plan.dependents(at).collect()),
        );
        let above = with(&selection.until, plan.reach(&selection.until, Plan::reads_from));
        let only = with(&selection.only, Vec::new());
        let ranged = |step: usize| match (selection.from.is_empty(), selection.until.is_empty()) {
            (true, true) => false,
            (false, true) => below[step],
            (true, false) => above[step],
            (false, false) => below[step] && above[step],
        };
        let chosen: Vec<usize> = (0..count).filter(|&step| only[step] || ranged(step)).collect();
        let mut needed = plan.reach(&chosen, Plan::reads_from);
        needed.retain(|step| chosen.binary_search(step).is_err());
        Selected { chosen, needed }
    }
}
