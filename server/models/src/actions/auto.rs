//! The answer of an AUTO tag: one value of the kind that is asked for. Not an action of the language: the engine calls it
//! where a tag stands.

use std::sync::Arc;

use async_trait::async_trait;
use engine::tool::{ANSWER_AUTO, Call, Failure, Tool};
use pipeline::{
    auto::{Expected, Kind},
    catalogue::Signature,
};
use serde_json::{Value as Json, json};

use super::{text, wrong};
use crate::{
    Format, Host, Message, Request, Structure,
    step::{self, Telling, ask},
};

const SYSTEM: &str = "You decide one value in an automated pipeline. Answer with that value alone, as JSON: {\"answer\": value}.";

/// Most tokens of one value, and of a text or list.
const SHORT: u32 = 100;
const LONG: u32 = 1000;

/// See the module.
pub(super) struct Auto(pub(super) Arc<Host>);

#[async_trait]
impl Tool for Auto {
    fn signature(&self) -> &'static Signature {
        &ANSWER_AUTO
    }

    async fn call(&self, call: Call) -> Result<Json, Failure> {
        let mind = step::mind(&call)?;
        let expected = call.parameters.get("expected").cloned().unwrap_or_default();
        let expected: Expected = serde_json::from_value(expected)
            .map_err(|error| wrong(format!("`expected` cannot be read: {error}")))?;
        let mut request = request(&mind.model, text(&call.parameters, "question"), &expected);
        let first = ask(&self.0, &call, &request, Telling::Silent).await?;
        let why = match expected.read(&first.text) {
            Ok(value) => return Ok(answer(&value, &mind.full_name())),
            Err(why) => why,
        };
        request.messages.push(Message::Assistant { text: first.text, tool_calls: Vec::new() });
        request.messages.push(Message::user(format!(
            "That cannot be used: {why}. Answer again with {} alone.",
            expected.words()
        )));
        let second = ask(&self.0, &call, &request, Telling::Silent).await?;
        match expected.read(&second.text) {
            Ok(value) => Ok(answer(&value, &mind.full_name())),
            Err(why) => Err(Failure::permanent(
                "AutoError",
                format!(
                    "auto-unresolved: twice the model did not answer with {}: {why}",
                    expected.words()
                ),
            )),
        }
    }
}

fn answer(value: &pipeline::Value, model: &str) -> Json {
    json!({ "value": value.to_json(), "model_used": model })
}

fn request(model: &str, question: &str, expected: &Expected) -> Request {
    let is_long = matches!(expected.kind, Kind::Text | Kind::List | Kind::Map);
    Request {
        model: model.to_owned(),
        messages: vec![
            Message::System(SYSTEM.to_owned()),
            Message::user(format!("{question}\n\nThe value is {}.", expected.words())),
        ],
        temperature: Some(0.0),
        max_tokens: Some(if is_long { LONG } else { SHORT }),
        seed: Some(0),
        response: Format::Json(Structure { name: "answer".to_owned(), schema: expected.schema() }),
        ..Request::default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_is_asked_for_by_its_kind() {
        let expected = Expected { kind: Kind::Integer, min: Some(1.0), max: Some(8.0) };
        let request = request("m", "How many?", &expected);
        let Format::Json(structure) = &request.response else { panic!() };
        assert_eq!(structure.schema["properties"]["answer"]["maximum"], 8);
        assert_eq!(
            request.messages[1],
            Message::user("How many?\n\nThe value is a whole number from 1 to 8.")
        );
        assert_eq!(request.max_tokens, Some(SHORT));
    }
}
