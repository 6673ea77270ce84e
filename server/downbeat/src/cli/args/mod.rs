//! The command line: what may be typed, and what `--help` says of it.

mod mcp;
mod models;
mod past;
mod read;
mod run;
mod test;
mod values;

use clap::{Args, Parser, Subcommand};

use self::{
    mcp::MCP_EXAMPLES,
    models::MODELS_EXAMPLES,
    past::{EXPORT_EXAMPLES, GC_EXAMPLES, LOG_EXAMPLES, RUNS_EXAMPLES, SHOW_EXAMPLES},
    read::{
        CHECK_EXAMPLES, DIFF_EXAMPLES, EVAL_EXAMPLES, FMT_EXAMPLES, PIN_EXAMPLES, PLAN_EXAMPLES,
    },
    run::{PAUSE_EXAMPLES, REPLAY_EXAMPLES, RESUME_EXAMPLES, RUN_EXAMPLES},
    test::TEST_EXAMPLES,
};
pub(crate) use self::{
    mcp::Mcp,
    models::{
        Can, ModelOrder, Models, ModelsCommand, ModelsList, ModelsPull, ModelsRefresh, ModelsRm,
        ModelsWhy,
    },
    past::{Export, Gc, ListFormat, Log, Past, Qc, Runs, Show, Workspace},
    read::{
        Check, CheckFormat, Deny, Diff, Eval, Explain, ExplainFormat, Fmt, Pin, Plan, PlanFormat,
        Unpin,
    },
    run::{Asked, Inputs, Part, Pause, Place, Replay, Results, Resume, Run},
    test::{Test, TestFormat},
};
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

Exit codes: 0 all is well; 1 a step failed or something could not be read; 2 the pipeline, an \
input or the call is wrong; 130 interrupted.";

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
    /// Say how good a past run was: without a model, or with `--judge`
    #[command(
        after_help = "Examples:\n  downbeat qc latest\n  downbeat qc latest --judge --min 0.9"
    )]
    Qc(Qc),
    /// Run the tests beside pipelines: `NAME.pipeline.test.yaml`
    #[command(after_help = TEST_EXAMPLES)]
    Test(Test),
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
    /// Serve an agent on standard input and output (the Model Context Protocol)
    #[command(after_help = MCP_EXAMPLES)]
    Mcp(Mcp),
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
