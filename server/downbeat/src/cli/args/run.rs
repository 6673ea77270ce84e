//! Commands that run pipelines.

use std::{path::PathBuf, time::Duration};

use clap::{Args, ValueEnum};

use super::{
    past::Past,
    values::{dollars, pair, share, span},
};

pub(super) const RUN_EXAMPLES: &str = "\
Examples:
  downbeat run report.pipeline.yaml -i topic=tides -i 'years=[2024, 2025]'
  downbeat run report.pipeline.yaml -c inputs.json --json > result.json
  downbeat run report.pipeline.yaml --until gather
  downbeat run - --events jsonl < report.pipeline.yaml

Results go to standard output, progress to standard error. Exit codes: 0 success; 1 a step failed; \
2 the pipeline, an input or the call is wrong (nothing ran); 130 interrupted (the first time a run ends \
cleanly, the second time at once).";

/// `run`.
#[derive(Debug, Args)]
pub(crate) struct Run {
    /// The pipeline, or `-` for standard input
    #[arg(value_name = "FILE")]
    pub(crate) file: PathBuf,
    #[command(flatten)]
    pub(crate) inputs: Inputs,
    #[command(flatten)]
    pub(crate) place: Place,
    #[command(flatten)]
    pub(crate) results: Results,
    /// Take every answer from a past run (its id, the beginning of it, or `latest`), by the paths of the steps; ask nothing else
    #[arg(long, value_name = "RUN")]
    pub(crate) recorded: Option<String>,
    /// Say what would be called, in order, with its parameters as far as they are known; call nothing
    #[arg(long, conflicts_with = "recorded")]
    pub(crate) dry_run: bool,
    /// How many steps may run at once
    #[arg(long, short, value_name = "N", value_parser = clap::value_parser!(u16).range(1..))]
    pub(crate) jobs: Option<u16>,
    /// Ask everything anew, though an earlier run was answered the same
    #[arg(long)]
    pub(crate) no_cache: bool,
    /// Take every answer that this run got to the same call, also of calls that write files or run code
    #[arg(long, value_name = "RUN", conflicts_with = "no_cache")]
    pub(crate) reuse: Option<String>,
    #[command(flatten)]
    pub(crate) asked: Asked,
    #[command(flatten)]
    pub(crate) budget: Budget,
    #[command(flatten)]
    pub(crate) part: Part,
}

/// What a run may use.
#[derive(Debug, Args)]
#[command(next_help_heading = "Budget")]
pub(crate) struct Budget {
    /// Make no model call that could bring the cost of the run above this
    #[arg(long, value_name = "USD", value_parser = dollars)]
    pub(crate) max_cost: Option<f64>,
    /// Make no model call that could bring the tokens of the run, read and written, above this
    #[arg(long, value_name = "N")]
    pub(crate) max_tokens: Option<u64>,
    /// Stop when the run has gone on for so long: `90s`, `5m`, `2h`; pauses do not count
    #[arg(long, value_name = "TIME", value_parser = span)]
    pub(crate) max_time: Option<Duration>,
    /// Make model calls although nobody knows beforehand what they use
    #[arg(long)]
    pub(crate) allow_unknown: bool,
}

impl Budget {
    /// What is said here, else what `before` says.
    pub(crate) fn over(&self, before: engine::Budget) -> engine::Budget {
        engine::Budget {
            cost: self.max_cost.or(before.cost),
            tokens: self.max_tokens.or(before.tokens),
            time: self.max_time.or(before.time),
            unknown: if self.allow_unknown { engine::Unknown::Allow } else { before.unknown },
        }
    }
}

/// What goes to standard output, and beside it.
#[derive(Debug, Args)]
pub(crate) struct Results {
    /// Print the run document, and nothing else, to standard output
    #[arg(long)]
    pub(crate) json: bool,
    /// Print one event a line to standard output, the run document last
    #[arg(long, value_enum, value_name = "FORMAT")]
    pub(crate) events: Option<EventFormat>,
    /// Write the spans of the run and its steps to this file, one JSON object a line
    #[arg(long, value_name = "FILE", env = "DOWNBEAT_TRACE")]
    pub(crate) trace: Option<PathBuf>,
    /// Say how good the run was, and exit with 1 where its health is below this, from 0 to 1 [default: 0.7]
    #[arg(long, value_name = "HEALTH", num_args = 0..=1, default_missing_value = GOOD_ENOUGH, value_parser = share)]
    pub(crate) qc: Option<f64>,
}

/// Below it, health is a high risk; as it is typed.
pub(super) const GOOD_ENOUGH: &str = "0.7";

