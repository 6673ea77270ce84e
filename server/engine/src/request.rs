//! What a caller asks for.

use std::{num::NonZeroUsize, path::PathBuf, sync::Arc};

use pipeline::{Pipeline, Plan, catalogue::Catalogue};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value as Json};

use crate::{
    budget::Budget,
    files::{Disk, Files},
    front_end::{FrontEnd, Unchecked},
    limits::Limits,
    people::People,
    prepare::Earlier,
    reuse::Reuse,
    secrets::Secret,
};

/// A pipeline, what it runs on, and how. Callers check the pipeline before: the engine runs what it is given.
#[derive(Clone, Debug)]
pub struct Request {
    /// The lowered document.
    pub pipeline: Arc<Pipeline>,
    /// Its graph.
    pub plan: Arc<Plan>,
    /// Signatures, and which of them are provided.
    pub catalogue: Catalogue,
    /// Where the document came from.
    pub source: Source,
    /// Values for declared inputs. Text given for another type is converted.
    pub inputs: Map<String, Json>,
    /// Which steps to run.
    pub selection: Selection,
    /// Of [`Request::wanted`], as far as there are records.
    pub earlier: Vec<Earlier>,
    /// Everything else.
    pub options: Options,
}

/// The document as written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Source {
    /// Its file; `None` for standard input.
    pub file: Option<PathBuf>,
    /// Its text.
    pub text: Arc<str>,
}

/// Which steps to run. Steps that are not selected stay `pending`, and count as skipped for those that depend on them.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Selection {
    /// Every step.
    #[default]
    All,
    /// One step.
    Only(String),
    /// A step and everything that depends on it.
    From(String),
    /// A step and everything it depends on.
    Until(String),
}

/// How to run.
#[derive(Clone)]
pub struct Options {
    /// How many steps may be in flight at once.
    pub jobs: NonZeroUsize,
    /// Relative paths start here.
    pub cwd: PathBuf,
    /// Root that may be written to; holds `.downbeat`.
    pub workspace: PathBuf,
    /// The pipeline's own folder.
    pub pipeline_folder: PathBuf,
    /// Further roots that may be written to.
    pub writable: Vec<PathBuf>,
    /// Hosts that steps may reach though their addresses are private: `name` or `name:port`.
    pub reachable: Vec<String>,
    /// Texts that must reach no journal, event or document, beside secret inputs.
    pub secrets: Vec<Secret>,
    /// What it may use.
    pub budget: Budget,
    /// How much at once, and how often.
    pub limits: Limits,
    /// Whose answers stand for calls that were made before.
    pub reuse: Reuse,
    /// Whom steps ask.
    pub people: People,
    /// Where included files are read.
    pub files: Arc<dyn Files>,
    /// How pipelines are read that the pipeline calls.
    pub front_end: Arc<dyn FrontEnd>,
}

impl Options {
    /// Sixteen jobs, nobody to ask, nothing writable outside the workspace, files from the disk, called pipelines unchecked, and the
    /// credentials among the process's environment variables as secrets.
    #[must_use]
    pub fn new(cwd: PathBuf, workspace: PathBuf, pipeline_folder: PathBuf) -> Self {
        Self {
            jobs: NonZeroUsize::MIN.saturating_add(15),
            cwd,
            workspace,
            pipeline_folder,
            writable: Vec::new(),
            reachable: Vec::new(),
            secrets: crate::secrets::of_environment(std::env::vars_os()),
            budget: Budget::default(),
            limits: Limits::default(),
            reuse: Reuse::default(),
            people: People::nobody(),
            files: Arc::new(Disk),
            front_end: Arc::new(Unchecked),
        }
    }
}

// By hand: secrets stay out of debug output.
impl std::fmt::Debug for Options {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Options")
            .field("jobs", &self.jobs)
            .field("cwd", &self.cwd)
            .field("workspace", &self.workspace)
            .field("pipeline_folder", &self.pipeline_folder)
            .field("writable", &self.writable)
            .field("reachable", &self.reachable)
            .field("budget", &self.budget)
            .field("limits", &self.limits)
            .field("reuse", &self.reuse)
            .finish_non_exhaustive()
    }
}
