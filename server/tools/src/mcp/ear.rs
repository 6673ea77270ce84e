//! What a server says without being asked.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use engine::tool::Output;
use rmcp::{
    ClientHandler, RoleClient,
    model::{
        ClientCapabilities, ClientConfig, Implementation, ProgressNotificationParam, ProgressToken,
        ProtocolVersion, ResourceUpdatedNotificationParam,
    },
    service::NotificationContext,
};

/// Hears how far calls are, and that resources changed. Everything else that a server may ask of a client is not
/// offered, so it is refused.
#[derive(Default)]
pub(super) struct Ear {
    calls: Mutex<Vec<(ProgressToken, Output)>>,
    /// How often resources changed since somebody asked, by their address.
    changes: Mutex<BTreeMap<String, u64>>,
}

/// Most resources whose changes are counted.
const COUNTED: usize = 10_000;

impl Ear {
    /// Tells a call how far it is, until what this gives is dropped.
    pub(super) fn listen(self: &Arc<Self>, token: ProgressToken, output: Output) -> Listening {
        self.calls().push((token.clone(), output));
        Listening { ear: Arc::clone(self), token }
    }

    /// How often a resource changed since this was asked last.
    pub(super) fn take_changes(&self, uri: &str) -> u64 {
        self.changes().remove(uri).unwrap_or_default()
    }

    /// Counts a change.
    pub(super) fn changed(&self, uri: String) {
        let mut changes = self.changes();
        if changes.len() < COUNTED || changes.contains_key(&uri) {
            *changes.entry(uri).or_default() += 1;
        }
    }

    fn calls(&self) -> MutexGuard<'_, Vec<(ProgressToken, Output)>> {
        self.calls.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn changes(&self) -> MutexGuard<'_, BTreeMap<String, u64>> {
        self.changes.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A call that is told how far it is.
pub(super) struct Listening {
    ear: Arc<Ear>,
    token: ProgressToken,
}

impl Drop for Listening {
    fn drop(&mut self) {
        self.ear.calls().retain(|(token, _)| *token != self.token);
    }
}

impl ClientHandler for Ear {
    fn get_info(&self) -> ClientConfig {
        let own = Implementation::new("downbeat", env!("CARGO_PKG_VERSION"));
        ClientConfig::new(ClientCapabilities::default(), own)
            .with_protocol_version(ProtocolVersion::LATEST_WITH_INITIALIZE)
    }

    async fn on_progress(
        &self,
        told: ProgressNotificationParam,
        _: NotificationContext<RoleClient>,
    ) {
        let calls = self.calls();
        let Some((_, output)) = calls.iter().find(|(token, _)| *token == told.progress_token)
        else {
            return;
        };
        let message = told.message.unwrap_or_default();
        match told.total.filter(|total| *total > 0.0) {
            Some(total) => output.progress(told.progress / total, &message),
            None if !message.is_empty() => output.text(&format!("{message}\n")),
            None => {}
        }
    }

    async fn on_resource_updated(
        &self,
        told: ResourceUpdatedNotificationParam,
        _: NotificationContext<RoleClient>,
    ) {
        self.changed(told.uri);
    }
}
