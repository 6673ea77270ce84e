//! One open document between the session, which edits it, and the workers, which read it.

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use checks::{Diagnostic, Files, Report, configuration::Configuration, models_file, suite::Suite};
use ide::{Analyst, Around, Snapshot};
use models::catalogue::Owner;
use pipeline::catalogue::Catalogue;
use syntax::Document;
use tower_lsp_server::ls_types::Uri;

use super::diagnostics::{Items, Pages, Style};
use super::findings::Desires;
use super::handlers::Shelf;
use super::remarks::Remarks;
use crate::testing::{Pipeline, Tests};
use crate::workspace::{self, PipelineFiles, Source, Surroundings};

/// Whether a document is ours.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Language {
    /// Said to be a pipeline.
    Downbeat,
    /// Ours only while it looks like a pipeline.
    Yaml,
    /// A `downbeat.toml`: only what is wrong in it is said.
    Configuration,
    /// Tests of a pipeline.
    Tests,
    /// A file that describes models, unless it looks like a pipeline.
    Models(Owner),
    /// Never ours.
    Other,
}

impl Language {
    /// By the client's language id, and by the file's name, which says more.
    pub(crate) fn of(id: &str, uri: &Uri) -> Self {
        let path = uri.path().as_str();
        if Suite::is_named(path) {
            Self::Tests
        } else if id == "downbeat"
            || path.ends_with(".pipeline.yaml")
            || path.ends_with(".pipeline.yml")
        {
            Self::Downbeat
        } else if path.ends_with("/downbeat.toml") {
            Self::Configuration
        } else if id == "yaml" {
            Self::Yaml
        } else {
            Self::Other
        }
    }
}

/// One state of the text. Cheap to clone.
#[derive(Clone)]
pub(crate) struct Edition {
    pub(crate) document: Document,
    /// The client's number for it.
    pub(crate) version: i32,
    /// Ours: grows with every edit of the desk.
    pub(crate) number: u64,
}

/// An open document.
pub(crate) struct Desk {
    pub(crate) uri: Uri,
    pub(crate) language: Language,
    /// Its file; `None` where it has none yet.
    path: Option<PathBuf>,
    files: Arc<dyn Files>,
    around: Arc<Surroundings>,
    catalogue: Catalogue,
    latest: Mutex<Edition>,
    /// `latest.number`, to be read without waiting; 0 when closed.
    number: AtomicU64,
    bench: Mutex<Bench>,
    tokens: Mutex<Shelf>,
    /// Who waits for its findings.
    desires: Mutex<Desires>,
    /// Whether files outside changed since the last reading.
    outdated: AtomicBool,
    /// Whether something may be new about its last run.
    unremarked: AtomicBool,
    /// Whether somebody looks at a drawing of it that is up to date.
    drawn: AtomicBool,
}

/// What one worker at a time works with.
#[derive(Default)]
pub(crate) struct Bench {
    analyst: Analyst,
    /// The last reading and the number of its edition.
    reading: Option<(u64, Arc<Snapshot>)>,
    pages: Pages,
    /// Whether `pages` are those of the last reading.
    paged: bool,
    /// What is held against the last run.
    remarks: Remarks,
    /// The pipeline that the last text of a file of tests is for.
    tested: Option<Arc<Pipeline>>,
}

impl Bench {
    /// The findings of an edition, if they are JSON already.
    pub(crate) fn ready(&self, number: u64) -> Option<Items<'_>> {
        let is_last = self.reading.as_ref().is_some_and(|(last, _)| *last == number);
        (self.paged && is_last).then(|| self.pages.last())
    }

    /// The findings of the last reading as JSON.
    pub(crate) fn items(
        &mut self,
        snapshot: &Snapshot,
        remarks: &[Diagnostic],
        style: Style<'_>,
    ) -> Items<'_> {
        if std::mem::replace(&mut self.paged, true) {
            self.pages.last()
        } else {
            self.pages.items(&snapshot.report, remarks, style)
        }
    }

    /// Findings of a text that is no pipeline, as JSON.
    pub(crate) fn items_of(&mut self, found: &Report, style: Style<'_>) -> Items<'_> {
        self.pages.items(found, &[], style)
    }
}

