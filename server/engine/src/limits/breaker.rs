//! Whether a host answers: after failures in a row it is left alone for a while, and then asked once before it is asked by
//! all again.

use std::time::Duration;

/// Failures in a row after which a host is left alone.
pub(super) const FAILURES: u32 = 5;

/// How long it is left alone at first; twice as long after each probe in vain.
const FIRST: Duration = Duration::from_secs(1);

/// How long it is left alone at most: that a host has recovered is noticed within this time.
const LONGEST: Duration = Duration::from_secs(4);

/// The breaker of one host. Times are those of one clock that never goes back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Breaker {
    state: State,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    Closed {
        /// In a row.
        failures: u32,
    },
    Open {
        until: Duration,
        pause: Duration,
    },
    /// One request is out to see.
    Probing {
        pause: Duration,
    },
}

/// Whether a request may go out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Leave {
    /// It may.
    Go(Errand),
    /// A probe is out; its end decides.
    Wait,
    /// Not before then.
    Refused { until: Duration },
}

/// What a request went out as.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Errand {
    Ordinary,
    Probe,
}

/// What became of a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Report {
    /// The host answered, whatever it said.
    Answered,
    /// It could not be reached, or failed in itself.
    Failed,
    /// Nothing is known: the request was given up.
    Unknown,
}

impl Breaker {
    pub(super) const fn new() -> Self {
        Self { state: State::Closed { failures: 0 } }
    }

    /// Whether there is nothing to remember.
    pub(super) const fn is_healthy(self) -> bool {
        matches!(self.state, State::Closed { failures: 0 })
    }

    /// Asks for leave at `now`. Who gets it must report.
    pub(super) fn ask(&mut self, now: Duration) -> Leave {
        match self.state {
            State::Closed { .. } => Leave::Go(Errand::Ordinary),
            State::Probing { .. } => Leave::Wait,
            State::Open { until, .. } if now < until => Leave::Refused { until },
            State::Open { pause, .. } => {
                self.state = State::Probing { pause };
                Leave::Go(Errand::Probe)
            }
        }
    }

    /// Hears at `now` what became of a request. What went out before the failures says nothing of the host after them.
    pub(super) fn hear(&mut self, now: Duration, errand: Errand, report: Report) {
        self.state = match (self.state, errand, report) {
            (State::Closed { .. }, _, Report::Answered)
            | (State::Probing { .. }, Errand::Probe, Report::Answered) => {
                State::Closed { failures: 0 }
            }
            (State::Closed { failures }, _, Report::Failed) if failures + 1 < FAILURES => {
                State::Closed { failures: failures + 1 }
            }
            (State::Closed { .. }, _, Report::Failed) => {
                State::Open { until: now + FIRST, pause: FIRST }
            }
            (State::Probing { pause }, Errand::Probe, Report::Failed) => {
                let pause = (pause * 2).min(LONGEST);
                State::Open { until: now + pause, pause }
            }
            // The next one is the probe.
            (State::Probing { pause }, Errand::Probe, Report::Unknown) => {
                State::Open { until: now, pause }
            }
            (state, ..) => state,
        };
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn second(seconds: u64) -> Duration {
        Duration::from_secs(seconds)
    }

    #[test]
    fn it_opens_probes_and_closes() {
        let mut breaker = Breaker::new();
        for _ in 0..FAILURES {
            assert_eq!(breaker.ask(second(9)), Leave::Go(Errand::Ordinary));
            breaker.hear(second(9), Errand::Ordinary, Report::Failed);
        }
        assert_eq!(breaker.ask(second(9)), Leave::Refused { until: second(10) });
        assert_eq!(breaker.ask(second(10)), Leave::Go(Errand::Probe));
        assert_eq!(breaker.ask(second(10)), Leave::Wait);
        breaker.hear(second(10), Errand::Probe, Report::Failed);
        assert_eq!(breaker.ask(second(11)), Leave::Refused { until: second(12) });
        assert_eq!(breaker.ask(second(12)), Leave::Go(Errand::Probe));
        breaker.hear(second(12), Errand::Probe, Report::Answered);
        assert!(breaker.is_healthy());
    }

    proptest! {
        #[test]
        fn one_probe_at_a_time_and_no_pause_too_long(
            moves in prop::collection::vec((0..3000_u64, 0..4_usize, 0..3_usize), 0..300),
        ) {
            let mut breaker = Breaker::new();
            let (mut now, mut out, mut in_a_row) = (Duration::ZERO, Vec::new(), 0);
            let mut opened = None;
            for (passes, ends, what) in moves {
                now += Duration::from_millis(passes);
                match breaker.ask(now) {
                    Leave::Go(Errand::Ordinary) => {
                        prop_assert!(in_a_row < FAILURES);
                        out.push(Errand::Ordinary);
                    }
                    Leave::Go(Errand::Probe) => {
                        prop_assert!(in_a_row >= FAILURES);
                        prop_assert!(!out.contains(&Errand::Probe), "one probe is enough");
                        out.push(Errand::Probe);
                    }
                    Leave::Wait => prop_assert!(out.contains(&Errand::Probe)),
                    Leave::Refused { until } => {
                        prop_assert!(in_a_row >= FAILURES && until > now);
                        prop_assert!(until - opened.unwrap() <= LONGEST, "it is asked again soon");
                    }
                }
                for _ in 0..ends.min(out.len()) {
                    let errand = out.remove(what % out.len());
                    let report = [Report::Answered, Report::Failed, Report::Unknown][what];
                    let counts = in_a_row < FAILURES || errand == Errand::Probe;
                    breaker.hear(now, errand, report);
                    match report {
                        Report::Answered if counts => in_a_row = 0,
                        Report::Failed if counts => {
                            in_a_row += 1;
                            opened = Some(now);
                        }
                        Report::Unknown if errand == Errand::Probe => opened = Some(now),
                        _ => {}
                    }
                }
            }
        }
    }
}
