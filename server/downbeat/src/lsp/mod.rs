//! The language server: LSP on standard input and output.

use std::process::ExitCode;

use crate::cli::terminal::{Terminal, Verbosity};

/// How the server was started.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Options {
    /// How much it says on standard error.
    pub(crate) verbosity: Verbosity,
}

/// Serves one client on standard input and output until it says `exit`.
pub(crate) fn serve(options: Options) -> ExitCode {
    let terminal = Terminal::new(crate::cli::terminal::ColorChoice::Auto, options.verbosity);
    terminal.error("this build has no language server yet");
    ExitCode::from(2)
}
