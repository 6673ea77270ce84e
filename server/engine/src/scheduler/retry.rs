//! Whether an attempt is followed by another, and when: exponential backoff with full jitter.

use std::time::Duration;

use super::{Node, Outcome};
use crate::tool::Transience;

/// Longest delay after the first attempt.
const FIRST: Duration = Duration::from_millis(500);

/// Longest delay of all.
const LONGEST: Duration = Duration::from_secs(30);

/// A longer `Retry-After` is not waited for: the step fails.
const PATIENCE: Duration = Duration::from_secs(3600);

/// The delay before the next attempt; `None` when there is none.
pub(super) fn delay(node: &Node, outcome: Outcome, attempt: u32, jitter: f64) -> Option<Duration> {
    if outcome == Outcome::Again {
        return Some(Duration::ZERO);
    }
    if attempt >= node.attempts {
        return None;
    }
    let least = match outcome {
        Outcome::TimedOut if node.retries_timeouts => Duration::ZERO,
        Outcome::Raised(Transience::Transient { retry_after }) => retry_after.unwrap_or_default(),
        Outcome::Answered { .. }
        | Outcome::TimedOut
        | Outcome::Raised(Transience::Permanent)
        | Outcome::Again
        | Outcome::Unmended { .. } => return None,
    };
    (least <= PATIENCE).then(|| least.max(ceiling(attempt).mul_f64(unit(jitter))))
}

impl Node {
    /// Whether another attempt follows one that ended so.
    #[must_use]
    pub fn is_tried_again(&self, outcome: Outcome, attempt: u32) -> bool {
        delay(self, outcome, attempt, 0.0).is_some()
    }
}

fn ceiling(attempt: u32) -> Duration {
    FIRST.saturating_mul(1 << attempt.saturating_sub(1).min(16)).min(LONGEST)
}

fn unit(jitter: f64) -> f64 {
    if jitter.is_finite() { jitter.clamp(0.0, 1.0) } else { 1.0 }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scheduler::{Failing, tests::node};

    fn transient(retry_after: Option<u64>) -> Outcome {
        Outcome::Raised(Transience::Transient { retry_after: retry_after.map(Duration::from_secs) })
    }

    #[test]
    fn delays_double_up_to_the_cap() {
        let node = Node { attempts: 20, ..node(&[]) };
        let longest = |attempt| delay(&node, transient(None), attempt, 1.0).unwrap().as_secs_f64();
        assert_eq!([1, 2, 3, 6, 7, 19].map(longest), [0.5, 1.0, 2.0, 16.0, 30.0, 30.0]);
        assert_eq!(delay(&node, transient(None), 3, 0.0), Some(Duration::ZERO));
    }

    #[test]
    fn retry_after_is_a_minimum_within_reason() {
        let node = Node { attempts: 3, ..node(&[]) };
        assert_eq!(delay(&node, transient(Some(40)), 1, 1.0), Some(Duration::from_secs(40)));
        assert_eq!(delay(&node, transient(Some(90_000)), 1, 1.0), None);
    }

    #[test]
    fn only_what_may_pass_is_tried_again() {
        let unasked = Node { attempts: 3, ..node(&[]) };
        let asked = Node { retries_timeouts: true, ..unasked.clone() };
        assert_eq!(delay(&unasked, Outcome::Raised(Transience::Permanent), 1, 1.0), None);
        assert_eq!(delay(&unasked, Outcome::TimedOut, 1, 1.0), None);
        assert!(delay(&asked, Outcome::TimedOut, 2, 1.0).is_some());
        assert_eq!(delay(&asked, Outcome::TimedOut, 3, 1.0), None);
        assert_eq!(delay(&asked, Outcome::Answered { success: false, goto: None }, 1, 1.0), None);
    }

    #[test]
    fn a_handler_has_the_last_word() {
        let node = Node { attempts: 3, retries_timeouts: true, ..node(&[]) };
        assert_eq!(delay(&node, Outcome::Again, 3, 1.0), Some(Duration::ZERO));
        for failing in [Failing::TimedOut, Failing::Raised, Failing::Reported { goto: None }] {
            let unmended = Outcome::Unmended { failing, policy: None };
            assert_eq!(delay(&node, unmended, 1, 1.0), None);
        }
    }
}
