//! The open documents, for whoever has news of one on another thread than the session's.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};

use super::client::Client;
use super::desk::Desk;
use super::findings;
use super::message::{self, Id};
use super::outbox::Outbox;

/// See the module.
pub(crate) struct Board {
    outbox: Outbox,
    inner: Mutex<Inner>,
}

#[derive(Default)]
struct Inner {
    desks: BTreeMap<String, Weak<Desk>>,
    client: Client,
    /// How often the client was asked to pull again.
    refreshes: u64,
}

impl Board {
    pub(crate) fn new(outbox: Outbox) -> Arc<Self> {
        Arc::new(Self { outbox, inner: Mutex::default() })
    }

    fn lock(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Learns what the client can do and wants.
    pub(super) fn meet(&self, client: Client) {
        self.lock().client = client;
    }

    /// A document is open.
    pub(super) fn put(&self, desk: &Arc<Desk>) {
        self.lock().desks.insert(desk.uri.as_str().to_owned(), Arc::downgrade(desk));
    }

    /// A document is closed.
    pub(super) fn take(&self, uri: &str) {
        self.lock().desks.remove(uri);
    }

    /// A run of a document has ended: what is held against its results is told. Reads the journal.
    pub(super) fn run_ended(&self, uri: &str) {
        let mut inner = self.lock();
        let Some(desk) = inner.desks.get(uri).and_then(Weak::upgrade) else { return };
        desk.remark_again();
        let client = inner.client;
        if !client.pulls_diagnostics {
            drop(inner);
            desk.desires().edit();
            let is_called = desk.desires().call();
            if is_called {
                findings::serve(&desk, &self.outbox, &client);
            }
        } else if client.refreshes_diagnostics {
            inner.refreshes += 1;
            let id = Id::Text(format!("downbeat-ended-{}", inner.refreshes));
            drop(inner);
            self.outbox.send(message::request(&id, "workspace/diagnostic/refresh", &()));
        }
    }
}
