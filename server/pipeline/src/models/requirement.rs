//! What a model must be, and what it had better be: `requires_model` and the attributes of AUTO.

use syntax::auto::AutoTag;

use super::read::{number, text, texts, whole};
use super::{Capability, Level, provider, size};
use crate::Data;

/// What a model must surely be: what nobody says of it counts as missing.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Requirement {
    /// Billions of parameters. A size that nobody publishes counts as greater than any.
    pub min_size: Option<f64>,
    /// Billions of parameters.
    pub max_size: Option<f64>,
    /// How good it must be.
    pub level: Option<Level>,
    /// What it must be good at.
    pub tags: Vec<String>,
    /// What it must be able to do.
    pub capabilities: Vec<Capability>,
    /// Milliseconds until it begins to answer.
    pub max_latency_ms: Option<u32>,
    /// How fast it must write.
    pub min_tokens_per_second: Option<u32>,
    /// From 0 to 1.
    pub min_accuracy: Option<f64>,
    /// What it may cost.
    pub cost_limit: Option<CostLimit>,
    /// Models that are taken before others that fit, by name.
    pub preferred: Vec<String>,
    /// Models that are never taken, by name.
    pub excluded: Vec<String>,
    /// What happens when no model fits.
    pub when_none: WhenNone,
    /// Tokens that it must read at once.
    pub context: Option<u32>,
    /// The canonical name of who must serve it.
    pub provider: Option<String>,
}

/// Most that a model may cost in a time.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct CostLimit {
    /// US dollars.
    pub dollars: f64,
    /// What they are counted for.
    pub period: BudgetPeriod,
}

/// What a `cost_limit` is counted for, and how many tokens that is taken to be.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum BudgetPeriod {
    /// 500 tokens read and 500 written.
    #[default]
    PerTask,
    /// 2,500 each.
    PerPipeline,
    /// 25,000 each.
    PerHour,
}

impl BudgetPeriod {
    /// Tokens that are read, and as many that are written.
    #[must_use]
    pub const fn tokens(self) -> u32 {
        match self {
            Self::PerTask => 500,
            Self::PerPipeline => 2_500,
            Self::PerHour => 25_000,
        }
    }

    /// As `budget_period` spells it.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::PerTask => "per-task",
            Self::PerPipeline => "per-pipeline",
            Self::PerHour => "per-hour",
        }
    }
}

/// `fallback_strategy`: what happens when no model fits.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum WhenNone {
    /// It is an error, unless `selection` names a fallback.
    #[default]
    Fail,
    /// The best of those that are not excluded and keep to the cost limit.
    BestAvailable,
    /// The cheapest of them.
    Cheapest,
}

/// What a model had better be: who is known to fall short is not taken, who says nothing is.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Leaning {
    /// What it should be able to do.
    pub capabilities: Vec<Capability>,
    /// How good it should be.
    pub level: Option<Level>,
    /// What it should be good at: adds to the score, rules nobody out.
    pub tags: Vec<String>,
}

impl Requirement {
    /// What the map of `requires_model` asks for. What cannot be read is left out: checks speak of it.
    #[must_use]
    pub fn of(data: &Data) -> Self {
        let get = |key: &str| data.get(key).map(|it| &it.value);
        let list = |key: &str| get(key).map(texts).unwrap_or_default();
        let mut requirement = Self {
            min_size: get("min_size").and_then(text).and_then(|it| size(&it)),
            max_size: get("max_size").and_then(text).and_then(|it| size(&it)),
            max_latency_ms: get("max_latency_ms").and_then(whole),
            min_tokens_per_second: get("min_tokens_per_second").and_then(whole),
            min_accuracy: get("min_accuracy_score").and_then(number),
            preferred: list("preferred"),
            excluded: list("excluded"),
            context: get("context_window").and_then(whole),
            provider: served_by(data),
            ..Self::default()
        };
        for word in list("expertise") {
            match Level::of_word(&word) {
                Some(level) => requirement.level = requirement.level.max(Some(level)),
                None => requirement.tags.push(word),
            }
        }
        for word in list("capabilities").into_iter().chain(list("modalities")) {
            requirement.need(&word);
        }
        requirement.cost_limit = get("cost_limit").and_then(number).map(|dollars| CostLimit {
            dollars,
            period: match get("budget_period").and_then(text).as_deref().map(str::trim) {
                Some("per-pipeline") => BudgetPeriod::PerPipeline,
                Some("per-hour") => BudgetPeriod::PerHour,
                _ => BudgetPeriod::PerTask,
            },
        });
        requirement.when_none = match get("fallback_strategy").and_then(text).as_deref() {
            Some("best_available") => WhenNone::BestAvailable,
            Some("cheapest") => WhenNone::Cheapest,
            _ => WhenNone::Fail,
        };
        requirement
    }

