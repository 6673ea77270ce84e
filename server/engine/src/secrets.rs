//! Secrets: which values are, and their removal from everything that is kept or shown.

use std::ffi::OsString;

use serde_json::Value as Json;

/// Shorter values of the environment would blank out ordinary words.
const SHORTEST: usize = 8;

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
        .filter(|value| value.len() >= SHORTEST)
        .collect()
}

/// Replaces known secrets by value.
#[derive(Clone, Default)]
pub(crate) struct Redactor {
    secrets: Vec<String>,
}

impl Redactor {
    /// Knows these secrets, also as they are spelled inside JSON text.
    pub(crate) fn new(secrets: impl IntoIterator<Item = String>) -> Self {
        let spellings = |secret: String| {
            let json = Json::String(secret.clone()).to_string();
            let inner = json.get(1..json.len() - 1).unwrap_or_default().to_owned();
            [secret, inner]
        };
        let mut secrets: Vec<_> =
            secrets.into_iter().flat_map(spellings).filter(|secret| !secret.is_empty()).collect();
        // Longest first: one secret may be a part of another.
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
            Json::Number(number) if self.secrets.contains(&number.to_string()) => {
                Json::String(MASK.to_owned())
            }
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

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn credentials_are_known_by_their_names() {
        let variables = [
            ("OPENAI_API_KEY", "sk-12345678"),
            ("HF_TOKEN", "hf_12345678"),
            ("db_password", "correct horse"),
            ("KEYBOARD", "qwertyuiop"),
            ("SHORT_KEY", "on"),
        ];
        let found = of_environment(variables.map(|(name, value)| (name.into(), value.into())));
        assert_eq!(found, ["sk-12345678", "hf_12345678", "correct horse"]);
    }

    #[test]
    fn secrets_are_blanked_wherever_they_stand() {
        let redactor = Redactor::new(["1234".into(), "a\"b".into(), "12345".into()]);
        let value = json!({"pin 1234": [1234, 12345, 99], "text": "x12345x", "json": "{\"k\": \"a\\\"b\"}"});
        let blank = json!({"pin [secret]": [MASK, MASK, 99], "text": "x[secret]x", "json": "{\"k\": \"[secret]\"}"});
        assert_eq!(redactor.json(value), blank);
        assert!(!format!("{redactor:?}").contains("1234"));
    }
}
