//! Systems on which a command could not be ended with everything it started, and is therefore not begun.

use std::{io, time::Duration};

use engine::tool::Output;
use tokio_util::sync::CancellationToken;

use super::{Command, Ran};

/// Refuses.
///
/// # Errors
///
/// Always.
pub async fn run(
    _command: Command,
    _limit: Option<Duration>,
    _cancel: &CancellationToken,
    _output: &Output,
) -> io::Result<Ran> {
    Err(refused())
}

fn refused() -> io::Error {
    let why = "commands do not run on this system yet: they could not be ended with everything they start";
    io::Error::new(io::ErrorKind::Unsupported, why)
}

/// There are none.
#[derive(Debug)]
pub(crate) enum Words {}

impl Words {
    /// Its last ones.
    pub(crate) async fn last(&mut self) -> String {
        match *self {}
    }
}

/// There is none.
#[derive(Debug)]
pub(crate) enum Served {}

impl Served {
    /// What it writes to its standard error.
    pub(crate) fn words(&self) -> Words {
        match *self {}
    }

    /// Ends it.
    pub(crate) async fn end(self) -> String {
        match self {}
    }
}

/// Refuses.
///
/// # Errors
///
/// Always.
pub(crate) async fn serve(
    _command: Command,
) -> io::Result<(Served, tokio::process::ChildStdout, tokio::process::ChildStdin)> {
    Err(refused())
}

/// Nothing was started, so nothing is left.
pub fn end_leftovers(_run: &str) -> Vec<u32> {
    Vec::new()
}
