//! Exactly one answer per request. A [`Reply`] is the right to give it: it is used up by answering, and when it is dropped
//! unused (a panic, a lost job) it answers with an internal error.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use rustc_hash::FxHashMap;
use serde::Serialize;

use super::message::{self, Code, Id, Refusal};
use super::outbox::Outbox;

/// Requests that have no answer yet, each with its flag.
#[derive(Clone, Default)]
pub(crate) struct Pending {
    flags: Arc<Mutex<FxHashMap<Id, Cancelled>>>,
}

/// Whether the client withdrew a request.
#[derive(Clone, Default)]
pub(crate) struct Cancelled {
    flag: Arc<AtomicBool>,
}

impl Cancelled {
    /// Whether it did.
    pub(crate) fn is_set(&self) -> bool {
        self.flag.load(Ordering::Relaxed)
    }
}

impl Pending {
    fn begin(&self, id: &Id) -> Cancelled {
        let cancelled = Cancelled::default();
        self.lock().insert(id.clone(), cancelled.clone());
        cancelled
    }

    fn end(&self, id: &Id) {
        self.lock().remove(id);
    }

    /// Withdraws a request; it is still answered.
    pub(crate) fn cancel(&self, id: &Id) {
        if let Some(cancelled) = self.lock().get(id) {
            cancelled.flag.store(true, Ordering::Relaxed);
        }
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, FxHashMap<Id, Cancelled>> {
        self.flags.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Where answers go: to the client, or first into the batch that the request came in.
#[derive(Clone)]
pub(crate) enum Route {
    Direct(Outbox),
    Batch(Arc<Batch>),
}

impl Route {
    /// Sends an answer that is in pieces.
    pub(crate) fn send(&self, answer: &[&[u8]]) {
        match self {
            Self::Direct(outbox) => outbox.send_pieces(answer),
            Self::Batch(batch) => batch.add(answer),
        }
    }
}

/// The answers to one batch, sent as one array when the last holder lets go.
pub(crate) struct Batch {
    outbox: Outbox,
    answers: Mutex<Vec<u8>>,
}

impl Batch {
    pub(crate) fn new(outbox: Outbox) -> Arc<Self> {
        Arc::new(Self { outbox, answers: Mutex::default() })
    }

    fn add(&self, answer: &[&[u8]]) {
        let mut answers = self.answers.lock().unwrap_or_else(PoisonError::into_inner);
        let separator = if answers.is_empty() { b'[' } else { b',' };
        answers.push(separator);
        answer.iter().for_each(|piece| answers.extend_from_slice(piece));
    }
}

impl Drop for Batch {
    fn drop(&mut self) {
        let mut answers =
            std::mem::take(self.answers.get_mut().unwrap_or_else(PoisonError::into_inner));
        if !answers.is_empty() {
            answers.push(b']');
            self.outbox.send(answers);
        }
    }
}

/// The right, and the duty, to answer one request.
pub(crate) struct Reply {
    id: Id,
    route: Route,
    pending: Pending,
    cancelled: Cancelled,
    open: bool,
}

impl Reply {
    pub(crate) fn new(id: Id, route: Route, pending: &Pending) -> Self {
        let cancelled = pending.begin(&id);
        Self { id, route, pending: pending.clone(), cancelled, open: true }
    }

    /// Whether the client no longer wants the answer.
    pub(crate) fn is_cancelled(&self) -> bool {
        self.cancelled.is_set()
    }

    /// Answers.
    pub(crate) fn give(self, result: Result<impl Serialize, Refusal>) {
        let bytes = match result {
            Ok(result) => message::answer(&self.id, &result),
            Err(refusal) => message::refusal(Some(&self.id), &refusal),
        };
        self.finish(&[&bytes]);
    }

    /// Answers with a result that is JSON already, in pieces.
    pub(crate) fn give_json(self, result: &[&[u8]]) {
        let id = serde_json::to_vec(&self.id).unwrap_or_default();
        let mut pieces: Vec<&[u8]> = vec![b"{\"jsonrpc\":\"2.0\",\"id\":", &id, b",\"result\":"];
        pieces.extend_from_slice(result);
        pieces.push(b"}");
        self.finish(&pieces);
    }

    /// Refuses.
    pub(crate) fn refuse(self, code: Code, message: impl Into<String>) {
        self.give(Err::<(), _>(Refusal::new(code, message)));
    }

    fn finish(mut self, pieces: &[&[u8]]) {
        self.open = false;
        self.pending.end(&self.id);
        self.route.send(pieces);
    }
}

impl Drop for Reply {
    fn drop(&mut self) {
        if self.open {
            self.pending.end(&self.id);
            let refusal = Refusal::new(
                Code::InternalError,
                "the request failed inside the server; see its log",
            );
            self.route.send(&[&message::refusal(Some(&self.id), &refusal)]);
        }
    }
}
