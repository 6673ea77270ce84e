//! What is said of a model, fact by fact.

use super::super::{Capability, Model, Speed, size};
use super::{
    MistakeKind::{self, Wrong},
    table::{MODEL, RECORD},
};
use crate::models::read::{text, whole};
use crate::{Data, Located};

/// Something that is said of a model.
#[derive(Clone, Debug, PartialEq)]
pub enum Fact {
    /// What it is good at, beside what was known.
    Tags(Vec<String>),
    /// What it can do, instead of what was known; words for nothing that is known here count as tags.
    Capabilities(Vec<String>),
    /// Whether it can do something.
    Can(Capability, bool),
    /// Billions of parameters.
    Size(f64),
    /// Most tokens that it reads at once.
    Context(u32),
    /// Most tokens of one answer.
    MaxOutput(u32),
    /// US dollars for a million tokens that it reads.
    InputPrice(f64),
    /// US dollars for a million tokens that it writes.
    OutputPrice(f64),
    /// US dollars for a million tokens that it reads again.
    CachedPrice(f64),
    /// From 0 to 100.
    Quality(u8),
    /// From 0 to 1.
    Accuracy(f64),
    /// How fast it is.
    Speed(Speed),
    /// How fast it writes.
    TokensPerSecond(u32),
    /// Milliseconds until it begins.
    Latency(u32),
}

impl Fact {
    /// Puts it on top of what is known.
    pub(in crate::models) fn apply(&self, model: &mut Model) {
        match self {
            Self::Tags(tags) => add_tags(model, tags.iter().map(String::as_str)),
            Self::Capabilities(words) => able(model, words),
            Self::Can(capability, can) => {
                let known = model.capabilities.get_or_insert_default();
                known.retain(|it| it != capability);
                if *can {
                    known.push(*capability);
                    known.sort_unstable();
                }
            }
            Self::Size(size) => model.size = Some(*size),
            Self::Context(tokens) => model.context = Some(*tokens),
            Self::MaxOutput(tokens) => model.max_output = Some(*tokens),
            Self::InputPrice(price) => model.input_price = Some(*price),
            Self::OutputPrice(price) => model.output_price = Some(*price),
            Self::CachedPrice(price) => model.cached_price = Some(*price),
            Self::Quality(quality) => model.quality = Some(*quality),
            Self::Accuracy(share) => model.accuracy = Some(*share),
            Self::Speed(speed) => model.speed = Some(*speed),
            Self::TokensPerSecond(speed) => model.tokens_per_second = Some(*speed),
            Self::Latency(latency) => model.latency_ms = Some(*latency),
        }
    }
}

fn add_tags<'t>(model: &mut Model, more: impl Iterator<Item = &'t str>) {
    for tag in more {
        if !model.tags.iter().any(|it| it.eq_ignore_ascii_case(tag)) {
            model.tags.push(tag.to_owned().into());
        }
    }
}

fn able(model: &mut Model, words: &[String]) {
    let known = model.capabilities.get_or_insert_default();
    known.clear();
    let mut further = Vec::new();
    for word in words {
        match Capability::of_word(word) {
            Some(capability) if !known.contains(&capability) => known.push(capability),
            Some(_) => {}
            None => further.push(word.as_str()),
        }
    }
    known.sort_unstable();
    add_tags(model, further.into_iter());
}

/// What one entry of a description says.
pub(super) enum Said<'d> {
    /// This.
    Facts(Vec<Fact>),
    /// What its map says, of which every entry is one of [`record`].
    Record(&'d [(Located<String>, Located<Data>)]),
}

/// What an entry of a model's map says.
///
/// # Errors
/// There is no such key, or no such value of it.
pub(super) fn entry<'d>(key: &str, value: &'d Data) -> Result<Said<'d>, MistakeKind> {
    let fact = match key {
        // Read before; what machine it takes is nothing to a choice.
        "source" | "provider" | "name" | "requirements" => return Ok(Said::Facts(Vec::new())),
        "cost" | "metrics" => {
            return value.as_map().map(Said::Record).ok_or(Wrong { wanted: "a map" });
        }
        "capabilities" => match value {
            Data::Map(entries) => return Ok(Said::Record(entries)),
            other => Fact::Capabilities(words(other)?),
        },
        "expertise" | "tags" => Fact::Tags(words(value)?),
        "size" => {
            let size = text(value).and_then(|it| size(&it));
            Fact::Size(size.ok_or(Wrong { wanted: "a size in parameters, such as `7b`" })?)
        }
        "context_window" => Fact::Context(tokens(value)?),
        "max_tokens" => Fact::MaxOutput(tokens(value)?),
        "input_price" => Fact::InputPrice(dollars(value)?),
        "output_price" => Fact::OutputPrice(dollars(value)?),
        "cached_price" => Fact::CachedPrice(dollars(value)?),
        "quality" => {
            let quality = whole(value).and_then(|it| u8::try_from(it).ok()).filter(|it| *it <= 100);
            Fact::Quality(quality.ok_or(Wrong { wanted: "a whole number from 0 to 100" })?)
        }
        "accuracy" | "accuracy_score" => Fact::Accuracy(share(value)?),
        "speed" | "speed_rating" => Fact::Speed(speed(value)?),
        "tokens_per_second" => Fact::TokensPerSecond(count(value)?),
        "latency_ms" => Fact::Latency(count(value)?),
        _ => return Err(MistakeKind::UnknownKey { key: key.to_owned(), known: MODEL }),
    };
    Ok(Said::Facts(vec![fact]))
}

