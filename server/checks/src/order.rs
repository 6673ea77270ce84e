//! Which steps come before which, asked for many pairs.

use pipeline::Plan;
use rustc_hash::FxHashSet;

/// Labels of a depth-first walk over a plan: most pairs are told apart by them without a search (GRAIL, Yıldırım, Chaoji
/// and Zaki 2010).
#[derive(Debug)]
pub(crate) struct Order {
    labels: Vec<Label>,
}

/// Steps are numbered as the walk leaves them.
#[derive(Clone, Copy, Debug)]
struct Label {
    /// What the walk left between entering the step and leaving it lies behind the step.
    entered: u32,
    left: u32,
    /// The least number of all that lies behind the step, itself included.
    least: u32,
}

/// How many steps are looked at to find a way between two.
const FAR: usize = 2_000;

impl Order {
    /// Linear in steps and edges.
    pub(crate) fn new(plan: &Plan, count: usize) -> Self {
        const NEW: Label = Label { entered: u32::MAX, left: u32::MAX, least: u32::MAX };
        let (mut labels, mut clock) = (vec![NEW; count], 0);
        let mut calls = Vec::new();
        let enter = |step: usize, clock: u32, labels: &mut Vec<Label>| {
            labels[step].entered = clock;
            (step, plan.dependents(step))
        };
        for &root in plan.stages.first().into_iter().flatten() {
            calls.push(enter(root, clock, &mut labels));
            while let Some((step, next)) = calls.last_mut() {
                let step = *step;
                match next.next() {
                    Some(next) if labels[next].left != u32::MAX => {
                        labels[step].least = labels[step].least.min(labels[next].least);
                    }
                    Some(next) if plan.stage_of(next).is_some() => {
                        calls.push(enter(next, clock, &mut labels));
                    }
                    Some(_) => {}
                    None => {
                        labels[step].left = clock;
                        labels[step].least = labels[step].least.min(clock);
                        clock += 1;
                        calls.pop();
                        if let Some((around, _)) = calls.last() {
                            labels[*around].least = labels[*around].least.min(labels[step].least);
                        }
                    }
                }
            }
        }
        Self { labels }
    }

    /// Whether `from` is surely finished before `to` starts.
    pub(crate) fn is_before(&self, plan: &Plan, from: usize, to: usize) -> bool {
        let (mut open, mut seen) = (vec![to], FxHashSet::default());
        while let Some(at) = open.pop() {
            match self.by_label(plan, from, at) {
                Some(true) => return true,
                Some(false) => continue,
                None => {}
            }
            for edge in
                plan.edges_to(at).iter().filter(|edge| seen.len() < FAR && seen.insert(edge.from))
            {
                if edge.from == from {
                    return true;
                }
                open.push(edge.from);
            }
        }
        // Too far to tell: then it is taken to be so, and nothing is said.
        seen.len() >= FAR
    }

    /// What the labels say; nothing where only a search can tell. Steps on a cycle or behind one have no labels.
    fn by_label(&self, plan: &Plan, from: usize, to: usize) -> Option<bool> {
        let (before, behind) = (plan.stage_of(from), plan.stage_of(to)?);
        let (from, to) = (self.labels.get(from)?, self.labels.get(to)?);
        if before.is_none_or(|before| before >= behind) {
            return Some(false);
        }
        if from.entered <= to.left && to.left < from.left {
            return Some(true);
        }
        (to.least < from.least || to.left > from.left).then_some(false)
    }
}

#[cfg(test)]
mod tests {
    use std::fmt::Write as _;

    use pipeline::{Plan, catalogue::Catalogue, lower, names::Names};
    use proptest::prelude::*;
    use syntax::Document;

    use super::Order;

    proptest! {
        #[test]
        fn labels_say_what_a_walk_says(
            edges in prop::collection::vec((0_usize..12, 0_usize..12), 0..30),
            cyclic in any::<bool>(),
        ) {
            let mut text = String::from("name: n\nsteps:\n");
            for step in 0..12 {
                let named = edges.iter().filter(|(from, to)| *to == step && (cyclic || from < to));
                let named: Vec<_> = named.map(|(from, _)| format!("s{from}")).collect();
                writeln!(text, "  - id: s{step}\n    action: echo\n    dependencies: [{}]", named.join(", ")).unwrap();
            }
            let pipeline = lower(&Document::new(&text), &Catalogue::declared());
            let plan = Plan::new(&pipeline, &Names::new(&pipeline));
            let order = Order::new(&plan, pipeline.steps.len());
            for from in 0..12 {
                let behind = plan.descendants(from);
                for to in (0..12).filter(|to| *to != from) {
                    prop_assert_eq!(order.is_before(&plan, from, to), behind.contains(&to), "{} {} {}", from, to, text);
                }
            }
        }
    }
}
