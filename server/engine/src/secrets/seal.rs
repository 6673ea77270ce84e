//! Values that are kept for a later resume: a secret's name stands for the secret.

use serde_json::Value as Json;

use super::{MASK, Secret, inside_json};

/// Puts names in the place of secrets, and secrets in the place of names.
///
/// What stands for a secret (`[secret <mark> t:API_KEY]`) has a mark that was drawn at random when the run began: a tool
/// that answers with what looks like it gets no secret for it.
#[derive(Clone)]
pub(crate) struct Seal {
    /// How it begins.
    start: String,
    /// A spelling and what stands for it, each spelling once, longer ones first.
    closing: Vec<(String, String)>,
    /// The same, each name once.
    opening: Vec<(String, String)>,
}

impl std::fmt::Debug for Seal {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Seal({} secrets)", self.opening.len() / 2)
    }
}

/// A text, a text inside of JSON text, a number.
const KINDS: [char; 3] = ['t', 'j', 'n'];

const END: char = ']';

impl Seal {
    /// For these secrets, with the mark of a run.
    pub(crate) fn new(mark: &str, secrets: &[Secret]) -> Self {
        let start = format!("[secret {mark} ");
        let [text, inside, _] = KINDS;
        let stands = |kind: char, secret: &Secret| {
            let name = secret.name.replace(END, "");
            format!("{start}{kind}:{name}{END}")
        };
        let spellings = |secret: &Secret| {
            [
                (secret.value.clone(), stands(text, secret)),
                (inside_json(&secret.value), stands(inside, secret)),
            ]
        };
        let opening: Vec<_> =
            secrets.iter().flat_map(spellings).filter(|(spelled, _)| !spelled.is_empty()).collect();
        let mut closing = opening.clone();
        closing.sort_by(|(a, _), (b, _)| b.len().cmp(&a.len()).then_with(|| a.cmp(b)));
        closing.dedup_by(|(later, _), (first, _)| later == first);
        Self { start, closing, opening }
    }

    /// Whether a secret is in the value.
    pub(crate) fn is_in(&self, value: &Json) -> bool {
        match value {
            _ if self.closing.is_empty() => false,
            Json::String(text) => self.is_in_text(text),
            Json::Number(number) => self.number(&number.to_string()).is_some(),
            Json::Array(items) => items.iter().any(|item| self.is_in(item)),
            Json::Object(map) => {
                map.iter().any(|(key, value)| self.is_in_text(key) || self.is_in(value))
            }
            Json::Null | Json::Bool(_) => false,
        }
    }

    fn is_in_text(&self, text: &str) -> bool {
        self.closing.iter().any(|(secret, _)| text.contains(secret))
    }

    /// What stands for a number that is a secret.
    fn number(&self, spelled: &str) -> Option<String> {
        let (_, stands) = self.closing.iter().find(|(secret, _)| secret == spelled)?;
        let (_, name) = stands.strip_prefix(&self.start)?.split_once(':')?;
        let [.., number] = KINDS;
        Some(format!("{}{number}:{name}", self.start))
    }

    /// The text with names for secrets.
    pub(crate) fn close_text(&self, text: String) -> String {
        self.closing.iter().fold(text, |text, (secret, stands)| {
            if text.contains(secret) { text.replace(secret, stands) } else { text }
        })
    }

    /// The value with names for secrets, keys included.
    pub(crate) fn close(&self, value: Json) -> Json {
        match value {
            _ if self.closing.is_empty() => value,
            Json::String(text) => Json::String(self.close_text(text)),
            Json::Number(number) => {
                self.number(&number.to_string()).map_or(Json::Number(number), Json::String)
            }
            Json::Array(items) => items.into_iter().map(|item| self.close(item)).collect(),
            Json::Object(map) => map
                .into_iter()
                .map(|(key, value)| (self.close_text(key), self.close(value)))
                .collect(),
            other => other,
        }
    }

    /// The text with secrets for names.
    ///
    /// # Errors
    /// The name of a secret that is not there.
    pub(crate) fn open_text(&self, text: String) -> Result<String, String> {
        if !text.contains(&self.start) {
            return Ok(text);
        }
        let opened =
            self.opening.iter().fold(text, |text, (secret, stands)| text.replace(stands, secret));
        match opened.split_once(&self.start) {
            None => Ok(opened),
            Some((_, rest)) => Err(name_at(rest).to_owned()),
        }
    }

