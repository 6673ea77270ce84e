use super::Form::{Integer, List, Number, Text};
use super::{Form, Key, Level};

const fn key(name: &'static str, forms: &'static [Form], doc: &'static str) -> Key {
    Key::new(Level::Expert, name, forms, doc)
}

pub(super) const KEYS: &[Key] = &[
    key(
        "model",
        &[Text, List],
        "The model that this expert is: `name`, `provider:name`, or a list to choose from.\n\n```yaml\nmodel: gpt-4o-mini\n```",
    ),
    key("provider", &[Text], "Who serves the model, where its name does not say; without `model`, any model that it has.\n\n```yaml\nprovider: openai\n```"),
    key(
        "temperature",
        &[Number],
        "How freely it words things: 0 always takes the likeliest word.\n\n```yaml\ntemperature: 0.2\n```",
    )
    .default("0.7"),
    key("max_tokens", &[Integer { min: 1 }], "Most tokens of one answer.\n\n```yaml\nmax_tokens: 2000\n```"),
    key(
        "system_prompt",
        &[Text],
        "What it is told before every prompt.\n\n```yaml\nsystem_prompt: You find flaws, and say how to mend them.\n```",
    ),
];
