//! Where an ended step sends the run.

use super::{End, Failing, Node, Outcome, Policy, Reason, Verdict};

/// What an ended step means for the others.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Consequence {
    /// Nothing beside being settled.
    None,
    /// The run jumps forward.
    Route(usize),
    /// Everything that depends on it is skipped.
    SkipDependents,
    /// The run stops.
    Halt,
}

/// Of a step whose condition says that it is not to run; `led` is where it leads as far as its node says nothing.
pub(super) fn of_verdict(node: &Node, led: Option<usize>) -> Consequence {
    node.routes.on_false.or(led).map_or(Consequence::None, Consequence::Route)
}

/// Of a step whose last attempt is over; `led` is where a failure leads as far as its node says nothing.
pub(super) fn of_outcome(node: &Node, outcome: Outcome, led: Option<usize>) -> Consequence {
    match outcome {
        Outcome::Answered { success: true, goto } => {
            node.routes.on_success.or(goto).map_or(Consequence::None, Consequence::Route)
        }
        Outcome::Answered { success: false, goto } => of_report(node, node.policy, goto, led),
        Outcome::Raised(_) | Outcome::TimedOut => of_failure(node, node.policy, led),
        Outcome::Again => Consequence::None,
        Outcome::Unmended { failing, policy } => {
            let policy = policy.unwrap_or(node.policy);
            match failing {
                Failing::Reported { goto } => of_report(node, policy, goto, led),
                Failing::Raised | Failing::TimedOut => of_failure(node, policy, led),
            }
        }
    }
}

fn of_report(node: &Node, policy: Policy, goto: Option<usize>, led: Option<usize>) -> Consequence {
    match of_failure(node, policy, led) {
        Consequence::None => goto.map_or(Consequence::None, Consequence::Route),
        consequence => consequence,
    }
}

fn of_failure(node: &Node, policy: Policy, led: Option<usize>) -> Consequence {
    if let Some(target) = node.routes.on_failure.or(led) {
        return Consequence::Route(target);
    }
    match policy {
        Policy::Fail => Consequence::Halt,
        Policy::Continue => Consequence::None,
        Policy::Skip => Consequence::SkipDependents,
    }
}

/// The reason for which a condition skips its step; `None` when it does not.
pub(super) const fn reason(verdict: Verdict) -> Option<Reason> {
    match verdict {
        Verdict::True => None,
        Verdict::False => Some(Reason::ConditionFalse),
        Verdict::Error => Some(Reason::ConditionError),
    }
}

/// How a step ends whose last attempt ended so.
pub(super) const fn end(outcome: Outcome, attempts: u32) -> End {
    match outcome {
        Outcome::Answered { .. } | Outcome::Unmended { failing: Failing::Reported { .. }, .. } => {
            End::Completed { attempts }
        }
        Outcome::TimedOut | Outcome::Unmended { failing: Failing::TimedOut, .. } => {
            End::Failed { attempts, timed_out: true }
        }
        Outcome::Raised(_)
        | Outcome::Again
        | Outcome::Unmended { failing: Failing::Raised, .. } => {
            End::Failed { attempts, timed_out: false }
        }
    }
}
