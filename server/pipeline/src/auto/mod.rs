//! What an AUTO tag asks for: the kind of value that a model must give, and whether an answer is one.
//!
//! The tag's attributes say it first, then the key that it stands in, then its wording.

mod answer;
mod wording;

use serde::{Deserialize, Serialize};
use serde_json::{Value as Json, json};
use syntax::auto::Attribute;

use crate::catalogue::Type;

/// What an answer must be.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Expected {
    /// The kind of value.
    pub kind: Kind,
    /// The least number.
    pub min: Option<f64>,
    /// The greatest number.
    pub max: Option<f64>,
}

/// Kinds of values.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// Text.
    Text,
    /// A whole number.
    Integer,
    /// Any number.
    Number,
    /// True or false.
    Bool,
    /// A list of texts.
    List,
    /// A map.
    Map,
    /// One of these words; never empty.
    Choice(Vec<String>),
}

/// What the key that a tag stands in takes.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Place {
    /// Its name, for what it says of itself.
    pub key: String,
    /// What it holds; `None` where that is open.
    pub ty: Option<Type>,
    /// The words that it takes; empty where they are open.
    pub choices: Vec<String>,
}

/// Bounds above it count as this many items.
const MOST_ITEMS: f64 = 1e6;

impl Expected {
    /// What a tag with these attributes and this wording asks for in that place.
    ///
    /// # Errors
    /// In words: an attribute cannot be understood.
    pub fn of(attributes: &[Attribute], place: &Place, wording: &str) -> Result<Self, String> {
        let attribute = |name: &str| {
            let found = attributes.iter().find(|it| it.name.eq_ignore_ascii_case(name))?;
            Some(found.value.trim()).filter(|value| !value.is_empty())
        };
        let number = |name: &str| match attribute(name) {
            None => Ok(None),
            Some(text) => match text.parse::<f64>() {
                Ok(number) if number.is_finite() => Ok(Some(number)),
                _ => Err(format!("`{name}` of the AUTO tag is `{text}`, not a number")),
            },
        };
        let (min, max) = (number("min")?, number("max")?);
        if let (Some(min), Some(max)) = (min, max)
            && min > max
        {
            return Err(format!("`min` of the AUTO tag is {min}, above its `max` of {max}"));
        }
        let choices = attribute("choices").map(words).filter(|words| !words.is_empty());
        let is_ranged = min.is_some() || max.is_some();
        let kind = match (attribute("type").map(str::to_lowercase), choices) {
            (Some(ty), choices) => by_type(&ty, choices, place)?,
            (None, Some(words)) => Kind::Choice(words),
            (None, None) if is_ranged => match by_place(place) {
                Some(kind @ (Kind::Integer | Kind::List)) => kind,
                _ => Kind::Number,
            },
            (None, None) => by_place(place).unwrap_or_else(|| wording::kind(wording, &place.key)),
        };
        Ok(Self { kind, min, max })
    }

    /// In words: `a whole number from 1 to 8`.
    #[must_use]
    pub fn words(&self) -> String {
        let kind = match &self.kind {
            Kind::Text => "text".to_owned(),
            Kind::Integer => "a whole number".to_owned(),
            Kind::Number => "a number".to_owned(),
            Kind::Bool => "true or false".to_owned(),
            Kind::List => "a list".to_owned(),
            Kind::Map => "an object".to_owned(),
            Kind::Choice(words) => format!("one of {}", words.join(", ")),
        };
        let items = |count: f64| if count == 1.0 { "item" } else { "items" };
        match (&self.kind, self.min, self.max) {
            (Kind::List, Some(min), Some(max)) => {
                return format!("{kind} of {min} to {max} {}", items(max));
            }
            (Kind::List, Some(min), None) => {
                return format!("{kind} of at least {min} {}", items(min));
            }
            (Kind::List, None, Some(max)) => {
                return format!("{kind} of at most {max} {}", items(max));
            }
            _ => {}
        }
        match (self.min, self.max) {
            (Some(min), Some(max)) => format!("{kind} from {min} to {max}"),
            (Some(min), None) => format!("{kind}, at least {min}"),
            (None, Some(max)) => format!("{kind}, at most {max}"),
            (None, None) => kind,
        }
    }

    /// How many items a list has at least: `min`, which may be broken.
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "clamped")]
    fn least(&self) -> Option<u64> {
        self.min.map(|min| min.ceil().clamp(0.0, MOST_ITEMS) as u64)
    }

    /// How many it has at most.
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "clamped")]
    fn most(&self) -> Option<u64> {
        self.max.map(|max| max.floor().clamp(0.0, MOST_ITEMS) as u64)
    }

    /// The JSON Schema of an object whose `answer` is such a value.
    #[must_use]
    pub fn schema(&self) -> Json {
        let mut answer = match &self.kind {
            Kind::Text => json!({ "type": "string" }),
            Kind::Integer => json!({ "type": "integer" }),
            Kind::Number => json!({ "type": "number" }),
            Kind::Bool => json!({ "type": "boolean" }),
            Kind::List => json!({ "type": "array", "items": { "type": "string" } }),
            Kind::Map => json!({ "type": "object" }),
            Kind::Choice(words) => json!({ "type": "string", "enum": words }),
        };
        let is_whole = self.kind == Kind::Integer;
        if matches!(self.kind, Kind::Integer | Kind::Number) {
            for (key, bound) in [("minimum", self.min), ("maximum", self.max)] {
                if let Some(bound) = bound {
                    answer[key] = bound_of(bound, is_whole);
                }
            }
        }
        if self.kind == Kind::List {
            for (key, count) in [("minItems", self.least()), ("maxItems", self.most())] {
                if let Some(count) = count {
                    answer[key] = count.into();
                }
            }
        }
        json!({
            "type": "object",
            "properties": { "answer": answer },
            "required": ["answer"],
            "additionalProperties": false,
        })
    }
}

