//! The shape of a structured answer, and whether an answer has it.

use std::borrow::Cow;

use jsonschema::{PatternOptions, Validator};
use pipeline::variables;
use serde_json::{Map, Value as Json, json};

/// The shape that an answer must have.
#[derive(Debug)]
pub(crate) struct Shape {
    schema: Json,
    /// The answer stands under `answer`: a model gives an object, and the author wants something else.
    is_wrapped: bool,
    validator: Validator,
}

impl Shape {
    /// Of a JSON Schema, or of the shorter forms that `vars` know.
    ///
    /// # Errors
    /// In words: it is no schema.
    pub(crate) fn of(written: &Json) -> Result<Self, String> {
        let schema = variables::of(written);
        let is_object = schema.get("type").is_none_or(|it| it == "object")
            && ["enum", "items", "const"].iter().all(|key| schema.get(*key).is_none());
        let schema = match is_object {
            true => with_type(schema),
            false => {
                json!({ "type": "object", "properties": { "answer": schema }, "required": ["answer"] })
            }
        };
        let validator = jsonschema::options()
            .with_pattern_options(PatternOptions::regex())
            .build(&schema)
            .map_err(|error| format!("the schema is none: {error}"))?;
        Ok(Self { schema, is_wrapped: !is_object, validator })
    }

    /// For the provider: a JSON Schema of an object.
    pub(crate) const fn schema(&self) -> &Json {
        &self.schema
    }

    /// The value of an answer.
    ///
    /// # Errors
    /// In words, for the model and for people: what is wrong with it.
    pub(crate) fn accept(&self, answer: &str) -> Result<Json, String> {
        /// Findings that are told.
        const TOLD: usize = 5;
        let mut value = parse(answer)?;
        // Without force some models leave out the object around.
        if self.is_wrapped && value.get("answer").is_none() {
            value = json!({ "answer": value });
        }
        if let Json::Object(object) = &mut value {
            variables::fill(object, &self.schema);
        }
        let wrong = self.validator.iter_errors(&value).take(TOLD).map(|error| {
            let place = error.instance_path().to_string();
            if place.is_empty() { error.to_string() } else { format!("`{place}`: {error}") }
        });
        let wrong: Vec<String> = wrong.collect();
        if !wrong.is_empty() {
            return Err(wrong.join("; "));
        }
        Ok(match (self.is_wrapped, value) {
            (true, Json::Object(mut object)) => object.remove("answer").unwrap_or_default(),
            (_, value) => value,
        })
    }
}

fn with_type(schema: Json) -> Json {
    match schema {
        Json::Object(mut map) => {
            map.entry("type").or_insert_with(|| "object".into());
            Json::Object(map)
        }
        _ => json!({ "type": "object" }),
    }
}

/// The JSON in an answer, whatever stands around it.
fn parse(answer: &str) -> Result<Json, String> {
    let answer = answer.trim();
    if let Ok(value) = serde_json::from_str(answer) {
        return Ok(value);
    }
    let inside = within_fence(answer).unwrap_or(Cow::Borrowed(answer));
    let start =
        inside.find(['{', '[']).ok_or_else(|| "there is no JSON in the answer".to_owned())?;
    let rest = inside.get(start..).unwrap_or_default();
    let mut values = serde_json::Deserializer::from_str(rest).into_iter::<Json>();
    match values.next() {
        Some(Ok(value)) => Ok(value),
        Some(Err(error)) => Err(format!("the answer is no JSON: {error}")),
        None => Err("there is no JSON in the answer".to_owned()),
    }
}

fn within_fence(answer: &str) -> Option<Cow<'_, str>> {
    let (_, behind) = answer.split_once("```")?;
    let (_, body) = behind.split_once('\n')?;
    Some(body.split_once("```").map_or(body, |(body, _)| body).into())
}

