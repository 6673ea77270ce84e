//! The session loop: one message after another, in the order in which they arrived. It changes documents itself, hands
//! everything that takes longer to the pool, and never waits for a client, a worker or a run.

use std::io::Read;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use pipeline::catalogue::Catalogue;
use rustc_hash::FxHashMap;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::value::RawValue;
use tower_lsp_server::ls_types::{
    CancelParams, DidChangeTextDocumentParams, DidChangeWatchedFilesParams,
    DidCloseTextDocumentParams, DidOpenTextDocumentParams, DidSaveTextDocumentParams,
    DocumentDiagnosticParams, InitializeParams, NumberOrString, Uri, WorkDoneProgressCancelParams,
};

use super::board::Board;
use super::capabilities;
use super::client::Client;
use super::desk::{Desk, Edition, Language, Reading};
use super::drawing;
use super::findings::{self, PUBLISH};
use super::frame::{Frame, Frames};
use super::handlers::{self, View};
use super::message::{self, Code, Content, Id, Incoming, Refusal};
use super::outbox::Outbox;
use super::pool::Pool;
use super::protocol::ConfigurationParams;
use super::reply::{Batch, Pending, Reply, Route};
use super::runs::Runs;
use super::sync;
use super::testing::Testing;
use super::watching;
use super::words::Words;
use crate::workspace;

/// How a session ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum End {
    /// `shutdown` came before `exit` or before the end of the stream.
    Orderly,
    /// It did not.
    Abrupt,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Phase {
    Uninitialized,
    Running,
    ShutDown,
}

/// The state of the server. Only its own thread touches it.
pub(crate) struct Session {
    outbox: Outbox,
    pub(super) runs: Arc<Runs>,
    pub(super) testing: Arc<Testing>,
    words: Arc<Words>,
    board: Arc<Board>,
    pending: Pending,
    pub(super) pool: Pool,
    phase: Phase,
    pub(super) client: Client,
    catalogue: Catalogue,
    desks: FxHashMap<String, Arc<Desk>>,
    /// The number of the last edition of any document.
    editions: u64,
    /// How often the client was asked to pull again.
    refreshes: u64,
}

impl Session {
    pub(crate) fn new(outbox: Outbox) -> Self {
        let board = Board::new(outbox.clone());
        Self {
            runs: Runs::new(outbox.clone(), Arc::clone(&board)),
            words: Words::new(outbox.clone()),
            board,
            testing: Testing::new(outbox.clone()),
            outbox,
            pending: Pending::default(),
            pool: Pool::default(),
            phase: Phase::Uninitialized,
            client: Client::default(),
            catalogue: workspace::catalogue(),
            desks: FxHashMap::default(),
            editions: 0,
            refreshes: 0,
        }
    }

    /// Serves until `exit` or the end of the stream.
    pub(crate) fn serve(mut self, stream: impl Read) -> End {
        let mut frames = Frames::new(stream);
        while let Some(frame) = frames.next() {
            let bytes = match frame {
                Frame::Message(bytes) => bytes,
                Frame::Broken(reason) => {
                    self.malformed(reason);
                    continue;
                }
            };
            match message::read(&bytes) {
                Content::NotJson => {
                    self.malformed("a message that is not JSON");
                    frames.give_back(&bytes);
                }
                Content::Batch(items) if items.is_empty() => self.invalid(None, "an empty batch"),
                Content::Batch(items) => {
                    let batch = Batch::new(self.outbox.clone());
                    for item in items {
                        if self.take(item, &Route::Batch(Arc::clone(&batch))) {
                            return self.end();
                        }
                    }
                }
                Content::One(item) => {
                    let route = Route::Direct(self.outbox.clone());
                    if self.take(item, &route) {
                        return self.end();
                    }
                }
            }
        }
        self.end()
    }

    fn end(&self) -> End {
        self.testing.end();
        self.runs.end();
        if self.phase == Phase::ShutDown { End::Orderly } else { End::Abrupt }
    }

