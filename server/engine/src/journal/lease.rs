//! Who drives a run, and whether that process still lives.
//!
//! A run in flight names its process in its row and renews a heartbeat there. Where the process can be looked up (same
//! boot, same pid namespace) its death is seen at once; elsewhere a heartbeat that stopped says so.

use std::{
    fs,
    sync::OnceLock,
    time::{Duration, SystemTime, UNIX_EPOCH},
};

/// How often a heartbeat is renewed.
pub(super) const BEAT: Duration = Duration::from_secs(2);

/// Seconds after which a heartbeat that was not renewed means death.
const SILENCE: f64 = 15.0;

/// Unix seconds.
pub(super) fn now() -> f64 {
    SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_secs_f64()
}

/// This process, as text: `<boot and namespace>/<pid>/<start>`.
pub(super) fn owner() -> &'static str {
    static OWNER: OnceLock<String> = OnceLock::new();
    OWNER.get_or_init(|| {
        let pid = std::process::id();
        format!("{}/{pid}/{}", realm(), started(pid).unwrap_or_default())
    })
}

/// Whether the process that wrote this owner and heartbeat still lives.
pub(super) fn lives(owner: &str, heartbeat: f64) -> bool {
    let mut parts = owner.rsplitn(3, '/');
    let (start, pid, theirs) =
        (parts.next(), parts.next().and_then(|pid| pid.parse().ok()), parts.next());
    match (theirs, pid, start) {
        (Some(theirs), Some(pid), Some(start)) if !start.is_empty() && theirs == realm() => {
            started(pid).is_some_and(|found| found == start)
        }
        _ => now() - heartbeat < SILENCE,
    }
}

/// The process of an owner, where its pid means the same here.
pub(super) fn pid(owner: &str) -> Option<u32> {
    let mut parts = owner.rsplitn(3, '/');
    let (_, pid, theirs) = (parts.next()?, parts.next()?.parse().ok()?, parts.next()?);
    (theirs == realm()).then_some(pid)
}

/// Where pids mean the same thing: this boot of this machine, in this pid namespace.
fn realm() -> &'static str {
    static REALM: OnceLock<String> = OnceLock::new();
    REALM.get_or_init(|| {
        let boot = fs::read_to_string("/proc/sys/kernel/random/boot_id").unwrap_or_default();
        let namespace = fs::read_link("/proc/self/ns/pid").unwrap_or_default();
        format!("{}/{}", boot.trim(), namespace.display())
    })
}

/// When a living process began, in clock ticks after the boot: field 22 of `/proc/<pid>/stat`, counted behind the
/// program's name, which may itself hold blanks and parentheses. A zombie lives no longer.
fn started(pid: u32) -> Option<String> {
    let stat = fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
    let mut fields = stat.rsplit_once(')')?.1.split_whitespace();
    (fields.next()? != "Z").then(|| fields.nth(18).map(str::to_owned))?
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn this_process_lives_and_another_start_is_another_process() {
        assert!(lives(owner(), 0.0) || started(std::process::id()).is_none());
        if started(std::process::id()).is_some() {
            assert!(!lives(&format!("{}x", owner()), now()));
        }
    }

    #[test]
    fn a_foreign_process_lives_as_long_as_its_heartbeat() {
        assert!(lives("elsewhere/pid:[1]/7/99", now() - 5.0));
        assert!(!lives("elsewhere/pid:[1]/7/99", now() - 60.0));
        assert!(!lives("", 0.0));
    }
}
