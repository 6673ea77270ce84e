//! Where providers are looked for: inputs, so that a test has its own.

use std::{fmt, path::PathBuf, sync::Arc, time::Duration};

use pipeline::models::OwnServer;

/// What a variable of the environment says, by its name.
pub type Variables = Arc<dyn Fn(&str) -> Option<String> + Send + Sync>;

/// Where providers are looked for. Making one reads nothing.
#[derive(Clone)]
pub struct Surroundings {
    /// The variables of the environment.
    pub variables: Variables,
    /// The folder that has `.orchestrator/.env`.
    pub home: Option<PathBuf>,
    /// The folder that may have a `.env`.
    pub folder: Option<PathBuf>,
    /// Servers that the author's own files name.
    pub declared: Vec<Declared>,
    /// Where servers on this machine usually listen.
    pub ports: Ports,
    /// How long an answer may stand still.
    pub pause: Duration,
}

impl Surroundings {
    /// Those of this process, working in `folder`. No server of this machine is looked for where `DOWNBEAT_LOCAL_SERVERS` is `off`.
    #[must_use]
    pub fn of_process(folder: impl Into<PathBuf>) -> Self {
        let is_off = std::env::var("DOWNBEAT_LOCAL_SERVERS").is_ok_and(|it| it == "off");
        Self {
            variables: Arc::new(|name| std::env::var(name).ok()),
            home: std::env::home_dir(),
            folder: Some(folder.into()),
            declared: Vec::new(),
            ports: if is_off { Ports::NONE } else { Ports::default() },
            pause: PAUSE,
        }
    }

    /// Nothing but these variables.
    pub fn of_variables<K: Into<String>, V: Into<String>>(
        variables: impl IntoIterator<Item = (K, V)>,
    ) -> Self {
        let variables: Vec<(String, String)> =
            variables.into_iter().map(|(name, value)| (name.into(), value.into())).collect();
        let find = move |name: &str| {
            variables.iter().find(|(it, _)| it == name).map(|(_, value)| value.clone())
        };
        Self {
            variables: Arc::new(find),
            home: None,
            folder: None,
            declared: Vec::new(),
            ports: Ports::NONE,
            pause: PAUSE,
        }
    }
}

/// Between two pieces of an answer.
const PAUSE: Duration = Duration::from_secs(120);

impl fmt::Debug for Surroundings {
    /// Without the variables: some are secret.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Surroundings")
            .field("home", &self.home)
            .field("folder", &self.folder)
            .field("declared", &self.declared)
            .field("ports", &self.ports)
            .finish_non_exhaustive()
    }
}

/// Ports of the loopback; `None`: not looked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ports {
    /// Ollama's.
    pub ollama: Option<u16>,
    /// That of llama.cpp's server.
    pub llamacpp: Option<u16>,
    /// LM Studio's.
    pub lmstudio: Option<u16>,
}

impl Ports {
    /// Nowhere.
    pub const NONE: Self = Self { ollama: None, llamacpp: None, lmstudio: None };
}

impl Default for Ports {
    fn default() -> Self {
        Self { ollama: Some(11434), llamacpp: Some(8080), lmstudio: Some(1234) }
    }
}

/// A server that an author names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Declared {
    /// As model strings name it; that of a provider that is known here replaces it.
    pub name: String,
    /// Its address, to which the protocol's paths are appended: `https://models.example.org/v1`.
    pub url: String,
    /// The variable that has its key; `None`: it needs none.
    pub key: Option<String>,
    /// What it speaks.
    pub protocol: Protocol,
    /// The file that names it, where one does.
    pub file: Option<PathBuf>,
}

impl Declared {
    /// It, for a choice of models that asks nobody.
    #[must_use]
    pub fn as_own(&self) -> OwnServer {
        let place = super::place(&self.url, self.key.as_ref());
        OwnServer { name: self.name.clone(), place }
    }

    /// Where it stands, for people.
    pub(super) fn place(&self) -> String {
        let file = self.file.as_ref().map(|it| format!(" of `{}`", it.display()));
        format!("`providers`{}", file.unwrap_or_default())
    }
}

/// What a server speaks.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Protocol {
    /// OpenAI's chat completions.
    #[default]
    OpenAi,
    /// OpenAI's responses.
    OpenAiResponses,
    /// Anthropic's messages.
    Anthropic,
    /// Google's Gemini.
    Google,
    /// Ollama's own.
    Ollama,
}