    fn malformed(&self, reason: &str) {
        self.outbox.send(message::refusal(
            None,
            &Refusal::new(Code::ParseError, format!("{reason} was skipped")),
        ));
    }

    fn invalid(&self, id: Option<&Id>, reason: &str) {
        self.outbox.send(message::refusal(id, &Refusal::new(Code::InvalidRequest, reason)));
    }

    /// Deals with one message; true after `exit`. A panic costs this message.
    fn take(&mut self, incoming: Incoming<'_>, route: &Route) -> bool {
        match incoming {
            Incoming::Notification { method, .. } if method == "exit" => return true,
            Incoming::Notification { method, params } => {
                if self.phase == Phase::Running {
                    // The panic hook has reported it; a notification has no answer.
                    let _ = catch_unwind(AssertUnwindSafe(|| self.notification(&method, params)));
                }
            }
            Incoming::Request { id, method, params } => {
                let reply = Reply::new(id, route.clone(), &self.pending);
                // The panic hook has reported it, and the reply has refused.
                let _ = catch_unwind(AssertUnwindSafe(|| self.request(&method, params, reply)));
            }
            Incoming::Response { id, failed, result } => {
                let result = result.and_then(|it| serde_json::from_str(it.get()).ok());
                self.runs.answered(&id, failed, result);
            }
            Incoming::Invalid { id, reason } => {
                let refusal = Refusal::new(Code::InvalidRequest, reason);
                route.send(&[&message::refusal(id.as_ref(), &refusal)]);
            }
        }
        false
    }

    fn request(&mut self, method: &str, params: Option<&RawValue>, reply: Reply) {
        match (self.phase, method) {
            (Phase::Uninitialized, "initialize") => self.initialize(params, reply),
            (Phase::Uninitialized, _) => {
                reply.refuse(Code::ServerNotInitialized, "the first request must be `initialize`");
            }
            (Phase::ShutDown, _) => reply
                .refuse(Code::InvalidRequest, "the server is shut down; only `exit` may follow"),
            (Phase::Running, "initialize") => {
                reply.refuse(Code::InvalidRequest, "the server is initialized already")
            }
            (Phase::Running, "shutdown") => {
                self.phase = Phase::ShutDown;
                reply.give(Ok(()));
            }
            (Phase::Running, "textDocument/diagnostic") => self.pull(params, reply),
            (Phase::Running, _) => handlers::dispatch(self, method, params, reply),
        }
    }

    fn notification(&mut self, method: &str, params: Option<&RawValue>) {
        match method {
            "initialized" if self.client.watches_files => self.outbox.send(watching::request()),
            "textDocument/didOpen" => {
                let Some(DidOpenTextDocumentParams { text_document: item }) = read(params) else {
                    return;
                };
                self.open(item.uri, &item.language_id, item.version, &item.text);
            }
            "textDocument/didChange" => {
                let Some(change) = read::<DidChangeTextDocumentParams>(params) else { return };
                self.change(&change);
            }
            "textDocument/didClose" => {
                let Some(closed) = read::<DidCloseTextDocumentParams>(params) else { return };
                self.close(&closed.text_document.uri);
            }
            "textDocument/didSave" => {
                let Some(saved) = read::<DidSaveTextDocumentParams>(params) else { return };
                self.files_changed(&[saved.text_document.uri]);
            }
            "workspace/didChangeWatchedFiles" => {
                let Some(DidChangeWatchedFilesParams { changes }) = read(params) else { return };
                let changed: Vec<_> = changes.into_iter().map(|change| change.uri).collect();
                self.files_changed(&changed);
            }
            "workspace/didChangeConfiguration" => {
                // A client that says nothing of ours changes nothing.
                let Some(changed) = read::<ConfigurationParams>(params) else { return };
                self.client.settings = changed.settings.downbeat;
                self.board.meet(self.client);
            }
            "window/workDoneProgress/cancel" => {
                let cancelled =
                    read::<WorkDoneProgressCancelParams>(params).map(|params| params.token);
                if let Some(NumberOrString::String(run)) = cancelled {
                    self.runs.cancel(&run);
                }
            }
            "$/cancelRequest" => match read::<CancelParams>(params).map(|cancel| cancel.id) {
                Some(NumberOrString::Number(id)) => self.pending.cancel(&Id::Number(id.into())),
                Some(NumberOrString::String(id)) => self.pending.cancel(&Id::Text(id)),
                None => {}
            },
            _ => {}
        }
    }

