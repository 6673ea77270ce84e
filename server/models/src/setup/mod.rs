//! Which providers can be asked from here: who has a key, who has an address, which servers run on this machine.

mod address;
mod guarded;
mod known;
mod local;
mod surroundings;

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, PoisonError},
};

use engine::{Secret, limits::Hosts};
use pipeline::models::{Access, LOCAL, Place, Reach, Server, provider};
use secrecy::{ExposeSecret as _, SecretString};
use tokio::{sync::OnceCell, task::JoinSet};
use tokio_util::sync::CancellationToken;

pub use self::surroundings::{Declared, Ports, Protocol, Surroundings, Variables};
use self::{
    guarded::Guarded,
    known::{Client, Home, KNOWN, Known},
};
use crate::{
    Code, ModelError, Provider,
    discover::{self, Found},
    keys::Keys,
    providers::{Anthropic, Chat, Google, HuggingFace, Listing, Ollama, OpenAi, Responses},
    wire::{Patience, Peer},
};

/// The providers that can be asked. Making one reads no variable and no file, and asks nobody: that is done when the first
/// provider is wanted, and once.
pub struct Providers {
    surroundings: Surroundings,
    keys: Keys,
    found: OnceCell<Vec<Found>>,
    made: Mutex<BTreeMap<String, Arc<dyn Provider>>>,
}

/// A provider, as it is set up.
struct Setup {
    name: String,
    url: String,
    key: Option<SecretString>,
    /// By what it is set up, for people.
    by: String,
    client: Client,
    place: Place,
}

/// How a provider is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Health {
    /// Its name.
    pub provider: String,
    /// By what it is set up: a variable and its place, a port; without the key.
    pub by: String,
    /// How many models it has, or why it cannot be asked.
    pub state: Result<usize, ModelError>,
}

impl Providers {
    /// Those that these surroundings have.
    #[must_use]
    pub fn new(surroundings: Surroundings) -> Self {
        Self {
            keys: Keys::new(surroundings.clone()),
            surroundings,
            found: OnceCell::new(),
            made: Mutex::default(),
        }
    }

    /// The provider of that name, in any of its spellings.
    ///
    /// # Errors
    /// It is not set up: the error names the variable, or the port, that was looked at.
    pub async fn get(&self, name: &str) -> Result<Arc<dyn Provider>, ModelError> {
        let name = provider(name);
        let made = || self.made.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = made().get(name) {
            return Ok(Arc::clone(known));
        }
        let client = match name {
            LOCAL => local::provider(&self.surroundings)?,
            _ => self.client(self.setup(name).await?)?,
        };
        made().insert(name.to_owned(), Arc::clone(&client));
        Ok(client)
    }

    /// As [`Self::get`], by the way out of a run: limits of its hosts hold, and a host that failed time and again is left
    /// alone ([`Code::CircuitOpen`]).
    ///
    /// # Errors
    /// As [`Self::get`].
    pub async fn get_through(
        &self,
        name: &str,
        hosts: &Hosts,
    ) -> Result<Arc<dyn Provider>, ModelError> {
        // Models inside this process have no way out.
        if provider(name) == LOCAL {
            return self.get(name).await;
        }
        let host = address::host(&self.setup(provider(name)).await?.url);
        Ok(Arc::new(Guarded { provider: self.get(name).await?, host, hosts: hosts.clone() }))
    }

    /// Which models can be had, for the choice among them. Servers of one's own are asked what they have; of the others the
    /// catalogue knows it. All are asked at once.
    pub async fn reach(self: &Arc<Self>) -> Reach {
        let mut asked = JoinSet::new();
        for (place, name) in self.names().into_iter().enumerate() {
            let providers = Arc::clone(self);
            asked.spawn(async move { (place, providers.server(name).await) });
        }
        let mut all = asked.join_all().await;
        all.sort_by_key(|(place, _)| *place);
        Reach::Known(all.into_iter().map(|(_, server)| server).collect())
    }

