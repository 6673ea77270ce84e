//! `$/progress` of one run. The token may be used only after the editor has agreed to it, so a run that begins, or even ends,
//! before the answer is shown when the answer comes.

use std::time::{Duration, Instant};

use engine::event::{Event, EventKind};
use serde_json::{Value as Json, json};

use crate::lsp::message::{self, Id};
use crate::lsp::outbox::Outbox;

/// Reports are at least so far apart.
const PACE: Duration = Duration::from_millis(100);

/// Ids of our requests for a token: this and the run's id.
pub(super) const REQUEST: &str = "downbeat-progress-";

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    /// The editor shows none, or has refused.
    Hidden,
    Asked,
    /// The run ended before the answer.
    AskedAndOver,
    Shown,
    Over,
}

/// The progress of a run.
pub(super) struct Progress {
    outbox: Outbox,
    run: String,
    state: State,
    title: String,
    total: u64,
    done: u64,
    message: String,
    /// When the last report was sent.
    reported: Option<Instant>,
    /// Whether something has changed since.
    changed: bool,
}

impl Progress {
    pub(super) fn new(outbox: Outbox, run: String, shows: bool) -> Self {
        let state = if shows { State::Asked } else { State::Hidden };
        Self {
            outbox,
            run,
            state,
            title: "Running".to_owned(),
            total: 0,
            done: 0,
            message: String::new(),
            reported: None,
            changed: false,
        }
    }

    /// Asks for the token, which is the run's id.
    pub(super) fn ask(&self) {
        if self.state == State::Asked {
            let id = Id::Text(format!("{REQUEST}{}", self.run));
            let params = json!({ "token": self.run });
            self.outbox.send(message::request(&id, "window/workDoneProgress/create", &params));
        }
    }

    pub(super) fn answered(&mut self, failed: bool) {
        self.state = match self.state {
            State::Asked | State::AskedAndOver if failed => State::Hidden,
            State::Asked => {
                self.begin();
                State::Shown
            }
            State::AskedAndOver => {
                self.begin();
                self.send(&json!({ "kind": "end", "message": self.message }));
                State::Over
            }
            state => state,
        };
    }

    pub(super) fn event(&mut self, event: &Event, now: Instant) {
        let step = event.path().or(event.step.as_deref()).unwrap_or_default();
        match event.kind {
            EventKind::RunStarted => {
                let data = event.data.as_ref();
                self.total = data
                    .and_then(|data| data.get("steps"))
                    .and_then(Json::as_u64)
                    .unwrap_or_default();
                if let Some(pipeline) =
                    data.and_then(|data| data.get("pipeline_id")).and_then(Json::as_str)
                {
                    self.title = format!("Running {pipeline}");
                }
                return;
            }
            EventKind::StepStarted => self.message = step.to_owned(),
            EventKind::StepCompleted | EventKind::StepFailed | EventKind::StepSkipped => {
                self.settle(event)
            }
            EventKind::RunCompleted => self.message = "completed".to_owned(),
            EventKind::RunFailed => self.message = "failed".to_owned(),
            EventKind::RunCancelled => self.message = "cancelled".to_owned(),
            EventKind::RunPaused => self.message = "paused".to_owned(),
            EventKind::RunUnpaused => self.message = "goes on".to_owned(),
            EventKind::StepRetrying => self.message = format!("{step}: trying again"),
            EventKind::StepProgress | EventKind::StepOutput | EventKind::Checkpoint => return,
        }
        self.changed = true;
        self.tick(now);
    }

    /// Reports what has changed, unless the last report is too fresh.
    pub(super) fn tick(&mut self, now: Instant) {
        let is_due = self.reported.is_none_or(|last| now.duration_since(last) >= PACE);
        if self.state == State::Shown && self.changed && is_due {
            self.changed = false;
            self.reported = Some(now);
            self.send(&json!({ "kind": "report", "message": self.message, "percentage": self.percentage() }));
        }
    }

    pub(super) fn end(&mut self) {
        self.state = match self.state {
            State::Asked => State::AskedAndOver,
            State::Shown => {
                self.send(&json!({ "kind": "end", "message": self.message }));
                State::Over
            }
            state => state,
        };
    }

    /// One more step is done; one inside a loop is none of the pipeline's own.
    fn settle(&mut self, event: &Event) {
        if event.path().is_none() && self.done < self.total {
            self.done += 1;
        }
    }

    fn percentage(&self) -> u64 {
        (self.done * 100).checked_div(self.total).unwrap_or_default()
    }

    fn begin(&self) {
        let percentage = self.percentage();
        let begin = json!({ "kind": "begin", "title": self.title, "cancellable": true, "message": self.message, "percentage": percentage });
        self.send(&begin);
    }

    fn send(&self, value: &Json) {
        self.outbox.notify("$/progress", &json!({ "token": self.run, "value": value }));
    }
}