    fn initialize(&mut self, params: Option<&RawValue>, reply: Reply) {
        match require::<InitializeParams>(params) {
            Ok(params) => {
                self.client = Client::new(&params);
                self.runs.meet(&self.client);
                self.board.meet(self.client);
                self.phase = Phase::Running;
                reply.give(Ok(capabilities::answer(&self.client)));
            }
            Err(refusal) => reply.give(Err::<(), _>(refusal)),
        }
    }

    /// Tools and actions.
    pub(super) fn catalogue(&self) -> &Catalogue {
        &self.catalogue
    }

    /// The open document of that address.
    pub(super) fn desk(&self, uri: &str) -> Option<Arc<Desk>> {
        self.desks.get(uri).map(Arc::clone)
    }

    /// Every open document.
    pub(super) fn open_desks(&self) -> impl Iterator<Item = &Arc<Desk>> {
        self.desks.values()
    }

    fn next_edition(&mut self) -> u64 {
        self.editions += 1;
        self.editions
    }

    fn open(&mut self, uri: Uri, language_id: &str, version: i32, text: &str) {
        let language = Language::of(language_id, &uri);
        let edition =
            Edition { document: syntax::Document::new(text), version, number: self.next_edition() };
        let key = uri.as_str().to_owned();
        let desk = Arc::new(Desk::open(uri, language, edition, self.catalogue.clone()));
        self.board.put(&desk);
        if let Some(before) = self.desks.insert(key, Arc::clone(&desk)) {
            before.close();
        }
        self.refresh(&desk);
    }

    fn change(&mut self, change: &DidChangeTextDocumentParams) {
        let number = self.next_edition();
        let Some(desk) = self.desks.get(change.text_document.uri.as_str()).map(Arc::clone) else {
            return;
        };
        let mut document = desk.latest().document;
        for change in &change.content_changes {
            document = sync::apply(document, change, self.client.encoding);
        }
        desk.put(Edition { document, version: change.text_document.version, number });
        self.words.edited(desk.uri.as_str());
        self.outdate_drawing(&desk);
        self.refresh(&desk);
    }

    fn close(&mut self, uri: &Uri) {
        let Some(desk) = self.desks.remove(uri.as_str()) else { return };
        desk.close();
        self.words.forget(uri.as_str());
        self.board.take(uri.as_str());
        if !self.client.pulls_diagnostics && desk.language != Language::Other {
            self.outbox.notify(PUBLISH, &Published { uri: uri.as_str(), diagnostics: [] });
        }
    }

    /// Files changed: open documents may mean something else now.
    fn files_changed(&mut self, changed: &[Uri]) {
        let mut desks: Vec<_> = self.desks.values().map(Arc::clone).collect();
        desks.retain(|desk| watching::concerns(&desk.uri, changed));
        desks.sort_by(|a, b| a.uri.as_str().cmp(b.uri.as_str()));
        for desk in &desks {
            desk.forget();
            self.outdate_drawing(desk);
            self.refresh(desk);
        }
        if self.client.pulls_diagnostics && self.client.refreshes_diagnostics && !desks.is_empty() {
            self.refreshes += 1;
            let id = Id::Text(format!("downbeat-refresh-{}", self.refreshes));
            self.outbox.send(message::request(&id, "workspace/diagnostic/refresh", &()));
        }
    }

