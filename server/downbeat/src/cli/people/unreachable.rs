//! Terminals that this build cannot wait at: answers come from a file, or from a caller who agrees.

use std::io;

use super::PipelineFrom;
use crate::cli::terminal::Terminal;

/// Whether what is typed is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Echo {
    On,
    Off,
}

/// There is none.
pub(super) enum Screen {}

impl Screen {
    pub(super) const fn find(_terminal: Terminal, _from: PipelineFrom) -> Option<Self> {
        None
    }

    pub(super) async fn line(
        &self,
        _echo: Echo,
        _say: impl FnOnce(),
    ) -> io::Result<Option<String>> {
        match *self {}
    }
}
