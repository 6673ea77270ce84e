use super::Form::{Integer, List, Number, Text};
use super::{Form, Key, Level};

const fn key(name: &'static str, forms: &'static [Form], doc: &'static str) -> Key {
    Key::new(Level::Model, name, forms, doc)
}

pub(super) const KEYS: &[Key] = &[
    key("name", &[Text], "The model: `name` or `provider:name`.\n\n```yaml\nmodel: {name: gpt-4o-mini}\n```")
        .alias(&["model"]),
    key(
        "provider",
        &[Text],
        "Who serves the model; without `name`, any model that it has.\n\n```yaml\nmodel: {provider: anthropic}\n```",
    ),
    key(
        "temperature",
        &[Number],
        "How freely it words things: 0 always takes the likeliest word.\n\n```yaml\ntemperature: 0.2\n```",
    )
    .default("0.7"),
    key("max_tokens", &[Integer { min: 1 }], "Most tokens of one answer.\n\n```yaml\nmax_tokens: 2000\n```"),
    key("context_window", &[Integer { min: 1 }], "How many tokens it must read at once.\n\n```yaml\ncontext_window: 128000\n```"),
    key(
        "capabilities",
        &[List],
        "What it must be able to do.\n\n```yaml\ncapabilities: [vision]\n```",
    ),
];