#[expect(clippy::cast_possible_truncation, reason = "only where nothing is cut")]
fn bound_of(bound: f64, is_whole: bool) -> Json {
    if is_whole && bound.fract() == 0.0 && bound.abs() < 1e15 {
        (bound as i64).into()
    } else {
        bound.into()
    }
}

fn words(list: &str) -> Vec<String> {
    list.split(',').map(str::trim).filter(|word| !word.is_empty()).map(str::to_owned).collect()
}

fn by_type(ty: &str, choices: Option<Vec<String>>, place: &Place) -> Result<Kind, String> {
    let kind = match ty {
        "string" | "str" | "text" => Kind::Text,
        "integer" | "int" => Kind::Integer,
        "number" | "float" => Kind::Number,
        "boolean" | "bool" => Kind::Bool,
        "list" | "array" => Kind::List,
        "choice" => {
            let open = || place.choices.clone();
            let words = choices.unwrap_or_else(open);
            if words.is_empty() {
                return Err("an AUTO tag of the type `choice` needs `choices`".to_owned());
            }
            return Ok(Kind::Choice(words));
        }
        other => {
            return Err(format!(
                "`type` of the AUTO tag is `{other}`, not one of string, integer, number, boolean, list, choice"
            ));
        }
    };
    Ok(match (kind, choices) {
        (Kind::Text, Some(words)) => Kind::Choice(words),
        (kind, _) => kind,
    })
}

/// What the key says by itself.
fn by_place(place: &Place) -> Option<Kind> {
    if !place.choices.is_empty() {
        return Some(Kind::Choice(place.choices.clone()));
    }
    match place.ty? {
        Type::Any => None,
        Type::Text | Type::Path | Type::Model => Some(Kind::Text),
        Type::Integer => Some(Kind::Integer),
        Type::Number => Some(Kind::Number),
        Type::Bool => Some(Kind::Bool),
        Type::List => Some(Kind::List),
        Type::Map => Some(Kind::Map),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn expected(tag: &str, place: &Place) -> Result<Expected, String> {
        let tag = syntax::auto::find(tag).remove(0);
        Expected::of(&tag.attributes, place, "Which one?")
    }

    #[test]
    fn attributes_come_first_then_the_key_then_the_wording() {
        let integer = Place { ty: Some(Type::Integer), ..Place::default() };
        let words = Place { choices: vec!["a".into(), "b".into()], ..Place::default() };
        let list = Place { ty: Some(Type::List), ..Place::default() };
        let open = Place::default();
        for (tag, place, wanted) in [
            (
                r#"<AUTO type="integer" min="1" max="8">x</AUTO>"#,
                &words,
                "a whole number from 1 to 8",
            ),
            (r#"<AUTO choices="x, y">x</AUTO>"#, &integer, "one of x, y"),
            (r#"<AUTO type="string" choices="x,y">x</AUTO>"#, &open, "one of x, y"),
            (r#"<AUTO type="choice">x</AUTO>"#, &words, "one of a, b"),
            (r#"<AUTO min="2">x</AUTO>"#, &integer, "a whole number, at least 2"),
            (r#"<AUTO max="0.5">x</AUTO>"#, &open, "a number, at most 0.5"),
            (r#"<AUTO min="1">x</AUTO>"#, &list, "a list of at least 1 item"),
            (r#"<AUTO type="list" max="3">x</AUTO>"#, &open, "a list of at most 3 items"),
            ("<AUTO>x</AUTO>", &integer, "a whole number"),
            ("<AUTO>x</AUTO>", &words, "one of a, b"),
            ("<AUTO>x</AUTO>", &open, "text"),
        ] {
            assert_eq!(expected(tag, place).map(|it| it.words()).as_deref(), Ok(wanted), "{tag}");
        }
        for tag in [
            r#"<AUTO type="date">x</AUTO>"#,
            r#"<AUTO min="few">x</AUTO>"#,
            r#"<AUTO min="3" max="2">x</AUTO>"#,
            r#"<AUTO type="choice">x</AUTO>"#,
        ] {
            assert!(expected(tag, &open).is_err(), "{tag}");
        }
    }

    #[test]
    fn schemas_hold_the_bounds() {
        let expected = Expected { kind: Kind::Integer, min: Some(1.0), max: Some(8.0) };
        let answer = &expected.schema()["properties"]["answer"];
        assert_eq!(answer, &json!({"type": "integer", "minimum": 1, "maximum": 8}));
    }
}
