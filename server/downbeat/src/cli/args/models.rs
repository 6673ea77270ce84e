//! Commands about models.

use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum};

use super::past::ListFormat;

pub(super) const MODELS_EXAMPLES: &str = "\
Examples:
  downbeat models --can vision --sort price
  downbeat models show gpt-4o-mini
  downbeat models why report.pipeline.yaml draft
  downbeat models refresh model_prices_and_context_window.json
  downbeat models pull smollm2-135m

What is known comes with the program, or from the last `refresh`; `~/.orchestrator/models.yaml` and the \
workspace's `models.yaml` lie on top. Models that were pulled run inside this program, and are chosen last. `?` is unknown, and never 0. Prices are US dollars a million tokens.";

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
    /// Bring a model that runs inside this program, with no key, no server and no network; without a name, list those
    /// that are known
    Pull(ModelsPull),
    /// Delete a model that was pulled
    Rm(ModelsRm),
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

/// `models pull`.
#[derive(Debug, Args)]
pub(crate) struct ModelsPull {
    /// A name, the address of a GGUF file, or such a file; what was begun is gone on with. `HF_ENDPOINT` names a mirror of
    /// HuggingFace's hub
    #[arg(value_name = "NAME|URL|PATH")]
    pub(crate) what: Option<String>,
    /// How it is named behind `local:`
    #[arg(long = "as", value_name = "NAME")]
    pub(crate) name: Option<String>,
}

/// `models rm`.
#[derive(Debug, Args)]
pub(crate) struct ModelsRm {
    /// As `downbeat models list --provider local` names it
    #[arg(value_name = "NAME")]
    pub(crate) name: String,
}
