use super::Form::{Any, Bool, Text};
use super::{Form, Key, Level};

const fn key(name: &'static str, forms: &'static [Form], doc: &'static str) -> Key {
    Key::new(Level::Output, name, forms, doc)
}

pub(super) const KEYS: &[Key] = &[
    key("name", &[Text], "The output's name, in the list form."),
    key("value", &[Any], "What the output is: a template or plain data.\n\n```yaml\nreport:\n  value: \"{{ write.path }}\"\n```")
        .alias(&["source"])
        .rendered(),
    key("type", &[Text], "What the output is, for readers."),
    key("description", &[Text], "Prose for callers."),
    key("required", &[Bool], "Whether the run fails when the output cannot be made.").default("false"),
    key("format", &[Text], "Format of the output, for readers."),
    key("location", &[Text], "Where the output is found, for readers."),
    key("schema", &[Any], "JSON Schema of the output, for readers."),
];