    /// A provider as it is found.
    async fn server(&self, name: String) -> Server {
        let (place, models) = match &*name {
            LOCAL => (Place::OwnMachine, self.listed(LOCAL).await.map(Some)),
            _ => match self.setup(&name).await {
                Ok(setup) => (setup.place, self.models(&setup).await),
                Err(error) => (self.usual_place(&name), Err(error)),
            },
        };
        let access =
            models.map_or_else(|it| self.shut(&name, &it), |models| Access::Open { models });
        Server { provider: name, place, access }
    }

    /// Where one runs that is not set up.
    fn usual_place(&self, name: &str) -> Place {
        let is_at_home = |it: &Known| it.name == name && it.home == Home::Here;
        let is_here = self.declaration(name).is_none() && KNOWN.iter().any(is_at_home);
        if is_here { Place::OwnMachine } else { Place::Elsewhere }
    }

    /// Which models it has, where it has to be asked; nothing where the catalogue knows it.
    async fn models(
        &self,
        setup: &Setup,
    ) -> Result<Option<Vec<pipeline::models::Listed>>, ModelError> {
        if catalogue_knows(setup.client) {
            Ok(None)
        } else {
            self.listed(&setup.name).await.map(Some)
        }
    }

    /// That a provider cannot be asked: what somebody has set up fails, the others are closed.
    fn shut(&self, name: &str, error: &ModelError) -> Access {
        let is_declared = self.surroundings.declared.iter().any(|it| it.name == name);
        if is_declared || error.code != Code::NotConfigured {
            Access::Failing(in_words(error))
        } else {
            Access::Closed(in_words(error))
        }
    }

    async fn listed(&self, name: &str) -> Result<Vec<pipeline::models::Listed>, ModelError> {
        let client = self.get(name).await?;
        let never = CancellationToken::new();
        let asked = client.models(&never);
        match tokio::time::timeout(LISTING, asked).await {
            Ok(listed) => listed,
            Err(_) => Err(ModelError::new(
                Code::Timeout,
                format!(
                    "`{name}`: it did not say within {} s which models it has",
                    LISTING.as_secs()
                ),
            )),
        }
    }

    /// How every provider is that is set up; all are asked at once.
    pub async fn health(self: &Arc<Self>) -> Vec<Health> {
        let mut asked = JoinSet::new();
        for (place, name) in self.names().into_iter().enumerate() {
            let by = match (self.setup(&name).await, self.declaration(&name)) {
                (Ok(setup), _) => setup.by,
                (Err(_), Some(declared)) => declared.place(),
                (Err(_), None) => continue,
            };
            let providers = Arc::clone(self);
            asked.spawn(async move {
                let state = providers.listed(&name).await.map(|it| it.len());
                (place, Health { provider: name, by, state })
            });
        }
        let mut all = asked.join_all().await;
        all.sort_by_key(|(place, _)| *place);
        let mut all: Vec<_> = all.into_iter().map(|(_, health)| health).collect();
        if let Ok(models) = self.listed(LOCAL).await
            && !models.is_empty()
        {
            let by = "inside this process, the last resort".to_owned();
            all.push(Health { provider: LOCAL.to_owned(), by, state: Ok(models.len()) });
        }
        all
    }

    /// That nothing is set up, and what would be enough.
    #[must_use]
    pub fn nothing_is_set_up(&self) -> ModelError {
        let keys: Vec<_> = KNOWN
            .iter()
            .filter(|it| matches!(it.home, Home::Web(_)))
            .filter_map(|it| it.keys.first().map(|key| format!("`{key}`")))
            .collect();
        let ports = self.surroundings.ports;
        let ports = [
            ("Ollama", ports.ollama),
            ("llama.cpp", ports.llamacpp),
            ("LM Studio", ports.lmstudio),
        ];
        let ports: Vec<_> = ports
            .iter()
            .filter_map(|(name, port)| Some(format!("{name} on port {}", (*port)?)))
            .collect();
        let here = if ports.is_empty() {
            ", and no server of this machine is looked for".to_owned()
        } else {
            format!(", and no server runs on this machine ({})", ports.join(", "))
        };
        ModelError::new(Code::NotConfigured, format!("no provider of models is set up: none of {} is set{here}", keys.join(", ")))
            .with_help("set a key in the environment or in `~/.orchestrator/.env`, start a server, or pull a model (`downbeat models pull`)")
    }

