//! What runs when: a state machine without clock, files or threads.
//!
//! Events go in, commands come out; the same events give the same commands, so every driver (this process, a cluster, a
//! replay, a test) does the same. Steps are indices in declaration order.
//!
//! A step's life: *pending* until everything it waits for is settled, what is found out then included; then its condition is judged; then it waits for one
//! of the job slots; then attempts follow one another, with delays between them; then it settles. A slot is free again,
//! and others learn of the settling, only when the driver says that it is committed: what is not in the journal did not
//! happen.
//!
//! One [`Scheduler`] runs one *frame*: one activation of a list of steps. A step whose attempt is rounds of other steps
//! (a loop, a queue) opens a frame for each round; [`Rounds`] says when. The [`Forest`] holds all frames of a run, passes
//! events and commands between them, and shares the job slots: the deepest frame first, so that rounds that were begun
//! end before others begin; among equals the oldest. A step whose limits have no room is passed over meanwhile; time is told
//! like everything else.

mod forest;
#[cfg(test)]
mod forest_tests;
mod graph;
mod machine;
mod ready;
mod retry;
mod rounds;
mod route;
#[cfg(test)]
mod tests;

use std::{sync::Arc, time::Duration};

pub use forest::{At, Forest, FrameId, Order, Told};
pub use graph::{Activity, Graph, Node, Policy, Release, Routes};
pub use machine::Scheduler;
pub use rounds::{Conclusion, Extent, Next, OnBroken, Round, Rounds, Shape, Tests, Went, When};

use crate::tool::Transience;

/// What the driver tells.
#[derive(Clone, Debug, PartialEq)]
pub enum Event {
    /// Go; once, first.
    Begin,
    /// Answer to [`Command::Judge`].
    Judged {
        /// Which step.
        step: usize,
        /// What its condition says.
        verdict: Verdict,
    },
    /// Answer to [`Command::Resolve`].
    Resolved {
        /// Which step.
        step: usize,
        /// What else it waits for; `None` where that cannot be found out: then the step fails.
        waits: Option<Vec<usize>>,
    },
    /// An attempt is over; answer to [`Command::Start`].
    Ended {
        /// Which step.
        step: usize,
        /// How.
        outcome: Outcome,
        /// From 0 to 1, at random: what part of the longest delay to wait before a further attempt.
        jitter: f64,
    },
    /// Where the step leads that is about to be [`Event::Judged`] or [`Event::Ended`], as far as its node says nothing:
    /// on from a condition that is not true, or from a failure.
    Led {
        /// Which step.
        step: usize,
        /// Where.
        target: usize,
    },
    /// A delay is over; answer to [`Command::Wait`].
    Waited {
        /// Which step.
        step: usize,
    },
    /// A settled step is in the journal; answer to [`Command::Settle`] except for skipped steps.
    Committed {
        /// Which step.
        step: usize,
    },
    /// A job slot is given to the frame, for a step with these [`Node::limits`].
    Slot {
        /// Those.
        limits: Arc<[usize]>,
    },
    /// Stop on request.
    Cancel,
}

/// What the driver is to do.
#[derive(Clone, Debug, PartialEq)]
pub enum Command {
    /// Evaluate the condition.
    Judge {
        /// Which step.
        step: usize,
    },
    /// Find out what else the step waits for: everything that this is read from is there.
    Resolve {
        /// Which step.
        step: usize,
    },
    /// What the step is to wait for waits for it. It fails: [`Command::Settle`] follows.
    Entangled {
        /// Which step.
        step: usize,
        /// The step that waits for it.
        with: usize,
    },
    /// Begin an attempt.
    Start {
        /// Which step.
        step: usize,
        /// From 1.
        attempt: u32,
        /// When to stop the attempt and report it as timed out.
        timeout: Option<Duration>,
    },
    /// Wait before a further attempt.
    Wait {
        /// Which step.
        step: usize,
        /// The coming attempt.
        attempt: u32,
        /// How long.
        delay: Duration,
    },
    /// Stop the attempt in flight; its [`Event::Ended`] is still awaited.
    Stop {
        /// Which step.
        step: usize,
    },
    /// Write the step's end into the journal.
    Settle {
        /// Which step.
        step: usize,
        /// How it ended.
        end: End,
    },
    /// Nothing is left to do. Last, and once.
    Finish,
}

impl Command {
    /// The step that it is about.
    #[must_use]
    pub const fn step(&self) -> Option<usize> {
        match *self {
            Self::Judge { step }
            | Self::Resolve { step }
            | Self::Entangled { step, .. }
            | Self::Start { step, .. }
            | Self::Wait { step, .. }
            | Self::Stop { step }
            | Self::Settle { step, .. } => Some(step),
            Self::Finish => None,
        }
    }
}

/// What a condition says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// Run.
    True,
    /// Skip.
    False,
    /// It could not be evaluated: skip, and say so.
    Error,
}

/// How an attempt ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// The tool gave a value.
    Answered {
        /// What the value says of itself.
        success: bool,
        /// Where `goto` leads, resolved.
        goto: Option<usize>,
    },
    /// The tool, or what precedes it, raised an error.
    Raised(Transience),
    /// The attempt's timeout expired.
    TimedOut,
    /// An error handler has seen to the failure: one attempt more, at once.
    Again,
    /// Error handlers were tried in vain: no attempt follows.
    Unmended {
        /// How the attempt had failed.
        failing: Failing,
        /// What the failure means, where the handlers say it; else the step's own policy.
        policy: Option<Policy>,
    },
}

/// How an attempt fails.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Failing {
    /// Its value says so.
    Reported {
        /// Where `goto` leads, resolved.
        goto: Option<usize>,
    },
    /// By an error.
    Raised,
    /// By its timeout.
    TimedOut,
}

impl Outcome {
    /// How it failed; `None` where it did not, and where its failure is already seen to.
    #[must_use]
    pub const fn failing(self) -> Option<Failing> {
        match self {
            Self::Answered { success: false, goto } => Some(Failing::Reported { goto }),
            Self::Raised(_) => Some(Failing::Raised),
            Self::TimedOut => Some(Failing::TimedOut),
            Self::Answered { success: true, .. } | Self::Again | Self::Unmended { .. } => None,
        }
    }
}

/// How a step ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum End {
    /// The tool gave a value; it may report a failure.
    Completed {
        /// Attempts made.
        attempts: u32,
    },
    /// The last attempt raised an error.
    Failed {
        /// Attempts made; 0 where it came to none.
        attempts: u32,
        /// By its timeout.
        timed_out: bool,
    },
    /// It is not to run.
    Skipped(Reason),
    /// It was stopped.
    Cancelled {
        /// Attempts begun.
        attempts: u32,
    },
}

/// Why a step is skipped.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reason {
    /// Its condition is false.
    ConditionFalse,
    /// Its condition could not be evaluated.
    ConditionError,
    /// A route leads past it.
    Routed {
        /// The step that routes.
        by: usize,
    },
    /// A step it depends on failed, with the policy `skip`.
    Failed {
        /// That step.
        of: usize,
    },
    /// It is there for failures, and none called for it.
    Uncalled,
}

impl Reason {
    /// The word that templates and records see.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::ConditionFalse => "condition_false",
            Self::ConditionError => "condition_error",
            Self::Routed { .. } => "routed",
            Self::Failed { .. } => "dependency_failed",
            Self::Uncalled => "handler",
        }
    }
}
