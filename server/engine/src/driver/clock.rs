//! The time that a run takes: for limits all of it, for its budget what passes while it is not paused.

use std::time::Duration;

use tokio::time::{Instant, sleep_until};

/// See the module.
#[derive(Clone, Copy, Debug)]
pub(super) struct Clock {
    begun: Instant,
    /// What is left of the budget; none where there is none.
    left: Option<Duration>,
    /// Since when it gets less; none while it does not.
    since: Option<Instant>,
}

impl Clock {
    pub(super) fn new() -> Self {
        let now = Instant::now();
        Self { begun: now, left: None, since: Some(now) }
    }

    /// Only so much is left.
    pub(super) const fn allow(&mut self, left: Option<Duration>) {
        self.left = left;
    }

    /// Since it began.
    pub(super) fn elapsed(&self) -> Duration {
        self.begun.elapsed()
    }

    /// The moment that is so long after the beginning.
    pub(super) fn at(&self, elapsed: Duration) -> Instant {
        self.begun + elapsed
    }

    /// The budget lasts from here on.
    pub(super) fn pause(&mut self) {
        if let Some(since) = self.since.take() {
            self.left = self.left.map(|left| left.saturating_sub(since.elapsed()));
        }
    }

    /// And no longer.
    pub(super) fn go_on(&mut self) {
        self.since.get_or_insert_with(Instant::now);
    }

    /// When nothing is left; none where that does not come nearer.
    pub(super) fn deadline(&self) -> Option<Instant> {
        self.since?.checked_add(self.left?)
    }
}

/// Waits for a moment; for ever where there is none.
pub(super) async fn until(moment: Option<Instant>) {
    match moment {
        Some(moment) => sleep_until(moment).await,
        None => std::future::pending().await,
    }
}