    /// What must reach no journal, event or document beside the credentials of the environment.
    #[must_use]
    pub fn secrets(&self) -> Vec<Secret> {
        self.keys.secrets()
    }

    /// What is to be said about the files in which keys stand.
    #[must_use]
    pub fn warnings(&self) -> &[String] {
        self.keys.warnings()
    }

    /// The names of all, declared ones behind those that are known.
    fn names(&self) -> Vec<String> {
        let mut names: Vec<_> = pipeline::models::PROVIDERS.map(str::to_owned).into();
        for declared in &self.surroundings.declared {
            if !names.contains(&declared.name) && declared.name != LOCAL {
                names.push(declared.name.clone());
            }
        }
        names.push(LOCAL.to_owned());
        names
    }

    /// The last one of a name: files of a workspace stand behind the author's own.
    fn declaration(&self, name: &str) -> Option<&Declared> {
        self.surroundings.declared.iter().rfind(|it| it.name == name)
    }

    async fn setup(&self, name: &str) -> Result<Setup, ModelError> {
        if let Some(declared) = self.declaration(name) {
            return self.declared(declared);
        }
        let known = KNOWN.iter().find(|it| it.name == name).ok_or_else(|| unknown(name))?;
        if known.client == Client::HuggingFace
            && self.keys.says_yes("ORCHESTRATOR_SKIP_HUGGINGFACE")
        {
            let message = "`huggingface` is switched off by `ORCHESTRATOR_SKIP_HUGGINGFACE`";
            return Err(ModelError::new(Code::NotConfigured, message));
        }
        let key = self.keys.key(known.keys);
        let setup = |url: &str, by: String, key: Option<SecretString>| {
            let url = address::base(url, known.client);
            let place = place(&url, key.as_ref().filter(|_| catalogue_knows(known.client)));
            Setup { name: name.to_owned(), url, key, by, client: known.client, place }
        };
        if let Some(url) = self.keys.setting(known.urls) {
            let by = key.as_ref().map_or(url.by.clone(), |key| format!("{}, {}", key.by, url.by));
            return Ok(setup(url.value.expose_secret(), by, key.map(|it| it.value)));
        }
        match (known.home, key) {
            (Home::Web(url), Some(key)) => Ok(setup(url, key.by, Some(key.value))),
            (Home::Web(_), None) => Err(keyless(known)),
            (Home::Here, key) => {
                let found = self.found.get_or_init(|| discover::servers(self.surroundings.ports));
                let found =
                    found.await.iter().find(|it| it.name == name).ok_or_else(|| absent(known))?;
                let by = format!("found at {}", found.url);
                Ok(setup(&found.url, by, key.map(|it| it.value)))
            }
            (Home::Unknown, _) => Err(absent(known)),
        }
    }

    fn declared(&self, declared: &Declared) -> Result<Setup, ModelError> {
        let Declared { name, url, key, protocol, file: _ } = declared;
        let file = declared.place();
        let set = key.as_ref().map(|variable| {
            self.keys.key(&[variable]).ok_or_else(|| {
                let message =
                    format!("`{name}` has no key: `{variable}` is not set, which {file} names");
                ModelError::new(Code::NotConfigured, message).with_help(WHERE)
            })
        });
        let set = set.transpose()?;
        let by = set.as_ref().map_or_else(|| file.clone(), |it| format!("{file}, {}", it.by));
        let client = match protocol {
            Protocol::OpenAi => Client::Compatible,
            Protocol::OpenAiResponses => Client::Responses,
            Protocol::Anthropic => Client::Anthropic,
            Protocol::Google => Client::Google,
            Protocol::Ollama => Client::Ollama,
        };
        let (url, name) = (address::base(url, client), name.clone());
        let place = place(&url, set.as_ref());
        Ok(Setup { name, url, key: set.map(|it| it.value), by, client, place })
    }

