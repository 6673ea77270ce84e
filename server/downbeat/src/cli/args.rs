//! The command line: what may be typed, and what `--help` says of it.

use std::{path::PathBuf, time::Duration};

use clap::{Args, Parser, Subcommand, ValueEnum};

use super::terminal::{ColorChoice, Verbosity};

/// Checks, runs and edits AI pipelines written in YAML.
#[derive(Debug, Parser)]
#[command(name = "downbeat", version, arg_required_else_help = true, max_term_width = 100, after_help = EXAMPLES)]
pub(crate) struct Cli {
    #[command(flatten)]
    pub(crate) common: Common,
    #[command(subcommand)]
    pub(crate) command: Command,
}

const EXAMPLES: &str = "\
Examples:
  downbeat check .                          what is wrong in this folder's pipelines
  downbeat run report.pipeline.yaml -i topic=tides
  downbeat plan report.pipeline.yaml        what would run, in which order and why
  downbeat explain unknown-step             the page of a finding

Exit codes: 0 all is well; 1 a step failed or something could not be read; 2 the pipeline, an
input or the call is wrong; 130 interrupted.

Known, and refused until they are there: test, mcp.";

/// What every command takes.
#[derive(Clone, Copy, Debug, Args)]
pub(crate) struct Common {
    /// When output is coloured; `NO_COLOR` and `CLICOLOR_FORCE` are honoured
    #[arg(
        long,
        global = true,
        value_enum,
        default_value_t,
        value_name = "WHEN",
        help_heading = "Output"
    )]
    pub(crate) color: ColorChoice,
    /// Say nothing but errors
    #[arg(long, short, global = true, conflicts_with = "verbose", help_heading = "Output")]
    quiet: bool,
    /// Say more
    #[arg(long, short, global = true, help_heading = "Output")]
    verbose: bool,
}

impl Common {
    pub(crate) const fn verbosity(self) -> Verbosity {
        match (self.quiet, self.verbose) {
            (true, _) => Verbosity::Quiet,
            (false, true) => Verbosity::Verbose,
            (false, false) => Verbosity::Normal,
        }
    }
}

/// What can be done.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Say what is wrong with pipelines, where, why and how to mend it
    #[command(alias = "validate", after_help = CHECK_EXAMPLES)]
    Check(Check),
    /// Run a pipeline and watch it
    #[command(after_help = RUN_EXAMPLES)]
    Run(Run),
    /// Go on with a run that was interrupted, cancelled or stopped by its budget
    #[command(after_help = RESUME_EXAMPLES)]
    Resume(Resume),
    /// Let a run, also of another process, begin no further step for now
    #[command(after_help = PAUSE_EXAMPLES)]
    Pause(Pause),
    /// Let a run that was paused go on
    #[command(after_help = PAUSE_EXAMPLES)]
    Unpause(Pause),
    /// Run a past run once more, with every answer taken from the journal
    #[command(after_help = REPLAY_EXAMPLES)]
    Replay(Replay),
    /// Show what would run: stages, the why of every edge, inputs and effects
    #[command(after_help = PLAN_EXAMPLES)]
    Plan(Plan),
    /// Lay out pipelines the one way; nothing that they say changes
    #[command(after_help = FMT_EXAMPLES)]
    Fmt(Fmt),
    /// Say what one pipeline does other than another
    #[command(after_help = DIFF_EXAMPLES)]
    Diff(Diff),
    /// Evaluate templates and conditions, one JSON line in, one JSON line out
    #[command(after_help = EVAL_EXAMPLES)]
    Eval(Eval),
    /// Show the page of a finding's code, or the facts of a pipeline
    #[command(
        after_help = "Examples:\n  downbeat explain unknown-step\n  downbeat explain report.pipeline.yaml"
    )]
    Explain(Explain),
    /// List past runs of a workspace, newest first
    #[command(after_help = RUNS_EXAMPLES)]
    Runs(Runs),
    /// Show a past run, or one of its steps
    #[command(after_help = SHOW_EXAMPLES)]
    Show(Show),
    /// Tell a past run as a report: steps, times, errors, products, a timeline
    #[command(after_help = LOG_EXAMPLES)]
    Log(Log),
    /// Say how good a past run was, as far as that can be said without a model
    #[command(after_help = "Example:\n  downbeat qc latest")]
    Qc(Qc),
    /// Put the values that models chose in the place of AUTO tags
    #[command(after_help = PIN_EXAMPLES)]
    Pin(Pin),
    /// Put AUTO tags back where `pin` put values
    Unpin(Unpin),
    /// Write a past run as a folder for others: pipeline, inputs, products, hashes, versions, times
    #[command(after_help = EXPORT_EXAMPLES)]
    Export(Export),
    /// Forget old runs, and stored values that no run refers to
    #[command(after_help = GC_EXAMPLES)]
    Gc(Gc),
    /// List the tools and actions of the language, or show one
    #[command(after_help = "Examples:\n  downbeat tools\n  downbeat tools filesystem")]
    Tools(Tools),
    /// List the models that are known, show one, say which one a step would use, bring new facts
    #[command(after_help = MODELS_EXAMPLES)]
    Models(Models),
    /// Print the JSON Schema of a document that this program reads or prints
    #[command(
        after_help = "Examples:\n  downbeat schema\n  downbeat schema run-document\n  downbeat schema pipeline > pipeline.schema.json"
    )]
    Schema(Schema),
    /// Look at the surroundings: versions, workspace, journal, what tools need
    Doctor,
    /// Print a completion script
    #[command(
        after_help = "Example:\n  downbeat completions bash > ~/.local/share/bash-completion/completions/downbeat"
    )]
    Completions(Completions),
    /// Serve an editor on standard input and output (the Language Server Protocol)
    Lsp(Lsp),
}

