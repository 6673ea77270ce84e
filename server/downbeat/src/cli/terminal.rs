//! The way out: two streams, their colours, how much is said, and what happens when nobody reads any more.
//!
//! A reader that went away (`downbeat check | head`) is no error: the rest is dropped, and the exit code is still that
//! of the work. Output that was lost in another way, as on a full disk, is one: see [`Terminal::settle`].

use std::{
    io::{BufWriter, ErrorKind, IsTerminal, Write},
    sync::OnceLock,
};

use super::{exit::Exit, paint::Paint, printable::printable};
use crate::workspace;

/// Why standard output did not take what was written to it, though somebody wants it.
static LOST: OnceLock<String> = OnceLock::new();

/// When output is coloured.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum ColorChoice {
    /// On a terminal, unless `NO_COLOR` is set; anywhere when `CLICOLOR_FORCE` is.
    #[default]
    Auto,
    /// Always.
    Always,
    /// Never.
    Never,
}

/// How much prose goes to standard error.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Verbosity {
    /// Errors only.
    Quiet,
    /// What happens.
    Normal,
    /// And why.
    Verbose,
}

/// One of the two output streams.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Stream {
    /// Standard output: what was asked for.
    Out,
    /// Standard error: prose, progress, errors.
    Err,
}

/// How this process talks to people.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Terminal {
    color: ColorChoice,
    pub(crate) verbosity: Verbosity,
}

impl Terminal {
    pub(crate) const fn new(color: ColorChoice, verbosity: Verbosity) -> Self {
        Self { color, verbosity }
    }

    /// Whether `stream` takes colours.
    pub(crate) fn colored(self, stream: Stream) -> bool {
        let set = |name| std::env::var_os(name).is_some_and(|value| !value.is_empty());
        match self.color {
            ColorChoice::Always => true,
            ColorChoice::Never => false,
            ColorChoice::Auto if set("NO_COLOR") => false,
            ColorChoice::Auto if set("CLICOLOR_FORCE") => {
                std::env::var_os("CLICOLOR_FORCE").is_some_and(|value| value != "0")
            }
            ColorChoice::Auto => {
                self.interactive(stream)
                    && std::env::var_os("TERM").is_none_or(|term| term != "dumb")
            }
        }
    }

    /// Whether a person watches `stream`.
    pub(crate) fn interactive(self, stream: Stream) -> bool {
        match stream {
            Stream::Out => std::io::stdout().is_terminal(),
            Stream::Err => std::io::stderr().is_terminal(),
        }
    }

    /// Writes text as it is and flushes. Says whether anybody still reads.
    pub(crate) fn write(self, stream: Stream, text: &str) -> Reader {
        match stream {
            Stream::Out => heard(&send(&mut std::io::stdout().lock(), text)),
            Stream::Err if send(&mut std::io::stderr().lock(), text).is_ok() => Reader::Listening,
            Stream::Err => Reader::Gone,
        }
    }

    /// How a command ends whose work ended so: output that was lost is a failure, and is said.
    pub(crate) fn settle(self, exit: Exit) -> Exit {
        let Some(reason) = LOST.get() else { return exit };
        self.error(&format!("cannot write to standard output: {reason}"));
        exit.max(Exit::Failure)
    }

    /// How many columns `stream` has; 100 where nobody can say.
    pub(crate) fn width(self, stream: Stream) -> usize {
        let size = match stream {
            Stream::Out => terminal_size::terminal_size_of(std::io::stdout()),
            Stream::Err => terminal_size::terminal_size_of(std::io::stderr()),
        };
        size.map_or(100, |(width, _)| usize::from(width.0).clamp(40, 120))
    }

    /// Writes a value as JSON to standard output.
    pub(crate) fn json(self, value: &impl serde::Serialize) -> Reader {
        pieces(|out| serde_json::to_writer_pretty(out, value))
    }

    /// Writes a value as one line of JSON to standard output.
    pub(crate) fn json_line(self, value: &impl serde::Serialize) -> Reader {
        pieces(|out| serde_json::to_writer(out, value))
    }

    /// Writes what was asked for, and a line break, to standard output.
    pub(crate) fn line(self, text: &str) -> Reader {
        self.write(Stream::Out, &format!("{text}\n"))
    }

    /// Says what happens, unless quiet.
    pub(crate) fn note(self, text: &str) {
        if self.verbosity > Verbosity::Quiet {
            self.write(Stream::Err, &format!("{text}\n"));
        }
    }

    /// Says what went wrong.
    pub(crate) fn error(self, text: &str) {
        let mark = self.paint(Stream::Err).red("error");
        self.write(Stream::Err, &format!("{mark}: {}\n", printable(text)));
    }

    /// Says what may help, below an error.
    pub(crate) fn help(self, text: &str) {
        let mark = self.paint(Stream::Err).cyan("help");
        self.write(Stream::Err, &format!("  {mark}: {}\n", printable(text)));
    }

    /// What dresses text for `stream`.
    pub(crate) fn paint(self, stream: Stream) -> Paint {
        if self.colored(stream) { Paint::Colored } else { Paint::Plain }
    }
}

/// Whether the other end of a stream is still there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Reader {
    Listening,
    Gone,
}

/// Writes JSON and a line break to standard output piece by piece: the document of a run may be large.
fn pieces(write: impl FnOnce(&mut dyn Write) -> serde_json::Result<()>) -> Reader {
    let mut out = BufWriter::with_capacity(1 << 16, std::io::stdout().lock());
    match write(&mut out) {
        Ok(()) => {}
        Err(error) if error.is_io() => return heard(&Err(error.into())),
        Err(error) => unreachable!("our own shapes have text keys and finite numbers: {error}"),
    }
    heard(&send(&mut out, "\n"))
}

/// Whether standard output took it; why not is kept for the end of the command.
fn heard(written: &std::io::Result<()>) -> Reader {
    let Err(error) = written else { return Reader::Listening };
    if error.kind() != ErrorKind::BrokenPipe {
        LOST.get_or_init(|| workspace::reason(error));
    }
    Reader::Gone
}

fn send(stream: &mut dyn Write, text: &str) -> std::io::Result<()> {
    stream.write_all(text.as_bytes())?;
    stream.flush()
}