impl Desk {
    pub(crate) fn open(
        uri: Uri,
        language: Language,
        edition: Edition,
        catalogue: Catalogue,
    ) -> Self {
        let path = (uri.scheme().as_str() == "file").then(|| uri.to_file_path()).flatten();
        let path = path.map(std::borrow::Cow::into_owned);
        let folder = folder_of(path.as_deref());
        let owner =
            path.as_deref().and_then(|it| workspace::models_owner(it, &workspace::root(&folder)));
        let language = match (language, owner) {
            (Language::Yaml, Some(owner)) => Language::Models(owner),
            (language, _) => language,
        };
        let files = Arc::new(PipelineFiles::new(folder.clone(), workspace::root(&folder)));
        let around = Arc::new(Surroundings::new(folder.clone(), workspace::root(&folder)));
        let number = AtomicU64::new(edition.number);
        let (latest, bench) = (Mutex::new(edition), Mutex::default());
        Self {
            uri,
            language,
            path,
            files,
            around,
            catalogue,
            latest,
            number,
            bench,
            tokens: Mutex::default(),
            desires: Mutex::default(),
            outdated: AtomicBool::new(true),
            unremarked: AtomicBool::new(true),
            drawn: AtomicBool::new(false),
        }
    }

    /// Its file.
    pub(crate) fn path(&self) -> Option<&Path> {
        self.path.as_deref()
    }

    /// The pipeline's own folder.
    pub(crate) fn folder(&self) -> PathBuf {
        folder_of(self.path())
    }

    /// The newest text.
    pub(crate) fn latest(&self) -> Edition {
        self.latest.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Puts a new text there: work on older ones is stale from now on.
    pub(crate) fn put(&self, edition: Edition) {
        let number = edition.number;
        *self.latest.lock().unwrap_or_else(PoisonError::into_inner) = edition;
        self.number.store(number, Ordering::Release);
    }

    /// Makes all work on it stale.
    pub(crate) fn close(&self) {
        self.number.store(0, Ordering::Release);
    }

    /// Whether `edition` is still what the editor shows.
    pub(crate) fn is_current(&self, edition: &Edition) -> bool {
        self.number.load(Ordering::Acquire) == edition.number
    }

    /// What is wanted of its findings.
    pub(super) fn desires(&self) -> MutexGuard<'_, Desires> {
        self.desires.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The workbench. One whose user panicked is cleared first: what it remembered may be half done.
    pub(crate) fn bench(&self) -> MutexGuard<'_, Bench> {
        self.bench.lock().unwrap_or_else(|poisoned| {
            self.bench.clear_poison();
            let mut bench = poisoned.into_inner();
            *bench = Bench::default();
            bench
        })
    }

