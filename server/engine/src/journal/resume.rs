//! Taking a run over: from a process that died, or from one that let go of it.

use std::{path::Path, sync::Arc};

use rusqlite::{OptionalExtension as _, TransactionBehavior, params};
use serde_json::{Map, Value as Json};

use super::{
    Archive, Entry, Journal, JournalError, PastRun, Store, blobs, lease,
    read::{self, unreadable},
    recipe::Recipe,
    schema,
    told::Told,
};
use crate::{Document, Secret, Selection, document::RunStatus, request::Options};

/// A run that began before.
#[derive(Debug)]
pub struct Past {
    pub(crate) recipe: Recipe,
    pub(crate) document: Document,
    pub(crate) answers: PastRun,
    /// None where it is only looked at.
    pub(crate) lease: Option<Lease>,
}

/// Why a run cannot be gone on with.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum ResumeError {
    /// The journal has no such run.
    #[error("there is no run `{0}` in this workspace")]
    Unknown(String),
    /// It has come to its end: nothing is left to do.
    #[error("the run `{}` is over", .0.run)]
    Over(Box<Document>),
    /// A living process drives it.
    #[error("the run `{run}` goes on in another process{}", .pid.map(|pid| format!(" ({pid})")).unwrap_or_default())]
    GoesOn {
        /// Which run.
        run: String,
        /// The process, where it can be told.
        pid: Option<u32>,
    },
    /// It was written by a version that kept too little.
    #[error(
        "the run `{0}` was begun by a version of this program that did not keep what it takes to go on"
    )]
    TooOld(String),
    /// It was not kept at all.
    #[error("a run without a journal cannot be gone on with")]
    NotKept,
    /// The journal cannot be read or written.
    #[error(transparent)]
    Journal(#[from] JournalError),
}

/// That this process drives a run. Dropped before the run's end, it leaves the run as interrupted.
#[derive(Debug)]
pub(crate) struct Lease {
    journal: Journal,
    run: Arc<str>,
    is_over: bool,
}

impl Lease {
    /// Of a run that this process has just begun or taken over.
    pub(crate) fn new(journal: &Journal, run: &str) -> Self {
        Self { journal: journal.clone(), run: run.into(), is_over: false }
    }

    /// The run has come to its end.
    pub(crate) fn end(mut self) {
        self.is_over = true;
    }
}

impl Drop for Lease {
    fn drop(&mut self) {
        if !self.is_over {
            self.journal.write(Entry::Release { run: Arc::clone(&self.run) }, Box::new(drop));
        }
    }
}

impl Journal {
    /// Takes over a run that did not come to its end: it was interrupted, or cancelled. From here on no other process
    /// can; processes that the dead one left behind are for the caller to end.
    ///
    /// # Errors
    /// Why it cannot be.
    pub fn resume(&self, run: &str) -> Result<Past, ResumeError> {
        let Store::Disk { folder, .. } = &*self.store else { return Err(ResumeError::NotKept) };
        self.flush()?;
        let (document, recipe) = look(folder, run)?;
        if !document.can_go_on() {
            return Err(ResumeError::Over(Box::new(document)));
        }
        let recipe = recipe.ok_or_else(|| ResumeError::TooOld(run.to_owned()))?;
        take(folder, run)?;
        let lease = Lease::new(self, run);
        self.write(Entry::Drive { run: run.into() }, Box::new(drop));
        Ok(Past { recipe, document, answers: PastRun::open(folder, run)?, lease: Some(lease) })
    }

    /// A run, over or not, to look at.
    ///
    /// # Errors
    /// There is no such run, or too little of it, or the journal cannot be read.
    pub fn past(&self, run: &str) -> Result<Past, ResumeError> {
        let Store::Disk { folder, .. } = &*self.store else { return Err(ResumeError::NotKept) };
        let (document, recipe) = look(folder, run)?;
        let recipe = recipe.ok_or_else(|| ResumeError::TooOld(run.to_owned()))?;
        Ok(Past { recipe, document, answers: PastRun::open(folder, run)?, lease: None })
    }
}

impl Archive {
    /// The text of the pipeline that a run ran, names standing for its secrets; nothing where it was not kept.
    ///
    /// # Errors
    /// There is no such run, or the journal cannot be read.
    pub fn text(&self, run: &str) -> Result<Option<String>, ResumeError> {
        Ok(look(self.folder(), run)?.1.map(|recipe| recipe.text))
    }
}

