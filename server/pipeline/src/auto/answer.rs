//! Whether an answer is what was asked for.

use std::sync::{Arc, LazyLock};

use regex::Regex;
use serde_json::Value as Json;

use super::{Expected, Kind};
use crate::Value;

static NUMBER: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new(r"-?\d+(?:[.,]\d{3})*(?:\.\d+)?(?:[eE][+-]?\d+)?").ok());

impl Expected {
    /// The value of an answer.
    ///
    /// # Errors
    /// In words, for the model and for people: why it is none that was asked for.
    pub fn accept(&self, answer: &Json) -> Result<Value, String> {
        let value = match &self.kind {
            Kind::Text => text(answer),
            Kind::Bool => boolean(answer),
            Kind::Integer | Kind::Number => return self.number(answer),
            Kind::List => list(answer).filter(|it| self.has_room_for(it)),
            Kind::Map => map(answer),
            Kind::Choice(words) => choice(answer, words),
        };
        value.ok_or_else(|| self.refused(answer))
    }

    /// The same for the whole text of a reply: JSON with an `answer` in it, or nothing but the answer.
    ///
    /// # Errors
    /// As [`Self::accept`].
    pub fn read(&self, reply: &str) -> Result<Value, String> {
        let reply = reply.trim();
        match serde_json::from_str::<Json>(reply) {
            Ok(Json::Object(mut object)) if object.contains_key("answer") => {
                self.accept(&object.remove("answer").unwrap_or_default())
            }
            Ok(json) if self.kind != Kind::Text => self.accept(&json),
            _ => self.accept(&Json::String(reply.to_owned())),
        }
    }

    /// Whether a list has as many items as were asked for.
    fn has_room_for(&self, list: &Value) -> bool {
        let count = list.as_items().map_or(0, <[Value]>::len) as u64;
        self.least().is_none_or(|least| count >= least)
            && self.most().is_none_or(|most| count <= most)
    }

    fn number(&self, answer: &Json) -> Result<Value, String> {
        let found = number(answer).filter(|it| it.is_finite());
        let number = found.ok_or_else(|| self.refused(answer))?;
        let is_outside =
            self.min.is_some_and(|min| number < min) || self.max.is_some_and(|max| number > max);
        let is_broken = self.kind == Kind::Integer && number.fract() != 0.0;
        if is_outside || is_broken {
            return Err(self.refused(answer));
        }
        Ok(whole(number).unwrap_or(Value::Float(number)))
    }

    fn refused(&self, answer: &Json) -> String {
        /// Characters of an answer that are told.
        const SHOWN: usize = 80;
        let text = answer.as_str().map_or_else(|| answer.to_string(), str::to_owned);
        let mut shown: String = text.chars().take(SHOWN).collect();
        if shown.len() < text.len() {
            shown.push_str("...");
        }
        format!("`{shown}` is not {}", self.words())
    }
}

fn text(answer: &Json) -> Option<Value> {
    let text = match answer {
        Json::String(text) => unquoted(text.trim()).to_owned(),
        Json::Null => return None,
        other => Value::from_json(other).to_text(),
    };
    (!text.is_empty()).then(|| Value::Text(text.into()))
}

/// Without the quotes around it.
fn unquoted(text: &str) -> &str {
    let inside = |quote: char| text.strip_prefix(quote)?.strip_suffix(quote);
    let bare = ['"', '\'', '`'].into_iter().find_map(inside);
    bare.filter(|inside| !inside.contains(['"', '\'', '`'])).unwrap_or(text)
}

fn boolean(answer: &Json) -> Option<Value> {
    let said = match answer {
        Json::Bool(value) => *value,
        Json::Number(number) => match number.as_f64()? {
            0.0 => false,
            1.0 => true,
            _ => return None,
        },
        Json::String(text) => {
            let word = text.trim().trim_matches(|it: char| !it.is_alphanumeric()).to_lowercase();
            match word.as_str() {
                "true" | "yes" | "1" | "on" | "enable" | "enabled" => true,
                "false" | "no" | "0" | "off" | "disable" | "disabled" => false,
                _ => return None,
            }
        }
        _ => return None,
    };
    Some(Value::Bool(said))
}

fn number(answer: &Json) -> Option<f64> {
    match answer {
        Json::Number(number) => number.as_f64(),
        Json::String(text) => {
            let run = NUMBER.as_ref()?.find(text)?.as_str();
            run.parse().ok().or_else(|| run.replace(',', "").parse().ok())
        }
        _ => None,
    }
}

