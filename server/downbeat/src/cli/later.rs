//! Commands of the contract that this build does not have yet: known, and refused by name.

use clap::{Arg, ArgAction, Command};

use super::{exit::Exit, terminal::Terminal};

/// Their names and what they will do.
const COMMANDS: [(&str, &str); 1] = [("mcp", "serve pipelines as tools")];

/// Adds them to the command line, hidden, so that they are never taken for a slip.
pub(super) fn declare(command: Command) -> Command {
    command.subcommands(COMMANDS.map(|(name, about)| {
        let rest = Arg::new("rest")
            .num_args(0..)
            .action(ArgAction::Append)
            .trailing_var_arg(true)
            .allow_hyphen_values(true);
        Command::new(name).about(about).hide(true).arg(rest)
    }))
}

/// Whether `name` is one of them.
pub(super) fn is_later(name: &str) -> bool {
    COMMANDS.iter().any(|(later, _)| *later == name)
}

/// Refuses it.
pub(super) fn refuse(terminal: Terminal, name: &str) -> Exit {
    terminal.error(&format!("not-supported-yet: this build has no `downbeat {name}`"));
    Exit::Wrong
}
