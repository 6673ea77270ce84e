//! The command line: reads arguments, does one command, says how it ended.

mod args;
pub(crate) mod check;
mod diff;
mod doctor;
mod draw;
mod eval;
mod exit;
mod explain;
mod export;
pub(crate) mod facts;
mod fmt;
mod forecast;
mod gc;
mod log;
mod markdown;
mod mcp;
pub(crate) mod models;
mod pace;
mod paint;
mod past;
mod people;
mod pin;
pub(crate) mod place;
mod plan;
mod printable;
mod qc;
mod replay;
mod resume;
mod run;
mod runs;
mod schema;
pub(crate) mod search;
mod shell;
mod show;
pub(crate) mod terminal;
pub(crate) mod test;
pub(crate) mod tools;
mod xml;

use std::process::ExitCode;

use clap::{CommandFactory, FromArgMatches};

use self::{
    args::{Cli, Command},
    exit::Exit,
    terminal::Terminal,
};
use crate::lsp;

/// Does what the process was called for.
pub fn main() -> ExitCode {
    let matches = match Cli::command().try_get_matches() {
        Ok(matches) => matches,
        Err(error) => return refuse(&error),
    };
    let cli = match Cli::from_arg_matches(&matches) {
        Ok(cli) => cli,
        Err(error) => return refuse(&error),
    };
    let terminal = Terminal::new(cli.common.color, cli.common.verbosity());
    let exit = match cli.command {
        Command::Lsp(_) => return lsp::serve(lsp::Options { verbosity: terminal.verbosity }),
        Command::Mcp(call) => return mcp::run(terminal, call),
        Command::Check(call) => check::run(terminal, &call),
        Command::Fmt(call) => fmt::run(terminal, &call),
        Command::Diff(call) => diff::run(terminal, &call),
        Command::Plan(call) => plan::run(terminal, &call),
        Command::Eval(call) => eval::run(terminal, &call),
        Command::Explain(call) => explain::run(terminal, &call),
        Command::Tools(call) => tools::run(terminal, &call),
        Command::Models(call) => models::run(terminal, &call),
        Command::Schema(call) => schema::run(terminal, &call),
        Command::Completions(call) => completions(terminal, call.shell),
        Command::Run(call) => run::run(terminal, &call),
        Command::Resume(call) => resume::run(terminal, &call),
        Command::Pause(call) => pace::run(terminal, &call, engine::Pace::Paused),
        Command::Unpause(call) => pace::run(terminal, &call, engine::Pace::Going),
        Command::Replay(call) => replay::run(terminal, &call),
        Command::Runs(call) => runs::run(terminal, &call),
        Command::Show(call) => show::run(terminal, &call),
        Command::Log(call) => log::run(terminal, &call),
        Command::Pin(call) => pin::pin(terminal, &call),
        Command::Unpin(call) => pin::unpin(terminal, &call),
        Command::Qc(call) => qc::run(terminal, &call),
        Command::Test(call) => test::run(terminal, &call),
        Command::Export(call) => export::run(terminal, &call),
        Command::Gc(call) => gc::run(terminal, &call),
        Command::Doctor => doctor::run(terminal),
    };
    terminal.settle(exit).into()
}

/// Prints clap's own words: help and version to standard output, a wrong call to standard error.
fn refuse(error: &clap::Error) -> ExitCode {
    // A reader that went away changes nothing about how the call was.
    let _ = error.print();
    if error.use_stderr() { Exit::Wrong.into() } else { Exit::Success.into() }
}

fn completions(terminal: Terminal, shell: clap_complete::Shell) -> Exit {
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut Cli::command(), "downbeat", &mut script);
    let _ = terminal.write(terminal::Stream::Out, &String::from_utf8_lossy(&script));
    Exit::Success
}