const CHECK_EXAMPLES: &str = "\
Examples:
  downbeat check report.pipeline.yaml
  downbeat check . --deny warnings --format github
  downbeat check --fix report.pipeline.yaml
  generate-it | downbeat check -

Exit codes: 0 no error; 2 an error, or the call is wrong; 1 something could not be read.";

/// `check`.
#[derive(Debug, Args)]
pub(crate) struct Check {
    /// Files, folders (searched for pipelines), or `-` for standard input
    #[arg(required = true, value_name = "PATH")]
    pub(crate) paths: Vec<PathBuf>,
    /// How findings are written
    #[arg(long, value_enum, default_value_t, value_name = "FORMAT")]
    pub(crate) format: CheckFormat,
    /// Count warnings as errors for the exit code
    #[arg(long, value_enum, value_name = "WHAT")]
    pub(crate) deny: Option<Deny>,
    /// Apply the safe fixes to the files; comments and quotes stay as they are
    #[arg(long)]
    pub(crate) fix: bool,
}

/// Formats of findings.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum CheckFormat {
    /// Drawn with their source lines, for people
    #[default]
    Text,
    /// A list of findings
    Json,
    /// SARIF 2.1.0, for code scanning
    Sarif,
    /// GitHub workflow annotations
    Github,
    /// JUnit XML, one test case a file
    Junit,
}

/// What `--deny` raises.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Deny {
    /// Warnings
    Warnings,
}

const RUN_EXAMPLES: &str = "\
Examples:
  downbeat run report.pipeline.yaml -i topic=tides -i 'years=[2024, 2025]'
  downbeat run report.pipeline.yaml -c inputs.json --json > result.json
  downbeat run report.pipeline.yaml --until gather
  downbeat run - --events jsonl < report.pipeline.yaml

