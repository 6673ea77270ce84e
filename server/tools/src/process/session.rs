//! Following a command's processes on other Unixes: by session only.
//!
//! A process that begins a session of its own (`setsid`) is not followed and survives: there is no subreaper and no
//! `/proc` to find it by.

use std::process::Command;

use rustix::process::{Pid, Signal, WaitId, WaitIdOptions, kill_process_group, waitid};

/// Nothing is made before a command starts.
pub(super) type Seed = ();

/// Has the command begin in a process group of its own.
pub(super) fn prepare(command: &mut Command) -> Seed {
    use std::os::unix::process::CommandExt as _;
    command.process_group(0);
}

/// Waits until the process is over and leaves it to be waited for, so that its pid stays its own.
pub(super) fn wait_without_reaping(pid: u32) {
    let Some(pid) = raw(pid) else { return };
    let options = WaitIdOptions::EXITED | WaitIdOptions::NOWAIT;
    while matches!(waitid(WaitId::Pid(pid), options), Err(rustix::io::Errno::INTR)) {}
}

fn raw(pid: u32) -> Option<Pid> {
    i32::try_from(pid).ok().and_then(Pid::from_raw)
}

/// The process group of a command. Ends when dropped, unless released.
#[derive(Debug)]
pub(super) struct Tree {
    group: u32,
    released: bool,
}

impl Tree {
    /// The group of a process that was just started.
    pub(super) fn new(root: u32, _marker: &str, (): Seed) -> Self {
        Self { group: root, released: false }
    }

    /// Not known here.
    pub(super) fn started(&self) -> u64 {
        0
    }

    /// Lets what is left of it go on.
    pub(super) fn release(mut self) {
        self.released = true;
    }

    /// Ends everything in it.
    pub(super) fn end(self) -> Vec<u32> {
        drop(self);
        Vec::new()
    }
}

impl Drop for Tree {
    fn drop(&mut self) {
        if !self.released {
            // A group without processes needs no signal.
            let _ = raw(self.group).map(|group| kill_process_group(group, Signal::KILL));
        }
    }
}

/// Finds nothing: processes cannot be told apart by their environment here.
pub fn end_leftovers(_run: &str) -> Vec<u32> {
    Vec::new()
}
