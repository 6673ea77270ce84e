//! The server for agents.

use std::path::PathBuf;

use clap::Args;

use super::run::Budget;

pub(super) const MCP_EXAMPLES: &str = "\
Examples:
  downbeat mcp --cwd ~/pipelines             checks, plans, explains, reads past runs
  downbeat mcp --cwd . --allow-run --max-cost 0.50

An agent starts it and speaks the Model Context Protocol on standard input and output. It stays in one \
workspace and runs nothing, unless `--allow-run` says so.";

/// `mcp`.
#[derive(Debug, Args)]
pub(crate) struct Mcp {
    /// Work in this folder and its workspace [default: the working directory]
    #[arg(long, value_name = "DIR")]
    pub(crate) cwd: Option<PathBuf>,
    /// Let agents run, resume and test pipelines, which may do whatever their steps do
    #[arg(long)]
    pub(crate) allow_run: bool,
    /// Let runs write below this folder too, outside the workspace; may be given many times
    #[arg(long, value_name = "PATH", requires = "allow_run")]
    pub(crate) allow_write: Vec<PathBuf>,
    /// Let runs reach this host though its address is private; may be given many times
    #[arg(long, value_name = "HOST[:PORT]", requires = "allow_run")]
    pub(crate) allow_host: Vec<String>,
    #[command(flatten)]
    pub(crate) budget: Budget,
}
