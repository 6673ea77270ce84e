//! Words to say rules with: JSON Schema from the inside out.

use pipeline::language::{Level, key};
use serde_json::{Value as Json, json};

/// Keys of steps that rules ask for.
pub(super) const ASKED: [&str; 14] = [
    "id",
    "name",
    "action",
    "tool",
    "parameters",
    "prompt",
    "for_each",
    "while",
    "until",
    "steps",
    "action_loop",
    "create_parallel_queue",
    "on",
    "inputs",
];

/// A step that has one of the keys [`ASKED`] for.
pub(super) fn here(name: &str) -> Json {
    json!({ "$ref": format!("#/$defs/has-{name}") })
}

/// A map that has a key of a level, in any spelling; with nothing behind it, the key is not there.
pub(super) fn has(level: Level, name: &str) -> Json {
    let aliases = key(level, name).map_or(&[][..], |key| key.aliases);
    let is = |name: &str| with(name, json!({ "not": { "type": "null" } }));
    any(std::iter::once(name).chain(aliases.iter().copied()).map(is))
}

/// A map that has a key whose value is like `value`.
pub(super) fn with(name: &str, value: Json) -> Json {
    json!({ "required": [name], "properties": { name: value } })
}

/// Text that matches.
pub(super) fn text(pattern: &str) -> Json {
    json!({ "type": "string", "pattern": pattern })
}

pub(super) fn any(of: impl IntoIterator<Item = Json>) -> Json {
    let mut of: Vec<_> = of.into_iter().collect();
    if of.len() == 1 { of.remove(0) } else { json!({ "anyOf": of }) }
}

pub(super) fn all(of: impl IntoIterator<Item = Json>) -> Json {
    json!({ "allOf": of.into_iter().collect::<Vec<_>>() })
}

pub(super) fn not(this: Json) -> Json {
    json!({ "not": this })
}

/// Nothing that is like `this` is accepted. Editors that know `errorMessage` say it; they do so for a wrong type, and not
/// for `not`.
pub(super) fn refused(this: Json, words: &str) -> Json {
    json!({ "if": this, "then": { "type": "null", "errorMessage": words } })
}
