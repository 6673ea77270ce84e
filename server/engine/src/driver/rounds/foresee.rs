//! A step that goes round, looked at without running it.

use std::sync::Arc;

use pipeline::{Condition, Step, eval};
use tokio_util::sync::CancellationToken;

use super::{Going, gather, shape};
use crate::{
    driver::{
        frame::{Frame, FramePlace},
        record::Answer,
    },
    prepare::Block,
    scheduler::{At, Conclusion, FrameId, Shape, Went, When},
    scope::{StepScope, View},
    tool::Failure,
};

/// See the module.
pub(in crate::driver) struct Sight(Going);

impl Sight {
    /// How the step goes round, and over what.
    pub(in crate::driver) fn new(
        step: &Step,
        body: &Arc<Block>,
        outer: StepScope,
    ) -> Result<(Self, Shape), Failure> {
        let (shape, items) = shape::find(step, &outer)?;
        let going = Going::new(Arc::clone(body), outer, items, CancellationToken::new());
        Ok((Self(going), shape))
    }

    /// The frame of a round.
    pub(in crate::driver) fn open(&mut self, frame: &Frame, step: usize, round: usize) -> Frame {
        self.0.counts.open += 1;
        let written = frame.block.step(step);
        let is_round =
            written.is_some_and(|step| !matches!(step.kind, pipeline::StepKind::Parallel));
        let flight = &frame.flights[step];
        let round_of = |around: &Arc<str>| match is_round {
            true => format!("{around}[{round}]").into(),
            false => Arc::clone(around),
        };
        let place = FramePlace {
            path: round_of(&flight.path),
            key: round_of(&flight.inner_key()),
            round: if is_round { Some(round) } else { frame.place.round },
        };
        let level = Some(Arc::new(self.0.level(round, View::Body)));
        let (program, facts) = (Arc::clone(&frame.program), Arc::clone(&frame.facts));
        let opened = Frame::new(program, Arc::clone(&self.0.block), place, facts, level);
        Frame { around: Some(At { frame: FrameId::ROOT, step }), ..opened }
    }

    /// A round is over, and everything in it is known.
    pub(in crate::driver) fn close(&mut self, round: usize, mut closed: Frame) {
        closed.order_results();
        let item = self.0.item(round).map(pipeline::Value::to_json);
        self.0.ended(round, closed, Went::Through, item);
    }

    /// Whether the step goes on at that point.
    pub(in crate::driver) fn goes_on(
        &self,
        step: &Step,
        when: When,
        round: usize,
    ) -> Result<bool, String> {
        let scope = self.0.scope_of_test(round);
        let says = |condition: &Option<Condition>| match condition {
            None => Ok(None),
            Some(it) => eval::evaluate(&it.parsed, &it.text.value, &scope)
                .map(|value| Some(value.is_truthy()))
                .map_err(|error| error.message),
        };
        let (goes, stops) = shape::tests(step, when);
        Ok(says(goes)?.unwrap_or(true) && !says(stops)?.unwrap_or(false))
    }

    /// What all of it comes to, and what it leaves to read.
    pub(in crate::driver) fn conclude(
        self,
        frame: &mut Frame,
        step: &Step,
        conclusion: Conclusion,
    ) -> Result<Answer, Failure> {
        let outcome = gather::outcome(step, &self.0, conclusion);
        frame.leave(step, &self.0);
        match outcome {
            gather::Came::To(gathered) => Ok(Answer::Rounds(Box::new(gathered))),
            gather::Came::Failed(failure) => Err(failure),
            gather::Came::TimedOut => Err(Failure::permanent("TimeoutError", "its time was up")),
        }
    }
}