    /// Tells who looks at a drawing of a document that it has changed.
    fn outdate_drawing(&self, desk: &Desk) {
        if desk.outdates_drawing() {
            let (method, params) = drawing::outdated(&desk.uri, desk.latest().version);
            self.outbox.notify(method, &params);
        }
    }

    /// Reads the newest text of a document on the pool. A client that pulls asks for what was found in a moment.
    fn refresh(&mut self, desk: &Arc<Desk>) {
        if desk.language != Language::Other {
            desk.desires().edit();
            self.attend(desk);
        }
    }

    fn pull(&mut self, params: Option<&RawValue>, reply: Reply) {
        let params = match require::<DocumentDiagnosticParams>(params) {
            Ok(params) => params,
            Err(refusal) => return reply.give(Err::<(), _>(refusal)),
        };
        let Some(desk) = self.desks.get(params.text_document.uri.as_str()).map(Arc::clone) else {
            return reply.refuse(Code::InvalidParams, not_open(&params.text_document.uri));
        };
        findings::pull(&desk, reply, params.previous_result_id);
        self.attend(&desk);
    }

    /// Has a worker see to what is wanted of a document's findings.
    fn attend(&mut self, desk: &Arc<Desk>) {
        if desk.desires().call() {
            let (desk, outbox, client) = (Arc::clone(desk), self.outbox.clone(), self.client);
            self.pool.run(move || findings::serve(&desk, &outbox, &client));
        }
    }

    /// Answers a request about a document from a snapshot of it, off this thread.
    pub(crate) fn read<P, R>(
        &mut self,
        params: Option<&RawValue>,
        reply: Reply,
        uri: fn(&P) -> &Uri,
        handler: fn(&View<'_>, P) -> Result<R, Refusal>,
    ) where
        P: DeserializeOwned + Send + 'static,
        R: Serialize + Default + 'static,
    {
        let params = match require::<P>(params) {
            Ok(params) => params,
            Err(refusal) => return reply.give(Err::<(), _>(refusal)),
        };
        let Some(desk) = self.desks.get(uri(&params).as_str()).map(Arc::clone) else {
            return reply.refuse(Code::InvalidParams, not_open(uri(&params)));
        };
        let (edition, client) = (desk.latest(), self.client);
        let run = self.runs.of(desk.uri.as_str());
        let words = Arc::clone(&self.words);
        self.pool.run(move || {
            if reply.is_cancelled() {
                return reply.refuse(Code::RequestCancelled, "cancelled");
            }
            let result = match desk.read(&edition) {
                Reading::Stale => Err(stale()),
                Reading::Foreign | Reading::Findings(_) => Ok(R::default()),
                Reading::Ours(snapshot) => {
                    let view = View {
                        snapshot: &snapshot,
                        client: &client,
                        desk: &desk,
                        uri: &desk.uri,
                        version: edition.version,
                        run: run.as_deref(),
                        words: &words,
                    };
                    handler(&view, params)
                }
            };
            if reply.is_cancelled() {
                return reply.refuse(Code::RequestCancelled, "cancelled");
            }
            reply.give(result);
        });
    }
}

/// That nothing is wrong with a document any more.
#[derive(Serialize)]
struct Published<'a> {
    uri: &'a str,
    diagnostics: [(); 0],
}

fn stale() -> Refusal {
    Refusal::new(Code::ContentModified, "the text has changed since")
}

fn not_open(uri: &Uri) -> String {
    format!("`{}` is not open", uri.as_str())
}

/// Parameters of a notification; one that cannot be read is dropped, for nobody waits for an answer.
fn read<P: DeserializeOwned>(params: Option<&RawValue>) -> Option<P> {
    require(params).ok()
}

/// Parameters of a request.
pub(crate) fn require<P: DeserializeOwned>(params: Option<&RawValue>) -> Result<P, Refusal> {
    serde_json::from_str(params.map_or("null", RawValue::get)).map_err(|error| {
        Refusal::new(Code::InvalidParams, format!("the parameters cannot be read: {error}"))
    })
}
