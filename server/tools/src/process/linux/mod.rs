//! Following a command's processes on Linux.
//!
//! A process belongs to a command if it is in the command's control group (where one may be made), in its session,
//! carries its marker, or was started by one that belongs. Orphans come to us instead of to init
//! (`PR_SET_CHILD_SUBREAPER`), so the family tree holds; one that gave up session, environment and parents at once is
//! counted to the only command that could have started it.
//!
//! Consequence for the rest of the program: a child in a session of its own, started elsewhere, would be waited for
//! here. Start such children through this module.

mod cgroup;
mod enter;
mod proc;
mod reap;
mod tree;

use std::{process::Command, sync::Once};

use rustix::process::{Pid, WaitId, WaitIdOptions, getpid, set_child_subreaper, waitid};

use self::cgroup::Cgroup;
pub(super) use self::tree::Tree;
pub use self::tree::end_leftovers;

/// What is made before a command starts.
pub(super) type Seed = Option<Cgroup>;

/// Has the command begin in a session and, where allowed, a control group of its own, and end with us.
pub(super) fn prepare(command: &mut Command) -> Seed {
    static ONCE: Once = Once::new();
    // Where it is refused, orphans go to init and are still found by session and marker.
    ONCE.call_once(|| {
        let _ = set_child_subreaper(Some(getpid()));
    });
    let cgroup = Cgroup::create();
    enter::on_start(command, cgroup.as_ref());
    cgroup
}

/// Waits until the process is over and leaves it to be waited for, so that its pid stays its own.
pub(super) fn wait_without_reaping(pid: u32) {
    let Some(pid) = i32::try_from(pid).ok().and_then(Pid::from_raw) else { return };
    let options = WaitIdOptions::EXITED | WaitIdOptions::NOWAIT;
    while matches!(waitid(WaitId::Pid(pid), options), Err(rustix::io::Errno::INTR)) {}
}
