//! What counts for one limit.

use std::{collections::VecDeque, time::Duration};

use super::Limit;

/// The window of a rate.
const MINUTE: Duration = Duration::from_secs(60);

/// Counts what a limit is about. Times are those of one clock that never goes back.
#[derive(Clone, Debug, Default)]
pub struct Meter {
    limit: Limit,
    taken: usize,
    /// When those of the last minute began, the oldest first; empty where the limit has no rate.
    begun: VecDeque<Duration>,
}

/// When one more may begin.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Opening {
    /// Now.
    Now,
    /// Then, if nothing else begins before.
    At(Duration),
    /// When one of those that are under way ends.
    AfterOne,
}

impl Meter {
    /// Of a limit.
    #[must_use]
    pub fn new(limit: Limit) -> Self {
        Self { limit, ..Self::default() }
    }

    /// When one more may begin, as seen at `now`.
    pub fn opening(&mut self, now: Duration) -> Opening {
        if self.limit.at_once.is_some_and(|most| self.taken >= most.get()) {
            return Opening::AfterOne;
        }
        let Some(most) = self.limit.per_minute else { return Opening::Now };
        while self.begun.front().is_some_and(|begun| *begun + MINUTE <= now) {
            self.begun.pop_front();
        }
        let most = usize::try_from(most.get()).unwrap_or(usize::MAX);
        match self.begun.front() {
            Some(oldest) if self.begun.len() >= most => Opening::At(*oldest + MINUTE),
            _ => Opening::Now,
        }
    }

    /// One begins at `now`.
    pub fn begin(&mut self, now: Duration) {
        self.taken += 1;
        if self.limit.per_minute.is_some() {
            self.begun.push_back(now);
        }
    }

    /// One has ended.
    pub fn end(&mut self) {
        self.taken = self.taken.saturating_sub(1);
    }

    /// The one that began last did nothing that counts for a rate.
    pub fn forgive(&mut self) {
        self.begun.pop_back();
    }
}

#[cfg(test)]
mod tests {
    use std::num::{NonZeroU32, NonZeroUsize};

    use proptest::prelude::*;

    use super::*;

    fn limit(at_once: usize, per_minute: u32) -> Limit {
        Limit { at_once: NonZeroUsize::new(at_once), per_minute: NonZeroU32::new(per_minute) }
    }

    #[test]
    fn a_rate_opens_when_the_oldest_is_a_minute_old() {
        let second = Duration::from_secs;
        let mut meter = Meter::new(limit(0, 2));
        for begin in [1, 20] {
            assert_eq!(meter.opening(second(begin)), Opening::Now);
            meter.begin(second(begin));
            meter.end();
        }
        assert_eq!(meter.opening(second(30)), Opening::At(second(61)));
        assert_eq!(meter.opening(second(61)), Opening::Now);
        meter.begin(second(61));
        assert_eq!(meter.opening(second(70)), Opening::At(second(80)));
        meter.forgive();
        assert_eq!(meter.opening(second(70)), Opening::Now);
    }

    proptest! {
        #[test]
        fn no_more_at_once_and_no_more_in_any_minute(
            at_once in 0..4_usize,
            per_minute in 0..6_u32,
            moves in prop::collection::vec((0..20_u64, any::<bool>()), 0..120),
        ) {
            let mut meter = Meter::new(limit(at_once, per_minute));
            let (mut now, mut under_way, mut begun) = (Duration::ZERO, 0_usize, Vec::new());
            for (passes, ends) in moves {
                now += Duration::from_secs(passes);
                if ends && under_way > 0 {
                    meter.end();
                    under_way -= 1;
                }
                let opening = meter.opening(now);
                let in_window = |at: Duration| {
                    begun.iter().filter(|begun| **begun + MINUTE > at).count() as u32
                };
                let full = at_once > 0 && under_way >= at_once;
                let fast = per_minute > 0 && in_window(now) >= per_minute;
                match opening {
                    Opening::Now => prop_assert!(!full && !fast),
                    Opening::AfterOne => prop_assert!(full),
                    Opening::At(then) => {
                        prop_assert!(fast && then > now);
                        prop_assert!(in_window(then) < per_minute, "then it opens");
                        prop_assert!(in_window(then - Duration::from_nanos(1)) >= per_minute, "and not before");
                    }
                }
                if opening == Opening::Now {
                    meter.begin(now);
                    begun.push(now);
                    under_way += 1;
                }
            }
        }
    }
}
