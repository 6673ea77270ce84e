//! `downbeat mcp`: serves an agent.

use std::process::ExitCode;

use super::{args::Mcp, terminal::Terminal};
use crate::mcp::{self, Options, Runs};

pub(super) fn run(terminal: Terminal, call: Mcp) -> ExitCode {
    let Mcp { cwd, allow_run, allow_write, allow_host, budget } = call;
    let options = Options {
        folder: cwd,
        runs: if allow_run { Runs::Allowed } else { Runs::Refused },
        budget: budget.over(engine::Budget::default()),
        writable: allow_write,
        reachable: allow_host,
    };
    mcp::serve(terminal, options)
}
