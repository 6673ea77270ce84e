//! Variables that a step must produce, as one JSON Schema: what the author wrote in prose, as a type, as a schema or as an
//! example says what the model must give.

use std::sync::LazyLock;

use regex::Regex;
use serde_json::{Map, Value as Json, json};

use crate::{Variable, personality::json as plain};

/// The schema of an object that holds all of them. Those with a default may be left out.
#[must_use]
pub fn schema<'v>(variables: impl IntoIterator<Item = &'v Variable>) -> Json {
    let mut properties = Map::new();
    let mut required = Vec::new();
    for variable in variables {
        let declared = of(&plain(&variable.declaration));
        if declared.get("default").is_none() {
            required.push(Json::from(variable.name.as_str()));
        }
        properties.insert(variable.name.clone(), declared);
    }
    json!({ "type": "object", "properties": properties, "required": required, "additionalProperties": false })
}

/// Puts defaults where nothing stands.
pub fn fill(object: &mut Map<String, Json>, schema: &Json) {
    let Some(Json::Object(properties)) = schema.get("properties") else { return };
    for (name, declared) in properties {
        if let Some(default) = declared.get("default").filter(|_| !object.contains_key(name)) {
            object.insert(name.clone(), default.clone());
        }
    }
}

/// The schema of values that a declaration describes: a type, prose, an example, or a schema already.
#[must_use]
pub fn of(declaration: &Json) -> Json {
    match declaration {
        Json::String(prose) => of_prose(prose.trim()),
        Json::Object(map) if DESCRIBES.iter().any(|key| map.contains_key(*key)) => of_schema(map),
        example => of_example(example),
    }
}

/// Keys of which one shows that a map describes a value, and is not one.
const DESCRIBES: [&str; 14] = [
    "type",
    "description",
    "default",
    "enum",
    "choices",
    "items",
    "properties",
    "minimum",
    "maximum",
    "min",
    "max",
    "pattern",
    "anyOf",
    "oneOf",
];

fn of_schema(written: &Map<String, Json>) -> Json {
    let mut schema = Map::new();
    if let Some(Json::String(words)) = written.get("type") {
        match type_word(words) {
            Some(ty) => drop(schema.insert("type".into(), ty.into())),
            None => schema.extend(of_prose(words).as_object().cloned().unwrap_or_default()),
        }
    }
    for (key, value) in written {
        let key = match key.as_str() {
            "type" if value.is_string() => continue,
            "choices" => "enum",
            "min" => "minimum",
            "max" => "maximum",
            other => other,
        };
        schema.insert(key.to_owned(), value.clone());
    }
    let says_what = ["type", "enum", "anyOf", "oneOf", "const", "properties", "items"];
    if !says_what.iter().any(|key| schema.contains_key(*key)) {
        let words = schema.get("description").and_then(Json::as_str).map(of_prose);
        let guessed = words.unwrap_or_else(|| json!({ "type": "string" }));
        for (key, value) in guessed.as_object().cloned().unwrap_or_default() {
            schema.entry(key).or_insert(value);
        }
    }
    Json::Object(schema)
}

/// The schema of values like this one.
fn of_example(example: &Json) -> Json {
    match example {
        Json::Null => json!({ "type": "string" }),
        Json::Bool(_) => json!({ "type": "boolean" }),
        Json::Number(number) if number.is_f64() => json!({ "type": "number" }),
        Json::Number(_) => json!({ "type": "integer" }),
        Json::String(prose) => of_prose(prose.trim()),
        Json::Array(items) => match items.first() {
            Some(item) => json!({ "type": "array", "items": of_example(item) }),
            None => json!({ "type": "array" }),
        },
        Json::Object(entries) => {
            let of = |(key, value): (&String, &Json)| (key.clone(), of_example(value));
            let properties: Map<_, _> = entries.iter().map(of).collect();
            let required: Vec<_> = properties.keys().cloned().collect();
            json!({ "type": "object", "properties": properties, "required": required, "additionalProperties": false })
        }
    }
}

/// Words that are a type of a variable, without their other spellings.
pub const TYPES: &[&str] = &["string", "integer", "number", "boolean", "list", "object"];

/// Whether a declaration's words say a type, so that it is no text by default only.
#[must_use]
pub fn says_a_type(words: &str) -> bool {
    type_word(words).is_some()
        || of_prose(words).get("type").and_then(Json::as_str) != Some("string")
}

/// The type of JSON Schema that a word means.
fn type_word(word: &str) -> Option<&'static str> {
    Some(match word.trim().to_lowercase().as_str() {
        "string" | "str" | "text" => "string",
        "integer" | "int" => "integer",
        "number" | "float" | "double" | "decimal" => "number",
        "boolean" | "bool" => "boolean",
        "array" | "list" => "array",
        "object" | "map" | "dict" | "dictionary" => "object",
        _ => return None,
    })
}

static LISTS: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new(r"(?i)^\W*(?:an?\s+|the\s+)?(?:\w+\s+)?(?:list|array)\b").ok());
static BOOLEANS: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(
        r"(?i)\b(?:bool(?:ean)?|true\s*(?:/|or|\|)\s*false|yes\s*(?:/|or|\|)\s*no)\b|^whether\b",
    )
    .ok()
});
static INTEGERS: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new(r"(?i)\b(?:integer|int|whole number)\b").ok());
static NUMBERS: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(r"(?i)\b(?:float|number between|decimal|numeric)\b|^\W*(?:a\s+)?number\b").ok()
});
static OBJECTS: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(r"(?i)^\W*(?:an?\s+)?(?:json\s+)?(?:object|dict(?:ionary)?|map)\b").ok()
});
static CHOICES: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(r"(?i)\bone of:?\s*\[?\(?([\w\-'\x22 ]+(?:\s*(?:,|\||/)\s*[\w\-'\x22 ]+)+)").ok()
});
static RANGES: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(r"(?i)\b(?:between|from|in|of)?\s*\[?(-?\d+(?:\.\d+)?)\s*(?:-|–|to|and|\.\.|,)\s*(-?\d+(?:\.\d+)?)").ok()
});

