//! OpenAI's responses. Source: OpenAI's API reference, "Responses" and "Streaming events". Nothing is stored there.

use std::borrow::Cow;

use async_trait::async_trait;
use pipeline::models::Listed;
use serde::Deserialize;
use serde_json::{Value as Json, json};
use tokio_util::sync::CancellationToken;

use super::{
    Chat,
    chat::{data_url, named, thinks},
};
use crate::{
    Code, Embeddings, Finish, Format, Message, ModelError, Part, Provider, Reply, Request, Sink,
    ToolOffer, Usage,
    wire::{Answer, Flow, Framing, Peer, declined, refusal_in, unreadable},
};

/// A server that speaks it.
pub(crate) struct Responses {
    peer: Peer,
}

impl Responses {
    pub(crate) fn new(peer: Peer) -> Self {
        Self { peer }
    }
}

#[async_trait]
impl Provider for Responses {
    fn name(&self) -> &str {
        self.peer.name()
    }

    async fn chat(
        &self,
        request: &Request,
        sink: &mut Sink<'_>,
        cancel: &CancellationToken,
    ) -> Result<Reply, ModelError> {
        if !request.stop.is_empty() {
            let message =
                format!("`{}`: this protocol has no texts at which an answer stops", self.name());
            return Err(ModelError::new(Code::Invalid, message)
                .with_help("leave `stop` out, or name another model"));
        }
        let answer = Answer::new(&request.model, sink);
        self.peer
            .converse("responses", &body(request), Framing::ServerSent, answer, cancel, read)
            .await
    }

    async fn embed(
        &self,
        model: &str,
        texts: &[String],
        cancel: &CancellationToken,
    ) -> Result<Embeddings, ModelError> {
        Chat::new(self.peer.clone()).embed(model, texts, cancel).await
    }

    async fn models(&self, cancel: &CancellationToken) -> Result<Vec<Listed>, ModelError> {
        Chat::new(self.peer.clone()).models(cancel).await
    }
}

/// The body of a request. The protocol has no seed.
fn body(request: &Request) -> Json {
    let mut body = json!({
        "model": request.model,
        "input": request.messages.iter().flat_map(items).collect::<Vec<_>>(),
        "stream": true,
        "store": false,
    });
    let temperature = request.temperature.filter(|_| !thinks(&request.model));
    let format = match &request.response {
        Format::Text => None,
        Format::Json(structure) => {
            let mut format = named(structure);
            format["type"] = "json_schema".into();
            Some(json!({"format": format}))
        }
    };
    for (key, value) in [
        ("max_output_tokens", request.max_tokens.map(Json::from)),
        ("temperature", temperature.map(Json::from)),
        ("tools", (!request.tools.is_empty()).then(|| request.tools.iter().map(tool).collect())),
        ("text", format),
    ] {
        if let Some(value) = value {
            body[key] = value;
        }
    }
    body
}

fn items(message: &Message) -> Vec<Json> {
    match message {
        Message::System(text) => vec![json!({"role": "system", "content": text})],
        Message::User(parts) => {
            vec![json!({"role": "user", "content": parts.iter().map(part).collect::<Vec<_>>()})]
        }
        Message::Assistant { text, tool_calls } => {
            let said = (!text.is_empty()).then(|| json!({"role": "assistant", "content": text}));
            let calls = tool_calls.iter().map(|it| {
                let arguments = Json::Object(it.arguments.clone()).to_string();
                json!({"type": "function_call", "call_id": it.id, "name": it.name, "arguments": arguments})
            });
            said.into_iter().chain(calls).collect()
        }
        Message::Tool { id, content, .. } => {
            vec![json!({"type": "function_call_output", "call_id": id, "output": content})]
        }
    }
}

fn part(part: &Part) -> Json {
    match part {
        Part::Text(text) => json!({"type": "input_text", "text": text}),
        Part::Image(image) => json!({"type": "input_image", "image_url": data_url(image)}),
    }
}

