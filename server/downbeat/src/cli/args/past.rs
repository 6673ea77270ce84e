//! Commands that look at past runs.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

use super::values::{age, share};

pub(super) const RUNS_EXAMPLES: &str = "\
Examples:
  downbeat runs                             of the workspace of this folder
  downbeat runs ../other/report.pipeline.yaml
  downbeat runs --limit 1000 --format json";

/// `runs`.
#[derive(Debug, Args)]
pub(crate) struct Runs {
    /// Only the runs of this pipeline, wherever its workspace is
    #[arg(value_name = "FILE")]
    pub(crate) file: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) place: Workspace,
    /// List at most so many
    #[arg(long, value_name = "N", default_value_t = 100)]
    pub(crate) limit: usize,
    /// How runs are written
    #[arg(long, value_enum, default_value_t, value_name = "FORMAT")]
    pub(crate) format: ListFormat,
}

/// Whose runs are looked at.
#[derive(Debug, Args)]
pub(crate) struct Workspace {
    /// Look at the workspace of this folder [default: of the working directory]
    #[arg(long, value_name = "DIR")]
    pub(crate) cwd: Option<PathBuf>,
}

/// A past run.
#[derive(Debug, Args)]
pub(crate) struct Past {
    /// A run: its id, the beginning of it, or `latest`
    #[arg(value_name = "RUN", default_value = "latest")]
    pub(crate) run: String,
    #[command(flatten)]
    pub(crate) place: Workspace,
}

pub(super) const SHOW_EXAMPLES: &str = "\
Examples:
  downbeat show
  downbeat show report_1767225600 fetch
  downbeat show latest 'each[3].write' --format json";

/// `show`.
#[derive(Debug, Args)]
pub(crate) struct Show {
    #[command(flatten)]
    pub(crate) past: Past,
    /// A step, or its path inside loops and called pipelines: `each[3].write`
    #[arg(value_name = "STEP")]
    pub(crate) step: Option<String>,
    /// How it is written; JSON is the run document, or the record of the step
    #[arg(long, value_enum, default_value_t, value_name = "FORMAT")]
    pub(crate) format: ListFormat,
}

pub(super) const LOG_EXAMPLES: &str = "\
Examples:
  downbeat log
  downbeat log --markdown > report.md";

/// `log`.
#[derive(Debug, Args)]
pub(crate) struct Log {
    #[command(flatten)]
    pub(crate) past: Past,
    /// Write Markdown
    #[arg(long, conflicts_with = "json")]
    pub(crate) markdown: bool,
    /// Write JSON
    #[arg(long)]
    pub(crate) json: bool,
}

/// `qc`.
#[derive(Debug, Args)]
pub(crate) struct Qc {
    #[command(flatten)]
    pub(crate) past: Past,
    /// Exit with 1 where the health, or the share of values that a model lets pass, is below this, from 0 to 1
    #[arg(long, value_name = "HEALTH", value_parser = share)]
    pub(crate) min: Option<f64>,
    /// Have a model judge too whether each value that a model wrote is what its step asks for
    #[arg(long)]
    pub(crate) judge: bool,
    /// How it is written
    #[arg(long, value_enum, default_value_t, value_name = "FORMAT")]
    pub(crate) format: ListFormat,
}

pub(super) const EXPORT_EXAMPLES: &str = "\
Example:
  downbeat export latest --ro-crate published/

The folder is an RO-Crate 1.1 in the profile Workflow Run Crate 0.5. Secret inputs are not in it, nor are \
products that have changed since the run.";

/// `export`.
#[derive(Debug, Args)]
pub(crate) struct Export {
    #[command(flatten)]
    pub(crate) past: Past,
    /// The folder; it must be empty, or not be there yet
    #[arg(long, value_name = "DIR")]
    pub(crate) ro_crate: PathBuf,
    /// The licence of what is in it, as an address (`https://spdx.org/licenses/CC-BY-4.0`) or a name
    #[arg(long, value_name = "LICENCE")]
    pub(crate) license: Option<String>,
}

pub(super) const GC_EXAMPLES: &str = "\
Examples:
  downbeat gc --keep 50                     forget all but the 50 newest runs
  downbeat gc --older-than 30d --dry-run    say what would be forgotten

Without --keep and --older-than no run is forgotten, only what no run refers to; with both a run \
goes when both let it go. Runs in flight stay.";

/// `gc`.
#[derive(Debug, Args)]
pub(crate) struct Gc {
    /// Keep the newest so many runs
    #[arg(long, value_name = "N")]
    pub(crate) keep: Option<usize>,
    /// Forget only runs that started longer ago: `90s`, `45m`, `12h`, `30d`
    #[arg(long, value_name = "AGE", value_parser = age)]
    pub(crate) older_than: Option<f64>,
    /// Say what would be forgotten, and forget nothing
    #[arg(long)]
    pub(crate) dry_run: bool,
    #[command(flatten)]
    pub(crate) place: Workspace,
    /// How it is written
    #[arg(long, value_enum, default_value_t, value_name = "FORMAT")]
    pub(crate) format: ListFormat,
}

/// Formats of lists.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum ListFormat {
    /// For people
    #[default]
    Text,
    /// For programs
    Json,
}
