//! Orders about steps that are made of steps: what kind of thing is in flight says who answers.

use super::steps::Steps;
use crate::{
    prepare::Work,
    scheduler::{At, Order},
};

/// What a step is made of, at the moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Composite {
    /// Rounds of its body.
    Rounds,
    /// Another pipeline.
    Pipeline,
    /// A step that handles its failure.
    Handler,
}

impl Steps<'_> {
    pub(super) fn command_composite(&mut self, order: Order) {
        match order {
            Order::Frame(..) => {}
            Order::Start { at, attempt, timeout } => match self.composite(at) {
                Composite::Pipeline => self.call_pipeline(at, attempt, timeout),
                Composite::Rounds | Composite::Handler => self.go_round(at, attempt, timeout),
            },
            Order::Test { at, when, round } => self.test(at, when, round),
            Order::Open { at, round, frame } => match self.composite(at) {
                Composite::Rounds => self.open(at, round, frame),
                Composite::Pipeline => self.open_pipeline(at, frame),
                Composite::Handler => self.open_handler(at, frame),
            },
            Order::Close { at, round, frame, went, .. } => match self.composite(at) {
                Composite::Rounds => self.close(at, round, frame, went),
                Composite::Pipeline => self.close_pipeline(at, frame, went),
                Composite::Handler => self.close_handler(at, frame),
            },
            Order::GoOn { at } => self.answer(at),
            Order::Conclude { at, conclusion } => match self.composite(at) {
                Composite::Rounds => self.conclude(at, conclusion),
                Composite::Pipeline => self.conclude_pipeline(at, conclusion),
                Composite::Handler => self.conclude_handler(at, conclusion),
            },
        }
    }

    fn composite(&self, at: At) -> Composite {
        let Some(frame) = self.frames.get(&at.frame) else { return Composite::Rounds };
        if self.is_handled(at) {
            return Composite::Handler;
        }
        match &frame.block.parts()[at.step].work {
            Some(Work::Pipeline(_)) => Composite::Pipeline,
            _ => Composite::Rounds,
        }
    }
}