Results go to standard output, progress to standard error. Exit codes: 0 success; 1 a step failed;
2 the pipeline, an input or the call is wrong (nothing ran); 130 interrupted (the first time a run ends
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
const GOOD_ENOUGH: &str = "0.7";

/// A number from 0 to 1.
fn share(text: &str) -> Result<f64, String> {
    let number = text.parse::<f64>().ok().filter(|it| (0.0..=1.0).contains(it));
    number.ok_or_else(|| "a number from 0 to 1 is wanted".to_owned())
}

const RESUME_EXAMPLES: &str = "\
Examples:
  downbeat resume latest
  downbeat resume report_1767225600 --jobs 4
  downbeat resume latest -i password=...

A run goes on with the pipeline and the inputs that it began with; what it has done is not done again. A run that is
over is shown, and nothing happens. Secret inputs are not kept: give them again with `-i` or `-c`. Exit codes are those
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

const PAUSE_EXAMPLES: &str = "\
Examples:
  downbeat pause latest
  downbeat unpause latest

Steps that are in flight go on to their end, and no other begins until `downbeat unpause`. The process that
drives the run hears of it within two seconds.

Exit codes: 0 it is so, or was before; 2 there is no such run, or it does not go on; 1 the journal cannot be
read or written.";

/// `pause` and `unpause`.
#[derive(Debug, Args)]
pub(crate) struct Pause {
    #[command(flatten)]
    pub(crate) past: Past,
}

const REPLAY_EXAMPLES: &str = "\
Examples:
  downbeat replay latest
  downbeat replay latest --events jsonl

No tool is called and nothing is written: every answer is that which the journal has. A step without one fails.
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

const PLAN_EXAMPLES: &str = "\
Examples:
  downbeat plan report.pipeline.yaml
  downbeat plan report.pipeline.yaml --format dot | dot -Tsvg > plan.svg
  downbeat plan report.pipeline.yaml --against latest      what would run again, and why

A file with errors still has a plan: it is printed, the findings go to standard error, the exit code is 2.";

/// `plan`.
#[derive(Debug, Args)]
pub(crate) struct Plan {
    /// The pipeline, or `-` for standard input
    #[arg(value_name = "FILE")]
    pub(crate) file: PathBuf,
    /// How the plan is written
    #[arg(long, value_enum, default_value_t, value_name = "FORMAT")]
    pub(crate) format: PlanFormat,
    /// Tell too what the pipeline is for and how it works
    #[arg(long)]
    pub(crate) explain: bool,
    /// Say which steps would run again after this run (its id, the beginning of it, or `latest`), and why; with its inputs
    #[arg(long, value_name = "RUN", conflicts_with = "explain")]
    pub(crate) against: Option<String>,
    #[command(flatten)]
    pub(crate) inputs: Inputs,
    #[command(flatten)]
    pub(crate) place: Place,
}

/// Formats of plans.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum PlanFormat {
    /// For people
    #[default]
    Text,
    /// For programs
    Json,
    /// A Mermaid flowchart, for Markdown
    Mermaid,
    /// A Graphviz graph
    Dot,
}

const FMT_EXAMPLES: &str = "\
Examples:
  downbeat fmt                        every *.pipeline.yaml and *.pipeline.yml below this folder
  downbeat fmt report.pipeline.yaml
  downbeat fmt --check --diff .       what would change, for continuous integration
  downbeat fmt - < in.yaml > out.yaml

Only white space changes: indentation, spaces behind `:` and `-` and in brackets, blank lines. A step
that cannot be read stays as it is.

Exit codes: 0 all is laid out; 1 `--check` found something to change; 2 something could not be read or
written, or the call is wrong.";

/// `fmt`.
#[derive(Debug, Args)]
pub(crate) struct Fmt {
    /// Files, folders (searched for pipelines), or `-` from standard input to standard output
    #[arg(default_value = ".", hide_default_value = true, value_name = "PATH")]
    pub(crate) paths: Vec<PathBuf>,
    /// Change nothing; name the files that are not laid out so
    #[arg(long)]
    pub(crate) check: bool,
    /// Change nothing; show what would change
    #[arg(long)]
    pub(crate) diff: bool,
}

const DIFF_EXAMPLES: &str = "\
Examples:
  downbeat diff old.pipeline.yaml new.pipeline.yaml
  git show HEAD:report.pipeline.yaml | downbeat diff - report.pipeline.yaml

Steps, edges, stages, inputs, outputs, tools, models, effects and files are compared. Comments, quotes,
the order of keys and other spellings of the same are no difference.

Exit codes: 0 both say the same; 1 they differ; 2 something could not be read, or the call is wrong.";

/// `diff`.
#[derive(Debug, Args)]
pub(crate) struct Diff {
    /// The pipeline as it was, or `-` for standard input
    #[arg(value_name = "OLD")]
    pub(crate) old: PathBuf,
    /// The pipeline as it is, or `-` for standard input
    #[arg(value_name = "NEW")]
    pub(crate) new: PathBuf,
    /// How the difference is written
    #[arg(long, value_enum, default_value_t, value_name = "FORMAT")]
    pub(crate) format: ListFormat,
}

const EVAL_EXAMPLES: &str = "\
Each line of standard input is {\"template\": text} or {\"condition\": text}; each line of output is
{\"ok\": value} or {\"error\": {\"code\", \"message\"}}, in the same order.

Example:
  echo '{\"template\": \"{{ name | upper }}\"}' | downbeat eval --vars vars.json

Exit codes: 0 whatever the lines say; 2 unreadable input.";

/// `eval`.
#[derive(Debug, Args)]
pub(crate) struct Eval {
    /// A file with one JSON object: the names that expressions may read
    #[arg(long, value_name = "FILE")]
    pub(crate) vars: Option<PathBuf>,
}

/// `explain`.
#[derive(Debug, Args)]
pub(crate) struct Explain {
    /// A finding's code, or a pipeline file
    #[arg(value_name = "CODE|FILE")]
    pub(crate) what: String,
    /// How a pipeline is explained
    #[arg(long, value_enum, default_value_t, value_name = "FORMAT")]
    pub(crate) format: ExplainFormat,
    /// Have a model say it too; what the facts do not cover is left out
    #[arg(long)]
    pub(crate) words: bool,
}

/// Formats of explanations.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum ExplainFormat {
    /// For people
    #[default]
    Text,
    /// For programs: the sentences and the facts that they follow from
    Json,
}

