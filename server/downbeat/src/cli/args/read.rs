//! Commands that read pipelines, and write them.

use std::{path::PathBuf, time::Duration};

use clap::{Args, ValueEnum};

use super::{
    past::ListFormat,
    run::{Inputs, Place},
    values::span,
};

pub(super) const CHECK_EXAMPLES: &str = "\
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
    /// Have a model judge too whether each pipeline does what its author says (`misaligned`)
    #[arg(long)]
    pub(crate) judge: bool,
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

pub(super) const PLAN_EXAMPLES: &str = "\
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

pub(super) const FMT_EXAMPLES: &str = "\
Examples:
  downbeat fmt                        every *.pipeline.yaml and *.pipeline.yml below this folder
  downbeat fmt report.pipeline.yaml
  downbeat fmt --check --diff .       what would change, for continuous integration
  downbeat fmt - < in.yaml > out.yaml

Only white space changes: indentation, spaces behind `:` and `-` and in brackets, blank lines. A step \
that cannot be read stays as it is.

Exit codes: 0 all is laid out; 1 `--check` found something to change; 2 something could not be read or \
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

pub(super) const DIFF_EXAMPLES: &str = "\
Examples:
  downbeat diff old.pipeline.yaml new.pipeline.yaml
  git show HEAD:report.pipeline.yaml | downbeat diff - report.pipeline.yaml

Steps, edges, stages, inputs, outputs, tools, models, effects and files are compared. Comments, quotes, \
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

pub(super) const EVAL_EXAMPLES: &str = "\
Each line of standard input is {\"template\": text} or {\"condition\": text}; each line of output is \
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
    /// How long to wait for the model's words: `90s`, `5m`
    #[arg(long, value_name = "TIME", value_parser = span, default_value = "30s", requires = "words")]
    pub(crate) patience: Duration,
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

pub(super) const PIN_EXAMPLES: &str = "\
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
