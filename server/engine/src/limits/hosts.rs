//! The way out: whoever asks a host goes through here, so that its limits hold for all of them, and a host that does not
//! answer is left alone by all of them.

use std::{
    collections::BTreeMap,
    future::pending,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use tokio::{
    sync::Notify,
    time::{Instant, sleep_until},
};
use tokio_util::sync::CancellationToken;

use super::{
    Limits, Meter, Opening,
    breaker::{Breaker, Errand, FAILURES, Leave, Report},
};
use crate::tool::{Failure, Transience};

/// The hosts of a run. Cheap to clone; all clones are one.
#[derive(Clone, Debug)]
pub struct Hosts {
    inner: Arc<Inner>,
}

#[derive(Debug)]
struct Inner {
    /// The zero of the clock.
    begun: Instant,
    state: Mutex<State>,
    /// Something ended, or was heard.
    changed: Notify,
}

#[derive(Debug)]
struct State {
    /// By the names of the limits.
    meters: BTreeMap<String, Meter>,
    /// Of hosts that failed last.
    breakers: BTreeMap<String, Breaker>,
}

/// Leave to make one request. Whoever has it tells what became of the request; dropped without a word, nothing is known.
#[must_use = "the request is over when this is dropped"]
#[derive(Debug)]
pub struct Pass {
    hosts: Hosts,
    host: String,
    meter: Option<String>,
    errand: Errand,
    report: Report,
}

impl Hosts {
    /// With the limits of hosts among these.
    #[must_use]
    pub fn new(limits: &Limits) -> Self {
        let meter = |(name, limit): (&String, &super::Limit)| {
            (name.to_ascii_lowercase(), Meter::new(*limit))
        };
        let meters = limits.hosts.iter().map(meter).collect();
        let state = Mutex::new(State { meters, breakers: BTreeMap::new() });
        Self { inner: Arc::new(Inner { begun: Instant::now(), state, changed: Notify::new() }) }
    }

    /// Leave to ask a host (`name`, or `name:port` where the port is not the usual one), when its limits have room. Waits
    /// for that, and for a probe that is out.
    ///
    /// # Errors
    /// `CircuitOpenError`: the host failed time and again and is left alone for now; the failure says until when, and is
    /// transient. `CancelledError`: `cancel` fired first.
    pub async fn enter(&self, host: &str, cancel: &CancellationToken) -> Result<Pass, Failure> {
        let host = host.to_ascii_lowercase();
        loop {
            let changed = self.inner.changed.notified();
            tokio::pin!(changed);
            // What changes from here on is noticed.
            changed.as_mut().enable();
            let wake = match self.try_enter(&host)? {
                Entry::Open(pass) => return Ok(pass),
                Entry::At(then) => Some(self.inner.begun + then),
                Entry::AfterOne => None,
            };
            let time = async {
                match wake {
                    Some(wake) => sleep_until(wake).await,
                    None => pending().await,
                }
            };
            tokio::select! {
                () = changed => {}
                () = time => {}
                () = cancel.cancelled() => {
                    let message = format!("the call was stopped before `{host}` was asked");
                    return Err(Failure::permanent("CancelledError", message));
                }
            }
        }
    }

    fn try_enter(&self, host: &str) -> Result<Entry, Failure> {
        let now = self.now();
        let mut state = self.lock();
        let mut breaker = state.breakers.get(host).copied().unwrap_or_else(Breaker::new);
        let errand = match breaker.ask(now) {
            Leave::Go(errand) => errand,
            Leave::Wait => return Ok(Entry::AfterOne),
            Leave::Refused { until } => return Err(left_alone(host, until - now)),
        };
        let name = limit_of(&state.meters, host);
        if let Some(meter) = name.as_ref().and_then(|name| state.meters.get_mut(name)) {
            match meter.opening(now) {
                Opening::Now => meter.begin(now),
                Opening::At(then) => return Ok(Entry::At(then)),
                Opening::AfterOne => return Ok(Entry::AfterOne),
            }
        }
        if errand == Errand::Probe {
            state.breakers.insert(host.to_owned(), breaker);
        }
        let (hosts, host) = (self.clone(), host.to_owned());
        Ok(Entry::Open(Pass { hosts, host, meter: name, errand, report: Report::Unknown }))
    }

    fn now(&self) -> Duration {
        self.inner.begun.elapsed()
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.inner.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Default for Hosts {
    fn default() -> Self {
        Self::new(&Limits::default())
    }
}

enum Entry {
    Open(Pass),
    At(Duration),
    AfterOne,
}

impl Pass {
    /// The host answered, whatever it said: also a refusal, or a wish to be asked later.
    pub fn answered(mut self) {
        self.report = Report::Answered;
    }

    /// The host could not be reached, did not answer in time, or failed in itself (a status of 500 and above).
    pub fn failed(mut self) {
        self.report = Report::Failed;
    }
}

impl Drop for Pass {
    fn drop(&mut self) {
        let now = self.hosts.now();
        let mut state = self.hosts.lock();
        if let Some(meter) = self.meter.as_ref().and_then(|name| state.meters.get_mut(name)) {
            meter.end();
        }
        let mut breaker = state.breakers.get(&self.host).copied().unwrap_or_else(Breaker::new);
        breaker.hear(now, self.errand, self.report);
        if breaker.is_healthy() {
            state.breakers.remove(&self.host);
        } else {
            state.breakers.insert(std::mem::take(&mut self.host), breaker);
        }
        drop(state);
        self.hosts.inner.changed.notify_waiters();
    }
}

/// The limit of a host: its own port's, else that of the name.
fn limit_of(meters: &BTreeMap<String, Meter>, host: &str) -> Option<String> {
    let name = host.rsplit_once(':').map_or(host, |(name, _)| name);
    [host, name].into_iter().find(|it| meters.contains_key(*it)).map(str::to_owned)
}

fn left_alone(host: &str, wait: Duration) -> Failure {
    let message = format!(
        "`{host}` failed {FAILURES} times or more in a row and is left alone; it is tried again in {:.1} s",
        wait.as_secs_f64()
    );
    Failure {
        transience: Transience::Transient { retry_after: Some(wait) },
        ..Failure::permanent("CircuitOpenError", message)
    }
}

#[cfg(test)]
mod tests {
    use std::num::{NonZeroU32, NonZeroUsize};

    use super::{super::Limit, *};

    fn hosts(at_once: usize, per_minute: u32) -> Hosts {
        let limit =
            Limit { at_once: NonZeroUsize::new(at_once), per_minute: NonZeroU32::new(per_minute) };
        let hosts = BTreeMap::from([("API.example.org".to_owned(), limit)]);
        Hosts::new(&Limits { hosts, ..Limits::default() })
    }

    async fn enter(hosts: &Hosts, host: &str) -> Result<Pass, Failure> {
        hosts.enter(host, &CancellationToken::new()).await
    }

    #[tokio::test(start_paused = true)]
    async fn a_host_is_left_alone_and_then_asked_once() {
        let hosts = Hosts::default();
        for _ in 0..FAILURES {
            enter(&hosts, "a").await.unwrap().failed();
        }
        let refused = enter(&hosts, "a").await.unwrap_err();
        assert_eq!(refused.error_type, "CircuitOpenError");
        let Transience::Transient { retry_after: Some(wait) } = refused.transience else {
            panic!("{refused:?}");
        };
        enter(&hosts, "b").await.unwrap().answered();
        tokio::time::sleep(wait).await;
        let probe = enter(&hosts, "a").await.unwrap();
        // Others wait for what the probe finds.
        let mut others: tokio::task::JoinSet<_> = (0..3)
            .map(|_| {
                let hosts = hosts.clone();
                async move { enter(&hosts, "a").await.map(Pass::answered) }
            })
            .collect();
        tokio::time::sleep(Duration::from_secs(1)).await;
        assert!(others.try_join_next().is_none());
        probe.answered();
        assert!(others.join_all().await.into_iter().all(|entered| entered.is_ok()));
    }

    #[tokio::test(start_paused = true)]
    async fn a_probe_that_is_given_up_is_followed_by_another() {
        let hosts = Hosts::default();
        for _ in 0..FAILURES {
            enter(&hosts, "a").await.unwrap().failed();
        }
        tokio::time::sleep(Duration::from_secs(1)).await;
        drop(enter(&hosts, "a").await.unwrap());
        enter(&hosts, "a").await.unwrap().answered();
        enter(&hosts, "a").await.unwrap().answered();
    }

    #[tokio::test(start_paused = true)]
    async fn limits_hold_for_all_ports_of_a_host() {
        let hosts = hosts(2, 3);
        let begin = Instant::now();
        let first = enter(&hosts, "api.example.org").await.unwrap();
        let second = enter(&hosts, "api.example.org:8443").await.unwrap();
        let cancel = CancellationToken::new();
        let third = hosts.enter("api.example.org", &cancel);
        tokio::pin!(third);
        assert!(tokio::time::timeout(Duration::from_secs(5), &mut third).await.is_err());
        drop(first);
        let third = third.await.unwrap();
        drop((second, third));
        drop(enter(&hosts, "api.example.org").await.unwrap());
        assert!(begin.elapsed() >= Duration::from_secs(60), "the fourth in a minute waited");
        cancel.cancel();
        let _full = (enter(&hosts, "other").await, enter(&hosts, "other").await);
    }

    #[tokio::test(start_paused = true)]
    async fn who_waits_can_be_stopped() {
        let hosts = hosts(1, 0);
        let _held = enter(&hosts, "api.example.org").await.unwrap();
        let cancel = CancellationToken::new();
        cancel.cancel();
        let stopped = hosts.enter("api.example.org", &cancel).await.unwrap_err();
        assert_eq!(stopped.error_type, "CancelledError");
    }
}