pub(super) const RESUME_EXAMPLES: &str = "\
Examples:
  downbeat resume latest
  downbeat resume report_1767225600 --jobs 4
  downbeat resume latest -i password=...

A run goes on with the pipeline and the inputs that it began with; what it has done is not done again. A run that is \
over is shown, and nothing happens. Secret inputs are not kept: give them again with `-i` or `-c`. Exit codes are those \
of `run`.";

/// `resume`.
#[derive(Debug, Args)]
pub(crate) struct Resume {
    #[command(flatten)]
    pub(crate) past: Past,
    #[command(flatten)]
    pub(crate) inputs: Inputs,
    #[command(flatten)]
    pub(crate) results: Results,
    #[command(flatten)]
    pub(crate) asked: Asked,
    /// How many steps may run at once [default: as when the run began]
    #[arg(long, short, value_name = "N", value_parser = clap::value_parser!(u16).range(1..))]
    pub(crate) jobs: Option<u16>,
    #[command(flatten)]
    pub(crate) budget: Budget,
}

pub(super) const PAUSE_EXAMPLES: &str = "\
Examples:
  downbeat pause latest
  downbeat unpause latest

Steps that are in flight go on to their end, and no other begins until `downbeat unpause`. The process that \
drives the run hears of it within two seconds.

Exit codes: 0 it is so, or was before; 2 there is no such run, or it does not go on; 1 the journal cannot be \
read or written.";

/// `pause` and `unpause`.
#[derive(Debug, Args)]
pub(crate) struct Pause {
    #[command(flatten)]
    pub(crate) past: Past,
}

pub(super) const REPLAY_EXAMPLES: &str = "\
Examples:
  downbeat replay latest
  downbeat replay latest --events jsonl

No tool is called and nothing is written: every answer is that which the journal has. A step without one fails. \
Exit codes are those of `run`.";

/// `replay`.
#[derive(Debug, Args)]
pub(crate) struct Replay {
    #[command(flatten)]
    pub(crate) past: Past,
    #[command(flatten)]
    pub(crate) inputs: Inputs,
    #[command(flatten)]
    pub(crate) results: Results,
}

/// A part of a pipeline.
#[derive(Debug, Args)]
#[command(next_help_heading = "Part of the pipeline")]
pub(crate) struct Part {
    /// Run this step alone
    #[arg(long, value_name = "STEP", conflicts_with_all = ["from", "until"])]
    pub(crate) only: Option<String>,
    /// Run this step and everything that depends on it
    #[arg(long, value_name = "STEP")]
    pub(crate) from: Option<String>,
    /// Run this step and everything it depends on
    #[arg(long, value_name = "STEP")]
    pub(crate) until: Option<String>,
}

/// Values for a pipeline's inputs.
#[derive(Debug, Args)]
#[command(next_help_heading = "Inputs")]
pub(crate) struct Inputs {
    /// An input: JSON where it parses, else text; may be given many times
    #[arg(short = 'i', long = "input", value_name = "NAME=VALUE", value_parser = pair)]
    pub(crate) input: Vec<(String, String)>,
    /// A file with a JSON object of inputs; `-i` wins over it
    #[arg(short = 'c', long = "config", value_name = "FILE")]
    pub(crate) config: Option<PathBuf>,
}

/// What is answered to steps that ask a person.
#[derive(Debug, Args)]
#[command(next_help_heading = "People")]
pub(crate) struct Asked {
    /// Agree to what steps ask: approve, say yes, take defaults; nothing else is answered by it
    #[arg(long, short)]
    pub(crate) yes: bool,
    /// A JSON or YAML file with answers, by the path or the id of the step that asks: `ask: pdf`
    #[arg(long, value_name = "FILE")]
    pub(crate) answers: Option<PathBuf>,
}

/// Where a pipeline works.
#[derive(Debug, Args)]
#[command(next_help_heading = "Place")]
pub(crate) struct Place {
    /// Where relative paths of steps start [default: the workspace]
    #[arg(long, value_name = "DIR")]
    pub(crate) cwd: Option<PathBuf>,
    /// Let steps write below this folder too, outside the workspace; may be given many times
    #[arg(long, value_name = "PATH")]
    pub(crate) allow_write: Vec<PathBuf>,
    /// Let steps reach this host though its address is private; may be given many times
    #[arg(long, value_name = "HOST[:PORT]")]
    pub(crate) allow_host: Vec<String>,
}

/// Formats of events.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum EventFormat {
    /// One JSON object a line
    Jsonl,
}