    /// Adds a word of `capabilities`: what every model that chats can do asks for nothing.
    pub(super) fn need(&mut self, word: &str) {
        const ALL_DO: [&str; 6] =
            ["text", "chat", "generation", "text-generation", "streaming", "completion"];
        let spelled = word.trim().to_lowercase().replace(['_', ' '], "-");
        match Capability::of_word(word) {
            Some(capability) if !self.capabilities.contains(&capability) => {
                self.capabilities.push(capability);
            }
            Some(_) => {}
            None if ALL_DO.contains(&&*spelled) || self.tags.contains(&spelled) => {}
            None => self.tags.push(spelled),
        }
    }
}

impl Leaning {
    /// What the attributes of an AUTO tag ask for.
    #[must_use]
    pub fn of(tag: &AutoTag) -> Self {
        let mut leaning = Self::default();
        for attribute in &tag.attributes {
            let value = attribute.value.trim();
            match attribute.name.as_str() {
                "task" => leaning.task(value),
                "expertise" => match Level::of_word(value) {
                    Some(level) => leaning.raise(level),
                    None => leaning.tags.extend(words(value)),
                },
                "quality" | "complexity" => {
                    leaning.level = leaning.level.max(Level::of_word(value));
                }
                "domain" => leaning.tags.extend(words(value)),
                _ => {}
            }
        }
        leaning
    }

    /// What a task asks for that is told in words.
    #[must_use]
    pub fn of_task(words: &str) -> Self {
        let mut leaning = Self::default();
        leaning.task(words);
        leaning
    }

    fn raise(&mut self, level: Level) {
        self.level = self.level.max(Some(level));
    }

    /// What a task takes: words in it that mean images, sound or code.
    fn task(&mut self, task: &str) {
        for word in words(task) {
            let capability = match word.as_str() {
                "visual" | "vision" | "image" | "images" | "modal" | "multimodal" | "ocr" => {
                    Capability::Vision
                }
                "audio" | "speech" | "transcribe" | "transcription" => Capability::Audio,
                "code" | "coding" | "programming" => {
                    self.tags.push("code".to_owned());
                    continue;
                }
                "analyze" | "analysis" | "analyse" | "assess" | "assessment" => {
                    self.tags.push("analysis".to_owned());
                    continue;
                }
                "reasoning" | "planning" | "strategy" | "math" => {
                    self.tags.push("reasoning".to_owned());
                    continue;
                }
                "research" | "synthesis" => {
                    self.tags.push("research".to_owned());
                    continue;
                }
                _ => continue,
            };
            if !self.capabilities.contains(&capability) {
                self.capabilities.push(capability);
            }
        }
    }
}

/// `provider` of a map, in its canonical spelling.
pub(super) fn served_by(map: &Data) -> Option<String> {
    let written = text(&map.get("provider")?.value)?;
    Some(provider(&written).to_owned()).filter(|it| !it.is_empty())
}

fn words(text: &str) -> impl Iterator<Item = String> + '_ {
    text.split(|it: char| !it.is_alphanumeric()).filter(|it| !it.is_empty()).map(str::to_lowercase)
}