#[expect(clippy::cast_possible_truncation, reason = "within 2^53 nothing is cut")]
fn whole(number: f64) -> Option<Value> {
    (number.fract() == 0.0 && number.abs() <= 9_007_199_254_740_992.0)
        .then_some(Value::Int(number as i128))
}

fn list(answer: &Json) -> Option<Value> {
    match answer {
        Json::Array(_) => Some(Value::from_json(answer)),
        Json::String(text) => {
            let text = text.trim();
            if let Ok(json @ Json::Array(_)) = serde_json::from_str(text) {
                return Some(Value::from_json(&json));
            }
            let lines: Vec<&str> = text.lines().filter(|it| !it.trim().is_empty()).collect();
            let parts = if lines.len() > 1 { lines } else { text.split(',').collect() };
            let bullet = |it: char| it.is_whitespace() || matches!(it, '-' | '*' | '•');
            let parts = parts.into_iter().map(|it| unquoted(it.trim_start_matches(bullet).trim()));
            let items: Vec<Value> =
                parts.filter(|it| !it.is_empty()).map(|it| Value::Text(it.into())).collect();
            (!items.is_empty()).then(|| Value::List(Arc::new(items)))
        }
        _ => None,
    }
}

fn map(answer: &Json) -> Option<Value> {
    match answer {
        Json::Object(_) => Some(Value::from_json(answer)),
        Json::String(text) => match serde_json::from_str(text) {
            Ok(json @ Json::Object(_)) => Some(Value::from_json(&json)),
            _ => None,
        },
        _ => None,
    }
}

fn choice(answer: &Json, words: &[String]) -> Option<Value> {
    let said = answer.as_str().map_or_else(|| answer.to_string(), str::to_owned);
    let said = unquoted(said.trim()).trim().trim_end_matches('.');
    let word = words.iter().find(|word| word.eq_ignore_ascii_case(said))?;
    Some(Value::Text(word.as_str().into()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn expected(kind: Kind) -> Expected {
        Expected { kind, min: None, max: None }
    }

    #[test]
    fn a_list_has_as_many_items_as_are_asked_for() {
        let two = Expected { kind: Kind::List, min: Some(1.5), max: Some(2.0) };
        assert_eq!(two.schema()["properties"]["answer"]["minItems"], 2);
        assert_eq!(two.schema()["properties"]["answer"]["maxItems"], 2);
        assert!(two.read("a, b").is_ok());
        for reply in [r#"{"answer": []}"#, "a", "a, b, c"] {
            let why = two.read(reply).unwrap_err();
            assert!(why.ends_with("is not a list of 1.5 to 2 items"), "{why}");
        }
        let open = expected(Kind::List);
        assert!(open.read("[]").is_ok(), "nobody asked for more");
    }

    #[test]
    fn answers_are_taken_for_what_they_mean() {
        let words = Kind::Choice(vec!["Publish".into(), "mend".into()]);
        for (kind, reply, value) in [
            (Kind::Text, r#"{"answer": "a b"}"#, "a b"),
            (Kind::Text, r#""quoted""#, "quoted"),
            (Kind::Text, "42", "42"),
            (Kind::Integer, r#"{"answer": 7}"#, "7"),
            (Kind::Integer, "about 1,200 items", "1200"),
            (Kind::Number, "-0.5", "-0.5"),
            (Kind::Bool, "Yes.", "True"),
            (Kind::Bool, r#"{"answer": false}"#, "False"),
            (Kind::List, r#"{"answer": ["a", "b"]}"#, "['a', 'b']"),
            (Kind::List, "- a\n- b\n", "['a', 'b']"),
            (Kind::List, "a, b", "['a', 'b']"),
            (words, r#"{"answer": "publish"}"#, "Publish"),
            (Kind::Map, r#"{"a": 1}"#, "{'a': 1}"),
        ] {
            let found = expected(kind.clone()).read(reply).map(|it| it.to_text());
            assert_eq!(found.as_deref(), Ok(value), "{kind:?} {reply}");
        }
    }

    #[test]
    fn others_are_refused_with_the_reason() {
        let ranged = Expected { kind: Kind::Integer, min: Some(1.0), max: Some(8.0) };
        assert_eq!(ranged.read("9").unwrap_err(), "`9` is not a whole number from 1 to 8");
        assert!(ranged.read("2.5").is_err());
        for (kind, reply) in [
            (Kind::Bool, "perhaps"),
            (Kind::Number, "none"),
            (Kind::Text, ""),
            (Kind::Choice(vec!["a".into()]), "b"),
            (Kind::Map, "[1]"),
        ] {
            assert!(expected(kind.clone()).read(reply).is_err(), "{kind:?}");
        }
    }
}
