use super::Form::{Duration, Text, Word};
use super::top::STRATEGIES;
use super::{Form, Key, Level};

const fn key(name: &'static str, forms: &'static [Form], doc: &'static str) -> Key {
    Key::new(Level::Selection, name, forms, doc)
}

pub(super) const KEYS: &[Key] = &[
    key(
        "strategy",
        &[Word(STRATEGIES)],
        "What matters most when a model is chosen.\n\n```yaml\nstrategy: cost\n```",
    )
    .default("balanced"),
    key(
        "fallback",
        &[Text],
        "The model that is taken when none fits. Without it, nothing is fallen back on.\n\n```yaml\nfallback: gpt-4o-mini\n```",
    ),
    key("timeout", &[Duration], "How long the choice may take.\n\n```yaml\ntimeout: 30s\n```")
        .default("30s"),
];
