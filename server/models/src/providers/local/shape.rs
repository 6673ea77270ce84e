//! Answers of a shape, by force: of the tokens that may come next only those are left with which the answer can still become
//! JSON of its schema. llguidance makes the masks.

use std::sync::Arc;

use llguidance::{
    Matcher, ParserFactory,
    api::TopLevelGrammar,
    toktrie::{ApproximateTokEnv, SimpleVob, TokRxInfo, TokTrie},
};
use serde_json::{Map, Value as Json, json};

use super::{
    tokens::{Tokens, Word},
    unfit,
};
use crate::{Code, ModelError, Structure};

/// Integers that every reader of JSON knows exactly (RFC 8259, 6). Without a bound a small model writes digits for ever.
const LARGEST: i64 = (1 << 53) - 1;

/// Makes rules for the tokens of a model.
pub(super) struct Shapes(ParserFactory);

impl Shapes {
    /// For these tokens.
    ///
    /// # Errors
    /// There is something wrong with them.
    pub(super) fn of(tokens: &Tokens) -> Result<Self, ModelError> {
        let count = u32::try_from(tokens.words().len()).map_err(unfit)?;
        let word = |word: &Word| match word {
            Word::Text(bytes) => bytes.clone(),
            Word::Control(name) => [&[TokTrie::SPECIAL_TOKEN_MARKER], name.as_bytes()].concat(),
        };
        let words: Vec<Vec<u8>> = tokens.words().iter().map(word).collect();
        let trie = TokTrie::from(&TokRxInfo::new(count, tokens.end()), &words);
        let environment = ApproximateTokEnv::new(trie);
        let mut factory =
            ParserFactory::new_simple(&(Arc::new(environment) as _)).map_err(unfit)?;
        factory.quiet();
        Ok(Self(factory))
    }

    /// The rule for an answer.
    ///
    /// # Errors
    /// The schema is one that cannot be forced.
    pub(super) fn rule(&self, structure: &Structure) -> Result<Rule, ModelError> {
        let mut schema = tight(&structure.schema);
        if let Json::Object(map) = &mut schema {
            // Without spaces between, which a small model would go on writing; `oneOf` as `anyOf`, and what is not
            // understood left to who checks the answer.
            let options =
                json!({ "whitespace_flexible": false, "coerce_one_of": true, "lenient": true });
            map.insert("x-guidance".to_owned(), options);
        }
        let parser = self.0.create_parser(TopLevelGrammar::from_json_schema(schema));
        let parser = parser.map_err(|error| {
            let message = format!("an answer of this shape cannot be forced: {error:#}");
            ModelError::new(Code::Invalid, message)
                .with_help("simplify the schema, or name a model of another provider")
        })?;
        Ok(Rule(Matcher::new(Ok(parser))))
    }
}

/// What may come next in one answer.
pub(super) struct Rule(Matcher);

impl Rule {
    /// The tokens that may come next.
    ///
    /// # Errors
    /// The rule takes more time than anybody has.
    pub(super) fn allowed(&mut self) -> Result<SimpleVob, ModelError> {
        self.0.compute_mask_or_eos().map_err(beyond)
    }

    /// Takes one that came.
    ///
    /// # Errors
    /// As [`Self::allowed`].
    pub(super) fn take(&mut self, token: u32) -> Result<(), ModelError> {
        self.0.consume_token(token).map_err(beyond)
    }

    /// Whether the answer is complete and nothing can follow.
    pub(super) fn is_over(&self) -> bool {
        self.0.is_stopped()
    }
}

fn beyond(error: impl std::fmt::Display) -> ModelError {
    ModelError::new(Code::Invalid, format!("the shape of the answer cannot be kept: {error:#}"))
        .with_help("simplify the schema, or name a model of another provider")
}

/// The same schema without what only a large model makes good use of: keys beside those that are named, and integers beyond
/// all bounds. What fits this fits the schema, too.
fn tight(schema: &Json) -> Json {
    let Json::Object(map) = schema else { return schema.clone() };
    let mut map: Map<String, Json> =
        map.iter().map(|(key, value)| (key.clone(), inner(key, value))).collect();
    let is_joined = ["allOf", "anyOf", "oneOf", "$ref", "patternProperties", "if"]
        .iter()
        .any(|key| map.contains_key(*key));
    if map.contains_key("properties") && !is_joined {
        map.entry("additionalProperties").or_insert(Json::Bool(false));
    }
    if map.get("type").is_some_and(|it| it == "integer") && !is_joined {
        for (keys, bound) in [
            (["minimum", "exclusiveMinimum"], -LARGEST),
            (["maximum", "exclusiveMaximum"], LARGEST),
        ] {
            if keys.iter().all(|key| !map.contains_key(*key)) {
                map.insert(keys[0].to_owned(), bound.into());
            }
        }
    }
    Json::Object(map)
}

/// What stands under a key of a schema, where that holds schemas. Parts of `allOf` describe one value together: they stay.
fn inner(key: &str, value: &Json) -> Json {
    match (key, value) {
        ("properties" | "$defs" | "definitions", Json::Object(map)) => {
            map.iter().map(|(name, schema)| (name.clone(), tight(schema))).collect()
        }
        ("items" | "additionalProperties", schema) => tight(schema),
        ("anyOf" | "oneOf" | "prefixItems", Json::Array(all)) => all.iter().map(tight).collect(),
        _ => value.clone(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::{LARGEST, tight};

    #[test]
    fn schemas_are_closed_where_that_keeps_their_meaning() {
        let integer = json!({"type": "integer", "minimum": -LARGEST, "maximum": LARGEST});
        for (schema, expected) in [
            (
                json!({"properties": {"properties": {"type": "integer"}}}),
                json!({"properties": {"properties": integer}, "additionalProperties": false}),
            ),
            (json!({"type": "object"}), json!({"type": "object"})),
            (
                json!({"type": "integer", "exclusiveMinimum": 0, "maximum": 5}),
                json!({"type": "integer", "exclusiveMinimum": 0, "maximum": 5}),
            ),
            (
                json!({"allOf": [{"properties": {"a": {}}}, {"properties": {"b": {}}}]}),
                json!({"allOf": [{"properties": {"a": {}}}, {"properties": {"b": {}}}]}),
            ),
            (
                json!({"oneOf": [{"properties": {}}, {"const": 1}], "properties": {"a": {}}}),
                json!({"oneOf": [{"properties": {}, "additionalProperties": false}, {"const": 1}], "properties": {"a": {}}}),
            ),
            (json!({"items": {"type": "integer"}}), json!({"items": integer})),
            (json!(true), json!(true)),
        ] {
            assert_eq!(tight(&schema), expected, "{schema}");
        }
    }
}
