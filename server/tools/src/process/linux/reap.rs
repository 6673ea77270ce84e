//! Orphans come to us, so we have to wait for them.

use rustix::process::{Pid, WaitOptions, waitpid};

use super::proc::{Process, own_session};
use crate::process::child::started;

/// Waits for adopted processes that are over: children in other sessions than ours that no command's thread waits for.
pub(super) fn reap(processes: &[Process]) {
    let own = std::process::id();
    let Some(session) = own_session() else { return };
    // Held so that no command starts between the look and the wait.
    let started = started();
    for process in processes {
        let adopted = process.parent == own
            && process.session != session
            && !started.contains_key(&process.pid);
        if adopted && !process.is_alive() {
            let pid = i32::try_from(process.pid).ok().and_then(Pid::from_raw);
            let _ = waitpid(pid, WaitOptions::NOHANG);
        }
    }
}
