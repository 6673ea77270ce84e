//! Interruptions: the first asks the run to end cleanly, the second ends it now.

use tokio_util::sync::CancellationToken;

use crate::cli::terminal::Terminal;

/// Runs `work` to its end; nothing when a second signal came before.
pub(in crate::cli) async fn until_twice<T, F: Future<Output = T>>(
    terminal: Terminal,
    work: impl FnOnce(CancellationToken) -> F,
) -> Option<T> {
    let cancel = CancellationToken::new();
    let work = work(cancel.clone());
    let mut signals = Signals::new();
    tokio::pin!(work);
    tokio::select! {
        done = &mut work => return Some(done),
        () = signals.next() => {}
    }
    terminal.note("stopping; interrupt again to stop at once");
    cancel.cancel();
    tokio::select! {
        done = &mut work => Some(done),
        () = signals.next() => None,
    }
}

/// Ctrl-C and, where there is such a thing, a request to terminate.
#[cfg(unix)]
struct Signals {
    interrupt: Option<tokio::signal::unix::Signal>,
    terminate: Option<tokio::signal::unix::Signal>,
}

#[cfg(unix)]
impl Signals {
    fn new() -> Self {
        use tokio::signal::unix::{SignalKind, signal};
        // Without a handler the signal ends the process, as it does any other.
        Self {
            interrupt: signal(SignalKind::interrupt()).ok(),
            terminate: signal(SignalKind::terminate()).ok(),
        }
    }

    async fn next(&mut self) {
        tokio::select! {
            () = one(&mut self.interrupt) => {}
            () = one(&mut self.terminate) => {}
        }
    }
}

#[cfg(unix)]
async fn one(signal: &mut Option<tokio::signal::unix::Signal>) {
    let received = match signal {
        Some(signal) => signal.recv().await,
        None => None,
    };
    if received.is_none() {
        std::future::pending::<()>().await;
    }
}

#[cfg(not(unix))]
struct Signals;

#[cfg(not(unix))]
impl Signals {
    const fn new() -> Self {
        Self
    }

    async fn next(&mut self) {
        if tokio::signal::ctrl_c().await.is_err() {
            std::future::pending::<()>().await;
        }
    }
}
