//! Reading `/proc`. A process that is gone meanwhile is left out.

use std::fs;

/// A process, as `/proc/PID/stat` shows it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Process {
    pub(super) pid: u32,
    pub(super) parent: u32,
    pub(super) group: u32,
    pub(super) session: u32,
    pub(super) state: char,
    /// Clock ticks since the machine started. With the pid it names a process for good.
    pub(super) started: u64,
}

impl Process {
    /// Whether it can still do something.
    pub(super) fn is_alive(&self) -> bool {
        !matches!(self.state, 'Z' | 'X' | 'x')
    }

    /// The marker that it carries, if it may be read.
    pub(super) fn marker(&self) -> Option<String> {
        let environment = fs::read(format!("/proc/{}/environ", self.pid)).ok()?;
        let value = environment.split(|byte| *byte == 0).find_map(|entry| {
            entry.strip_prefix(crate::process::MARKER.as_bytes())?.strip_prefix(b"=")
        })?;
        String::from_utf8(value.to_vec()).ok()
    }
}

/// Every process that there is.
pub(super) fn all() -> Vec<Process> {
    let Ok(entries) = fs::read_dir("/proc") else { return Vec::new() };
    let pids = entries.flatten().filter_map(|entry| entry.file_name().to_str()?.parse().ok());
    pids.filter_map(process).collect()
}

/// One process.
pub(super) fn process(pid: u32) -> Option<Process> {
    parse(pid, &fs::read_to_string(format!("/proc/{pid}/stat")).ok()?)
}

/// The session that this program is in: 0 when it was begun outside of the container that we see the processes of, which
/// `getsid` of rustix does not allow for.
pub(super) fn own_session() -> Option<u32> {
    process(std::process::id()).map(|own| own.session)
}

/// `proc_pid_stat(5)`: the name in parentheses may hold anything, so fields are counted from its end.
fn parse(pid: u32, stat: &str) -> Option<Process> {
    let (_, fields) = stat.rsplit_once(')')?;
    let mut fields = fields.split_ascii_whitespace();
    let state = fields.next()?.chars().next()?;
    let parent = fields.next()?.parse().ok()?;
    let group = fields.next()?.parse().ok()?;
    let session = fields.next()?.parse().ok()?;
    let started = fields.nth(15)?.parse().ok()?;
    Some(Process { pid, parent, group, session, state, started })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_may_hold_anything() {
        let stat = "7 (a) S) b) R 1 5 6 0 -1 4194304 1 2 3 4 5 6 7 8 20 0 1 0 99 1000";
        let expected = Process { pid: 7, parent: 1, group: 5, session: 6, state: 'R', started: 99 };
        assert_eq!(parse(7, stat), Some(expected));
        assert_eq!(parse(7, "7 (a"), None);
    }

    #[test]
    fn we_are_there() {
        let own = process(std::process::id()).unwrap();
        assert!(own.is_alive() && own.started > 0);
        assert!(
            all().contains(&Process { state: process(own.pid).unwrap().state, ..own })
                || !all().is_empty()
        );
    }
}
