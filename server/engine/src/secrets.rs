//! Secrets: which values are, and their removal from everything that is kept or shown.

use std::ffi::OsString;

use serde_json::Value as Json;

/// Shorter values would blank out ordinary words.
const SHORTEST: usize = 6;

/// What stands in the place of a secret.
const MASK: &str = "[secret]";

/// Words of a variable's name that mean a credential.
const WORDS: &[&str] =
    &["KEY", "TOKEN", "SECRET", "PASSWORD", "PASSWD", "CREDENTIAL", "CREDENTIALS", "APIKEY"];

/// The values of environment variables whose names say that they are credentials (`OPENAI_API_KEY`, `HF_TOKEN`).
pub(crate) fn of_environment(
    variables: impl IntoIterator<Item = (OsString, OsString)>,
) -> Vec<String> {
    variables
        .into_iter()
        .filter(|(name, _)| {
            name.to_string_lossy().to_uppercase().split('_').any(|word| WORDS.contains(&word))
        })
        .filter_map(|(_, value)| value.into_string().ok())
        .collect()
}

/// Replaces known secrets by value.
#[derive(Clone, Default)]
pub(crate) struct Redactor {
    secrets: Vec<String>,
}

impl Redactor {
    /// Knows these secrets; those too short to be told from ordinary text are left out.
    pub(crate) fn new(secrets: impl IntoIterator<Item = String>) -> Self {
        let mut secrets: Vec<_> =
            secrets.into_iter().filter(|secret| secret.len() >= SHORTEST).collect();
        secrets.sort_by(|a, b| b.len().cmp(&a.len()).then_with(|| a.cmp(b)));
        secrets.dedup();
        Self { secrets }
    }

    /// The text without secrets.
    #[must_use]
    pub(crate) fn text(&self, text: String) -> String {
        self.secrets.iter().fold(text, |text, secret| {
            if text.contains(secret) { text.replace(secret, MASK) } else { text }
        })
    }

    /// The value with every text in it, keys included, without secrets.
    #[must_use]
    pub(crate) fn json(&self, value: Json) -> Json {
        if self.secrets.is_empty() {
            return value;
        }
        match value {
            Json::String(text) => Json::String(self.text(text)),
            Json::Array(items) => items.into_iter().map(|item| self.json(item)).collect(),
            Json::Object(map) => {
                map.into_iter().map(|(key, value)| (self.text(key), self.json(value))).collect()
            }
            other => other,
        }
    }
}

impl std::fmt::Debug for Redactor {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Redactor({} secrets)", self.secrets.len())
    }
}
