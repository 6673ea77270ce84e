//! A server that is connected.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use engine::tool::{Call, Failure};
use rmcp::{
    Peer, RoleClient,
    model::{
        CancelledNotificationParam, ClientRequest, ListResourcesRequest, ListToolsRequest,
        PaginatedRequestParams, Resource, ServerNotification, ServerPeerInfo, ServerResult,
        SubscriptionFilter, Tool,
    },
    service::{PeerRequestOptions, RunningService, ServiceError, Subscription},
};
use tokio::task::JoinHandle;

use super::{
    PAGES,
    config::Config,
    ear::Ear,
    failure::{Repeat, cancelled, of_request},
    legacy, limit,
};
use crate::process::Served;

/// How long a server may take to say goodbye.
const GOODBYE: Duration = Duration::from_secs(2);

/// See the module.
pub(super) struct Session {
    config: Config,
    peer: Peer<RoleClient>,
    ear: Arc<Ear>,
    /// As limits name it; none where it is a program.
    host: Option<String>,
    /// None once it was ended.
    stage: Mutex<Option<Stage>>,
    /// Who counts the changes of a resource, by its address; nobody where the server tells of them unasked.
    counters: Mutex<BTreeMap<String, Option<JoinHandle<()>>>>,
}

/// What keeps a connection alive. The connection ends when this is dropped, and so does the program.
pub(super) struct Stage {
    pub(super) running: RunningService<RoleClient, Arc<Ear>>,
    pub(super) served: Option<Served>,
}

impl Session {
    pub(super) fn new(config: Config, ear: Arc<Ear>, host: Option<String>, stage: Stage) -> Self {
        Self {
            config,
            peer: stage.running.peer().clone(),
            ear,
            host,
            stage: Mutex::new(Some(stage)),
            counters: Mutex::default(),
        }
    }

    /// Whether the server can still be asked.
    pub(super) fn is_open(&self) -> bool {
        !self.peer.is_transport_closed() && self.stage().is_some()
    }

    /// What the server said of itself when it was greeted.
    pub(super) fn about(&self) -> Option<Arc<ServerPeerInfo>> {
        self.peer.peer_info()
    }

    /// Asks the server, within the time of the call. It is told when nobody waits for its answer any longer.
    pub(super) async fn ask(
        &self,
        call: &Call,
        request: ClientRequest,
        repeat: Repeat,
    ) -> Result<ServerResult, Failure> {
        let pass = match &self.host {
            Some(host) => Some(call.hosts.enter(host, &call.cancel).await?),
            None => None,
        };
        let answer = self.answer(call, request).await;
        if let Some(pass) = pass {
            match &answer {
                Some(Ok(_) | Err(ServiceError::McpError(_))) => pass.answered(),
                Some(Err(_)) => pass.failed(),
                None => drop(pass),
            }
        }
        match answer.ok_or_else(cancelled)? {
            Ok(result) => Ok(result),
            Err(error) => Err(self.failure(&error, call, repeat).await),
        }
    }

    /// None where the call was cancelled.
    async fn answer(
        &self,
        call: &Call,
        request: ClientRequest,
    ) -> Option<Result<ServerResult, ServiceError>> {
        let options = PeerRequestOptions::with_timeout(limit(call));
        let handle = match self.peer.send_request_with_option(request, options).await {
            Ok(handle) => handle,
            Err(error) => return Some(Err(error)),
        };
        let _listening = self.ear.listen(handle.progress_token.clone(), call.output.clone());
        let id = handle.id.clone();
        tokio::select! {
            answer = handle.await_response() => Some(answer),
            () = call.cancel.cancelled() => {
                let told = CancelledNotificationParam::new(Some(id), None);
                // A server that cannot be told is gone.
                let _ = tokio::time::timeout(GOODBYE, self.peer.notify_cancelled(told)).await;
                None
            }
        }
    }

    async fn failure(&self, error: &ServiceError, call: &Call, repeat: Repeat) -> Failure {
        let is_gone =
            matches!(error, ServiceError::TransportClosed | ServiceError::TransportSend(_));
        let words = self.stage().as_ref().and_then(|stage| Some(stage.served.as_ref()?.words()));
        let said = match words.filter(|_| is_gone) {
            Some(mut words) => words.last().await,
            None => String::new(),
        };
        of_request(error, &self.config.who(), limit(call), repeat, &said)
    }

