use super::Form::{Map, Text};
use super::{Form, Key, Level};

const fn key(name: &'static str, forms: &'static [Form], doc: &'static str) -> Key {
    Key::new(Level::Personality, name, forms, doc)
}

pub(super) const KEYS: &[Key] = &[
    key(
        "system_prompt",
        &[Text],
        "What the model is told before every prompt of a step with this personality.\n\n\
         ```yaml\nsystem_prompt: You explain with examples from the kitchen.\n```",
    ),
    key(
        "extends",
        &[Text],
        "Another personality whose text comes first: one of this file, of a `personalities` folder, or `standard`.\n\n\
         ```yaml\nextends: standard\n```",
    ),
    key("style", &[Text], "How it writes, in a word or a few.\n\n```yaml\nstyle: terse\n```"),
    key("format", &[Text], "What its answers look like.\n\n```yaml\nformat: a list of short points\n```"),
    key(
        "parameters",
        &[Map],
        "Parameters for the model, such as `temperature`.\n\n```yaml\nparameters: {temperature: 0.3}\n```",
    )
    .default("{}"),
];
