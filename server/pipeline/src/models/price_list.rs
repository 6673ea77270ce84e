//! The public list of models and prices that the Python library `litellm` carries (MIT), as facts.
//!
//! It is one JSON object: a key a model, prices in US dollars per token. Models of providers that Downbeat cannot ask, and
//! placeholders, are left out. A price of zero there means that nobody entered one, except for Ollama, whose models run on
//! the author's own machine.

use std::cmp::Ordering;
use std::fmt;

use serde_json::{Map, Value as Json};

use super::{Capability, Kind, Model, PROVIDERS, rank};

/// Most models that are read.
const MOST: usize = 20_000;

/// Why a list cannot be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum BadList {
    /// It is no JSON: the parser's words.
    NoJson(String),
    /// It is no object.
    NoObject,
    /// It has more models than anybody would list.
    TooLong(usize),
    /// It names no model of a known provider.
    Empty,
}

impl fmt::Display for BadList {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoJson(why) => write!(f, "it is no JSON: {why}"),
            Self::NoObject => f.write_str("it is no object of models"),
            Self::TooLong(count) => write!(f, "it has {count} entries, more than {MOST}"),
            Self::Empty => f.write_str("it names no model of a provider that can be asked"),
        }
    }
}

impl std::error::Error for BadList {}

/// The models of a list, in the order in which equals are taken.
///
/// # Errors
/// It is no such list.
pub fn read_price_list(text: &str) -> Result<Vec<Model>, BadList> {
    let json: Json = serde_json::from_str(text).map_err(|it| BadList::NoJson(it.to_string()))?;
    let list = json.as_object().ok_or(BadList::NoObject)?;
    if list.len() > MOST {
        return Err(BadList::TooLong(list.len()));
    }
    let mut models: Vec<Model> = Vec::new();
    // Keys with the provider in them first: the others repeat what other platforms say of the same model.
    let (with, without): (Vec<_>, Vec<_>) = list.iter().partition(|(key, _)| key.contains('/'));
    for (key, entry) in with.into_iter().chain(without) {
        let Some(model) = entry.as_object().and_then(|it| model(key, it)) else { continue };
        let is_it = |it: &Model| it.provider == model.provider && it.name == model.name;
        if !models.iter().any(is_it) {
            models.push(model);
        }
    }
    models.sort_by(order);
    if models.is_empty() { Err(BadList::Empty) } else { Ok(models) }
}

fn model(key: &str, entry: &Map<String, Json>) -> Option<Model> {
    let text = |key: &str| entry.get(key).and_then(Json::as_str);
    let listed = text("litellm_provider")?;
    let provider = super::provider(listed);
    if !PROVIDERS.contains(&provider) {
        return None;
    }
    let name = key.strip_prefix(listed).and_then(|it| it.strip_prefix('/')).unwrap_or(key);
    let kind = match text("mode")? {
        "chat" => Kind::Chat,
        "responses" => Kind::Responses,
        "embedding" => Kind::Embedding,
        _ => return None,
    };
    let is_placeholder = name.starts_with("ft:") || name == "container" || name.contains('\t');
    if is_placeholder {
        return None;
    }
    let tokens = |key: &str| {
        let number = entry.get(key)?.as_u64()?;
        u32::try_from(number).ok().filter(|it| *it > 0)
    };
    let is_at_home = provider == "ollama" && !name.ends_with("cloud");
    let price = |key: &str| {
        let per_token = entry.get(key)?.as_f64().filter(|it| it.is_finite() && *it >= 0.0)?;
        // Twelve digits: prices are decimal, and binary fractions of them would show.
        let per_million = (per_token * 1e12).round() / 1e6;
        (per_million > 0.0 || is_at_home).then_some(per_million)
    };
    let is_embedding = kind == Kind::Embedding;
    let input_price = price("input_cost_per_token");
    let can = |key: &str| entry.get(key).and_then(Json::as_bool) == Some(true);
    let capabilities = [
        (Capability::Vision, "supports_vision"),
        (Capability::Audio, "supports_audio_input"),
        (Capability::Tools, "supports_function_calling"),
        (Capability::StructuredOutput, "supports_response_schema"),
        (Capability::Reasoning, "supports_reasoning"),
    ];
    let mut model = Model {
        kind,
        context: tokens("max_input_tokens"),
        max_output: tokens("max_output_tokens").filter(|_| !is_embedding),
        input_price,
        output_price: if is_embedding {
            input_price.map(|_| 0.0)
        } else {
            price("output_cost_per_token")
        },
        cached_price: price("cache_read_input_token_cost").filter(|it| *it > 0.0),
        capabilities: Some(
            capabilities.into_iter().filter(|(_, key)| can(key)).map(|(it, _)| it).collect(),
        ),
        retires: text("deprecation_date").filter(|it| is_day(it)).map(|it| it.to_owned().into()),
        ..Model::unknown(provider, name)
    };
    rank::apply(&mut model);
    Some(model)
}

fn is_day(text: &str) -> bool {
    text.len() == 10
        && text.char_indices().all(|(at, it)| match at {
            4 | 7 => it == '-',
            _ => it.is_ascii_digit(),
        })
}

/// By provider, then those that answer in text, then versions with a date last, then by name.
fn order(a: &Model, b: &Model) -> Ordering {
    let provider = |it: &Model| PROVIDERS.iter().position(|known| **known == *it.provider);
    let key =
        |it: &Model| (provider(it), it.kind as u8, has_date(&it.name), it.name.to_lowercase());
    key(a).cmp(&key(b))
}

/// Whether a name ends with a day, such as `-20250929` or `-2024-08-06`.
fn has_date(name: &str) -> bool {
    let digits = name.rsplit('-').take(3).flat_map(str::chars);
    let mut digits = digits.take_while(char::is_ascii_digit);
    digits.by_ref().take(6).count() == 6
}

