//! What is left of a pipeline that failed when the step that runs it is tried again: everything that ended well. What did
//! not, and what read it, runs again.

use std::{collections::BTreeSet, sync::Arc};

use crate::{
    document::StepStatus,
    driver::frame::{Flight, Frame},
    scheduler::{End, Graph, Node, Reason},
};

/// See the module.
#[derive(Debug)]
pub(super) struct Kept {
    before: Frame,
    /// Steps that run again.
    again: BTreeSet<usize>,
}

impl Kept {
    /// What of a frame is kept, and the graph of the rest.
    pub(super) fn new(before: Frame) -> (Self, Arc<Graph>) {
        let nodes = before.block.graph.nodes();
        let mut again: BTreeSet<usize> = before
            .flights
            .iter()
            .enumerate()
            .filter(|(step, flight)| nodes[*step].selected && !is_done(flight))
            .map(|(step, _)| step)
            .collect();
        let reads = |step: usize, again: &BTreeSet<usize>| {
            nodes[step].dependencies.iter().any(|it| again.contains(it))
        };
        loop {
            let more: Vec<usize> = (0..nodes.len())
                .filter(|step| {
                    nodes[*step].selected && !again.contains(step) && reads(*step, &again)
                })
                .collect();
            if more.is_empty() {
                break;
            }
            again.extend(more);
        }
        let node = |(step, node): (usize, &Node)| Node {
            selected: node.selected && again.contains(&step),
            ..node.clone()
        };
        let graph = Arc::new(Graph::new(nodes.iter().enumerate().map(node).collect()));
        (Self { before, again }, graph)
    }

    /// Puts what is kept into the frame of the next attempt.
    pub(super) fn restore(self, frame: &mut Frame) {
        let Self { before, again } = self;
        for (step, flight) in before.flights.into_iter().enumerate() {
            if again.contains(&step) {
                continue;
            }
            let name = &*flight.record.id;
            if let Some(seen) = before.results.get(name) {
                Arc::make_mut(&mut frame.results).insert(name.into(), seen.clone());
            }
            frame.flights[step] = flight;
        }
        frame.left = before.left;
    }
}

/// Whether a step ended so that it need not run again: with success, or skipped by its own condition or by a route.
fn is_done(flight: &Flight) -> bool {
    let skipped = matches!(
        flight.end,
        Some(End::Skipped(Reason::ConditionFalse | Reason::Routed { .. } | Reason::Uncalled))
    );
    skipped || (flight.record.status == StepStatus::Completed && flight.is_good())
}
