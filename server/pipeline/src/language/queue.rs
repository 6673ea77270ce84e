use super::Form::{Condition, Integer, List, Map, Prose, Template, Text};
use super::{Form, Key, Level};

const fn key(name: &'static str, forms: &'static [Form], doc: &'static str) -> Key {
    Key::new(Level::Queue, name, forms, doc)
}

pub(super) const KEYS: &[Key] = &[
    key(
        "on",
        &[Template, List, Prose],
        "The list whose items are worked on.\n\n```yaml\non: \"{{ find.results }}\"\n```",
    )
    // YAML 1.1 reads a bare `on` as true, and files were written back that way.
    .alias(&["true", "True"])
    .rendered(),
    key(
        "action_loop",
        &[List],
        "The actions that are done for every item, in order.\n\n```yaml\naction_loop:\n  - action: echo {{ item }}\n```",
    ),
    key(
        "task",
        &[Map],
        "Holds the `action_loop`, and perhaps its `until`.\n\n```yaml\ntask:\n  action_loop: [{action: echo hi}]\n```",
    ),
    key(
        "max_parallel",
        &[Integer { min: 1 }, Template],
        "How many items may be worked on at once.",
    )
    .alias(&["max_concurrent"])
    .default("10")
    .rendered(),
    key(
        "tool",
        &[Text],
        "The tool of the actions that name none.\n\n```yaml\ntool: headless-browser\n```",
    ),
    key("until", &[Condition], "Ends the work once this is true.").rendered(),
    key("while", &[Condition], "Goes on with the work while this is true.")
        .alias(&["while_condition"])
        .rendered(),
];
