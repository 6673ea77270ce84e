use super::Form::{Integer, List, Number, Text, Word};
use super::{Form, Key, Level};

const fn key(name: &'static str, forms: &'static [Form], doc: &'static str) -> Key {
    Key::new(Level::Requirement, name, forms, doc)
}

/// Levels of expertise, the least first.
const EXPERTISE: &[&str] = &["low", "medium", "medium-high", "high", "very-high"];

/// What a model can be asked to read.
pub const MODALITIES: &[&str] = &["text", "vision", "code", "audio"];

pub(super) const KEYS: &[Key] = &[
    key(
        "min_size",
        &[Text],
        "The least size, in parameters of the model.\n\n```yaml\nmin_size: 7B\n```",
    ),
    key(
        "max_size",
        &[Text],
        "The greatest size, in parameters of the model.\n\n```yaml\nmax_size: 70B\n```",
    ),
    key(
        "expertise",
        &[Word(EXPERTISE), List],
        "How good it must be, or what it must be good at, as a list of tags.\n\n```yaml\nexpertise: high\n```\n\n\
         ```yaml\nexpertise: [code, reasoning]\n```",
    ),
    key(
        "capabilities",
        &[List],
        "What it must be able to do.\n\n```yaml\ncapabilities: [vision, structured_output]\n```",
    ),
    key(
        "modalities",
        &[List],
        "What it must read: `text`, `vision`, `code`, `audio`.\n\n```yaml\nmodalities: [text, vision]\n```",
    ),
    key("max_latency_ms", &[Integer { min: 0 }], "How long it may take to begin, in milliseconds."),
    key("min_tokens_per_second", &[Integer { min: 0 }], "How fast it must write."),
    key("min_accuracy_score", &[Number], "How accurate it must be, from 0 to 1.").within(0.0, 1.0),
    key(
        "cost_limit",
        &[Number],
        "Most US dollars for the time that `budget_period` names.\n\n```yaml\ncost_limit: 0.05\n```",
    )
    .within(0.0, 1e6),
    key(
        "budget_period",
        &[Word(&["per-task", "per-pipeline", "per-hour"])],
        "What `cost_limit` is counted for.\n\n```yaml\nbudget_period: per-task\n```",
    ),
    key(
        "provider",
        &[Text],
        "Who must serve it.\n\n```yaml\nprovider: anthropic\n```",
    ),
    key(
        "preferred",
        &[List],
        "Models that are taken before others that fit too.\n\n```yaml\npreferred: [gpt-4o]\n```",
    ),
    key("excluded", &[List], "Models that are never taken.\n\n```yaml\nexcluded: [gpt-4o]\n```"),
    key(
        "fallback_strategy",
        &[Word(&["best_available", "fail", "cheapest"])],
        "What happens when no model fits.\n\n```yaml\nfallback_strategy: fail\n```",
    ),
];