/// Strict is the default there, and refuses most schemas.
fn tool(tool: &ToolOffer) -> Json {
    json!({
        "type": "function", "name": tool.name, "description": tool.description,
        "parameters": tool.parameters, "strict": false,
    })
}

/// One event of an answer.
#[derive(Deserialize)]
struct Event<'a> {
    #[serde(borrow, rename = "type")]
    kind: Cow<'a, str>,
    #[serde(borrow)]
    delta: Option<Cow<'a, str>>,
    output_index: Option<u64>,
    item: Option<Item>,
    response: Option<Response>,
}

#[derive(Deserialize)]
struct Item {
    #[serde(rename = "type")]
    kind: String,
    call_id: Option<String>,
    name: Option<String>,
}

#[derive(Deserialize)]
struct Response {
    model: Option<String>,
    usage: Option<Tokens>,
    error: Option<Json>,
    incomplete_details: Option<Incomplete>,
}

#[derive(Deserialize)]
struct Incomplete {
    reason: Option<String>,
}

#[derive(Deserialize)]
struct Tokens {
    input_tokens: Option<u64>,
    output_tokens: Option<u64>,
    input_tokens_details: Option<TokenDetails>,
}

#[derive(Deserialize)]
struct TokenDetails {
    cached_tokens: Option<u64>,
}

fn read(event: &[u8], answer: &mut Answer<'_, '_>) -> Result<Flow, ModelError> {
    if event.trim_ascii() == b"[DONE]" {
        return Ok(Flow::Done);
    }
    let it: Event<'_> = match serde_json::from_slice(event) {
        Ok(event) => event,
        Err(error) => return Err(refused(event).unwrap_or_else(|| unreadable(&error))),
    };
    let delta = it.delta.as_deref().unwrap_or_default();
    let place = it.output_index.unwrap_or_default();
    match &*it.kind {
        "response.output_text.delta" => answer.text(delta)?,
        "response.refusal.delta" => answer.refusal(delta)?,
        "response.output_item.added" => {
            if let Some(item) = it.item.filter(|item| item.kind == "function_call") {
                answer.call(place, item.call_id.as_deref(), item.name.as_deref())?;
            }
        }
        "response.function_call_arguments.delta" => {
            let index = answer.call(place, None, None)?;
            answer.arguments(index, delta)?;
        }
        "response.completed" | "response.incomplete" => {
            let response = it.response.ok_or_else(|| missing("response"))?;
            let reason = response.incomplete_details.as_ref().and_then(|it| it.reason.as_deref());
            let finish = match reason {
                Some("content_filter") => {
                    return Err(declined("its provider's filter withheld the answer"));
                }
                Some(_) => Finish::Length,
                None => Finish::Stop,
            };
            told(&response, answer);
            answer.finish(finish);
            return Ok(Flow::Done);
        }
        "response.failed" => {
            let error = it.response.and_then(|it| it.error).unwrap_or_else(|| json!({}));
            let refusal = refusal_in(&json!({"error": error}));
            return Err(refusal.unwrap_or_else(|| missing("error")));
        }
        "error" => return Err(refused(event).unwrap_or_else(|| missing("error"))),
        _ => {
            if let Some(response) = &it.response {
                told(response, answer);
            }
        }
    }
    Ok(Flow::More)
}

fn told(response: &Response, answer: &mut Answer<'_, '_>) {
    if let Some(model) = &response.model {
        answer.model(model);
    }
    if let Some(usage) = &response.usage {
        answer.usage(Usage {
            input: usage.input_tokens,
            output: usage.output_tokens,
            cached: usage.input_tokens_details.as_ref().and_then(|it| it.cached_tokens),
        });
    }
}

/// An event that is an error, with its fields in an `error` or at the top.
fn refused(event: &[u8]) -> Option<ModelError> {
    let json: Json = serde_json::from_slice(event).ok()?;
    refusal_in(&json).or_else(|| refusal_in(&json!({"error": json})))
}

