//! The forms of a value as JSON Schema. Most keywords bind values of one type only, so several forms together are one flat
//! schema, which editors describe and complete better than a choice between schemas. Nothing (`key:`) is always accepted:
//! it counts as not there.

use pipeline::language::Form;
use serde_json::{Map, Value as Json, json};

use super::words::{Dashes, MARKED, one_of};

/// A number as text.
pub(super) const NUMBER: &str = r"^\s*[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?\s*$";
/// A whole number as text.
pub(super) const WHOLE: &str = r"^\s*[+-]?[0-9]+\s*$";
/// Seconds, or times with units, that are more than nothing.
const DURATION: &str = concat!(
    r"^(?=[^1-9]*[1-9])\s*(?:\+?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?",
    r"|(?:[0-9][0-9.]*(?:[mM][sS]|[sS](?:[eE][cC](?:[oO][nN][dD][sS]?)?)?|[mM](?:[iI][nN](?:[uU][tT][eE][sS]?)?)?",
    r"|[hH](?:[oO][uU][rR][sS]?)?|[dD](?:[aA][yY][sS]?)?)\s*)+)\s*$",
);

/// What a form accepts.
struct Accepts {
    types: &'static [&'static str],
    texts: Texts,
    /// Keywords for the types other than text.
    keywords: Json,
}

/// Which text is accepted.
enum Texts {
    None,
    All,
    Like(String),
}

/// The schema of a value that has one of these forms; of any value where one of them is.
pub(super) fn union(forms: &[Form]) -> Map<String, Json> {
    let mut types: Vec<&str> = Vec::new();
    let mut patterns = Some(Vec::new());
    let mut keywords = Map::new();
    for form in forms {
        let Some(accepts) = accepts(*form) else { return Map::new() };
        types.extend(accepts.types);
        match accepts.texts {
            Texts::None => {}
            Texts::All => patterns = None,
            Texts::Like(pattern) => patterns.iter_mut().for_each(|it| it.push(pattern.clone())),
        }
        if let Json::Object(more) = accepts.keywords {
            keywords.extend(more);
        }
    }
    if patterns.as_ref().is_none_or(|it| !it.is_empty()) {
        types.insert(0, "string");
    }
    if types.contains(&"number") {
        types.retain(|name| *name != "integer");
    }
    let mut once: Vec<&str> = Vec::new();
    for name in types {
        if !once.contains(&name) {
            once.push(name);
        }
    }
    once.push("null");
    let mut schema = Map::from_iter([("type".to_owned(), json!(once))]);
    if let Some(patterns) = patterns.filter(|it| !it.is_empty()) {
        schema.insert("pattern".to_owned(), json!(patterns.join("|")));
    }
    schema.extend(keywords);
    let words =
        forms.iter().find_map(|form| if let Form::Word(words) = form { Some(words) } else { None });
    match words {
        Some(words) => Map::from_iter([("anyOf".to_owned(), json!([{ "enum": words }, schema]))]),
        None => schema,
    }
}

/// `None`: every value.
fn accepts(form: Form) -> Option<Accepts> {
    let of = |types, texts, keywords| Some(Accepts { types, texts, keywords });
    let scalar = || json!({ "type": ["string", "number", "boolean", "null"] });
    match form {
        Form::Any => None,
        Form::Text | Form::Id => of(&["number", "boolean"], Texts::All, Json::Null),
        Form::Ids => of(&["array", "number", "boolean"], Texts::All, json!({ "items": scalar() })),
        Form::Condition => of(&["boolean", "integer"], Texts::All, Json::Null),
        Form::Prose => of(&[], Texts::All, Json::Null),
        Form::Template => of(&[], Texts::Like(MARKED.to_owned()), Json::Null),
        Form::Integer { min: i64::MIN } => {
            of(&["integer"], Texts::Like(WHOLE.to_owned()), Json::Null)
        }
        Form::Integer { min } => {
            let least = if min > 0 { "0*[1-9][0-9]*" } else { "[0-9]+" };
            let text = format!(r"^\s*\+?{least}\s*$");
            of(&["integer"], Texts::Like(text), json!({ "minimum": min }))
        }
        Form::Number => of(&["number"], Texts::Like(NUMBER.to_owned()), Json::Null),
        Form::Bool => {
            let words = ["true", "yes", "on", "false", "no", "off"];
            of(&["boolean"], Texts::Like(one_of(words, Dashes::Exact)), Json::Null)
        }
        Form::Duration => {
            of(&["number"], Texts::Like(DURATION.to_owned()), json!({ "exclusiveMinimum": 0 }))
        }
        Form::Map | Form::Parameters => of(&["object"], Texts::None, Json::Null),
        Form::List => of(&["array"], Texts::None, Json::Null),
        Form::Steps => of(&["array"], Texts::None, json!({ "items": { "$ref": "#/$defs/step" } })),
        Form::Inputs => of(&["object", "array"], Texts::None, declarations("input-value")),
        Form::Outputs => of(&["object", "array"], Texts::None, declarations("output-value")),
        Form::Word(words) => {
            let words = one_of(words.iter().copied(), Dashes::Exact);
            of(&[], Texts::Like(format!("{words}|{MARKED}")), Json::Null)
        }
    }
}

/// A map from name to declaration, or a list of such maps, of declarations that say their name, and of names alone.
fn declarations(of: &str) -> Json {
    let named = json!({ "$ref": format!("#/$defs/{of}") });
    json!({
        "additionalProperties": named,
        "items": {
            "if": { "type": "object", "required": ["name"] },
            "then": named,
            "else": { "additionalProperties": named },
        },
    })
}
