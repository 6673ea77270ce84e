//! `downbeat` checks, runs and edits AI pipelines written in YAML.
//!
//! This crate is the only home of the terminal, of JSON-RPC and of the process's surroundings (arguments, environment,
//! working directory, clock). Everything below it is handed what it needs.

mod cli;
mod lsp;
mod report;
mod shape;
mod words;
mod workspace;

use std::process::ExitCode;

fn main() -> ExitCode {
    cli::main()
}
