//! The pipeline language as JSON Schema, for editors and programs that know no Downbeat: made of the language table and
//! of the catalogue, and as strict as `check` is about forms. What names mean, and what depends on other steps, is
//! beyond JSON Schema.

mod calls;
mod forms;
mod keys;
mod logic;
mod steps;
mod words;

use pipeline::language::Level;
use serde_json::{Map, Value as Json, json};

use self::{
    keys::{NESTED, properties},
    logic::{ASKED, all, any, has, here, not, refused, with},
    words::MARKED,
};

/// The schema, draft 2020-12.
pub(super) fn schema() -> Json {
    let holds = |names: [&str; 2]| {
        let there = |name: &str| json!({ "required": [name] });
        let wrapped = with("pipeline", any(names.map(there)));
        any(names.map(there).into_iter().chain([wrapped]))
    };
    json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Downbeat pipeline",
        "description": "A pipeline of steps for Downbeat.",
        "type": "object",
        "$ref": "#/$defs/document",
        "allOf": [
            refused(not(holds(["name", "id"])), "a pipeline needs a `name` or an `id`"),
            refused(not(holds(["steps", "tasks"])), "a pipeline needs `steps`"),
        ],
        "$defs": definitions(),
    })
}

fn definitions() -> Map<String, Json> {
    let mut all = Map::new();
    let mut define = |name: &str, schema: Json| all.insert(name.to_owned(), schema);
    define("document", json!({ "properties": properties(Level::Top) }));
    define("step-keys", steps::keys());
    define("acts", steps::acts());
    define("step", steps::step());
    define("action", steps::action());
    define("one-kind", steps::one_kind());
    define("calls", calls::calls());
    for name in ASKED {
        define(&format!("has-{name}"), has(Level::Step, name));
    }
    for level in NESTED {
        define(level.word(), nested(level));
    }
    define("input-value", input_value());
    define(
        "output-value",
        json!({ "if": any(["value", "source"].map(|it| json!({ "required": [it] }))), "then": { "$ref": "#/$defs/output" } }),
    );
    define("templated", templated());
    define("open-call", open_call());
    all.extend(calls::definitions());
    all
}

fn nested(level: Level) -> Json {
    let properties = properties(level);
    if level == Level::Model {
        let nameless = all([json!({ "type": "object" }), not(has(level, "name"))]);
        return all([
            json!({ "properties": properties }),
            refused(nameless, "a model has a `name`"),
        ]);
    }
    if level == Level::Personality {
        let says = any(["system_prompt", "extends"].map(|name| has(level, name)));
        let silent = all([json!({ "type": "object" }), not(says)]);
        return all([
            json!({ "properties": properties }),
            refused(silent, "a personality has a `system_prompt`, or `extends` another one"),
        ]);
    }
    if level != Level::Handler {
        return json!({ "properties": properties });
    }
    let there = |name: &str| json!({ "required": [name] });
    let does = ["handler_action", "action", "handler_task_id", "fallback_value", "fallback_result"];
    let idle = json!({ "type": "object", "not": any(does.map(there)) });
    let twice = json!({ "type": "object", "required": ["handler_action", "handler_task_id"] });
    json!({ "properties": properties, "allOf": [
        refused(idle, "this handler does nothing: it needs `handler_action`, `handler_task_id` or `fallback_value`"),
        refused(twice, "a handler has `handler_action` or `handler_task_id`, not both"),
    ] })
}

/// What stands behind the name of an input: a declaration if it has one of these keys, else the default itself.
fn input_value() -> Json {
    let declares = ["type", "description", "required", "default"];
    json!({ "anyOf": [
        { "type": "object", "$ref": "#/$defs/input" },
        { "not": { "type": "object", "anyOf": declares.map(|it| json!({ "required": [it] })) } },
    ] })
}

/// A value with something in it that only a run knows.
fn templated() -> Json {
    let inside = json!({ "$ref": "#/$defs/templated" });
    json!({ "anyOf": [
        { "type": "string", "pattern": MARKED },
        { "type": "array", "contains": inside },
        { "type": "object", "not": { "additionalProperties": { "not": inside } } },
    ] })
}

/// A call whose parameters are not all written here.
fn open_call() -> Json {
    let templated = |name: &str| with(name, json!({ "$ref": "#/$defs/templated" }));
    let elsewhere = all([not(here("parameters")), here("inputs")]);
    any(["action", "prompt", "parameters"].map(templated).into_iter().chain([elsewhere]))
}