fn look(folder: &Path, run: &str) -> Result<(Document, Option<Recipe>), ResumeError> {
    let unknown = || ResumeError::Unknown(run.to_owned());
    let document = read::document(folder, run)?.ok_or_else(unknown)?;
    let connection = schema::open_to_read(folder)?;
    let recipe: Option<String> = connection
        .query_row("SELECT recipe FROM runs WHERE run = ?1", [run], |row| row.get(0))
        .map_err(unreadable)?;
    let recipe = recipe
        .map(|row| {
            let text = blobs::get(folder, row).map_err(unreadable)?;
            serde_json::from_str(&text).map_err(unreadable)
        })
        .transpose()?;
    Ok((document, recipe))
}

fn take(folder: &Path, run: &str) -> Result<(), ResumeError> {
    let unwritten = |error| {
        let path = schema::file(folder);
        JournalError::new(format_args!("cannot write the journal `{}`", path.display()), error)
    };
    let mut connection = schema::open_to_write(folder)?;
    let transaction =
        connection.transaction_with_behavior(TransactionBehavior::Immediate).map_err(unwritten)?;
    let found: Option<(String, String, f64)> = transaction
        .query_row("SELECT status, owner, heartbeat FROM runs WHERE run = ?1", [run], |row| {
            Ok((row.get(0)?, row.get(1)?, row.get(2)?))
        })
        .optional()
        .map_err(unwritten)?;
    let (status, owner, heartbeat) = found.ok_or_else(|| ResumeError::Unknown(run.to_owned()))?;
    if status == RunStatus::Running.as_str() && lease::lives(&owner, heartbeat) {
        return Err(ResumeError::GoesOn { run: run.to_owned(), pid: lease::pid(&owner) });
    }
    transaction
        .execute(
            "UPDATE runs SET status = 'running', owner = ?2, heartbeat = ?3, paused = 0 WHERE run = ?1",
            params![run, lease::owner(), lease::now()],
        )
        .map_err(unwritten)?;
    transaction.commit().map_err(unwritten)?;
    Ok(())
}

impl Past {
    /// A run as its document tells it, to be taken for the answers of another one: see
    /// [`prepare_recorded`](crate::prepare_recorded).
    #[must_use]
    pub fn told(document: Document) -> Self {
        let answers = PastRun::Told(Told::new(&document));
        Self { recipe: Recipe::unknown(), document, answers, lease: None }
    }

    /// How it went.
    #[must_use]
    pub const fn document(&self) -> &Document {
        &self.document
    }

    /// The run.
    #[must_use]
    pub fn run(&self) -> &str {
        &self.document.run
    }

    /// Where its pipeline came from; `None` for standard input.
    #[must_use]
    pub fn file(&self) -> Option<&Path> {
        self.recipe.file.as_deref()
    }

    /// Its pipeline's text, names standing for its secrets.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.recipe.text
    }

    /// Values of inputs that were given, without the secret ones.
    #[must_use]
    pub const fn inputs(&self) -> &Map<String, Json> {
        &self.recipe.inputs
    }

    /// Version of the program that began it.
    #[must_use]
    pub fn program(&self) -> &str {
        &self.recipe.program
    }

    /// Which of its steps were to run.
    #[must_use]
    pub const fn selection(&self) -> &Selection {
        &self.recipe.selection
    }

    /// Names of the inputs that were secret: they are not kept, and have to be given again.
    #[must_use]
    pub fn secret_inputs(&self) -> &[String] {
        &self.recipe.secret_inputs
    }

    /// Names of the inputs whose defaults are secret: those are not kept either.
    #[must_use]
    pub fn secret_defaults(&self) -> &[String] {
        &self.recipe.secret_defaults
    }

    /// How it ran; the secrets are those of this process.
    #[must_use]
    pub fn options(&self) -> Options {
        let recipe = &self.recipe;
        let mut options = Options::new(
            recipe.cwd.clone(),
            recipe.workspace.clone(),
            recipe.pipeline_folder.clone(),
        );
        options.jobs = recipe.jobs;
        options.writable.clone_from(&recipe.writable);
        options.reachable.clone_from(&recipe.reachable);
        options.reuse.clone_from(&recipe.reuse);
        options.budget = recipe.budget;
        options
    }

    /// Its pipeline's text and all its inputs; the secret ones are given again.
    ///
    /// # Errors
    /// The name of a secret that is missing: of an input, or of a variable of the environment.
    pub fn open(
        &self,
        given: &Map<String, Json>,
        secrets: &[Secret],
    ) -> Result<(Arc<str>, Map<String, Json>), String> {
        self.recipe.open(given, secrets)
    }
}