const RUNS_EXAMPLES: &str = "\
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

const PIN_EXAMPLES: &str = "\
Examples:
  downbeat pin report.pipeline.yaml
  downbeat pin report.pipeline.yaml --run report_1767225600
  downbeat unpin report.pipeline.yaml";

/// `pin`.
#[derive(Debug, Args)]
pub(crate) struct Pin {
    /// The pipeline
    #[arg(value_name = "FILE")]
    pub(crate) file: PathBuf,
    /// Whose answers are taken: an id, the beginning of it, or `latest`; the file's newest run when absent
    #[arg(long, value_name = "RUN")]
    pub(crate) run: Option<String>,
}

/// `unpin`.
#[derive(Debug, Args)]
pub(crate) struct Unpin {
    /// The pipeline
    #[arg(value_name = "FILE")]
    pub(crate) file: PathBuf,
}

const SHOW_EXAMPLES: &str = "\
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

const LOG_EXAMPLES: &str = "\
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
    /// Exit with 1 where the health is below this, from 0 to 1
    #[arg(long, value_name = "HEALTH", value_parser = share)]
    pub(crate) min: Option<f64>,
    /// How it is written
    #[arg(long, value_enum, default_value_t, value_name = "FORMAT")]
    pub(crate) format: ListFormat,
}

const EXPORT_EXAMPLES: &str = "\
Example:
  downbeat export latest --ro-crate published/

The folder is an RO-Crate 1.1 in the profile Workflow Run Crate 0.5. Secret inputs are not in it, nor are
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

const GC_EXAMPLES: &str = "\
Examples:
  downbeat gc --keep 50                     forget all but the 50 newest runs
  downbeat gc --older-than 30d --dry-run    say what would be forgotten

Without --keep and --older-than no run is forgotten, only what no run refers to; with both a run
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

/// `tools`.
#[derive(Debug, Args)]
pub(crate) struct Tools {
    /// A tool or an action
    #[arg(value_name = "NAME")]
    pub(crate) name: Option<String>,
    /// How they are written
    #[arg(long, value_enum, default_value_t, value_name = "FORMAT")]
    pub(crate) format: ListFormat,
}

const MODELS_EXAMPLES: &str = "\
Examples:
  downbeat models --can vision --sort price
  downbeat models show gpt-4o-mini
  downbeat models why report.pipeline.yaml draft
  downbeat models refresh model_prices_and_context_window.json

What is known comes with the program, or from the last `refresh`; `~/.orchestrator/models.yaml` and the
workspace's `models.yaml` lie on top. `?` is unknown, and never 0. Prices are US dollars a million tokens.";

/// `models`.
#[derive(Debug, Args)]
#[command(args_conflicts_with_subcommands = true)]
pub(crate) struct Models {
    #[command(subcommand)]
    pub(crate) command: Option<ModelsCommand>,
    #[command(flatten)]
    pub(crate) list: ModelsList,
}

/// What `models` does; without it, it lists.
#[derive(Debug, Subcommand)]
pub(crate) enum ModelsCommand {
    /// List the models that are known
    List(ModelsList),
    /// Show what is known of one
    Show(ModelsShow),
    /// Say which model a step would use with the keys and servers that are there now, and why
    Why(ModelsWhy),
    /// Take new windows and prices from a price list, and say what changed
    Refresh(ModelsRefresh),
}

/// `models list`.
#[derive(Debug, Args)]
pub(crate) struct ModelsList {
    /// Only those of a provider
    #[arg(long, value_name = "NAME")]
    pub(crate) provider: Option<String>,
    /// Only those that can do this; may be given several times
    #[arg(long, value_enum, value_name = "WHAT")]
    pub(crate) can: Vec<Can>,
    /// Only those that read at least so many tokens at once
    #[arg(long, value_name = "TOKENS")]
    pub(crate) window: Option<u32>,
    /// Only those whose million tokens, half read and half written, cost at most so many US dollars
    #[arg(long, value_name = "USD")]
    pub(crate) max_price: Option<f64>,
    /// Also those that are taken only where they are named: special ones, embeddings, retired ones
    #[arg(long)]
    pub(crate) all: bool,
    /// The order
    #[arg(long, value_enum, default_value_t, value_name = "BY")]
    pub(crate) sort: ModelOrder,
    /// How they are written
    #[arg(long, value_enum, default_value_t, value_name = "FORMAT")]
    pub(crate) format: ListFormat,
}

