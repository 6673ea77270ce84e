//! Starting a command and waiting for it, in a thread of its own.
//!
//! The thread lives exactly as long as the command's first process, which is why that process may ask the kernel to
//! be ended with the thread (`PR_SET_PDEATHSIG` follows the thread, not the process).

use std::{
    collections::BTreeMap,
    io,
    os::unix::process::ExitStatusExt,
    process::{Child, ChildStderr, ChildStdin, ChildStdout, Stdio},
    sync::{Mutex, MutexGuard, PoisonError},
};

use engine::Resources;
use tokio::sync::oneshot;
use wait4::{ResUse, Wait4 as _};

use super::{
    Command, MARKER,
    platform::{self, Tree},
};

/// First processes that were started and not yet waited for, by pid, with what the platform knows them by. Whoever
/// waits for processes that are not in here holds the lock while he does.
static STARTED: Mutex<BTreeMap<u32, u64>> = Mutex::new(BTreeMap::new());

/// See [`STARTED`].
pub(super) fn started() -> MutexGuard<'static, BTreeMap<u32, u64>> {
    STARTED.lock().unwrap_or_else(PoisonError::into_inner)
}

/// A command that runs. Its tree ends when this is dropped.
pub(super) struct Running {
    pub(super) tree: Tree,
    /// None where it reads nothing.
    pub(super) stdin: Option<ChildStdin>,
    pub(super) stdout: ChildStdout,
    pub(super) stderr: ChildStderr,
    /// How its first process ended.
    pub(super) exit: oneshot::Receiver<Exit>,
}

/// What a command reads.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Input {
    Nothing,
    /// What is written to it while it runs.
    Piped,
}

/// How a process ended.
#[derive(Clone, Copy, Debug)]
pub(super) struct Exit {
    /// The exit code, or the negative number of a signal.
    pub(super) code: i32,
    /// What it and those that it waited for used, where the system says so.
    pub(super) used: Option<Resources>,
}

/// Starts a command. When nobody takes the answer, the command ends at once.
pub(super) fn start(command: Command, input: Input) -> oneshot::Receiver<io::Result<Running>> {
    let (answer, receiver) = oneshot::channel();
    let thread = std::thread::Builder::new().name("command".to_owned());
    // Without a thread the sender is dropped, which the receiver reports.
    let _ = thread.spawn(move || match spawn(&command, input) {
        Err(error) => {
            let _ = answer.send(Err(error));
        }
        Ok((child, spawned)) => {
            let (sender, exit) = oneshot::channel();
            let Spawned { tree, stdin, stdout, stderr } = spawned;
            // An answer that is not taken is dropped, and its tree with it.
            drop(answer.send(Ok(Running { tree, stdin, stdout, stderr, exit })));
            let _ = sender.send(wait(child));
        }
    });
    receiver
}

/// The ends that are ours of a process that was started.
struct Spawned {
    tree: Tree,
    stdin: Option<ChildStdin>,
    stdout: ChildStdout,
    stderr: ChildStderr,
}

fn spawn(command: &Command, input: Input) -> io::Result<(Child, Spawned)> {
    let mut process = std::process::Command::new(&command.program);
    process.args(&command.arguments).current_dir(&command.folder);
    for (name, _) in std::env::vars_os() {
        if name.as_encoded_bytes().starts_with(b"DOWNBEAT_") {
            process.env_remove(name);
        }
    }
    process.envs(command.environment.iter().map(|(name, value)| (name, value)));
    process.env(MARKER, &command.marker);
    process.stdin(match input {
        Input::Nothing => Stdio::null(),
        Input::Piped => Stdio::piped(),
    });
    process.stdout(Stdio::piped()).stderr(Stdio::piped());
    let seed = platform::prepare(&mut process);
    let mut started = started();
    let mut child = process.spawn()?;
    let tree = Tree::new(child.id(), &command.marker, seed);
    started.insert(child.id(), tree.started());
    drop(started);
    match (child.stdout.take(), child.stderr.take()) {
        (Some(stdout), Some(stderr)) => {
            let stdin = child.stdin.take();
            Ok((child, Spawned { tree, stdin, stdout, stderr }))
        }
        _ => Err(io::Error::other("the command has no output to read")),
    }
}

fn wait(child: Child) -> Exit {
    let pid = child.id();
    platform::wait_without_reaping(pid);
    let mut started = started();
    let ended = child.wait4();
    started.remove(&pid);
    drop(started);
    // Waiting fails only for a process that somebody else waited for.
    let Ok(ResUse { status, rusage }) = ended else { return Exit { code: -1, used: None } };
    Exit {
        code: status.code().or_else(|| status.signal().map(|it| -it)).unwrap_or(-1),
        used: Some(Resources {
            cpu: (rusage.utime + rusage.stime).as_secs_f64(),
            peak_memory: rusage.maxrss,
        }),
    }
}
