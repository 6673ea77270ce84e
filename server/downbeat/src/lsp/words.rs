//! What a model says of open pipelines: asked when somebody looks and nobody has asked before, told when it is there. Looking
//! never waits, and an edit takes the question back.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::Duration;

use ide::Snapshot;
use pipeline::{Pipeline, insight::Sheet};
use tokio_util::sync::CancellationToken;

use super::outbox::Outbox;
use super::protocol::{About, WORDS};
use crate::wording::{self, Wording};

/// How long a model may take: nobody waits for it.
const PATIENCE: Duration = Duration::from_secs(120);

/// Most pipelines whose words are asked for at once.
const AT_ONCE: usize = 2;

/// See the module.
pub(crate) struct Words {
    outbox: Outbox,
    of: Mutex<BTreeMap<String, Asked>>,
}

struct Asked {
    /// A hash of the facts that it was asked about.
    facts: blake3::Hash,
    state: State,
}

enum State {
    /// The model has not answered.
    Waiting(CancellationToken),
    /// It has, or there is none.
    There(Option<Arc<Wording>>),
}

/// How far the words of a pipeline are.
#[derive(Clone, Debug)]
pub(crate) enum Progress {
    /// They are being asked for.
    Coming,
    /// They are there.
    There(Arc<Wording>),
    /// There are none.
    Never,
}

impl Words {
    pub(crate) fn new(outbox: Outbox) -> Arc<Self> {
        Arc::new(Self { outbox, of: Mutex::default() })
    }

    fn lock(&self) -> MutexGuard<'_, BTreeMap<String, Asked>> {
        self.of.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The words for a pipeline whose facts are these; asks for them where nobody did.
    pub(crate) fn look(
        self: &Arc<Self>,
        uri: &str,
        snapshot: &Snapshot,
        folder: &Path,
    ) -> Progress {
        let facts = blake3::hash(snapshot.explanation().as_bytes());
        let mut of = self.lock();
        match of.get(uri).filter(|asked| asked.facts == facts).map(|asked| &asked.state) {
            Some(State::Waiting(_)) => return Progress::Coming,
            Some(State::There(Some(wording))) => return Progress::There(Arc::clone(wording)),
            Some(State::There(None)) => return Progress::Never,
            None => {}
        }
        let waiting = of.values().filter(|it| matches!(it.state, State::Waiting(_))).count();
        if waiting >= AT_ONCE {
            return Progress::Never;
        }
        let cancel = CancellationToken::new();
        let state = State::Waiting(cancel.clone());
        if let Some(Asked { state: State::Waiting(before), .. }) =
            of.insert(uri.to_owned(), Asked { facts, state })
        {
            before.cancel();
        }
        drop(of);
        let (words, uri) = (Arc::clone(self), uri.to_owned());
        let (sheet, pipeline) = (snapshot.sheet(), snapshot.pipeline.clone());
        let folder = folder.to_owned();
        let ask = move || words.ask(uri, facts, &sheet, &pipeline, folder, &cancel);
        // A system that gives no thread gives no words.
        match thread::Builder::new().name("words".to_owned()).spawn(ask) {
            Ok(_) => Progress::Coming,
            Err(_) => Progress::Never,
        }
    }

    fn ask(
        &self,
        uri: String,
        facts: blake3::Hash,
        sheet: &Sheet,
        pipeline: &Pipeline,
        folder: PathBuf,
        cancel: &CancellationToken,
    ) {
        let said = wording::word(pipeline, sheet, &folder, PATIENCE, cancel);
        let mut of = self.lock();
        let is_wanted = of.get(&uri).is_some_and(|asked| asked.facts == facts);
        if cancel.is_cancelled() || !is_wanted {
            return;
        }
        of.insert(uri.clone(), Asked { facts, state: State::There(said.ok().map(Arc::new)) });
        drop(of);
        if let Ok(uri) = uri.parse() {
            self.outbox.notify(WORDS, &About { uri });
        }
    }

    /// The text has changed: what is being asked for is not wanted any more.
    pub(crate) fn edited(&self, uri: &str) {
        let mut of = self.lock();
        if let Some(Asked { state: State::Waiting(cancel), .. }) = of.get(uri) {
            cancel.cancel();
            of.remove(uri);
        }
    }

    /// The document is closed, or the server ends.
    pub(crate) fn forget(&self, uri: &str) {
        if let Some(Asked { state: State::Waiting(cancel), .. }) = self.lock().remove(uri) {
            cancel.cancel();
        }
    }
}