fn of_prose(prose: &str) -> Json {
    if let Some(ty) = type_word(prose) {
        return json!({ "type": ty });
    }
    let says = |pattern: &Option<Regex>| pattern.as_ref().is_some_and(|it| it.is_match(prose));
    let mut schema = if let Some(words) = choices(prose) {
        json!({ "enum": words })
    } else if says(&LISTS) {
        json!({ "type": "array", "items": { "type": "string" } })
    } else if says(&BOOLEANS) {
        json!({ "type": "boolean" })
    } else if says(&INTEGERS) {
        ranged("integer", prose)
    } else if says(&NUMBERS) {
        ranged("number", prose)
    } else if says(&OBJECTS) {
        json!({ "type": "object" })
    } else {
        json!({ "type": "string" })
    };
    schema["description"] = prose.into();
    schema
}

fn choices(prose: &str) -> Option<Vec<String>> {
    let found = CHOICES.as_ref()?.captures(prose)?;
    let quote = |it: char| it.is_whitespace() || matches!(it, '\'' | '"');
    let last = |it: &str| it.strip_prefix("or ").unwrap_or(it).trim_matches(quote).to_owned();
    let words = found[1].split([',', '|', '/']).map(|it| last(it.trim_matches(quote)));
    let words: Vec<_> = words.filter(|it| !it.is_empty()).collect();
    (words.len() > 1).then_some(words)
}

fn ranged(ty: &str, prose: &str) -> Json {
    let mut schema = json!({ "type": ty });
    let found = RANGES.as_ref().and_then(|it| it.captures(prose));
    let bounds =
        found.and_then(|it| Some((it[1].parse::<f64>().ok()?, it[2].parse::<f64>().ok()?)));
    if let Some((least, most)) = bounds.filter(|(least, most)| least < most) {
        schema["minimum"] = number(least);
        schema["maximum"] = number(most);
    }
    schema
}

/// Without a fraction where there is none.
#[expect(clippy::cast_possible_truncation, reason = "only where nothing is cut")]
fn number(value: f64) -> Json {
    if value.fract() == 0.0 && value.abs() < 1e15 { (value as i64).into() } else { value.into() }
}

#[cfg(test)]
mod tests {
    use syntax::Document;

    use super::*;
    use crate::{catalogue::Catalogue, lower};

    fn declared(vars: &str) -> Json {
        let text = format!("steps:\n  - id: s\n    prompt: p\n    vars:\n{vars}");
        let pipeline = lower(&Document::new(&text), &Catalogue::declared());
        schema(pipeline.steps[0].vars.iter().map(|it| &it.value))
    }

    #[test]
    fn prose_says_the_type() {
        for (prose, expected) in [
            ("one sentence", json!({"type": "string"})),
            ("float between 0-1", json!({"type": "number", "minimum": 0, "maximum": 1})),
            (
                "a number between 0.5 and 1.5",
                json!({"type": "number", "minimum": 0.5, "maximum": 1.5}),
            ),
            ("integer from 1 to 10", json!({"type": "integer", "minimum": 1, "maximum": 10})),
            ("true or false", json!({"type": "boolean"})),
            ("whether it is good", json!({"type": "boolean"})),
            ("a list of key points", json!({"type": "array", "items": {"type": "string"}})),
            ("one of low, medium, or high", json!({"enum": ["low", "medium", "high"]})),
            ("the number of people in words", json!({"type": "string"})),
            ("a listing of the house", json!({"type": "string"})),
        ] {
            let mut found = declared(&format!("      - v: {prose}\n"))["properties"]["v"].clone();
            let words = found.as_object_mut().unwrap().shift_remove("description");
            assert_eq!(found, expected, "{prose}");
            assert_eq!(words, Some(prose.into()));
        }
    }

    #[test]
    fn types_schemas_and_examples_say_it_too() {
        let found = declared(
            "      score: number\n      kind: {type: string, choices: [a, b], default: a}\n      \
             count: {min: 1, max: 3, type: int}\n      facts: {title: text, year: 2020, tags: [x]}\n      note: {description: integer 1-5}\n",
        );
        let properties = &found["properties"];
        assert_eq!(properties["score"], json!({"type": "number"}));
        assert_eq!(
            properties["kind"],
            json!({"type": "string", "enum": ["a", "b"], "default": "a"})
        );
        assert_eq!(properties["count"], json!({"type": "integer", "minimum": 1, "maximum": 3}));
        assert_eq!(properties["facts"]["properties"]["year"], json!({"type": "integer"}));
        assert_eq!(properties["facts"]["properties"]["tags"]["type"], "array");
        assert_eq!(properties["note"]["maximum"], 5);
        assert_eq!(found["required"], json!(["score", "count", "facts", "note"]));
        let mut given = json!({"score": 1}).as_object().unwrap().clone();
        fill(&mut given, &found);
        assert_eq!(given["kind"], "a");
    }
}
