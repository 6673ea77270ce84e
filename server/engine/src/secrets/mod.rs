//! Secrets: which values are, and their removal from everything that is kept or shown.
//!
//! What people see has a mask in the place of a secret ([`Redactor`]). What a later resume needs has the secret's name
//! there instead ([`Seal`]), and gets the value from whoever resumes: the value itself is never kept.

mod seal;

use std::ffi::OsString;

use pipeline::{Data, Pipeline, catalogue::Catalogue, facts, lower};
pub(crate) use seal::{Seal, mask};
use serde_json::Value as Json;
use syntax::Document;

use crate::prepare::DEEPEST;

/// Shorter values of the environment would blank out ordinary words.
const SHORTEST: usize = 8;

/// What stands in the place of a secret.
const MASK: &str = "[secret]";

/// Words of a variable's name that mean a credential.
const WORDS: &[&str] =
    &["KEY", "TOKEN", "SECRET", "PASSWORD", "PASSWD", "CREDENTIAL", "CREDENTIALS", "APIKEY"];

/// A text that must reach no journal, event or document.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret {
    /// Where it comes from, for people and for a later resume: a variable's name, an input's.
    pub name: String,
    /// The text itself.
    pub value: String,
}

impl std::fmt::Debug for Secret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("Secret").field(&self.name).finish()
    }
}

/// The environment variables whose names say that they are credentials (`OPENAI_API_KEY`, `HF_TOKEN`).
pub(crate) fn of_environment(
    variables: impl IntoIterator<Item = (OsString, OsString)>,
) -> Vec<Secret> {
    variables
        .into_iter()
        .filter(|(name, _)| {
            name.to_string_lossy().to_uppercase().split('_').any(|word| WORDS.contains(&word))
        })
        .filter_map(|(name, value)| {
            Some(Secret { name: name.into_string().ok()?, value: value.into_string().ok()? })
        })
        .filter(|secret| secret.value.len() >= SHORTEST)
        .collect()
}

/// Replaces known secrets by value.
#[derive(Clone, Default)]
pub(crate) struct Redactor {
    secrets: Vec<String>,
}

impl Redactor {
    /// Knows these secrets, also as they are spelled inside JSON text.
    pub(crate) fn new(secrets: &[Secret]) -> Self {
        let spellings = |secret: &Secret| [secret.value.clone(), inside_json(&secret.value)];
        let mut secrets: Vec<_> =
            secrets.iter().flat_map(spellings).filter(|secret| !secret.is_empty()).collect();
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

/// The texts and numbers in a secret value, by the place that they have there (`login.password`).
pub(crate) fn texts(name: &str, value: &Json, into: &mut Vec<Secret>) {
    let mut push = |value: String| into.push(Secret { name: name.to_owned(), value });
    match value {
        Json::String(text) => push(text.clone()),
        Json::Number(number) => push(number.to_string()),
        Json::Array(items) => {
            for (index, item) in items.iter().enumerate() {
                texts(&format!("{name}[{index}]"), item, into);
            }
        }
        Json::Object(map) => {
            for (key, item) in map {
                texts(&format!("{name}.{key}"), item, into);
            }
        }
        Json::Null | Json::Bool(_) => {}
    }
}

/// Defaults of secret inputs that are written out: they stand in the pipeline's own text. Each is called as the input is,
/// behind [`DEFAULT_OF`]: a caller may have given another value. Those of a pipeline that a step writes out have the step's
/// name before them (`sub.token`).
#[must_use]
pub fn secret_defaults(pipeline: &Pipeline) -> Vec<Secret> {
    let mut secrets = Vec::new();
    defaults_within(pipeline, DEFAULT_OF, DEEPEST, &mut secrets);
    secrets
}

fn defaults_within(pipeline: &Pipeline, name: &str, left: usize, into: &mut Vec<Secret>) {
    for input in facts::inputs(pipeline).filter(|input| input.secret) {
        if let Some(default) = &input.default {
            written(&format!("{name}{}", input.name.value), &default.value, into);
        }
    }
    let Some(left) = left.checked_sub(1) else { return };
    for step in pipeline.steps.iter().flat_map(|placed| placed.walk()) {
        let text = step.parameter("pipeline").and_then(|it| it.value.value.as_text());
        if let Some(text) = text.filter(|_| facts::writes_out_a_pipeline(step)) {
            let inner = lower(&Document::new(&text.value), &Catalogue::declared());
            defaults_within(&inner, &format!("{name}{}.", step.id_text()), left, into);
        }
    }
}

/// Begins the name of a secret that is the default of an input.
pub const DEFAULT_OF: &str = "default of ";

/// The texts and numbers that are written out in data.
fn written(name: &str, data: &Data, into: &mut Vec<Secret>) {
    let mut push = |value: String| into.push(Secret { name: name.to_owned(), value });
    match data {
        Data::Text(text) if text.is_static() => push(text.value.to_string()),
        Data::Int(number) => push(number.to_string()),
        Data::Float(number) => push(number.to_string()),
        Data::List(items) => {
            for (index, item) in items.iter().enumerate() {
                written(&format!("{name}.{index}"), &item.value, into);
            }
        }
        Data::Map(entries) => {
            for (key, item) in entries.iter() {
                written(&format!("{name}.{}", key.value), &item.value, into);
            }
        }
        Data::Text(_) | Data::Null | Data::Bool(_) => {}
    }
}

/// A text as it is spelled inside JSON text.
fn inside_json(text: &str) -> String {
    let json = Json::String(text.to_owned()).to_string();
    json.get(1..json.len() - 1).unwrap_or_default().to_owned()
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
        let values: Vec<_> = found.iter().map(|secret| &*secret.value).collect();
        assert_eq!(values, ["sk-12345678", "hf_12345678", "correct horse"]);
        assert!(!format!("{found:?}").contains("12345678"));
    }

    #[test]
    fn secrets_are_blanked_wherever_they_stand() {
        let secret = |value: &str| Secret { name: "S".into(), value: value.into() };
        let redactor = Redactor::new(&["1234", "a\"b", "12345"].map(secret));
        let value = json!({"pin 1234": [1234, 12345, 99], "text": "x12345x", "json": "{\"k\": \"a\\\"b\"}"});
        let blank = json!({"pin [secret]": [MASK, MASK, 99], "text": "x[secret]x", "json": "{\"k\": \"[secret]\"}"});
        assert_eq!(redactor.json(value), blank);
        assert!(!format!("{redactor:?}").contains("1234"));
    }
}
