//! Events, in order, with times and without secrets.

use std::time::{SystemTime, UNIX_EPOCH};

use serde_json::Value as Json;

use crate::{
    event::{Event, EventKind},
    secrets::Redactor,
};

/// Tells a caller what happens.
pub(super) struct Narrator<'e> {
    tell: &'e (dyn Fn(&Event) + Send + Sync),
    redactor: Redactor,
}

/// Unix seconds.
pub(super) fn now() -> f64 {
    SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_secs_f64()
}

impl<'e> Narrator<'e> {
    pub(super) fn new(tell: &'e (dyn Fn(&Event) + Send + Sync), redactor: Redactor) -> Self {
        Self { tell, redactor }
    }

    /// The same without secrets.
    pub(super) const fn redactor(&self) -> &Redactor {
        &self.redactor
    }

    /// An event of the run.
    pub(super) fn run(&self, kind: EventKind, message: Option<String>, data: Json) {
        self.emit(kind, None, message, data);
    }

    /// An event of a step.
    pub(super) fn step(&self, kind: EventKind, step: &str, message: Option<String>, data: Json) {
        self.emit(kind, Some(step.to_owned()), message, data);
    }

    fn emit(&self, kind: EventKind, step: Option<String>, message: Option<String>, data: Json) {
        let message = message.map(|message| self.redactor.text(message));
        let data = Some(self.redactor.json(data)).filter(|data| !data.is_null());
        (self.tell)(&Event { kind, timestamp: now(), step, message, data });
    }
}
