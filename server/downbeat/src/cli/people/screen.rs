//! The terminal as the place where somebody types. It is opened anew under its own name, so that waiting for a line blocks
//! no thread and can be given up, and nothing else that reads or writes it is disturbed.

use std::{
    fs::{File, OpenOptions},
    io::{self, ErrorKind, IsTerminal, Read},
    os::{
        fd::{AsFd, BorrowedFd},
        unix::{ffi::OsStrExt, fs::OpenOptionsExt},
    },
    path::PathBuf,
};

use rustix::{
    fs::OFlags,
    termios::{
        LocalModes, OptionalActions, QueueSelector, Termios, tcflush, tcgetattr, tcsetattr, ttyname,
    },
};
use tokio::io::{Interest, unix::AsyncFd};

use super::PipelineFrom;
use crate::cli::terminal::{Stream, Terminal};

/// The longest answer in bytes.
const LONGEST: usize = 1 << 20;

/// Whether what is typed is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Echo {
    On,
    Off,
}

/// See the module.
pub(super) struct Screen {
    path: PathBuf,
}

impl Screen {
    /// The terminal, where questions are seen and answers can be typed: standard error is one, and standard input is, too,
    /// or brought the pipeline.
    pub(super) fn find(terminal: Terminal, from: PipelineFrom) -> Option<Self> {
        if !terminal.interactive(Stream::Err) {
            return None;
        }
        let (stdin, stderr) = (std::io::stdin(), std::io::stderr());
        let typed_at: BorrowedFd<'_> = match from {
            _ if stdin.is_terminal() => stdin.as_fd(),
            PipelineFrom::Stdin => stderr.as_fd(),
            PipelineFrom::File => return None,
        };
        let name = ttyname(typed_at, Vec::new()).ok()?;
        Some(Self { path: std::ffi::OsStr::from_bytes(name.as_bytes()).into() })
    }

    /// Says that a line is awaited, and reads it, without its end; nothing at the end of input. What was typed and not read is thrown away when the
    /// waiting is given up.
    pub(super) async fn line(&self, echo: Echo, say: impl FnOnce()) -> io::Result<Option<String>> {
        let flags = OFlags::NONBLOCK | OFlags::NOCTTY | OFlags::CLOEXEC;
        let flags = i32::try_from(flags.bits()).map_err(|_| ErrorKind::InvalidInput)?;
        let file = OpenOptions::new().read(true).custom_flags(flags).open(&self.path)?;
        let mut typing = Typing::begin(file, echo)?;
        say();
        let mut bytes = Vec::new();
        loop {
            let mut ready = typing.file.readable().await?;
            let mut chunk = [0; 4096];
            let Ok(count) = ready.try_io(|file| file.get_ref().read(&mut chunk)) else { continue };
            let count = match count {
                Err(error) if error.kind() == ErrorKind::Interrupted => continue,
                count => count?,
            };
            bytes.extend_from_slice(chunk.get(..count).unwrap_or_default());
            if count == 0 && bytes.is_empty() {
                typing.is_over = true;
                return Ok(None);
            }
            if count == 0 || bytes.ends_with(b"\n") {
                typing.is_over = true;
                let text = String::from_utf8_lossy(&bytes);
                return Ok(Some(text.trim_end_matches(['\n', '\r']).to_owned()));
            }
            if bytes.len() > LONGEST {
                return Err(io::Error::new(ErrorKind::InvalidData, "the answer is too long"));
            }
        }
    }
}

/// A line being typed. Afterwards the terminal is as it was.
struct Typing {
    file: AsyncFd<File>,
    before: Option<Termios>,
    is_over: bool,
}

impl Typing {
    fn begin(file: File, echo: Echo) -> io::Result<Self> {
        #[expect(
            deprecated,
            reason = "what takes its place is unsafe, and a file keeps its own descriptor"
        )]
        let file = AsyncFd::with_interest(file, Interest::READABLE)?;
        let mut typing = Self { file, before: None, is_over: false };
        if echo == Echo::Off {
            let modes = tcgetattr(typing.file.get_ref())?;
            let mut quiet = modes.clone();
            quiet.local_modes.remove(LocalModes::ECHO);
            tcsetattr(typing.file.get_ref(), OptionalActions::Now, &quiet)?;
            typing.before = Some(modes);
        }
        Ok(typing)
    }
}

impl Drop for Typing {
    fn drop(&mut self) {
        // A terminal that is gone has nothing to be put right.
        if let Some(before) = &self.before {
            let _ = tcsetattr(self.file.get_ref(), OptionalActions::Now, before);
        }
        if !self.is_over {
            let _ = tcflush(self.file.get_ref(), QueueSelector::IFlush);
        }
    }
}
