use super::Form::{Any, Bool, List, Map, Number, Text, Word};
use super::{Form, Key, Level};

const fn key(name: &'static str, forms: &'static [Form], doc: &'static str) -> Key {
    Key::new(Level::Input, name, forms, doc)
}

/// Types of inputs, with the spellings that mean the same.
pub(crate) const TYPES: &[&str] = &[
    "string", "integer", "number", "boolean", "array", "object", "float", "int", "str", "bool",
    "list", "dict", "map", "text", "file", "path", "any",
];

pub(super) const KEYS: &[Key] = &[
    key("name", &[Text], "The input's name, in the list form.\n\n```yaml\ninputs:\n  - name: topic\n    type: string\n```"),
    key(
        "type",
        &[Word(TYPES)],
        "What the value must be: `string`, `integer`, `number`, `boolean`, `array` or `object`.\n\n```yaml\ntype: integer\n```",
    )
    .default("anything"),
    key(
        "default",
        &[Any],
        "The value when the caller supplies none. Templates in it are rendered once.\n\n```yaml\ndefault: 10\n```",
    )
    .rendered(),
    key("required", &[Bool], "Whether the caller must supply it, unless there is a default.\n\n```yaml\nrequired: true\n```").default("false"),
    key("description", &[Text], "Prose for callers."),
    key("choices", &[List], "The only values that are accepted.\n\n```yaml\nchoices: [fast, thorough]\n```").alias(&["enum"]),
    key("min", &[Number], "The least number that is accepted.").alias(&["minimum"]),
    key("max", &[Number], "The greatest number that is accepted.").alias(&["maximum"]),
    key("range", &[List, Map], "Least and greatest number in one.\n\n```yaml\nrange: [0, 1]\n```"),
    key("min_length", &[Number], "Fewest characters of a text, or items of a list, that are accepted.").alias(&["minLength"]),
    key("max_length", &[Number], "Most characters of a text, or items of a list, that are accepted.").alias(&["maxLength"]),
    key("pattern", &[Text], "A regular expression that the text must match.\n\n```yaml\npattern: \"^[a-z]+$\"\n```"),
    key("validation", &[Text, Map], "A pattern, or a map of `pattern`, `min`, `max`, `min_length`, `max_length` and `allowed_values`.\n\n```yaml\nvalidation: {min: 1}\n```"),
    key(
        "secret",
        &[Bool],
        "Whether the value must be kept out of every log, record and message.\n\n```yaml\napi_key: {type: string, secret: true}\n```",
    )
    .default("false"),
    key("example", &[Any], "A value for readers. Has no effect.").alias(&["examples"]),
    key("items", &[Any], "Type of the items of an `array`. Has no effect."),
    key("properties", &[Any], "Types of the fields of an `object`. Has no effect."),
];