    /// The value with secrets for names.
    ///
    /// # Errors
    /// The name of a secret that is not there.
    pub(crate) fn open(&self, value: Json) -> Result<Json, String> {
        Ok(match value {
            Json::String(text) => match self.opened_number(&text) {
                Some(number) => number,
                None => Json::String(self.open_text(text)?),
            },
            Json::Array(items) => Json::Array(
                items.into_iter().map(|item| self.open(item)).collect::<Result<_, _>>()?,
            ),
            Json::Object(map) => Json::Object(
                map.into_iter()
                    .map(|(key, value)| Ok((self.open_text(key)?, self.open(value)?)))
                    .collect::<Result<_, String>>()?,
            ),
            other => other,
        })
    }

    fn opened_number(&self, text: &str) -> Option<Json> {
        let [plain, _, number] = KINDS;
        let rest = text.strip_prefix(&self.start)?.strip_prefix(number)?;
        let stands = format!("{}{plain}{rest}", self.start);
        let (secret, _) = self.opening.iter().find(|(_, known)| *known == stands)?;
        serde_json::from_str(secret).ok()
    }
}

/// The value with the mask of what people see for everything that stands for a secret by the mark of a run.
pub(crate) fn mask(mark: &str, value: Json) -> Json {
    let start = format!("[secret {mark} ");
    masked(&start, value)
}

fn masked(start: &str, value: Json) -> Json {
    match value {
        Json::String(text) => Json::String(masked_text(start, text)),
        Json::Array(items) => items.into_iter().map(|item| masked(start, item)).collect(),
        Json::Object(map) => map
            .into_iter()
            .map(|(key, value)| (masked_text(start, key), masked(start, value)))
            .collect(),
        other => other,
    }
}

fn masked_text(start: &str, text: String) -> String {
    let mut parts = text.split(start);
    let mut whole = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        whole.push_str(MASK);
        whole.push_str(part.split_once(END).map_or("", |(_, rest)| rest));
    }
    whole
}

/// The name in what stands for a secret, behind its start.
fn name_at(rest: &str) -> &str {
    rest.split(END).next().and_then(|it| it.split_once(':')).map_or("", |(_, name)| name)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn secrets() -> Vec<Secret> {
        [("KEY", "ab\"c"), ("pin", "1234"), ("long", "12345")]
            .map(|(name, value)| Secret { name: name.into(), value: value.into() })
            .into()
    }

    #[test]
    fn what_is_closed_opens_again() {
        let seal = Seal::new("m1", &secrets());
        for value in [
            json!("x ab\"c y"),
            json!({"ab\"c": [1234, 12345, 12, "12345 1234"]}),
            json!("{\"k\": \"ab\\\"c\"}"),
            json!([null, true, 1.5, "plain"]),
        ] {
            let closed = seal.close(value.clone());
            assert!(!seal.is_in(&closed), "{closed}");
            assert_eq!(seal.is_in(&value), closed != value);
            assert_eq!(seal.open(closed), Ok(value));
        }
    }

    #[test]
    fn a_secret_that_is_gone_is_named() {
        let closed = Seal::new("m1", &secrets()).close(json!(["ab\"c"]));
        assert_eq!(Seal::new("m1", &secrets()[1..]).open(closed), Err("KEY".to_owned()));
    }

    #[test]
    fn what_is_closed_can_be_masked() {
        let closed = Seal::new("m1", &secrets()).close(json!({"ab\"c": [1234, "x ab\"c y 12345"]}));
        let masked = json!({"[secret]": ["[secret]", "x [secret] y [secret]"]});
        assert_eq!(mask("m1", closed), masked);
        assert_eq!(mask("m1", json!(["[secret m2 t:K]", 1])), json!(["[secret m2 t:K]", 1]));
    }

    #[test]
    fn nobody_else_can_ask_for_a_secret() {
        let seal = Seal::new("m1", &secrets());
        for forged in ["[secret m2 t:KEY]", "[secret]", "[secret t:KEY]"] {
            assert_eq!(seal.open(json!(forged)), Ok(json!(forged)));
        }
    }
}
