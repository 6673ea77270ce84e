//! How long the rest will take, from what earlier runs took. Unknown stays unknown.
//!
//! The rest is the longest path through the steps that are still to end. Asked after every step, it is kept up to date: a
//! step that ends changes only what leads to it, and what leads to it has as a rule ended before.

use std::{
    cmp::Ordering,
    collections::{BTreeSet, BinaryHeap},
};

use crate::{journal::History, scheduler::Graph};

/// Durations of the steps of a run, by index, as far as history knows them.
#[derive(Debug)]
pub(super) struct Estimate {
    steps: Vec<Node>,
    /// The steps, each behind those it depends on.
    order: Vec<usize>,
    /// Steps that are still to end and of which nobody knows how long they take.
    unknown: usize,
    /// Places in `order` whose paths are to be added up again.
    changed: BTreeSet<usize>,
    /// The paths from steps that are still to end, longest first; with some that no longer are.
    longest: BinaryHeap<Path>,
}

#[derive(Debug)]
struct Node {
    duration: Option<f64>,
    is_open: bool,
    /// Seconds on the longest path that begins with it, as long as a path that is asked for leads through it.
    path: f64,
    place: usize,
    /// How many of its dependencies a path that is asked for leads through.
    above: usize,
    dependencies: Vec<usize>,
    dependents: Vec<usize>,
}

/// Seconds on a path, and the step that it begins with.
#[derive(Clone, Copy, Debug)]
struct Path(f64, usize);

impl Ord for Path {
    fn cmp(&self, other: &Self) -> Ordering {
        self.0.total_cmp(&other.0).then(self.1.cmp(&other.1))
    }
}

impl PartialOrd for Path {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for Path {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other).is_eq()
    }
}

impl Eq for Path {}

impl Node {
    /// Whether a path that is asked for leads through it.
    const fn matters(&self) -> bool {
        self.is_open || self.above > 0
    }
}

impl Estimate {
    /// `order`: the steps, each behind those it depends on. `steps`: their ids, and whether they are to run. `None` when
    /// history knows nothing.
    pub(super) fn new<'i>(
        history: &History,
        graph: &Graph,
        order: Vec<usize>,
        steps: impl Iterator<Item = (&'i str, bool)>,
    ) -> Option<Self> {
        if history.is_empty() {
            return None;
        }
        let nodes = graph.nodes().iter().zip(steps);
        let node = |(node, (id, is_open)): (&crate::scheduler::Node, (&str, bool))| Node {
            duration: history.get(id).copied(),
            is_open,
            path: 0.0,
            place: 0,
            above: 0,
            dependencies: node.dependencies.clone(),
            dependents: Vec::new(),
        };
        let mut steps: Vec<Node> = nodes.map(node).collect();
        for (step, node) in graph.nodes().iter().enumerate() {
            for needed in &node.dependencies {
                steps[*needed].dependents.push(step);
            }
        }
        for (place, step) in order.iter().copied().enumerate() {
            let above = steps[step].dependencies.iter().filter(|it| steps[**it].matters()).count();
            steps[step].place = place;
            steps[step].above = above;
        }
        Some(Self {
            unknown: steps.iter().filter(|it| it.is_open && it.duration.is_none()).count(),
            changed: (0..order.len()).collect(),
            longest: BinaryHeap::new(),
            steps,
            order,
        })
    }

    /// Seconds that a step takes.
    pub(super) fn of(&self, step: usize) -> Option<f64> {
        self.steps.get(step)?.duration
    }

    /// A step has ended.
    pub(super) fn end(&mut self, step: usize) {
        let Some(node) = self.steps.get_mut(step).filter(|node| node.is_open) else { return };
        node.is_open = false;
        if node.duration.is_none() {
            self.unknown -= 1;
        }
        if node.matters() {
            self.changed.insert(node.place);
        } else {
            self.leave(step);
        }
    }

    /// No path that is asked for leads through a step any more.
    fn leave(&mut self, step: usize) {
        let mut left = vec![step];
        while let Some(step) = left.pop() {
            for index in 0..self.steps[step].dependents.len() {
                let dependent = self.steps[step].dependents[index];
                let node = &mut self.steps[dependent];
                node.above -= 1;
                if !node.matters() {
                    left.push(dependent);
                }
            }
        }
    }

    /// Seconds on the longest path through the steps that are still to end; `None` when one of them is unknown.
    pub(super) fn remaining(&mut self) -> Option<f64> {
        // Those behind first: each is added up once.
        while let Some(place) = self.changed.pop_last() {
            self.add_up(self.order[place]);
        }
        while let Some(Path(path, step)) = self.longest.peek().copied() {
            let node = &self.steps[step];
            if node.is_open && node.path.total_cmp(&path).is_eq() {
                break;
            }
            self.longest.pop();
        }
        let longest = self.longest.peek().map_or(0.0, |Path(path, _)| *path);
        (self.unknown == 0).then_some(longest)
    }

