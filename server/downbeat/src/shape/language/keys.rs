//! The keys of a level: what the language table says of each, and what stands inside its value.

use pipeline::language::{Form, Key, Level, MODALITIES, keys};
use serde_json::{Map, Value as Json, json};

use super::{
    forms::union,
    words::{Dashes, MARKED, one_of},
};

/// The levels whose definitions other keys refer to, each under its word.
pub(super) const NESTED: [Level; 10] = [
    Level::Input,
    Level::Output,
    Level::Queue,
    Level::Handler,
    Level::Expert,
    Level::Personality,
    Level::Selection,
    Level::Requirement,
    Level::Model,
    Level::Context,
];

/// All keys of a level with their schemas, every spelling one.
pub(super) fn properties(level: Level) -> Map<String, Json> {
    let mut properties = Map::new();
    for key in keys(level) {
        let schema = schema(key);
        for alias in key.aliases {
            let mut schema = schema.clone();
            let better = format!("Write `{}` instead.", key.name);
            schema.insert("description".to_owned(), json!(better));
            schema.shift_remove("markdownDescription");
            schema.insert("deprecated".to_owned(), json!(true));
            schema.insert("deprecationMessage".to_owned(), json!(better));
            properties.insert((*alias).to_owned(), Json::Object(schema));
        }
        properties.insert(key.name.to_owned(), Json::Object(schema));
    }
    properties
}

fn schema(key: &Key) -> Map<String, Json> {
    let mut schema = described(key.doc, key.default);
    if key.ignored {
        schema.insert("deprecated".to_owned(), json!(true));
        schema.insert("deprecationMessage".to_owned(), json!(prose(key.doc)));
        return schema;
    }
    schema.extend(value(key));
    schema.extend(inside(key));
    if let Some(default) = key.default.and_then(|it| as_value(key, it)) {
        schema.insert("default".to_owned(), default);
    }
    schema
}

/// What a value must be like. What `check` leaves open stays open here.
fn value(key: &Key) -> Map<String, Json> {
    let mut forms = key.forms.to_vec();
    if may_be_templated(key.level) {
        forms.push(Form::Template);
    }
    let mut schema = union(&forms);
    if names_a_model(key) {
        if let Some(Json::Array(types)) = schema.get_mut("type") {
            types.retain(|name| *name != "number" && *name != "boolean");
        }
        schema.insert("pattern".to_owned(), json!(r"\S"));
    }
    match (key.level, key.name) {
        // An input of a type that nobody knows is taken as it comes.
        (Level::Input, "type") => {
            if let Some(Json::Array(choices)) = schema.get_mut("anyOf") {
                choices.pop();
                choices.push(json!({ "type": ["string", "null"] }));
            }
        }
        // Beside anything but a loop they have no effect, whatever they are.
        (Level::Step, "steps") => drop(schema.shift_remove("items")),
        (Level::Top, "steps") => {
            schema.insert("type".to_owned(), json!("array"));
            schema.insert("minItems".to_owned(), json!(1));
        }
        (Level::Top, "id") => {
            schema.insert("pattern".to_owned(), json!(ID));
            schema.insert("type".to_owned(), json!(["string", "boolean", "null"]));
        }
        (Level::Step, "id") => {
            schema.insert("pattern".to_owned(), json!(STEP_ID));
            schema.insert("type".to_owned(), json!(["string", "boolean", "null"]));
        }
        _ => {}
    }
    if let Some((least, most)) = key.range {
        schema.insert("minimum".to_owned(), json!(least));
        schema.insert("maximum".to_owned(), json!(most));
        schema.shift_remove("exclusiveMinimum");
    }
    schema
}

const ID: &str = r"^\s*[A-Za-z][A-Za-z0-9_-]*\s*$";
/// An id that is no word of `on_failure`.
const STEP_ID: &str = r"^\s*(?!(?:fail|continue|skip|retry)\s*$)[A-Za-z][A-Za-z0-9_-]*\s*$";

/// Whether templates are accepted for every value of this level.
const fn may_be_templated(level: Level) -> bool {
    matches!(
        level,
        Level::Expert
            | Level::Personality
            | Level::Selection
            | Level::Requirement
            | Level::Model
            | Level::Context
    )
}

/// Whether a text there is a model: nothing else than text is, and something must stand in it.
fn names_a_model(key: &Key) -> bool {
    matches!(key.name, "model" | "default_model" | "orchestrator" | "requires_model")
        || (key.level == Level::Model && key.name == "name")
}

/// What stands inside a value that is a map or a list.
fn inside(key: &Key) -> Map<String, Json> {
    let of = |level: Level| json!({ "$ref": format!("#/$defs/{}", level.word()) });
    let inside = match (key.level, key.name) {
        (Level::Top, "pipeline") => json!({ "$ref": "#/$defs/document" }),
        (Level::Top, "experts") => json!({
            "additionalProperties": of(Level::Expert),
            "items": { "additionalProperties": of(Level::Expert) },
        }),
        (Level::Top, "personalities") => json!({ "additionalProperties": of(Level::Personality) }),
        (Level::Top, "global_error_handlers") | (Level::Step, "on_error" | "error_handlers") => {
            json!({
                "$ref": "#/$defs/handler",
                "items": { "type": ["string", "number", "boolean", "object"], "$ref": "#/$defs/handler" },
            })
        }
        (_, "model") if key.forms.contains(&Form::Map) => of(Level::Model),
        (_, "selection") => of(Level::Selection),
        (Level::Top, "context") => of(Level::Context),
        (_, "requires_model") => of(Level::Requirement),
        (_, "create_parallel_queue" | "task") => of(Level::Queue),
        (Level::Requirement, "modalities") => {
            let words = one_of(MODALITIES.iter().copied(), Dashes::Exact);
            json!({ "items": { "pattern": format!("{words}|{MARKED}") } })
        }
        (_, "action_loop") => json!({ "minItems": 1, "items": { "$ref": "#/$defs/action" } }),
        _ => Json::Null,
    };
    if let Json::Object(inside) = inside { inside } else { Map::new() }
}

/// `description` for every reader, `markdownDescription` with its examples for editors that show Markdown.
pub(super) fn described(doc: &str, default: Option<&str>) -> Map<String, Json> {
    let default = default.map(|it| format!("Default: {it}."));
    let behind = |text: &str| {
        [Some(text), default.as_deref()].into_iter().flatten().collect::<Vec<_>>().join("\n\n")
    };
    Map::from_iter([
        ("description".to_owned(), json!(behind(prose(doc)))),
        ("markdownDescription".to_owned(), json!(behind(doc))),
    ])
}

/// The words before the first example.
pub(super) fn prose(doc: &str) -> &str {
    doc.split("```").next().unwrap_or_default().trim()
}

/// A default that is a value and no description of one.
fn as_value(key: &Key, default: &str) -> Option<Json> {
    let is_word = |form: &Form| matches!(form, Form::Word(words) if words.contains(&default));
    if key.forms.iter().any(is_word) {
        return Some(json!(default));
    }
    serde_json::from_str(default).ok()
}
