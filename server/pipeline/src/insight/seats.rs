//! The steps in an outermost step, and where each of them stands.

use std::ops::Deref;

use crate::Step;

/// A step and where it stands.
pub(super) struct Seat<'p> {
    pub(super) step: &'p Step,
    /// The seat of the step around it.
    pub(super) holder: Option<usize>,
    /// Its place in the body around it, or among the steps of the pipeline.
    pub(super) number: usize,
    /// The seats of its body; none where it is its own body.
    pub(super) body: Vec<usize>,
}

/// An outermost step, and behind every step those of its body.
pub(super) struct Seats<'p>(Vec<Seat<'p>>);

impl<'p> Seats<'p> {
    /// Those of the step that stands at `number` among the steps of the pipeline.
    pub(super) fn of(step: &'p Step, number: usize) -> Self {
        let mut seats = Self(Vec::with_capacity(1));
        seats.take(step, None, number);
        seats
    }

    /// The steps from the outermost one to the one at a seat.
    pub(super) fn path(&self, at: usize) -> Vec<&'p Step> {
        let mut path: Vec<&Step> = self.way(at).map(|it| self.0[it].step).collect();
        path.reverse();
        path
    }

    /// The seat of the step around a seat that stands `depth` steps deep.
    pub(super) fn around(&self, at: usize, depth: usize) -> Option<usize> {
        let way: Vec<usize> = self.way(at).collect();
        way.iter().rev().nth(depth).copied()
    }

    /// The seats from one to the outermost.
    fn way(&self, at: usize) -> impl Iterator<Item = usize> {
        std::iter::successors(Some(at), |it| self.0[*it].holder)
    }

    fn take(&mut self, step: &'p Step, holder: Option<usize>, number: usize) -> usize {
        let at = self.0.len();
        self.0.push(Seat { step, holder, number, body: Vec::new() });
        if !step.kind.is_shorthand() && !step.body.is_empty() {
            let inner = step.body.iter().enumerate();
            let body = inner.map(|(number, it)| self.take(it, Some(at), number)).collect();
            self.0[at].body = body;
        }
        at
    }
}

impl<'p> Deref for Seats<'p> {
    type Target = [Seat<'p>];

    fn deref(&self) -> &[Seat<'p>] {
        &self.0
    }
}