/// What an entry of the records of older files says: capabilities one by one, prices for a thousand tokens.
///
/// # Errors
/// There is no such key, or no such value of it.
pub(super) fn record(key: &str, value: &Data) -> Result<Vec<Fact>, MistakeKind> {
    let can = |capability| Ok(vec![Fact::Can(capability, truth(value)?)]);
    let fact = match key {
        "supports_function_calling" | "supports_tools" => return can(Capability::Tools),
        "supports_structured_output" => return can(Capability::StructuredOutput),
        // Without it, a shape may be had in another way.
        "supports_json_mode" if truth(value)? => return can(Capability::StructuredOutput),
        "supports_json_mode" => return Ok(Vec::new()),
        "vision_capable" | "supports_multimodal" => return can(Capability::Vision),
        "audio_capable" => return can(Capability::Audio),
        "code_specialized" if truth(value)? => Fact::Tags(vec!["code".to_owned()]),
        "code_specialized" => return Ok(Vec::new()),
        "context_window" => Fact::Context(tokens(value)?),
        "max_tokens" => Fact::MaxOutput(tokens(value)?),
        "accuracy_score" | "accuracy" => Fact::Accuracy(share(value)?),
        "speed_rating" => Fact::Speed(speed(value)?),
        "throughput" => Fact::TokensPerSecond(count(value)?),
        "domains" | "supported_tasks" => Fact::Tags(words(value)?),
        "input_cost_per_1k_tokens" => Fact::InputPrice(dollars(value)? * 1_000.0),
        "output_cost_per_1k_tokens" => Fact::OutputPrice(dollars(value)? * 1_000.0),
        "is_free" if truth(value)? => {
            return Ok(vec![Fact::InputPrice(0.0), Fact::OutputPrice(0.0)]);
        }
        "is_free" => return Ok(Vec::new()),
        "base_cost_per_request" if dollars(value)? == 0.0 => return Ok(Vec::new()),
        "base_cost_per_request" => {
            return Err(Wrong { wanted: "0: a price for a call cannot be reckoned with" });
        }
        "languages" | "temperature_range" | "supports_streaming" | "success_rate" => {
            return Ok(Vec::new());
        }
        _ => return Err(MistakeKind::UnknownKey { key: key.to_owned(), known: RECORD }),
    };
    Ok(vec![fact])
}

fn words(value: &Data) -> Result<Vec<String>, MistakeKind> {
    let one = |it: &Data| it.as_text().map(|it| it.value.trim().to_owned());
    let all = match value {
        Data::List(items) => items.iter().map(|it| one(&it.value)).collect(),
        other => one(other).map(|it| vec![it]),
    };
    all.ok_or(Wrong { wanted: "a list of words" })
}

fn tokens(value: &Data) -> Result<u32, MistakeKind> {
    whole(value).filter(|it| *it > 0).ok_or(Wrong { wanted: "a number of tokens, 1 or more" })
}

fn count(value: &Data) -> Result<u32, MistakeKind> {
    whole(value).ok_or(Wrong { wanted: "a whole number, 0 or more" })
}

fn dollars(value: &Data) -> Result<f64, MistakeKind> {
    number(value)
        .filter(|it| *it >= 0.0)
        .ok_or(Wrong { wanted: "a price in US dollars, 0 or more" })
}

fn share(value: &Data) -> Result<f64, MistakeKind> {
    number(value)
        .filter(|it| (0.0..=1.0).contains(it))
        .ok_or(Wrong { wanted: "a number from 0 to 1" })
}

fn speed(value: &Data) -> Result<Speed, MistakeKind> {
    let speed = value.as_text().and_then(|it| Speed::of_word(&it.value));
    speed.ok_or(Wrong { wanted: "`slow`, `medium` or `fast`" })
}

fn truth(value: &Data) -> Result<bool, MistakeKind> {
    match value {
        Data::Bool(it) => Ok(*it),
        _ => Err(Wrong { wanted: "`true` or `false`" }),
    }
}

/// A number that is written as one.
fn number(value: &Data) -> Option<f64> {
    match value {
        #[expect(clippy::cast_precision_loss, reason = "what people write here is small")]
        Data::Int(it) => Some(*it as f64),
        Data::Float(it) => Some(*it).filter(|it| it.is_finite()),
        _ => None,
    }
}