/// What is other in new facts: models that came, that went, and what is said otherwise of those that stayed.
#[must_use]
pub fn changes(old: &[Model], new: &[Model]) -> Vec<String> {
    let twin = |models: &[Model], it: &Model| {
        models.iter().find(|known| known.full_name() == it.full_name()).cloned()
    };
    let mut words = Vec::new();
    for model in new {
        let Some(before) = twin(old, model) else {
            words.push(format!("+ {}", model.full_name()));
            continue;
        };
        let mut parts = Vec::new();
        let mut part = |what: &str, old: Option<f64>, new: Option<f64>| {
            if old != new {
                let word = |it: Option<f64>| it.map_or_else(|| "?".to_owned(), |it| it.to_string());
                parts.push(format!("{what} {} -> {}", word(old), word(new)));
            }
        };
        part("window", before.context.map(f64::from), model.context.map(f64::from));
        part("output", before.max_output.map(f64::from), model.max_output.map(f64::from));
        part("$ read", before.input_price, model.input_price);
        part("$ written", before.output_price, model.output_price);
        part("$ read again", before.cached_price, model.cached_price);
        if before.capabilities != model.capabilities {
            parts.push("capabilities".to_owned());
        }
        if before.retires != model.retires {
            parts.push(format!("retires {}", model.retires.as_deref().unwrap_or("?")));
        }
        if !parts.is_empty() {
            words.push(format!("~ {}: {}", model.full_name(), parts.join(", ")));
        }
    }
    let gone = old.iter().filter(|it| twin(new, it).is_none());
    words.extend(gone.map(|it| format!("- {}", it.full_name())));
    words
}

#[cfg(test)]
mod tests {
    use expect_test::expect;

    use super::{BadList, changes, has_date, read_price_list};
    use crate::models::Facts;

    const LIST: &str = r#"{
        "sample_spec": {"litellm_provider": "one of the providers", "mode": "chat"},
        "gemini-x": {"litellm_provider": "gemini", "mode": "chat", "max_input_tokens": 1},
        "gemini/gemini-x": {"litellm_provider": "gemini", "mode": "chat", "max_input_tokens": 1000, "input_cost_per_token": 0,
            "output_cost_per_token": 0, "supports_vision": true},
        "gpt-x-2026-01-02": {"litellm_provider": "openai", "mode": "chat", "input_cost_per_token": 1.5e-7},
        "gpt-x": {"litellm_provider": "openai", "mode": "responses", "input_cost_per_token": 1.5e-7, "output_cost_per_token": 6e-7,
            "cache_read_input_token_cost": 7.5e-8, "deprecation_date": "2027-01-01"},
        "ollama/y:7b": {"litellm_provider": "ollama", "mode": "chat", "input_cost_per_token": 0.0, "output_cost_per_token": 0.0},
        "ollama/y:7b-cloud": {"litellm_provider": "ollama", "mode": "chat", "input_cost_per_token": 0.0, "output_cost_per_token": 0.0},
        "ft:gpt-x": {"litellm_provider": "openai", "mode": "chat"},
        "text-e": {"litellm_provider": "openai", "mode": "embedding", "input_cost_per_token": 2e-8, "output_cost_per_token": 0.0},
        "whisper": {"litellm_provider": "openai", "mode": "audio_transcription"},
        "elsewhere/z": {"litellm_provider": "elsewhere", "mode": "chat"}
    }"#;

    #[test]
    fn what_a_list_says() {
        let models = read_price_list(LIST).unwrap();
        let facts = Facts { source: "a list".to_owned(), date: "2026-11-25".to_owned(), models };
        let table = facts.write();
        expect![[r#"
            provider	name	kind	window	output	read	written	read_again	capabilities	retires
            # a list, 2026-11-25
            openai	gpt-x-2026-01-02	chat	-	-	0.15	-	-		-
            openai	gpt-x	responses	-	-	0.15	0.6	0.075		2027-01-01
            openai	text-e	embedding	-	-	0.02	0	-		-
            google	gemini-x	chat	1000	-	-	-	-	vision audio	-
            ollama	y:7b	chat	-	-	0	0	-		-
            ollama	y:7b-cloud	chat	-	-	-	-	-		-
        "#]]
        .assert_eq(&table);
        assert_eq!(Facts::read(&table), Ok(facts));
    }

    #[test]
    fn what_is_no_list() {
        assert!(matches!(read_price_list("{"), Err(BadList::NoJson(_))));
        assert_eq!(read_price_list("[]"), Err(BadList::NoObject));
        assert_eq!(read_price_list("{}"), Err(BadList::Empty));
    }

    #[test]
    fn what_changed() {
        let old = read_price_list(LIST).unwrap();
        assert_eq!(changes(&old, &old), Vec::<String>::new());
        let text = LIST
            .replace("6e-7", "8e-7")
            .replace("gpt-x-2026-01-02", "gpt-z")
            .replace("1000", "2000");
        expect![[r#"
            [
                "+ openai:gpt-z",
                "~ openai:gpt-x: $ written 0.6 -> 0.8",
                "~ google:gemini-x: window 1000 -> 2000",
                "- openai:gpt-x-2026-01-02",
            ]
        "#]]
        .assert_debug_eq(&changes(&old, &read_price_list(&text).unwrap()));
    }

    #[test]
    fn dates_in_names() {
        for name in ["a-20250929", "a-2024-08-06"] {
            assert!(has_date(name), "{name}");
        }
        for name in ["a-4-5", "gpt-4-1106-preview", "a", "claude-3-haiku"] {
            assert!(!has_date(name), "{name}");
        }
    }
}