    /// Its tools.
    pub(super) async fn tools(&self, call: &Call) -> Result<Vec<Tool>, Failure> {
        let mut tools = Vec::new();
        let mut cursor = None;
        for _ in 0..PAGES {
            let page = PaginatedRequestParams::default().with_cursor(cursor);
            let request = ClientRequest::ListToolsRequest(ListToolsRequest::with_param(page));
            match self.ask(call, request, Repeat::Harmless).await? {
                ServerResult::ListToolsResult(page) => {
                    tools.extend(page.tools);
                    cursor = page.next_cursor;
                }
                _ => return Err(self.improper(call)),
            }
            if cursor.is_none() {
                return Ok(tools);
            }
        }
        Err(self.endless())
    }

    /// Its resources.
    pub(super) async fn resources(&self, call: &Call) -> Result<Vec<Resource>, Failure> {
        let mut resources = Vec::new();
        let mut cursor = None;
        for _ in 0..PAGES {
            let page = PaginatedRequestParams::default().with_cursor(cursor);
            let request =
                ClientRequest::ListResourcesRequest(ListResourcesRequest::with_param(page));
            match self.ask(call, request, Repeat::Harmless).await? {
                ServerResult::ListResourcesResult(page) => {
                    resources.extend(page.resources);
                    cursor = page.next_cursor;
                }
                _ => return Err(self.improper(call)),
            }
            if cursor.is_none() {
                return Ok(resources);
            }
        }
        Err(self.endless())
    }

    /// Has the server tell when a resource changes.
    pub(super) async fn subscribe(&self, call: &Call, uri: &str) -> Result<(), Failure> {
        let about = self.about();
        let tells = about.as_ref().and_then(|it| it.capabilities.resources.as_ref()?.subscribe);
        if tells != Some(true) {
            let message =
                format!("the server `{}` does not tell when resources change", self.config.who());
            return Err(Failure::permanent("MCPError", message));
        }
        let counter = if about.is_some_and(|it| it.protocol_version.has_initialize()) {
            self.ask(call, legacy::subscribe(uri), Repeat::Harmless).await?;
            None
        } else {
            let filter = SubscriptionFilter::builder().resource_subscription(uri).build();
            let opened = tokio::select! {
                opened = self.peer.listen(filter) => opened,
                () = tokio::time::sleep(limit(call)) => Err(ServiceError::Timeout { timeout: limit(call) }),
                () = call.cancel.cancelled() => return Err(cancelled()),
            };
            let opened = match opened {
                Ok(opened) => opened,
                Err(error) => return Err(self.failure(&error, call, Repeat::Harmless).await),
            };
            Some(tokio::spawn(count(opened, Arc::clone(&self.ear))))
        };
        if let Some(Some(before)) = self.counters().insert(uri.to_owned(), counter) {
            before.abort();
        }
        Ok(())
    }

    /// Has the server tell no longer when a resource changes; whether it did.
    pub(super) async fn unsubscribe(&self, call: &Call, uri: &str) -> Result<bool, Failure> {
        let counter = self.counters().remove(uri);
        match counter {
            None => Ok(false),
            Some(Some(counter)) => {
                counter.abort();
                Ok(true)
            }
            Some(None) => {
                self.ask(call, legacy::unsubscribe(uri), Repeat::Harmless).await?;
                Ok(true)
            }
        }
    }

    /// How often a resource changed since this was asked last; none where the server does not tell.
    pub(super) fn take_changes(&self, uri: &str) -> Option<u64> {
        self.counters().contains_key(uri).then(|| self.ear.take_changes(uri))
    }

    /// Ends the connection, and the program with everything that it started.
    pub(super) async fn end(&self) {
        self.counters().values_mut().filter_map(Option::take).for_each(|counter| counter.abort());
        let stage = self.stage().take();
        let Some(Stage { mut running, served }) = stage else { return };
        // One that does not end in time is left to its drop.
        let _ = running.close_with_timeout(GOODBYE).await;
        drop(running);
        if let Some(served) = served {
            served.end().await;
        }
    }

    /// The server answered something else than it was asked.
    pub(super) fn improper(&self, call: &Call) -> Failure {
        let error = ServiceError::UnexpectedResponse;
        of_request(&error, &self.config.who(), limit(call), Repeat::Harmless, "")
    }

    fn endless(&self) -> Failure {
        let message =
            format!("the list of the server `{}` has more than {PAGES} pages", self.config.who());
        Failure::permanent("MCPError", message)
    }

    fn stage(&self) -> MutexGuard<'_, Option<Stage>> {
        self.stage.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn counters(&self) -> MutexGuard<'_, BTreeMap<String, Option<JoinHandle<()>>>> {
        self.counters.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Counts the changes that a server tells of in a subscription, until it ends.
async fn count(mut subscription: Subscription, ear: Arc<Ear>) {
    while let Ok(Some(told)) = subscription.next().await {
        if let ServerNotification::ResourceUpdatedNotification(told) = told {
            ear.changed(told.params.uri);
        }
    }
}