/// What `response_format` asks for; nothing where it asks for text.
///
/// # Errors
/// In words: it is none.
pub(crate) fn shape_of(format: Option<&Json>) -> Result<Option<Shape>, String> {
    let any = || Shape::of(&json!({ "type": "object" })).map(Some);
    let by_word = |word: &str| match word.trim().to_lowercase().as_str() {
        "text" | "" => Ok(None),
        "json" | "json_object" | "object" => any(),
        other => {
            Err(format!("`response_format` is `{other}`, not text, json_object or a JSON Schema"))
        }
    };
    match format {
        None | Some(Json::Null) => Ok(None),
        Some(Json::String(word)) => by_word(word),
        Some(Json::Object(map)) => {
            match (map.get("json_schema"), map.get("schema"), map.get("type")) {
                (Some(Json::Object(inner)), _, _) => Shape::of(schema_in(inner)).map(Some),
                (_, Some(schema @ Json::Object(_)), _) => Shape::of(schema).map(Some),
                (_, _, Some(Json::String(word))) if map.len() == 1 && word != "object" => {
                    by_word(word)
                }
                _ => Shape::of(&Json::Object(map.clone())).map(Some),
            }
        }
        Some(other) => {
            Err(format!("`response_format` is {other}, not text, json_object or a JSON Schema"))
        }
    }
}

fn schema_in(map: &Map<String, Json>) -> &Json {
    static ANY: Json = Json::Null;
    map.get("schema").unwrap_or(&ANY)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn answers_are_found_and_held_against_the_shape() {
        let shape = Shape::of(&json!({"name": "string", "age": "integer"})).unwrap();
        for (answer, found) in [
            (r#"{"name": "a", "age": 3}"#, Ok(json!({"name": "a", "age": 3}))),
            (
                "Here it is:\n```json\n{\"name\": \"a\", \"age\": 3}\n```\nDone.",
                Ok(json!({"name": "a", "age": 3})),
            ),
            (r#"Sure: {"name": "a", "age": 3} and so on"#, Ok(json!({"name": "a", "age": 3}))),
            (r#"{"name": "a", "age": "x"}"#, Err("`/age`")),
            ("no", Err("there is no JSON in the answer")),
            (r#"{"name": "a""#, Err("the answer is no JSON")),
        ] {
            match (shape.accept(answer), found) {
                (Ok(value), Ok(wanted)) => assert_eq!(value, wanted, "{answer}"),
                (Err(why), Err(begins)) => assert!(why.starts_with(begins), "{answer}: {why}"),
                (came, wanted) => panic!("{answer}: {came:?}, not {wanted:?}"),
            }
        }
    }

    #[test]
    fn what_is_no_object_is_wrapped_for_the_model_alone() {
        let shape = Shape::of(&json!({"type": "array", "items": {"type": "integer"}})).unwrap();
        assert_eq!(shape.schema()["required"], json!(["answer"]));
        assert_eq!(shape.accept(r#"{"answer": [1, 2]}"#), Ok(json!([1, 2])));
        assert_eq!(shape.accept("[1, 2]"), Ok(json!([1, 2])));
        assert!(shape.accept(r#"{"answer": ["x"]}"#).is_err());
    }

    #[test]
    fn response_formats() {
        let any = shape_of(Some(&json!("json_object"))).unwrap().unwrap();
        assert_eq!(any.schema(), &json!({"type": "object"}));
        assert!(shape_of(Some(&json!({"type": "json_object"}))).unwrap().is_some());
        assert!(shape_of(Some(&json!({"type": "text"}))).unwrap().is_none());
        let full = json!({"type": "json_schema", "json_schema": {"name": "n", "schema": {"type": "object", "properties": {"a": {"type": "string"}}}}});
        assert_eq!(
            shape_of(Some(&full)).unwrap().unwrap().schema()["properties"]["a"]["type"],
            "string"
        );
        assert!(shape_of(None).unwrap().is_none());
        assert!(shape_of(Some(&json!("xml"))).is_err());
    }
}