fn missing(what: &str) -> ModelError {
    ModelError::new(Code::Malformed, format!("the answer has an event without its `{what}`"))
}

#[cfg(test)]
mod tests {
    use expect_test::expect;
    use serde_json::json;

    use super::{body, read};
    use crate::{Code, Finish, providers::testing};

    #[test]
    fn a_request_has_everything_that_was_asked() {
        let body = serde_json::to_string(&body(&testing::request("gpt-4o"))).unwrap();
        expect![[r#"{"model":"gpt-4o","input":[{"role":"system","content":"Be brief."},{"role":"user","content":[{"type":"input_text","text":"Look:"},{"type":"input_image","image_url":"data:image/png;base64,AQID"}]},{"role":"assistant","content":"I add."},{"type":"function_call","call_id":"c1","name":"add","arguments":"{\"a\":1}"},{"type":"function_call","call_id":"c2","name":"add","arguments":"{\"a\":2}"},{"type":"function_call_output","call_id":"c1","output":"one"},{"type":"function_call_output","call_id":"c2","output":"two"},{"role":"user","content":[{"type":"input_text","text":"Go on."}]}],"stream":true,"store":false,"max_output_tokens":100,"temperature":0.5,"tools":[{"type":"function","name":"add","description":"Adds.","parameters":{"type":"object","properties":{"n":{"type":"integer"}},"required":["n"],"additionalProperties":false},"strict":false}],"text":{"format":{"name":"shape","schema":{"type":"object","properties":{"n":{"type":"integer"}},"required":["n"],"additionalProperties":false},"strict":true,"type":"json_schema"}}}"#]].assert_eq(&body);
    }

    #[test]
    fn an_answer_is_read() {
        let reply = testing::reply(read, &[
            json!({"type": "response.created", "response": {"model": "gpt-4o-2024"}}),
            json!({"type": "response.output_text.delta", "output_index": 0, "delta": "Hel"}),
            json!({"type": "response.output_text.delta", "output_index": 0, "delta": "lo"}),
            json!({"type": "response.output_item.added", "output_index": 1, "item": {"type": "function_call", "call_id": "c", "name": "add", "arguments": ""}}),
            json!({"type": "response.function_call_arguments.delta", "output_index": 1, "delta": "{\"a\":1}"}),
            json!({"type": "response.completed", "response": {"model": "gpt-4o-2024", "usage": {"input_tokens": 5, "output_tokens": 2, "input_tokens_details": {"cached_tokens": 4}}}}),
        ]).unwrap();
        assert_eq!(
            (&*reply.text, &*reply.model, reply.finish),
            ("Hello", "gpt-4o-2024", Finish::ToolCalls)
        );
        assert_eq!(json!(reply.usage), json!({"input": 5, "output": 2, "cached": 4}));
        assert_eq!(
            json!(reply.tool_calls),
            json!([{"id": "c", "name": "add", "arguments": {"a": 1}}])
        );
    }

    #[test]
    fn an_answer_that_fails_is_an_error() {
        let code = |events: &[serde_json::Value]| testing::reply(read, events).unwrap_err().code;
        let text = json!({"type": "response.output_text.delta", "delta": "half"});
        assert_eq!(code(std::slice::from_ref(&text)), Code::Truncated);
        let limited = json!({"type": "response.failed", "response": {"error": {"code": "rate_limit_exceeded", "message": "x"}}});
        assert_eq!(code(&[text.clone(), limited]), Code::RateLimited { retry_after: None });
        let error = json!({"type": "error", "code": "server_error", "message": "x"});
        assert_eq!(code(&[error]), Code::Overloaded { retry_after: None });
        let filtered = json!({"type": "response.incomplete", "response": {"incomplete_details": {"reason": "content_filter"}}});
        assert_eq!(code(&[text, filtered]), Code::Refused);
    }
}
