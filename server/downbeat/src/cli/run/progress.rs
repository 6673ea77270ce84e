//! How a run goes: a live tree on a terminal, plain lines elsewhere, nothing when quiet.

use engine::event::Event;

use super::{live::Live, plain::Plain};
use crate::cli::terminal::{Stream, Terminal, Verbosity};

/// Shows events on standard error.
pub(super) enum Progress {
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

    /// Leaves the terminal as a finished program does.
    pub(super) fn finish(&self) {
        if let Self::Live(live) = self {
            live.finish();
        }
    }
}

/// What an event says of its numbers and words.
pub(super) struct Said<'a>(pub(super) &'a Event);

impl<'a> Said<'a> {
    pub(super) fn step(&self) -> &'a str {
        self.0.step.as_deref().unwrap_or_default()
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
