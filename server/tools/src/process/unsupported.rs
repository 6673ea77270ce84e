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
    let why = "commands do not run on this system yet: they could not be ended with everything they start";
    Err(io::Error::new(io::ErrorKind::Unsupported, why))
}

/// Nothing was started, so nothing is left.
pub fn end_leftovers(_run: &str) -> Vec<u32> {
    Vec::new()
}
