use std::borrow::Cow;

/// What is known of a model that a pipeline can name. `None` is unknown, and never zero.
#[derive(Clone, Debug, PartialEq)]
pub struct Model {
    /// Who serves it: `anthropic`, `openai`, `google`, `ollama`, `local`, ...
    pub provider: Cow<'static, str>,
    /// Its name there.
    pub name: Cow<'static, str>,
    /// What it answers with.
    pub kind: Kind,
    /// Most tokens that it reads at once.
    pub context: Option<u32>,
    /// Most tokens that it writes in one answer.
    pub max_output: Option<u32>,
    /// US dollars per million tokens that it reads.
    pub input_price: Option<f64>,
    /// US dollars per million tokens that it writes.
    pub output_price: Option<f64>,
    /// US dollars per million tokens that it reads and has read before.
    pub cached_price: Option<f64>,
    /// Billions of parameters.
    pub size: Option<f64>,
    /// What it can do beside reading and writing text.
    pub capabilities: Option<Vec<Capability>>,
    /// What it is good at.
    pub tags: Vec<Cow<'static, str>>,
    /// The project's own rank, from 0 to 100; see `docs/model-choice.md`.
    pub quality: Option<u8>,
    /// How fast it is, beside others.
    pub speed: Option<Speed>,
    /// Tokens that it writes in a second.
    pub tokens_per_second: Option<u32>,
    /// Milliseconds until it begins to answer.
    pub latency_ms: Option<u32>,
    /// How accurate it is, from 0 to 1, where somebody says so.
    pub accuracy: Option<f64>,
    /// The day from which it is not served any more (`2026-10-23`).
    pub retires: Option<Cow<'static, str>>,
    /// Made for one thing (research, speech, law, ...): taken when it is named, never chosen.
    pub is_special: bool,
}

impl Model {
    /// A model of which nothing is known but its name.
    #[must_use]
    pub fn unknown(provider: &str, name: &str) -> Self {
        Self {
            provider: provider.to_owned().into(),
            name: name.to_owned().into(),
            kind: Kind::Chat,
            context: None,
            max_output: None,
            input_price: None,
            output_price: None,
            cached_price: None,
            size: size_in_name(name),
            capabilities: None,
            tags: Vec::new(),
            quality: None,
            speed: None,
            tokens_per_second: None,
            latency_ms: None,
            accuracy: None,
            retires: None,
            is_special: false,
        }
    }

    /// The name that leaves no doubt: `provider:name`.
    #[must_use]
    pub fn full_name(&self) -> String {
        format!("{}:{}", self.provider, self.name)
    }

    /// Whether it can do something; `None`: nobody says.
    #[must_use]
    pub fn can(&self, capability: Capability) -> Option<bool> {
        self.capabilities.as_ref().map(|all| all.contains(&capability))
    }

    /// US dollars per million tokens, half of them read and half written.
    #[must_use]
    pub fn mean_price(&self) -> Option<f64> {
        Some(f64::midpoint(self.input_price?, self.output_price?))
    }

    /// From 0 to 1: what somebody measured, else the rank.
    #[must_use]
    pub fn judged_accuracy(&self) -> Option<f64> {
        self.accuracy.or_else(|| self.quality.map(|it| f64::from(it) / 100.0))
    }

    /// How good it is: from the rank, else from what its tags say.
    #[must_use]
    pub fn level(&self) -> Option<Level> {
        let has = |words: &[&str]| self.tags.iter().any(|tag| words.contains(&&**tag));
        match self.quality {
            Some(quality) => Some(Level::of_quality(quality)),
            None if self.tags.is_empty() => None,
            None if has(&["analysis", "research"]) => Some(Level::VeryHigh),
            None if has(&["code", "reasoning"]) => Some(Level::High),
            None if has(&["fast", "compact"]) => Some(Level::Low),
            None => Some(Level::Medium),
        }
    }
}

/// What a model answers with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Text.
    Chat,
    /// Text, over OpenAI's responses protocol alone.
    Responses,
    /// Numbers that stand for a text.
    Embedding,
}

/// Something that not every model can do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Capability {
    /// Reads images.
    Vision,
    /// Reads sound.
    Audio,
    /// Calls tools.
    Tools,
    /// Answers by a JSON Schema.
    StructuredOutput,
    /// Thinks before it answers.
    Reasoning,
}

