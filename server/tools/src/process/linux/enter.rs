//! What a command does between `fork` and `exec`: the only place that needs `unsafe`.
#![expect(unsafe_code, reason = "std has no safe way to act between fork and exec")]

use std::{io, os::unix::process::CommandExt as _, process::Command};

use rustix::process::{Signal, getpid, getppid, set_parent_process_death_signal, setsid};

use super::cgroup::Cgroup;

/// Begins a session, enters the control group, and asks to be ended with the thread that started it.
pub(super) fn on_start(command: &mut Command, cgroup: Option<&Cgroup>) {
    let parent = getpid();
    let door = cgroup.and_then(Cgroup::door);
    let enter = move || {
        setsid()?;
        set_parent_process_death_signal(Some(Signal::KILL))?;
        // The parent may have ended before the kernel was asked.
        if getppid() != Some(parent) {
            return Err(io::Error::other("the parent process has ended"));
        }
        // Outside the group the process is still followed, only less surely.
        if let Some(door) = &door {
            let _ = rustix::io::write(door, b"0");
        }
        Ok(())
    };
    // SAFETY: the closure makes system calls on values that exist already; it takes no lock, and allocates only for
    // the message of a case in which nobody is left to read it.
    unsafe { command.pre_exec(enter) };
}
