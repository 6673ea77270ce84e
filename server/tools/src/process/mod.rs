//! Commands that end together with everything they started.
//!
//! A shell command is a tree of processes, and the tree can leave its root: `setsid`, a double fork and `nohup` all
//! survive the end of a process group. So a command here is followed (see `linux`), and is over only when nothing
//! of it runs any longer. Commands of a pipeline inherit the environment, except the variables of Downbeat itself
//! (`DOWNBEAT_*`); what they get instead is [`MARKER`], by which what a crash left behind is found again.
//!
//! Unix only so far: elsewhere a command is refused, because it could not be ended.

mod capture;
#[cfg(unix)]
mod child;
#[cfg(target_os = "linux")]
mod linux;
#[cfg(unix)]
mod run;
#[cfg(unix)]
mod serve;
#[cfg(all(unix, not(target_os = "linux")))]
mod session;
#[cfg(not(unix))]
mod unsupported;

use std::{ffi::OsString, path::PathBuf, time::Duration};

#[cfg(target_os = "linux")]
use linux as platform;
#[cfg(all(unix, not(target_os = "linux")))]
use session as platform;

#[cfg(unix)]
pub use platform::end_leftovers;
#[cfg(unix)]
pub use run::run;
#[cfg(unix)]
pub(crate) use serve::{Served, serve};
#[cfg(not(unix))]
pub(crate) use unsupported::{Served, serve};
#[cfg(not(unix))]
pub use unsupported::{end_leftovers, run};

/// The variable that every process of a command carries: `run/step/attempt`.
pub const MARKER: &str = "DOWNBEAT_STEP";

/// The most that is kept of one stream of a command: 128 MiB.
pub const KEPT: usize = 128 << 20;

/// The most that is told of one stream while it comes: 10 MiB.
const SHOWN: usize = 10 << 20;

/// Whether a program is on the search path.
pub(crate) fn on_path(program: &str) -> bool {
    let path = std::env::var_os("PATH").unwrap_or_default();
    std::env::split_paths(&path).any(|folder| folder.join(program).is_file())
}

/// A command before it runs.
#[derive(Clone, Debug)]
pub struct Command {
    /// The program, looked up in `PATH`.
    pub program: OsString,
    /// Its arguments.
    pub arguments: Vec<OsString>,
    /// Variables beside the inherited ones.
    pub environment: Vec<(OsString, OsString)>,
    /// Where it runs.
    pub folder: PathBuf,
    /// The value of [`MARKER`].
    pub marker: String,
    /// Bytes that are kept of each of its two streams.
    pub kept: usize,
}

/// Why a command is over.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ending {
    /// It ended by itself: its exit code, or the negative number of the signal that ended it.
    Exited(i32),
    /// The time was up.
    TimedOut,
    /// The call was cancelled.
    Cancelled,
}

/// A command afterwards.
#[derive(Clone, Debug)]
pub struct Ran {
    /// Why it is over.
    pub ending: Ending,
    /// What it wrote to standard output, not more than was asked for.
    pub stdout: String,
    /// What it wrote to standard error, not more than was asked for.
    pub stderr: String,
    /// How long it took.
    pub elapsed: Duration,
    /// Processes that could not be ended, because the kernel did not let go of them.
    pub survivors: Vec<u32>,
}