    /// The workbench, if nobody works at it and what was read there still holds.
    pub(super) fn at_rest(&self) -> Option<MutexGuard<'_, Bench>> {
        let bench = self.bench.try_lock().ok()?;
        let holds =
            !self.outdated.load(Ordering::Acquire) && !self.unremarked.load(Ordering::Acquire);
        holds.then_some(bench)
    }

    /// What was said of its tokens. One whose user panicked is cleared first.
    pub(crate) fn tokens(&self) -> MutexGuard<'_, Shelf> {
        self.tokens.lock().unwrap_or_else(|poisoned| {
            self.tokens.clear_poison();
            let mut shelf = poisoned.into_inner();
            *shelf = Shelf::default();
            shelf
        })
    }

    /// What `edition` means; `None` when an edit made it stale or the document is not ours.
    pub(crate) fn read(&self, edition: &Edition) -> Reading {
        self.read_with(&mut self.bench(), edition)
    }

    /// The same, by who holds the workbench.
    pub(crate) fn read_with(&self, bench: &mut Bench, edition: &Edition) -> Reading {
        if !self.is_current(edition) {
            return Reading::Stale;
        }
        if self.language == Language::Configuration {
            let (_, found) = Configuration::read(&edition.document.rope().to_string());
            return Reading::Findings(Report::of(found));
        }
        if self.language == Language::Tests {
            let tests = self.tests(bench, edition);
            return Reading::Findings(Report::of(tests.findings));
        }
        if let Language::Models(owner) = self.language {
            let text = edition.document.rope().to_string();
            if models_file::is_one(&text) {
                return Reading::Findings(Report::of(workspace::models_findings(&text, owner)));
            }
        }
        if self.outdated.swap(false, Ordering::AcqRel) {
            bench.analyst.forget();
            let root = workspace::root(&self.folder());
            bench.analyst.configure(workspace::settings(&root, self.path()));
            bench.analyst.stock(Arc::new(workspace::roster(&root)));
            bench.reading = None;
        }
        let snapshot = match &bench.reading {
            Some((number, snapshot)) if *number == edition.number => Arc::clone(snapshot),
            _ => {
                // What nobody else reads any more is changed in place.
                bench.reading = None;
                bench.paged = false;
                let document = edition.document.clone();
                let snapshot = bench.analyst.read(document, &self.catalogue, &self.files);
                let snapshot = Arc::new(snapshot.with(Arc::clone(&self.around) as Arc<dyn Around>));
                bench.reading = Some((edition.number, Arc::clone(&snapshot)));
                snapshot
            }
        };
        match self.language {
            Language::Downbeat => Reading::Ours(snapshot),
            Language::Yaml | Language::Models(_) if snapshot.pipeline.is_pipeline => {
                Reading::Ours(snapshot)
            }
            Language::Yaml
            | Language::Configuration
            | Language::Tests
            | Language::Models(_)
            | Language::Other => Reading::Foreign,
        }
    }

    /// A file of tests, understood. The pipeline is read anew when files have changed.
    pub(crate) fn tests(&self, bench: &mut Bench, edition: &Edition) -> Tests {
        if self.outdated.swap(false, Ordering::AcqRel) {
            bench.tested = None;
        }
        let name = self.path().map_or_else(|| self.uri.as_str().to_owned(), workspace::display);
        let text = edition.document.rope().to_string().into();
        let source = Source { name: name.into(), path: self.path.clone(), text };
        let tests = Tests::knowing(source, bench.tested.take(), &self.catalogue);
        bench.tested.clone_from(&tests.pipeline);
        tests
    }

    /// Somebody asks for a drawing of it.
    pub(crate) fn watch_drawing(&self) {
        self.drawn.store(true, Ordering::Release);
    }

    /// True once after a drawing was asked for: who looks at one asks again, and then wants to hear of the next change.
    pub(crate) fn outdates_drawing(&self) -> bool {
        self.drawn.swap(false, Ordering::AcqRel)
    }

    /// What was read is read again: files outside have changed.
    pub(crate) fn forget(&self) {
        self.outdated.store(true, Ordering::Release);
        self.around.forget();
        self.remark_again();
    }

    /// What is held against its last run is read again.
    pub(super) fn remark_again(&self) {
        self.unremarked.store(true, Ordering::Release);
    }

    /// What is held against the results of its last run, as far as it holds for this text.
    pub(super) fn remarks(&self, bench: &mut Bench, snapshot: &Snapshot) -> Vec<Diagnostic> {
        if self.unremarked.swap(false, Ordering::AcqRel) {
            bench.remarks = Remarks::read(self, snapshot);
            bench.paged = false;
        }
        bench.remarks.now(snapshot)
    }
}

/// Where a file lies; the working directory for a document without one.
fn folder_of(path: Option<&Path>) -> PathBuf {
    path.and_then(Path::parent).map_or_else(workspace::current_dir, Path::to_owned)
}

/// What came of reading an edition.
pub(crate) enum Reading {
    Ours(Arc<Snapshot>),
    /// What is wrong in a document of ours that is no pipeline.
    Findings(Report),
    /// Not a pipeline: nothing is said about it.
    Foreign,
    /// The text has changed since.
    Stale,
}
