//! Steps that wait for the one at the cursor: to read them there would close a circle.

use pipeline::{Step, StepKind};

use super::super::value::steps::waiting_siblings;
use crate::Snapshot;
use crate::enclosing::Enclosing;

/// Who waits for the step at a place, that step itself included.
#[derive(Debug, Default)]
pub(super) struct Waiting<'s> {
    /// Indices of outermost steps, in order.
    outermost: Vec<usize>,
    /// Ids of steps of the same body.
    siblings: Vec<&'s str>,
}

impl<'s> Waiting<'s> {
    pub(super) fn at(snapshot: &'s Snapshot, offset: u32) -> Self {
        let Some(at) = Enclosing::at(&snapshot.pipeline, offset) else { return Self::default() };
        let mut outermost = snapshot.plan.descendants(at.index);
        // Inside its own loop the loop's id means its bindings.
        if at.path.len() == 1 {
            outermost.push(at.index);
            outermost.sort_unstable();
        }
        let siblings = match at.path.as_slice() {
            [.., outer, own] if !reads_its_last_round(outer) => {
                let all: Vec<&Step> = outer.body.iter().collect();
                let waits = waiting_siblings(&all, own);
                let waits = all
                    .iter()
                    .zip(waits)
                    .filter(|(step, waits)| *waits || std::ptr::eq(**step, *own));
                waits.map(|(step, _)| step.id_text()).collect()
            }
            _ => Vec::new(),
        };
        Self { outermost, siblings }
    }

    /// Whether the outermost step of that index does.
    pub(super) fn outermost(&self, index: usize) -> bool {
        self.outermost.binary_search(&index).is_ok()
    }

    /// Whether the step of the same body with that id does.
    pub(super) fn sibling(&self, id: &str) -> bool {
        self.siblings.contains(&id)
    }

    /// Whether the step of that id may be read here.
    pub(super) fn may_read(&self, snapshot: &Snapshot, id: &str) -> bool {
        !self.sibling(id) && !snapshot.names.step(id).is_some_and(|index| self.outermost(index))
    }
}

/// Whether steps of its body may read each other's last round.
fn reads_its_last_round(step: &Step) -> bool {
    matches!(step.kind, StepKind::While(_) | StepKind::ActionLoop(_))
}
