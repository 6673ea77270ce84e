//! A control group (version 2) for one command, where the system lets us make one.

use std::{
    fs,
    os::fd::OwnedFd,
    path::{Path, PathBuf},
    sync::atomic::{AtomicU64, Ordering},
};

/// A group of our own making; removed when dropped, unless something still runs in it.
#[derive(Debug)]
pub(in crate::process) struct Cgroup {
    folder: PathBuf,
}

const PREFIX: &str = "downbeat-";

impl Cgroup {
    /// A new group below our own, if that is allowed and not switched off with `DOWNBEAT_CGROUPS=off`.
    pub(super) fn create() -> Option<Self> {
        if std::env::var_os("DOWNBEAT_CGROUPS").is_some_and(|value| value == "off") {
            return None;
        }
        static NUMBER: AtomicU64 = AtomicU64::new(0);
        let parent = own_group()?;
        sweep(&parent);
        let number = NUMBER.fetch_add(1, Ordering::Relaxed);
        let folder = parent.join(format!("{PREFIX}{}-{number}", std::process::id()));
        fs::create_dir(&folder).ok()?;
        Some(Self { folder })
    }

    /// A process that writes `0` here enters.
    pub(super) fn door(&self) -> Option<OwnedFd> {
        fs::File::options()
            .write(true)
            .open(self.folder.join("cgroup.procs"))
            .ok()
            .map(OwnedFd::from)
    }

    /// Processes inside.
    pub(super) fn pids(&self) -> Vec<u32> {
        let list = fs::read_to_string(self.folder.join("cgroup.procs")).unwrap_or_default();
        list.lines().filter_map(|line| line.parse().ok()).collect()
    }

    /// Ends everything inside at once. Older kernels cannot; the walk does it then.
    pub(super) fn kill(&self) {
        let _ = fs::write(self.folder.join("cgroup.kill"), "1");
    }
}

impl Drop for Cgroup {
    fn drop(&mut self) {
        let _ = fs::remove_dir(&self.folder);
    }
}

/// The folder of the group that we are in.
fn own_group() -> Option<PathBuf> {
    let mounts = fs::read_to_string("/proc/self/mountinfo").ok()?;
    let mount = mounts.lines().find_map(|line| {
        let (fields, rest) = line.split_once(" - ")?;
        let mut fields = fields.split(' ').skip(3);
        let (root, point) = (fields.next()?, fields.next()?);
        (rest.starts_with("cgroup2 ") && root == "/").then_some(point)
    })?;
    let groups = fs::read_to_string("/proc/self/cgroup").ok()?;
    let path = groups.lines().find_map(|line| line.strip_prefix("0::/"))?;
    Some(Path::new(mount).join(path))
}

/// Removes groups that nothing runs in any longer: ours, and those of processes that are gone.
fn sweep(parent: &Path) {
    let Ok(entries) = fs::read_dir(parent) else { return };
    for entry in entries.flatten() {
        let name = entry.file_name();
        let owner = name.to_str().and_then(|name| name.strip_prefix(PREFIX)?.split('-').next());
        if owner.is_some_and(|pid| !Path::new("/proc").join(pid).exists()) {
            let _ = fs::remove_dir(entry.path());
        }
    }
}
