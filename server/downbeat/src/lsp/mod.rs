//! The language server: LSP on standard input and output.
//!
//! One thread reads messages and applies them in the order in which they arrived ([`session`]); it owns the documents and
//! never waits for anything else. Reads run on immutable snapshots on a [`pool`], answers leave through one [`outbox`].

mod board;
mod capabilities;
mod client;
mod commands;
mod desk;
mod diagnostics;
mod drawing;
mod encoding;
mod findings;
mod frame;
mod handlers;
mod message;
mod outbox;
mod pace;
mod pool;
mod protocol;
mod remarks;
mod reply;
mod resume;
mod ruler;
mod runs;
mod session;
mod stream;
mod sync;
mod testing;
mod watching;
mod words;

use std::process::ExitCode;

use self::session::{End, Session};
use crate::cli::terminal::{ColorChoice, Terminal, Verbosity};

/// How the server was started.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Options {
    /// How much it says on standard error.
    pub(crate) verbosity: Verbosity,
}

/// Serves one client on standard input and output until it says `exit` or is gone.
pub(crate) fn serve(options: Options) -> ExitCode {
    let (outbox, writer) = match stream::stdout().and_then(outbox::open) {
        Ok(opened) => opened,
        Err(error) => {
            let terminal = Terminal::new(ColorChoice::Auto, options.verbosity);
            terminal.error(&format!("the language server cannot start to write: {error}"));
            return ExitCode::FAILURE;
        }
    };
    let end = Session::new(outbox).serve(std::io::stdin().lock());
    writer.close();
    match end {
        End::Orderly => ExitCode::SUCCESS,
        End::Abrupt => ExitCode::FAILURE,
    }
}