    fn add_up(&mut self, step: usize) {
        let node = &self.steps[step];
        let behind = node.dependents.iter().map(|it| self.steps[*it].path).fold(0.0, f64::max);
        let own = node.duration.filter(|_| node.is_open).unwrap_or_default();
        let path = own + behind;
        let (is_open, has_changed) = (node.is_open, node.path.total_cmp(&path).is_ne());
        if has_changed {
            let needed = node.dependencies.iter().map(|needed| &self.steps[*needed]);
            self.changed.extend(needed.filter(|it| it.matters()).map(|it| it.place));
            self.steps[step].path = path;
        }
        if is_open {
            self.longest.push(Path(path, step));
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::scheduler::{Activity, Node, Policy, Release, Routes};

    fn node(dependencies: Vec<usize>) -> Node {
        Node {
            dependencies,
            dynamic: false,
            selected: true,
            conditional: false,
            release: Release::AtEnd,
            activity: Activity::Call,
            routes: Routes::default(),
            policy: Policy::Fail,
            attempts: 1,
            retries_timeouts: false,
            timeout: None,
            limits: [].into(),
        }
    }

    /// Of steps that each wait for earlier ones, and take so many seconds.
    fn estimate(waits: &[Vec<usize>], seconds: &[Option<f64>]) -> Estimate {
        let ids: Vec<String> = (0..waits.len()).map(|step| format!("s{step}")).collect();
        let known = ids.iter().zip(seconds).filter_map(|(id, it)| Some((id.clone(), (*it)?)));
        let history = known.chain([("other".to_owned(), 1.0)]).collect();
        let graph = Graph::new(waits.iter().cloned().map(node).collect());
        let steps = ids.iter().map(|id| (id.as_str(), true));
        Estimate::new(&history, &graph, (0..waits.len()).collect(), steps).unwrap()
    }

    /// What the module says it is, added up from the start.
    fn longest(waits: &[Vec<usize>], seconds: &[Option<f64>], open: &[bool]) -> Option<f64> {
        let mut paths = vec![0.0_f64; waits.len()];
        for step in (0..waits.len()).rev() {
            let behind = (step + 1..waits.len()).filter(|it| waits[*it].contains(&step));
            let behind = behind.map(|it| paths[it]).fold(0.0, f64::max);
            paths[step] = behind + if open[step] { seconds[step]? } else { 0.0 };
        }
        Some(paths.into_iter().fold(0.0, f64::max))
    }

    fn steps() -> impl Strategy<Value = (Vec<Vec<usize>>, Vec<Option<f64>>, Vec<usize>)> {
        (1..12_usize).prop_flat_map(|count| {
            let waits: Vec<_> = (0..count)
                .map(|step| {
                    proptest::sample::subsequence((0..step).collect::<Vec<_>>(), 0..=step.min(3))
                })
                .collect();
            let seconds = proptest::option::weighted(0.9, (0..20_u8).prop_map(f64::from));
            let ends = Just((0..count).collect::<Vec<_>>()).prop_shuffle();
            (waits, proptest::collection::vec(seconds, count), ends)
        })
    }

    proptest! {
        /// In whatever order steps end: what is skipped ends before what it waits for.
        #[test]
        fn it_is_the_longest_path((waits, seconds, ends) in steps(), asked in any::<u16>()) {
            let mut estimate = estimate(&waits, &seconds);
            let mut open = vec![true; waits.len()];
            for (number, step) in ends.into_iter().enumerate() {
                if asked >> number & 1 == 1 {
                    prop_assert_eq!(estimate.remaining(), longest(&waits, &seconds, &open));
                }
                open[step] = false;
                estimate.end(step);
            }
            prop_assert_eq!(estimate.remaining(), longest(&waits, &seconds, &open));
        }
    }

    #[test]
    fn in_a_chain_nothing_is_added_up_twice() {
        let count = 100;
        let waits: Vec<_> =
            (0..count).map(|step: usize| step.checked_sub(1).into_iter().collect()).collect();
        let mut estimate = estimate(&waits, &vec![Some(1.0); count]);
        assert_eq!(estimate.remaining(), Some(100.0));
        for step in 0..count {
            estimate.end(step);
            assert!(estimate.changed.is_empty(), "step {step}");
            assert_eq!(estimate.remaining(), Some((count - step - 1) as f64));
        }
        assert!(estimate.longest.len() <= 1);
    }
}
