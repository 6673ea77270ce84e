//! Where a step leads when a model chooses it: on from its success, its failure, or a condition that is not true.
//!
//! The question is asked when the route is about to be taken, and never for an attempt that is followed by another.

use pipeline::{Located, Step, Text, Value};

use super::{
    autos::{Autos, Then},
    goto,
    products::seen_by_itself,
    steps::Steps,
};
use crate::{
    autos::{Fork, put_text},
    scheduler::{At, Event, Outcome, Policy, Verdict},
    tool::Failure,
};

/// What says where a success leads.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Success {
    /// `on_success`, by an AUTO tag.
    Fork,
    /// `goto`.
    Goto,
}

impl Success {
    /// The key and what is written there.
    pub(super) fn written(self, step: &Step) -> Option<(&'static str, &Located<Text>)> {
        match self {
            Self::Fork => {
                let key = Fork::Success.key();
                Some((key, step.routing.chosen(key)?))
            }
            Self::Goto => Some(("goto", step.routing.goto.as_deref()?)),
        }
    }
}

/// What is told of a step once it is known where that leads.
#[derive(Clone, Copy, Debug)]
pub(super) enum Parting {
    /// Its condition is not true.
    False(Verdict),
    /// It failed, and no attempt follows.
    Failure(Outcome),
}

impl Parting {
    pub(super) const fn fork(self) -> Fork {
        match self {
            Self::False(_) => Fork::False,
            Self::Failure(_) => Fork::Failure,
        }
    }
}

/// Where a failure leads, or what it means.
enum Lead {
    Nowhere,
    To(usize),
    Policy(Policy),
}

impl Steps<'_> {
    /// What says where the success of a step leads. A plain `on_success` leaves nothing to ask.
    pub(super) fn success(&self, at: At) -> Success {
        let step = self.frames.get(&at.frame).and_then(|frame| frame.block.step(at.step));
        let is_chosen = step.is_some_and(|step| step.routing.chosen(Fork::Success.key()).is_some());
        if is_chosen { Success::Fork } else { Success::Goto }
    }

    /// Whether this outcome is a failure that no attempt follows, and that nobody asked for.
    pub(super) fn is_failed_for_good(&self, at: At, outcome: Outcome) -> bool {
        let Some(frame) = self.frames.get(&at.frame) else { return false };
        let attempt = frame.flights[at.step].record.retries + 1;
        let is_failed = outcome.failing().is_some() || matches!(outcome, Outcome::Unmended { .. });
        let is_last = !frame.block.graph.nodes()[at.step].is_tried_again(outcome, attempt);
        is_failed && is_last && !self.is_stopping(at)
    }

    /// Tells it, if need be when a model has said where it leads.
    pub(super) fn part(&mut self, at: At, parting: Parting) {
        let led = match self.lead(at, parting) {
            Ok(Some(led)) => led,
            Ok(None) => return,
            Err(failure) => return self.unforked(at, parting, failure),
        };
        match (led, parting) {
            (Lead::To(target), _) => {
                if let (Parting::Failure(_), Some(flight)) = (parting, self.flight_mut(at)) {
                    flight.decreed = Some(Policy::Continue);
                }
                self.tell_of(at, |step| Event::Led { step, target });
                self.tell_parted(at, parting);
            }
            (Lead::Policy(policy), Parting::Failure(outcome)) => {
                self.decree(at, outcome, policy);
            }
            (Lead::Policy(_) | Lead::Nowhere, parting) => self.tell_parted(at, parting),
        }
    }

    /// Where it leads, as far as a model says that; none as long as it is asked.
    fn lead(&mut self, at: At, parting: Parting) -> Result<Option<Lead>, Failure> {
        let key = parting.fork().key();
        let written = |steps: &Self| {
            let step = steps.frames.get(&at.frame)?.block.step(at.step)?;
            step.routing.chosen(key).map(|it| it.value.clone())
        };
        let Some(written) = written(self) else { return Ok(Some(Lead::Nowhere)) };
        let answers: Vec<Value> = match self.autos(at, Then::Fork(parting))? {
            Autos::Known(answers) => answers,
            Autos::None => Vec::new(),
            Autos::Waits => return Ok(None),
        };
        let Some(frame) = self.frames.get(&at.frame) else { return Ok(None) };
        let put = put_text(&written, &mut answers.into_iter());
        if parting.fork() == Fork::Failure
            && let Some(policy) = policy(&put.value)
        {
            return Ok(Some(Lead::Policy(policy)));
        }
        let (_, scope) = seen_by_itself(frame, at, &frame.flights[at.step].answer);
        let target = goto::target(key, &put, &frame.block, &scope)?;
        Ok(Some(target.map_or(Lead::Nowhere, Lead::To)))
    }

    /// Nobody says where it leads. A step that was to be passed over fails, a failure that was to be led on counts as one.
    pub(super) fn unforked(&mut self, at: At, parting: Parting, failure: Failure) {
        match parting {
            Parting::False(_) => {
                if let Some(flight) = self.flight_mut(at) {
                    flight.doomed = Some(Box::new(failure));
                }
                self.tell_of(at, |step| Event::Judged { step, verdict: Verdict::True });
            }
            Parting::Failure(outcome) => {
                if failure.error_type != "CancelledError" {
                    self.warn(at, "auto-unresolved", failure.message);
                }
                self.decree(at, outcome, Policy::Fail);
            }
        }
    }

    fn decree(&mut self, at: At, outcome: Outcome, policy: Policy) {
        let failing = match outcome {
            Outcome::Unmended { failing, .. } => Some(failing),
            other => other.failing(),
        };
        if let Some(flight) = self.flight_mut(at) {
            flight.decreed = Some(policy);
        }
        self.tell_outcome(
            at,
            match failing {
                Some(failing) => Outcome::Unmended { failing, policy: Some(policy) },
                None => outcome,
            },
        );
    }

    fn tell_parted(&mut self, at: At, parting: Parting) {
        match parting {
            Parting::False(verdict) => self.tell_of(at, |step| Event::Judged { step, verdict }),
            Parting::Failure(outcome) => self.tell_outcome(at, outcome),
        }
    }
}

/// The policy that a word names.
fn policy(word: &str) -> Option<Policy> {
    match word.trim().to_ascii_lowercase().as_str() {
        "fail" => Some(Policy::Fail),
        "continue" | "retry" => Some(Policy::Continue),
        "skip" => Some(Policy::Skip),
        _ => None,
    }
}