impl Capability {
    /// All of them.
    pub const ALL: [Self; 5] =
        [Self::Vision, Self::Audio, Self::Tools, Self::StructuredOutput, Self::Reasoning];

    /// As files and lists spell it.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Vision => "vision",
            Self::Audio => "audio",
            Self::Tools => "tools",
            Self::StructuredOutput => "structured_output",
            Self::Reasoning => "reasoning",
        }
    }

    /// What a word of `capabilities`, `modalities` or a tag means.
    #[must_use]
    pub fn of_word(word: &str) -> Option<Self> {
        Some(match word.trim().to_lowercase().replace(['-', ' '], "_").as_str() {
            "vision" | "image" | "images" | "image_analysis" | "multimodal" | "multi_modal"
            | "vision_capable" => Self::Vision,
            "audio" | "speech" | "transcription" | "audio_capable" => Self::Audio,
            "tools" | "tool_use" | "tool_calling" | "native_tools" | "function_calling"
            | "functions" => Self::Tools,
            "structured_output" | "structured" | "json" | "json_mode" | "json_schema" => {
                Self::StructuredOutput
            }
            "reasoning" | "thinking" => Self::Reasoning,
            _ => return None,
        })
    }
}

/// How fast a model is, beside others.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Speed {
    /// Thinks long, or is large.
    Slow,
    /// Neither.
    Medium,
    /// Made to be fast.
    Fast,
}

impl Speed {
    /// As files and lists spell it.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Slow => "slow",
            Self::Medium => "medium",
            Self::Fast => "fast",
        }
    }

    /// The speed of that word.
    #[must_use]
    pub fn of_word(word: &str) -> Option<Self> {
        [Self::Slow, Self::Medium, Self::Fast]
            .into_iter()
            .find(|it| it.word().eq_ignore_ascii_case(word.trim()))
    }
}

/// How good a model is, the least first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Level {
    /// Short and simple tasks.
    Low,
    /// Everyday tasks.
    Medium,
    /// Between the two.
    MediumHigh,
    /// Hard tasks.
    High,
    /// The hardest.
    VeryHigh,
}

impl Level {
    /// All, the least first.
    pub const ALL: [Self; 5] =
        [Self::Low, Self::Medium, Self::MediumHigh, Self::High, Self::VeryHigh];

    /// As `expertise` spells it.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Low => "low",
            Self::Medium => "medium",
            Self::MediumHigh => "medium-high",
            Self::High => "high",
            Self::VeryHigh => "very-high",
        }
    }

    /// The level of that word.
    #[must_use]
    pub fn of_word(word: &str) -> Option<Self> {
        let word = word.trim().to_lowercase().replace(['_', ' '], "-");
        Self::ALL.into_iter().find(|it| it.word() == word)
    }

    const fn of_quality(quality: u8) -> Self {
        match quality {
            0..40 => Self::Low,
            40..55 => Self::Medium,
            55..65 => Self::MediumHigh,
            65..80 => Self::High,
            80.. => Self::VeryHigh,
        }
    }
}

/// Billions of parameters, from a size such as `7B`, `1.5b`, `350m` or `1t`; a bare number is billions.
#[must_use]
pub fn size(text: &str) -> Option<f64> {
    let text = text.trim().to_lowercase();
    let (digits, factor) = match text.char_indices().last()? {
        (at, 'k' | 'm') => (text.get(..at)?, 0.001),
        (at, 'b') => (text.get(..at)?, 1.0),
        (at, 't') => (text.get(..at)?, 1000.0),
        _ => (text.as_str(), 1.0),
    };
    let number: f64 = digits.trim().parse().ok()?;
    (number.is_finite() && number >= 0.0).then_some(number * factor)
}

/// The size that a name tells: `llama3:70b`, `gemma-3-27b-it`; of `8x7b` the product.
#[must_use]
pub fn size_in_name(name: &str) -> Option<f64> {
    let lower = name.to_lowercase();
    lower.split([':', '-', '_', '/', ' ']).find_map(|part| {
        let digits = part.strip_suffix('b')?;
        let (times, digits) = digits.split_once('x').unwrap_or(("1", digits));
        if !digits.starts_with(|it: char| it.is_ascii_digit()) {
            return None;
        }
        Some(times.parse::<f64>().ok()? * digits.parse::<f64>().ok()?)
    })
}
