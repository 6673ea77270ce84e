//! The servers of a run, by name.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use async_trait::async_trait;
use engine::{
    holdings::Holding,
    tool::{Call, Failure},
};

use super::{config::Config, connect::connect, session::Session};
use crate::answer::given;

/// See the module.
#[derive(Default)]
pub(super) struct Sessions {
    servers: Mutex<BTreeMap<String, Arc<Server>>>,
    /// Server and resource of a subscription, by its id.
    subscriptions: Mutex<BTreeMap<String, (String, String)>>,
}

/// A server that is known.
struct Server {
    config: Config,
    /// None before it is asked for first.
    session: tokio::sync::Mutex<Option<Arc<Session>>>,
}

/// The servers that a run may know.
const MOST: usize = 100;

impl Sessions {
    /// The session with a server; connected for this call where nobody did so before, or where the server went away.
    pub(super) async fn get(&self, name: &str, call: &Call) -> Result<Arc<Session>, Failure> {
        if let Some(config) = given(&call.parameters, "server_config") {
            let config = Config::read(config)
                .map_err(|message| Failure::permanent("ParameterError", message))?;
            self.know(name, config)?;
        }
        let server = self.servers().get(name).map(Arc::clone);
        let server = server.ok_or_else(|| self.unknown(name))?;
        let mut session = server.session.lock().await;
        if let Some(session) = session.as_ref().filter(|session| session.is_open()) {
            return Ok(Arc::clone(session));
        }
        if let Some(gone) = session.take() {
            gone.end().await;
        }
        let new = Arc::new(connect(server.config.clone(), call).await?);
        let wanted: Vec<String> = {
            let of_server = |(of, uri): &(String, String)| (of == name).then(|| uri.clone());
            self.subscriptions().values().filter_map(of_server).collect()
        };
        for uri in wanted {
            new.subscribe(call, &uri).await?;
        }
        *session = Some(Arc::clone(&new));
        Ok(new)
    }

    /// Remembers how a server is reached. Another server of that name ends when nobody asks it any longer.
    pub(super) fn know(&self, name: &str, config: Config) -> Result<(), Failure> {
        let mut servers = self.servers();
        if servers.get(name).is_some_and(|server| server.config == config) {
            return Ok(());
        }
        if servers.len() >= MOST && !servers.contains_key(name) {
            let message =
                format!("a run may know {MOST} MCP servers; `disconnect` those that are done");
            return Err(Failure::permanent("ValueError", message));
        }
        let before = servers
            .insert(name.to_owned(), Arc::new(Server { config, session: Default::default() }));
        drop(servers);
        drop(before);
        Ok(())
    }

    /// Forgets a server; its session, where there was one. None: it was not known.
    pub(super) async fn disconnect(&self, name: &str) -> Option<()> {
        let server = self.forget(name)?;
        if let Some(session) = server.session.lock().await.take() {
            session.end().await;
        }
        Some(())
    }

    fn forget(&self, name: &str) -> Option<Arc<Server>> {
        self.subscriptions().retain(|_, (of, _)| of != name);
        self.servers().remove(name)
    }

    /// The same where its session cannot have begun.
    pub(super) fn forget_unasked(&self, name: &str) {
        drop(self.forget(name));
    }

    /// Remembers that a server is to tell when a resource changes; gives the id of that.
    pub(super) fn subscribed(&self, name: &str, uri: &str) -> String {
        let id = format!("{name}/{uri}");
        self.subscriptions().insert(id.clone(), (name.to_owned(), uri.to_owned()));
        id
    }

    /// Forgets a subscription; gives its server and resource.
    pub(super) fn unsubscribed(&self, id: &str) -> Option<(String, String)> {
        self.subscriptions().remove(id)
    }

    fn unknown(&self, name: &str) -> Failure {
        let known: Vec<String> = self.servers().keys().map(|name| format!("`{name}`")).collect();
        let known = match known.as_slice() {
            [] => "the run has connected to none".to_owned(),
            _ => format!("there are {}", known.join(", ")),
        };
        let message = format!(
            "no MCP server is called `{name}`: {known}; `connect` it in a step that this one depends on, or \
             give `server_config` here"
        );
        Failure::permanent("ValueError", message)
    }

    fn servers(&self) -> MutexGuard<'_, BTreeMap<String, Arc<Server>>> {
        self.servers.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn subscriptions(&self) -> MutexGuard<'_, BTreeMap<String, (String, String)>> {
        self.subscriptions.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[async_trait]
impl Holding for Sessions {
    async fn end(&self) {
        let all: Vec<_> = std::mem::take(&mut *self.servers()).into_values().collect();
        for server in all {
            if let Some(session) = server.session.lock().await.take() {
                session.end().await;
            }
        }
    }
}
