//! How a run goes: a live tree on a terminal, plain lines elsewhere, nothing when quiet.

use engine::event::Event;

use super::{live::Live, plain::Plain};
use crate::cli::terminal::{Stream, Terminal, Verbosity};

/// Shows events on standard error.
pub(in crate::cli) enum Progress {
    Hidden,
    Plain(Plain),
    Live(Live),
}

impl Progress {
    /// For a run of so many steps.
    pub(super) fn new(terminal: Terminal, run: &str, steps: usize) -> Self {
        if terminal.verbosity == Verbosity::Quiet {
            Self::Hidden
        } else if terminal.interactive(Stream::Err) {
            Self::Live(Live::new(terminal, run, steps))
        } else {
            Self::Plain(Plain::new(terminal))
        }
    }

    pub(super) fn show(&self, event: &Event) {
        match self {
            Self::Hidden => {}
            Self::Plain(plain) => plain.show(event),
            Self::Live(live) => live.show(event),
        }
    }

    /// Draws nothing until what is given is dropped; nothing is lost.
    pub(in crate::cli) fn pause(&self) -> Pause<'_> {
        if let Self::Live(live) = self {
            live.pause();
        }
        Pause(self)
    }

    /// Leaves the terminal as a finished program does.
    pub(super) fn finish(&self) {
        if let Self::Live(live) = self {
            live.finish();
        }
    }
}

/// While it is there, nothing is drawn.
pub(in crate::cli) struct Pause<'p>(&'p Progress);

impl Drop for Pause<'_> {
    fn drop(&mut self) {
        if let Progress::Live(live) = self.0 {
            live.go_on();
        }
    }
}

/// What an event says of its numbers and words.
pub(super) struct Said<'a>(pub(super) &'a Event);

impl<'a> Said<'a> {
    pub(super) fn step(&self) -> &'a str {
        self.0.step.as_deref().unwrap_or_default()
    }

    /// Where it is: its id, inside a loop behind that of its round (`loop[3].body`).
    pub(super) fn place(&self) -> &'a str {
        self.0.path().unwrap_or_else(|| self.step())
    }

    /// The outermost step around it and the number of the round, from 1; nothing for the pipeline's own steps.
    pub(super) fn inside(&self) -> Option<(&'a str, u64)> {
        let outermost = self.0.path()?.split(['[', '.']).next()?;
        let round = self.0.data.as_ref()?["iteration"].as_u64().unwrap_or_default();
        Some((outermost, round + 1))
    }

    pub(super) fn message(&self) -> &'a str {
        self.0.message.as_deref().unwrap_or_default()
    }

    pub(super) fn text(&self, key: &str) -> &'a str {
        self.0.data.as_ref().and_then(|data| data[key].as_str()).unwrap_or_default()
    }

    pub(super) fn number(&self, key: &str) -> Option<f64> {
        self.0.data.as_ref().and_then(|data| data[key].as_f64())
    }

    pub(super) fn is(&self, key: &str, value: bool) -> bool {
        self.0.data.as_ref().is_some_and(|data| data[key].as_bool() == Some(value))
    }
}
