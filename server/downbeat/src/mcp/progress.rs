//! How far a run is, for the agent that waits for it.

use engine::event::{Event, EventKind};
use rmcp::{
    Peer, RoleServer,
    model::{ProgressNotificationParam, ProgressToken},
};
use tokio_util::sync::CancellationToken;

/// See the module.
pub(super) struct Progress {
    /// None where the agent does not want to know.
    token: Option<ProgressToken>,
    peer: Peer<RoleServer>,
    /// Fires when the agent does not want the answer any longer.
    pub(super) cancel: CancellationToken,
    done: f64,
    all: Option<f64>,
}

impl Progress {
    pub(super) fn new(
        token: Option<ProgressToken>,
        peer: Peer<RoleServer>,
        cancel: CancellationToken,
    ) -> Self {
        Self { token, peer, cancel, done: 0.0, all: None }
    }

    /// Hears of what happens in a run, and tells it.
    pub(super) async fn hear(&mut self, event: &Event) {
        let number = |name: &str| event.data.as_ref()?.get(name)?.as_f64();
        let step = event.step.as_deref().unwrap_or_default();
        let words = match event.kind {
            EventKind::RunStarted => {
                self.all = number("steps");
                return;
            }
            _ if event.path().is_some_and(|path| path != step) => return,
            EventKind::StepStarted => format!("{step} begins"),
            EventKind::StepCompleted => format!("{step} is done"),
            EventKind::StepFailed => {
                format!("{step} failed: {}", event.message.as_deref().unwrap_or_default())
            }
            EventKind::StepSkipped => format!("{step} is left out"),
            _ => return,
        };
        if event.kind != EventKind::StepStarted {
            self.done += 1.0;
        }
        self.tell(words).await;
    }

    /// Tells how much is done.
    pub(super) async fn tell(&self, words: String) {
        let Some(token) = self.token.clone() else { return };
        let told = ProgressNotificationParam::new(token, self.done).with_message(words);
        let told = match self.all {
            Some(all) => told.with_total(all),
            None => told,
        };
        // An agent that is gone hears nothing.
        let _ = self.peer.notify_progress(told).await;
    }
}
