use super::Form::{Parameters, Text};
use super::{Form, Key, Level};

const fn key(name: &'static str, forms: &'static [Form], doc: &'static str) -> Key {
    Key::new(Level::ActionLoopItem, name, forms, doc)
}

pub(super) const KEYS: &[Key] = &[
    key(
        "name",
        &[Text],
        "The name by which later actions read this one; the round before is `prev_<name>`.\n\n\
         ```yaml\n- name: draft\n  action: generate\n  parameters: {prompt: Write}\n```",
    )
    .default("action_0, action_1, ..."),
    key(
        "action",
        &[Text],
        "What is done: as `action` of a step.\n\n```yaml\n- action: generate\n```",
    )
    .rendered(),
    key("tool", &[Text], "The tool that does it: as `tool` of a step."),
    key(
        "parameters",
        &[Parameters],
        "What the tool or action is given: as `parameters` of a step.",
    )
    .default("{}")
    .rendered(),
];