    fn client(&self, setup: Setup) -> Result<Arc<dyn Provider>, ModelError> {
        let Setup { name, url, key, client, by, place: _ } = setup;
        let patience = Patience { pause: self.surroundings.pause, ..Patience::default() };
        let peer = Peer::new(&name, &url, patience)?.set_up_by(by);
        let peer = match (client, key) {
            (_, None) => peer,
            (Client::Anthropic, Some(key)) => peer.with_key("x-api-key", "", key)?,
            (Client::Google, Some(key)) => peer.with_key("x-goog-api-key", "", key)?,
            (_, Some(key)) => peer.with_key("authorization", "Bearer ", key)?,
        };
        Ok(match client {
            Client::Dartmouth if !self.keys.says_yes("ORCHESTRATOR_ALLOW_PAID_MODELS") => {
                Arc::new(Chat::new(peer).listing(Listing::Free))
            }
            Client::Compatible | Client::Dartmouth => Arc::new(Chat::new(peer)),
            Client::OpenAi => {
                let organisation = self.keys.setting(&["OPENAI_ORG_ID"]);
                Arc::new(OpenAi::new(match &organisation {
                    Some(set) => peer.with_header("openai-organization", set.value.expose_secret()),
                    None => peer,
                }))
            }
            Client::Responses => Arc::new(Responses::new(peer)),
            Client::HuggingFace => Arc::new(HuggingFace::new(peer)),
            Client::Anthropic => Arc::new(Anthropic::new(peer)),
            Client::Google => Arc::new(Google::new(peer)),
            Client::Ollama => Arc::new(Ollama::new(peer)),
        })
    }
}

impl std::fmt::Debug for Providers {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Providers")
            .field("surroundings", &self.surroundings)
            .finish_non_exhaustive()
    }
}

/// For the list of a provider's models.
const LISTING: std::time::Duration = std::time::Duration::from_secs(5);

/// Where a key is looked for.
const WHERE: &str = "set it in the environment or in `~/.orchestrator/.env`";

/// Whether the catalogue says which models it has.
const fn catalogue_knows(client: Client) -> bool {
    matches!(client, Client::OpenAi | Client::Anthropic | Client::Google | Client::HuggingFace)
}

/// Where the server at an address runs. One that is handed a key may hand it on, to where it costs something.
fn place<K>(url: &str, key: Option<&K>) -> Place {
    if key.is_none() && address::is_here(url) { Place::OwnMachine } else { Place::Elsewhere }
}

fn in_words(error: &ModelError) -> String {
    match &error.help {
        Some(help) => format!("{}; {help}", error.message),
        None => error.message.clone(),
    }
}

fn keyless(known: &Known) -> ModelError {
    let keys: Vec<_> = known.keys.iter().map(|it| format!("`{it}`")).collect();
    let verb = if keys.len() == 1 { "is not set" } else { "are not set" };
    let message = format!("`{}` has no key: {} {verb}", known.name, keys.join(", "));
    ModelError::new(Code::NotConfigured, message).with_help(WHERE)
}

fn absent(known: &Known) -> ModelError {
    let variable = known.urls.first().copied().unwrap_or_default();
    let message = match known.home {
        Home::Here => {
            format!("`{}` does not run on this machine, and `{variable}` is not set", known.name)
        }
        Home::Web(_) | Home::Unknown => {
            format!("`{}` has no address: `{variable}` is not set", known.name)
        }
    };
    ModelError::new(Code::NotConfigured, message)
        .with_help(format!("start it, or set `{variable}` to its address"))
}

fn unknown(name: &str) -> ModelError {
    let names: Vec<_> = KNOWN.iter().map(|it| format!("`{}`", it.name)).collect();
    let message = format!("there is no provider `{name}`");
    let help =
        format!("known are {}; others stand under `providers` of `models.yaml`", names.join(", "));
    ModelError::new(Code::NotConfigured, message).with_help(help)
}

#[cfg(test)]
mod tests;
