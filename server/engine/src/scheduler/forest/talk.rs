//! What the driver tells a forest, and what it is to do then.

use std::{sync::Arc, time::Duration};

use crate::scheduler::{Command, Conclusion, Event, Graph, Next, Shape, Went, When};

/// One activation of a list of steps. Later ones have higher numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FrameId(pub(super) u64);

impl FrameId {
    /// The frame of the pipeline's own steps.
    pub const ROOT: Self = Self(0);
}

/// A step of a frame.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct At {
    /// Which frame.
    pub frame: FrameId,
    /// Which of its steps.
    pub step: usize,
}

/// What the driver tells.
#[derive(Clone, Debug)]
pub enum Told {
    /// What concerns one frame: [`Event::Begin`] and [`Event::Cancel`] of the root are the run's.
    Frame(FrameId, Event),
    /// How a step goes round: answer to [`Order::Start`] of a step of [`Activity::Rounds`], unless it failed at once.
    Shaped {
        /// Which step.
        at: At,
        /// How.
        shape: Shape,
        /// The steps of each round.
        graph: Arc<Graph>,
    },
    /// Answer to [`Order::Test`].
    Tested {
        /// Which step.
        at: At,
        /// What the test says.
        next: Next,
    },
    /// A step in flight has a failure seen to by a step that is made of steps: they run as a round of the step that failed.
    /// [`Order::Open`], [`Order::Close`] and [`Order::Conclude`] follow; meanwhile a call lends its job slot out.
    Within {
        /// Which step.
        at: At,
        /// The step alone.
        graph: Arc<Graph>,
    },
    /// A call waits for a person: it lends its job slot out meanwhile. Its limits hold on.
    Lends {
        /// Which step.
        at: At,
    },
    /// A call that may have lent its slot out wants to go on: [`Order::GoOn`] follows when it has one.
    Returns {
        /// Which step.
        at: At,
    },
    /// The time of a step that goes round is up.
    Expired {
        /// Which step.
        at: At,
    },
    /// The time of a round is up.
    RoundExpired {
        /// Its frame.
        frame: FrameId,
    },
    /// The attempt that was just ordered is none: its answer is known.
    Recalled {
        /// Which step.
        at: At,
    },
    /// From now on no step gets a job slot. What is in flight goes on.
    Hold,
    /// Steps get job slots again.
    GoOn,
    /// It is that late by a clock that never goes back. Rates of limits are held by it.
    Time(Duration),
}

/// What the driver is to do, in this order.
#[derive(Clone, Debug, PartialEq)]
pub enum Order {
    /// What a frame's scheduler says of one of its steps. [`Command::Stop`] comes only for
    /// calls and for what is done about a failure, [`Command::Finish`] only for the root.
    Frame(FrameId, Command),
    /// Find out how the step goes round and tell [`Told::Shaped`], or [`Event::Ended`] where that fails.
    Start {
        /// Which step, one of [`Activity::Rounds`].
        at: At,
        /// From 1.
        attempt: u32,
        /// When to tell [`Told::Expired`].
        timeout: Option<Duration>,
    },
    /// Evaluate the test of a round.
    Test {
        /// Which step.
        at: At,
        /// Which test.
        when: When,
        /// Of which round.
        round: usize,
    },
    /// A round begins.
    Open {
        /// Which step's.
        at: At,
        /// Which round, from 0.
        round: usize,
        /// The round's frame.
        frame: FrameId,
    },
    /// A round is over.
    Close {
        /// Which step's.
        at: At,
        /// Which round.
        round: usize,
        /// The round's frame, which no longer exists.
        frame: FrameId,
        /// How it went.
        went: Went,
        /// The step whose failure broke it.
        broken_by: Option<usize>,
    },
    /// The call that waited for a person has a job slot again.
    GoOn {
        /// Which step.
        at: At,
    },
    /// All rounds are over: make the step's value and tell [`Event::Ended`], or go on with what is done about a failure.
    Conclude {
        /// Which step.
        at: At,
        /// Why.
        conclusion: Conclusion,
    },
}
