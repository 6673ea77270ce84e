//! The processes of one command, and their end.

use std::{
    collections::{BTreeMap, BTreeSet},
    time::{Duration, Instant},
};

use rustix::process::{Pid, PidfdFlags, Signal, pidfd_open, pidfd_send_signal};

use super::{
    Seed,
    proc::{self, Process},
    reap::reap,
};
use crate::process::child::started;

/// How long ended processes may take to go; longer only when the kernel waits for a device.
const PATIENCE: Duration = Duration::from_secs(3);

/// How far looks for what is left stand apart.
const APART: Duration = Duration::from_millis(5);

/// What belongs to a command. Ends with everything in it when dropped, unless released.
#[derive(Debug)]
pub(in crate::process) struct Tree {
    root: u32,
    started: u64,
    marker: String,
    cgroup: Seed,
    /// Whatever was seen to belong, by pid and start.
    seen: BTreeSet<(u32, u64)>,
    released: bool,
}

impl Tree {
    /// The tree below a process that was just started, and is still ours to wait for.
    pub(in crate::process) fn new(root: u32, marker: &str, cgroup: Seed) -> Self {
        let started = proc::process(root).map_or(0, |process| process.started);
        Self {
            root,
            started,
            marker: marker.to_owned(),
            cgroup,
            seen: BTreeSet::new(),
            released: false,
        }
    }

    /// Clock ticks since the machine started.
    pub(in crate::process) fn started(&self) -> u64 {
        self.started
    }

    /// Lets what is left of it go on.
    pub(in crate::process) fn release(mut self) {
        self.released = true;
        reap(&proc::all());
    }

    /// Ends everything in it; returns what would not go.
    pub(in crate::process) fn end(mut self) -> Vec<u32> {
        self.end_all()
    }

    fn end_all(&mut self) -> Vec<u32> {
        self.released = true;
        if let Some(cgroup) = &self.cgroup {
            cgroup.kill();
        }
        end(|processes| self.members(processes))
    }

    /// The living processes of the tree.
    fn members(&mut self, processes: &[Process]) -> Vec<Process> {
        let own = std::process::id();
        let inside = self.cgroup.as_ref().map(super::Cgroup::pids).unwrap_or_default();
        let seed = |process: &Process| {
            self.seen.contains(&(process.pid, process.started))
                || process.pid == self.root
                || process.session == self.root
                || process.group == self.root
                || inside.contains(&process.pid)
                || process.marker().is_some_and(|marker| marker == self.marker)
                || self.is_stray(process)
        };
        let young = |process: &Process| process.pid != own && process.started >= self.started;
        let members = family(processes, |process| young(process) && seed(process));
        self.seen.extend(members.iter().map(|process| (process.pid, process.started)));
        members.into_iter().filter(Process::is_alive).collect()
    }

    /// An orphan without marker that no other running command can have started.
    fn is_stray(&self, process: &Process) -> bool {
        let Some(session) = proc::own_session() else { return false };
        let started = started();
        process.parent == std::process::id()
            && process.session != session
            && !started.contains_key(&process.pid)
            && process.marker().is_none()
            && started.iter().all(|(pid, start)| *pid == self.root || *start > process.started)
    }
}

impl Drop for Tree {
    fn drop(&mut self) {
        if !self.released {
            self.end_all();
        }
    }
}

/// Ends what commands of a run left behind, when the program that ran them was ended itself: every process that carries the
/// marker `run/...`, and what those started. Returns the pids of what was there.
pub fn end_leftovers(run: &str) -> Vec<u32> {
    let mut found = BTreeSet::new();
    let mut seen: BTreeSet<(u32, u64)> = BTreeSet::new();
    end(|processes| {
        let marked = |process: &Process| {
            seen.contains(&(process.pid, process.started))
                || process
                    .marker()
                    .is_some_and(|it| it.strip_prefix(run).is_some_and(|it| it.starts_with('/')))
        };
        let own = std::process::id();
        let members = family(processes, |process| process.pid != own && marked(process));
        seen.extend(members.iter().map(|process| (process.pid, process.started)));
        let alive: Vec<Process> = members.into_iter().filter(Process::is_alive).collect();
        found.extend(alive.iter().map(|process| process.pid));
        alive
    });
    found.into_iter().collect()
}

/// The seeds and everything below them.
fn family(processes: &[Process], seed: impl Fn(&Process) -> bool) -> Vec<Process> {
    let mut children: BTreeMap<u32, Vec<&Process>> = BTreeMap::new();
    for process in processes {
        children.entry(process.parent).or_default().push(process);
    }
    let mut open: Vec<&Process> = processes.iter().filter(|process| seed(process)).collect();
    let mut members: BTreeMap<u32, Process> = BTreeMap::new();
    while let Some(process) = open.pop() {
        if members.insert(process.pid, *process).is_none() {
            open.extend(children.get(&process.pid).into_iter().flatten());
        }
    }
    members.into_values().collect()
}

/// Ends the members until three looks in a row find none. One look may miss a process that forks while it lasts, or one
/// that is just becoming another program and shows no environment meanwhile: that takes moments, so the looks stand apart.
fn end(mut members: impl FnMut(&[Process]) -> Vec<Process>) -> Vec<u32> {
    let deadline = Instant::now() + PATIENCE;
    let mut pause = Duration::from_millis(1);
    let (mut quiet, mut any) = (0, false);
    loop {
        let processes = proc::all();
        let alive = members(&processes);
        reap(&processes);
        if alive.is_empty() {
            quiet += 1;
            if quiet == 3 || !any {
                return Vec::new();
            }
            std::thread::sleep(APART);
            continue;
        }
        (quiet, any) = (0, true);
        if Instant::now() > deadline {
            return alive.iter().map(|process| process.pid).collect();
        }
        for process in alive {
            kill(process);
        }
        std::thread::sleep(pause);
        pause = (pause * 2).min(Duration::from_millis(20));
    }
}

/// Ends this process and none that got its pid afterwards.
fn kill(process: Process) {
    let Some(pid) = i32::try_from(process.pid).ok().and_then(Pid::from_raw) else { return };
    let Ok(handle) = pidfd_open(pid, PidfdFlags::empty()) else { return };
    let same = proc::process(process.pid).is_some_and(|it| it.started == process.started);
    if same {
        // One that is gone meanwhile needs no signal.
        let _ = pidfd_send_signal(handle, Signal::KILL);
    }
}