/// What a model can do beside reading and writing text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Can {
    /// Reads images
    Vision,
    /// Reads sound
    Audio,
    /// Calls tools
    Tools,
    /// Answers by a JSON Schema
    StructuredOutput,
    /// Thinks before it answers
    Reasoning,
}

/// Orders of models.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum ModelOrder {
    /// By provider, in which order equals are chosen
    #[default]
    Provider,
    /// By name
    Name,
    /// The cheapest first
    Price,
    /// The largest window first
    Window,
    /// The best first
    Quality,
}

/// `models show`.
#[derive(Debug, Args)]
pub(crate) struct ModelsShow {
    /// `name` or `provider:name`
    #[arg(value_name = "NAME")]
    pub(crate) name: String,
    /// How it is written
    #[arg(long, value_enum, default_value_t, value_name = "FORMAT")]
    pub(crate) format: ListFormat,
}

/// `models why`.
#[derive(Debug, Args)]
pub(crate) struct ModelsWhy {
    /// The pipeline, or `-` for standard input
    #[arg(value_name = "FILE")]
    pub(crate) file: PathBuf,
    /// Id of the step; inside a loop also `loop.step`
    #[arg(value_name = "STEP")]
    pub(crate) step: String,
    /// Ask nobody and look for no key: choose as if every provider could be asked
    #[arg(long)]
    pub(crate) all: bool,
    /// How it is written
    #[arg(long, value_enum, default_value_t, value_name = "FORMAT")]
    pub(crate) format: ListFormat,
}

/// `models refresh`.
#[derive(Debug, Args)]
pub(crate) struct ModelsRefresh {
    /// A price list as JSON, in the form that the Python library `litellm` carries: a file or an address
    #[arg(value_name = "FROM")]
    pub(crate) from: String,
}

/// `schema`.
#[derive(Debug, Args)]
pub(crate) struct Schema {
    /// Which document; without it, their names
    #[arg(value_name = "NAME")]
    pub(crate) name: Option<String>,
}

/// `completions`.
#[derive(Debug, Args)]
pub(crate) struct Completions {
    /// For which shell
    #[arg(value_enum, value_name = "SHELL")]
    pub(crate) shell: clap_complete::Shell,
}

/// `lsp`.
#[derive(Clone, Copy, Debug, Args)]
pub(crate) struct Lsp {
    /// Standard input and output, the only channel there is; accepted because editors say it
    #[arg(long)]
    pub(crate) stdio: bool,
}

/// `name=value`.
fn pair(text: &str) -> Result<(String, String), String> {
    match text.split_once('=') {
        Some((name, value)) if !name.trim().is_empty() => {
            Ok((name.trim().to_owned(), value.to_owned()))
        }
        _ => Err("expected `name=value`".to_owned()),
    }
}

/// A sum that can be paid.
fn dollars(text: &str) -> Result<f64, String> {
    match text.parse::<f64>() {
        Ok(sum) if sum.is_finite() && sum >= 0.0 => Ok(sum),
        _ => Err("expected a number of dollars, 0 or more".to_owned()),
    }
}

/// A span of time that is not nothing; seconds where it has no unit.
fn span(text: &str) -> Result<Duration, String> {
    let with_unit = if text.ends_with(|last: char| last.is_ascii_digit()) { "s" } else { "" };
    age(&format!("{text}{with_unit}"))
        .ok()
        .and_then(|seconds| Duration::try_from_secs_f64(seconds).ok())
        .filter(|time| !time.is_zero())
        .ok_or_else(|| "expected a time such as `90s`, `5m` or `2h`".to_owned())
}

/// A span of time in seconds.
fn age(text: &str) -> Result<f64, String> {
    let units = [("s", 1.0), ("m", 60.0), ("h", 3_600.0), ("d", 86_400.0), ("w", 604_800.0)];
    let seconds = units.iter().find_map(|(unit, seconds)| {
        let count: f64 = text.strip_suffix(unit)?.trim().parse().ok()?;
        (count.is_finite() && count >= 0.0).then_some(count * seconds)
    });
    seconds.ok_or_else(|| "expected a number and a unit, such as `12h` or `30d`".to_owned())
}
