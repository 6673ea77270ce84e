//! Events, in order, with times and without secrets.

use std::{
    sync::{Arc, PoisonError, RwLock},
    time::{SystemTime, UNIX_EPOCH},
};

use serde_json::Value as Json;

use crate::{
    event::{Event, EventKind},
    secrets::Redactor,
};

/// Tells a caller what happens.
pub(super) struct Narrator<'e> {
    tell: &'e (dyn Fn(&Event) + Send + Sync),
    /// Grows: a called pipeline has secret inputs of its own.
    redactor: RwLock<Arc<Redactor>>,
}

/// The step that an event is about.
#[derive(Clone, Copy, Debug)]
pub(super) struct Spot<'s> {
    pub(super) id: &'s str,
    /// Where it is inside others: `loop[3].body`.
    pub(super) path: Option<&'s str>,
    /// Number of the round around it.
    pub(super) iteration: Option<usize>,
}

/// Unix seconds.
pub(super) fn now() -> f64 {
    SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_secs_f64()
}

impl<'e> Narrator<'e> {
    pub(super) fn new(tell: &'e (dyn Fn(&Event) + Send + Sync), redactor: Redactor) -> Self {
        Self { tell, redactor: RwLock::new(Arc::new(redactor)) }
    }

    /// What takes secrets out.
    pub(super) fn redactor(&self) -> Arc<Redactor> {
        Arc::clone(&self.redactor.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// From now on this takes secrets out.
    pub(super) fn redact_with(&self, redactor: Redactor) {
        *self.redactor.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(redactor);
    }

    /// An event of the run.
    pub(super) fn run(&self, kind: EventKind, message: Option<String>, data: Json) {
        self.emit(kind, None, message, data);
    }

    /// An event of a step.
    pub(super) fn step(
        &self,
        kind: EventKind,
        spot: Spot<'_>,
        message: Option<String>,
        mut data: Json,
    ) {
        if let (Some(path), Some(data)) = (spot.path, data.as_object_mut()) {
            data.insert("path".to_owned(), path.into());
            data.insert("iteration".to_owned(), spot.iteration.into());
        }
        self.emit(kind, Some(spot.id.to_owned()), message, data);
    }

    fn emit(&self, kind: EventKind, step: Option<String>, message: Option<String>, data: Json) {
        let redactor = self.redactor();
        let message = message.map(|message| redactor.text(message));
        let data = Some(redactor.json(data)).filter(|data| !data.is_null());
        (self.tell)(&Event { kind, timestamp: now(), step, message, data });
    }
}
