//! Where agents work: one workspace, what runs in it may use, and what is running.

use std::{
    num::NonZeroUsize,
    path::{Path, PathBuf},
    sync::Arc,
    time::Duration,
};

use engine::{Archive, Budget, Document, Found};
use schemars::JsonSchema;
use serde::Deserialize;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio_util::sync::CancellationToken;

use super::{Options, Runs};
use crate::workspace::{self, Source, display};

/// Runs that go on at once.
const RUNS: u32 = 4;

/// How long runs have to end when the agent has gone.
const PATIENCE: Duration = Duration::from_secs(10);

/// See the module.
#[derive(Debug)]
pub(super) struct Bench {
    /// Links followed.
    root: PathBuf,
    pub(super) options: Options,
    seats: Arc<Semaphore>,
    over: CancellationToken,
}

/// Why an agent gets no answer, for it to read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Refusal(pub(super) String);

impl<T: std::fmt::Display> From<T> for Refusal {
    fn from(why: T) -> Self {
        Self(why.to_string())
    }
}

/// A past run.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Past {
    /// The id of a run, the beginning of it, or `latest`, which is meant where nothing is said.
    run: Option<String>,
    /// The pipeline that ran; needed only where it lies in a workspace of its own.
    file: Option<String>,
}

impl Past {
    pub(super) fn new(run: Option<String>, file: Option<String>) -> Self {
        Self { run, file }
    }
}

/// A run that may go on.
pub(super) struct Seat {
    pub(super) cancel: CancellationToken,
    _seat: OwnedSemaphorePermit,
}

impl Bench {
    /// The workspace of the folder that is named. The process works in that folder from now on, so that paths mean what they
    /// mean on the command line.
    ///
    /// # Errors
    /// In words: there is no such folder.
    pub(super) fn new(mut options: Options) -> Result<Self, String> {
        let folder = options.folder.clone().unwrap_or_else(workspace::current_dir);
        let say = |error| format!("`{}`: {}", display(&folder), workspace::reason(&error));
        let folder = std::fs::canonicalize(&folder).map_err(say)?;
        let at_start = workspace::current_dir();
        for path in &mut options.writable {
            *path = at_start.join(&path);
        }
        std::env::set_current_dir(&folder).map_err(say)?;
        Ok(Self {
            root: workspace::root(&folder),
            options,
            seats: Arc::new(Semaphore::new(RUNS as usize)),
            over: CancellationToken::new(),
        })
    }

    /// The text that an agent means: the one it gives, else that of a file in the workspace.
    pub(super) fn source(&self, file: Option<&str>, text: Option<&str>) -> Result<Source, Refusal> {
        match (file, text) {
            (None, None) => Err("give `file`, or `text`".into()),
            (Some(file), None) => Ok(Source::read(&self.within(file)?)?),
            (file, Some(text)) => {
                let path = match file {
                    Some(file) => Some(self.place(file)?),
                    None => None,
                };
                let name = file.unwrap_or("-").into();
                let path = path.map(|path| workspace::current_dir().join(path));
                Ok(Source { name, path, text: text.into() })
            }
        }
    }

    /// A file or folder of the workspace that is there, as it was named.
    pub(super) fn within(&self, named: &str) -> Result<PathBuf, Refusal> {
        let path = PathBuf::from(named);
        let real = std::fs::canonicalize(&path)
            .map_err(|error| format!("cannot read `{named}`: {}", workspace::reason(&error)))?;
        if real.starts_with(&self.root) { Ok(path) } else { Err(outside(named)) }
    }

    /// A file of the workspace that need not be there.
    fn place(&self, named: &str) -> Result<PathBuf, Refusal> {
        let path = PathBuf::from(named);
        let folder =
            path.parent().filter(|it| !it.as_os_str().is_empty()).unwrap_or(Path::new("."));
        let name = path.file_name().ok_or_else(|| outside(named))?;
        let real = std::fs::canonicalize(folder)
            .map_err(|error| format!("cannot use `{named}`: {}", workspace::reason(&error)))?;
        if real.join(name).starts_with(&self.root) { Ok(path) } else { Err(outside(named)) }
    }

    /// The workspace that is meant: that of a file, which may lie in one of its own, else the bench's.
    pub(super) fn root_of(&self, file: Option<&str>) -> Result<PathBuf, Refusal> {
        let Some(file) = file else { return Ok(self.root.clone()) };
        let path = workspace::current_dir().join(self.within(file)?);
        Ok(workspace::root(path.parent().unwrap_or(&self.root)))
    }

    /// A past run and its document: by its id, the beginning of it, or `latest`.
    pub(super) fn document(&self, past: &Past) -> Result<(Archive, Document), Refusal> {
        let (archive, run) = self.find(past)?;
        let document = archive.document(&run)?;
        Ok((archive, document.ok_or_else(|| format!("the run `{run}` is gone"))?))
    }

    /// The id of a past run, and the archive that has it.
    pub(super) fn find(&self, past: &Past) -> Result<(Archive, String), Refusal> {
        let archive = Archive::open(&self.root_of(past.file.as_deref())?.join(workspace::STATE))?;
        let archive = archive.ok_or("nothing has run in this workspace yet")?;
        let name = past.run.as_deref().unwrap_or("latest");
        match archive.find(name)? {
            Found::Run(run) => Ok((archive, run)),
            Found::Several(runs) => {
                Err(format!("several runs begin with `{name}`: {}", runs.join(", ")).into())
            }
            Found::Nothing => Err(format!("no run begins with `{name}`; `runs` lists them").into()),
        }
    }

    /// Leave to run something now.
    ///
    /// # Errors
    /// Nobody allowed it, or too much runs already.
    pub(super) fn seat(&self) -> Result<Seat, Refusal> {
        if self.options.runs == Runs::Refused {
            return Err(
                "this server runs nothing: a person has to start it with `downbeat mcp --allow-run`".into(),
            );
        }
        let seat = Arc::clone(&self.seats).try_acquire_owned();
        let seat =
            seat.map_err(|_| format!("{RUNS} runs go on already; wait until one is over"))?;
        Ok(Seat { cancel: self.over.child_token(), _seat: seat })
    }

    /// The most that a run may use: what the server was started with, less where the agent wants less.
    pub(super) fn budget(&self, before: Budget, cost: Option<f64>) -> Budget {
        let own = self.options.budget;
        let least = |one: Option<f64>, other: Option<f64>| match (one, other) {
            (Some(one), Some(other)) => Some(one.min(other)),
            (one, other) => one.or(other),
        };
        Budget {
            cost: least(own.cost.or(before.cost), cost),
            tokens: own.tokens.or(before.tokens),
            time: own.time.or(before.time),
            unknown: own.unknown,
        }
    }

    /// Ends what runs, and waits for that.
    pub(super) async fn end(&self) {
        self.over.cancel();
        // What does not end in time ends with the process.
        let _ = tokio::time::timeout(PATIENCE, self.seats.acquire_many(RUNS)).await;
    }
}

fn outside(named: &str) -> Refusal {
    format!("`{named}` lies outside of the workspace, and this server stays in it").into()
}

/// How many tests run at once.
pub(super) const fn tests_at_once() -> NonZeroUsize {
    NonZeroUsize::MIN.saturating_add(3)
}
