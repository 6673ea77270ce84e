//! OpenAI's chat completions, which most servers speak: llama.cpp, vLLM, LM Studio, Dartmouth Chat, the router of
//! HuggingFace. Source: OpenAI's API reference, "Chat".

use std::borrow::Cow;

use async_trait::async_trait;
use base64::{Engine as _, prelude::BASE64_STANDARD};
use pipeline::models::Listed;
use serde::Deserialize;
use serde_json::{Value as Json, json};
use tokio_util::sync::CancellationToken;

use crate::{
    Embeddings, Finish, Format, Image, Message, ModelError, Part, Provider, Reply, Request, Sink,
    Structure, ToolOffer, Usage,
    wire::{Answer, Flow, Framing, Peer, cut_short, declined, refusal_in, unreadable},
};

/// A server that speaks it.
pub(crate) struct Chat {
    pub(super) peer: Peer,
    listing: Listing,
}

/// Which of its models a server is said to have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Listing {
    /// All.
    All,
    /// Those with the tag `Free`, as Dartmouth Chat marks them.
    Free,
}

impl Chat {
    pub(crate) fn new(peer: Peer) -> Self {
        Self { peer, listing: Listing::All }
    }

    /// The same server, said to have only these of its models.
    pub(crate) fn listing(self, listing: Listing) -> Self {
        Self { listing, ..self }
    }
}

#[async_trait]
impl Provider for Chat {
    fn name(&self) -> &str {
        self.peer.name()
    }

    async fn chat(
        &self,
        request: &Request,
        sink: &mut Sink<'_>,
        cancel: &CancellationToken,
    ) -> Result<Reply, ModelError> {
        let answer = Answer::new(&request.model, sink);
        self.peer
            .converse("chat/completions", &body(request), Framing::ServerSent, answer, cancel, read)
            .await
    }

    async fn embed(
        &self,
        model: &str,
        texts: &[String],
        cancel: &CancellationToken,
    ) -> Result<Embeddings, ModelError> {
        let body = json!({"model": model, "input": texts, "encoding_format": "float"});
        let made: Made = self.peer.made("embeddings", &body, cancel).await?;
        made.embeddings(texts.len())
    }

    async fn models(&self, cancel: &CancellationToken) -> Result<Vec<Listed>, ModelError> {
        let Has { data } = self.peer.whole(self.peer.get("models"), cancel).await?;
        let is_listed = |it: &Item| self.listing == Listing::All || it.is_free();
        Ok(data.into_iter().filter(is_listed).map(Item::listed).collect())
    }
}

/// The body of a request.
fn body(request: &Request) -> Json {
    let mut body = json!({
        "model": request.model,
        "messages": request.messages.iter().map(message).collect::<Vec<_>>(),
        "stream": true,
        "stream_options": {"include_usage": true},
    });
    let thinks = thinks(&request.model);
    let limit = if thinks { "max_completion_tokens" } else { "max_tokens" };
    // Models that think refuse a temperature.
    let temperature = request.temperature.filter(|_| !thinks);
    for (key, value) in [
        (limit, request.max_tokens.map(Json::from)),
        ("temperature", temperature.map(Json::from)),
        ("seed", request.seed.map(Json::from)),
        ("stop", (!request.stop.is_empty()).then(|| json!(request.stop))),
        ("tools", (!request.tools.is_empty()).then(|| request.tools.iter().map(tool).collect())),
        ("response_format", format(&request.response)),
    ] {
        if let Some(value) = value {
            body[key] = value;
        }
    }
    body
}

/// Whether a model of OpenAI thinks before it answers.
pub(super) fn thinks(model: &str) -> bool {
    let family = |prefix: &str| {
        model.strip_prefix(prefix).is_some_and(|it| it.is_empty() || it.starts_with('-'))
    };
    ["o1", "o3", "o4"].into_iter().any(family)
        || (model.starts_with("gpt-5") && !model.contains("chat"))
}

fn message(message: &Message) -> Json {
    match message {
        Message::System(text) => json!({"role": "system", "content": text}),
        Message::User(parts) => json!({"role": "user", "content": content(parts)}),
        Message::Assistant { text, tool_calls } => {
            let mut said = json!({"role": "assistant", "content": text});
            if !tool_calls.is_empty() {
                let call = |it: &crate::ToolCall| {
                    let arguments = Json::Object(it.arguments.clone()).to_string();
                    json!({"id": it.id, "type": "function", "function": {"name": it.name, "arguments": arguments}})
                };
                said["tool_calls"] = tool_calls.iter().map(call).collect();
            }
            said
        }
        Message::Tool { id, content, .. } => {
            json!({"role": "tool", "tool_call_id": id, "content": content})
        }
    }
}

/// One text stays a text: some servers take nothing else.
fn content(parts: &[Part]) -> Json {
    match parts {
        [Part::Text(text)] => text.as_str().into(),
        parts => parts
            .iter()
            .map(|part| match part {
                Part::Text(text) => json!({"type": "text", "text": text}),
                Part::Image(image) => {
                    json!({"type": "image_url", "image_url": {"url": data_url(image)}})
                }
            })
            .collect(),
    }
}

/// A picture as an address that holds it.
pub(super) fn data_url(image: &Image) -> String {
    format!("data:{};base64,{}", image.media_type, BASE64_STANDARD.encode(&image.data))
}

fn tool(tool: &ToolOffer) -> Json {
    json!({"type": "function", "function": {
        "name": tool.name, "description": tool.description, "parameters": tool.parameters,
    }})
}

fn format(format: &Format) -> Option<Json> {
    match format {
        Format::Text => None,
        Format::Json(structure) => {
            Some(json!({"type": "json_schema", "json_schema": named(structure)}))
        }
    }
}

/// A structure as OpenAI takes it.
pub(super) fn named(structure: &Structure) -> Json {
    json!({
        "name": structure.name,
        "schema": structure.schema,
        "strict": is_strict(&structure.schema),
    })
}

/// Whether OpenAI's strict mode takes a schema: every object is closed and requires all it has.
fn is_strict(schema: &Json) -> bool {
    match schema {
        Json::Object(map) => {
            let is_closed = match map.get("properties") {
                Some(Json::Object(properties)) => {
                    let required = map.get("required").and_then(Json::as_array);
                    let requires =
                        |name: &String| required.is_some_and(|it| it.iter().any(|it| it == name));
                    map.get("additionalProperties") == Some(&Json::Bool(false))
                        && properties.keys().all(requires)
                }
                _ => map.get("type").is_none_or(|it| it != "object"),
            };
            is_closed && map.values().all(is_strict)
        }
        Json::Array(items) => items.iter().all(is_strict),
        _ => true,
    }
}

/// One event of an answer.
#[derive(Deserialize)]
struct Chunk<'a> {
    #[serde(borrow)]
    choices: Option<Vec<Choice<'a>>>,
    #[serde(borrow)]
    model: Option<Cow<'a, str>>,
    usage: Option<Tokens>,
    error: Option<Json>,
}

#[derive(Deserialize)]
struct Choice<'a> {
    #[serde(borrow)]
    delta: Option<Piece<'a>>,
    #[serde(borrow)]
    finish_reason: Option<Cow<'a, str>>,
}

#[derive(Deserialize)]
struct Piece<'a> {
    #[serde(borrow)]
    content: Option<Cow<'a, str>>,
    #[serde(borrow)]
    refusal: Option<Cow<'a, str>>,
    #[serde(borrow)]
    tool_calls: Option<Vec<CallPiece<'a>>>,
}

#[derive(Deserialize)]
struct CallPiece<'a> {
    index: Option<u64>,
    #[serde(borrow)]
    id: Option<Cow<'a, str>>,
    #[serde(borrow)]
    function: Option<FunctionPiece<'a>>,
}

#[derive(Deserialize)]
struct FunctionPiece<'a> {
    #[serde(borrow)]
    name: Option<Cow<'a, str>>,
    #[serde(borrow)]
    arguments: Option<Cow<'a, str>>,
}

#[derive(Clone, Copy, Deserialize)]
struct Tokens {
    prompt_tokens: Option<u64>,
    completion_tokens: Option<u64>,
    prompt_tokens_details: Option<TokenDetails>,
}

#[derive(Clone, Copy, Deserialize)]
struct TokenDetails {
    cached_tokens: Option<u64>,
}

impl From<Tokens> for Usage {
    fn from(tokens: Tokens) -> Self {
        Self {
            input: tokens.prompt_tokens,
            output: tokens.completion_tokens,
            cached: tokens.prompt_tokens_details.and_then(|it| it.cached_tokens),
        }
    }
}

fn read(event: &[u8], answer: &mut Answer<'_, '_>) -> Result<Flow, ModelError> {
    if event.trim_ascii() == b"[DONE]" {
        return Ok(Flow::Done);
    }
    let chunk: Chunk<'_> = serde_json::from_slice(event).map_err(|it| unreadable(&it))?;
    if chunk.error.is_some_and(|it| !it.is_null()) {
        // What kind it is may stand beside it.
        let whole: Json = serde_json::from_slice(event).map_err(|it| unreadable(&it))?;
        return refusal_in(&whole).map_or(Ok(Flow::More), Err);
    }
    if let Some(model) = &chunk.model {
        answer.model(model);
    }
    if let Some(usage) = chunk.usage {
        answer.usage(usage.into());
    }
    // Only one answer was asked for.
    let Some(choice) = chunk.choices.iter().flatten().next() else { return Ok(Flow::More) };
    if let Some(delta) = &choice.delta {
        if let Some(text) = &delta.content {
            answer.text(text)?;
        }
        if let Some(words) = &delta.refusal {
            answer.refusal(words)?;
        }
        for (position, call) in delta.tool_calls.iter().flatten().enumerate() {
            let function = call.function.as_ref();
            let name = function.and_then(|it| it.name.as_deref());
            let place = call.index.unwrap_or(position as u64);
            let index = answer.call(place, call.id.as_deref(), name)?;
            answer.arguments(
                index,
                function.and_then(|it| it.arguments.as_deref()).unwrap_or_default(),
            )?;
        }
    }
    // Some say it in every event, and empty up to the last.
    if let Some(reason) = choice.finish_reason.as_deref().filter(|it| !it.is_empty()) {
        answer.finish(finish(reason)?);
    }
    Ok(Flow::More)
}

/// Servers have words of their own for a good end (`eos`, `stop_sequence`), and for a bad one: vLLM, DeepSeek, Zhipu.
fn finish(reason: &str) -> Result<Finish, ModelError> {
    match reason {
        "length" => Ok(Finish::Length),
        "tool_calls" | "function_call" => Ok(Finish::ToolCalls),
        "content_filter" | "sensitive" => {
            Err(declined("its provider's filter withheld the answer"))
        }
        "abort" | "insufficient_system_resource" | "network_error" => {
            Err(cut_short(&format!("the server ended it (`{reason}`)")))
        }
        "error" => Err(refusal_in(&json!({"error": {}})).unwrap_or_else(|| declined(reason))),
        _ => Ok(Finish::Stop),
    }
}

/// Vectors, as they come.
#[derive(Deserialize)]
struct Made {
    data: Vec<Vector>,
    usage: Option<Tokens>,
}

#[derive(Deserialize)]
struct Vector {
    index: usize,
    embedding: Vec<f32>,
}

impl Made {
    fn embeddings(mut self, wanted: usize) -> Result<Embeddings, ModelError> {
        self.data.sort_by_key(|it| it.index);
        let vectors: Vec<_> = self.data.into_iter().map(|it| it.embedding).collect();
        let usage =
            self.usage.map_or_else(Usage::default, |it| Usage { output: None, ..it.into() });
        Embeddings::of(vectors, wanted, usage)
    }
}

#[derive(Deserialize)]
struct Has {
    data: Vec<Item>,
}

/// A model, with what servers add to OpenAI's: vLLM `max_model_len`, llama.cpp `meta`.
#[derive(Deserialize)]
struct Item {
    id: String,
    max_model_len: Option<u32>,
    #[serde(default)]
    meta: Json,
    #[serde(default)]
    info: Json,
}

impl Item {
    fn is_free(&self) -> bool {
        let tags = [&self.meta["tags"], &self.info["meta"]["tags"]];
        tags.into_iter()
            .filter_map(Json::as_array)
            .flatten()
            .any(|it| it["name"].as_str().is_some_and(|name| name.eq_ignore_ascii_case("free")))
    }

    fn listed(self) -> Listed {
        let trained = || u32::try_from(self.meta["n_ctx"].as_u64()?).ok();
        Listed { context: self.max_model_len.or_else(trained), name: self.id }
    }
}

#[cfg(test)]
mod tests {
    use expect_test::expect;
    use serde_json::{Value as Json, json};

    use super::{Item, body, is_strict, read, thinks};
    use crate::{Code, Finish, Request, providers::testing};

    fn chunk(delta: Json, reason: Option<&str>) -> Json {
        json!({"model": "gpt-x", "choices": [{"index": 0, "delta": delta, "finish_reason": reason}], "usage": null})
    }

    #[test]
    fn a_request_has_everything_that_was_asked() {
        let body = serde_json::to_string(&body(&testing::request("gpt-4o"))).unwrap();
        expect![[r#"{"model":"gpt-4o","messages":[{"role":"system","content":"Be brief."},{"role":"user","content":[{"type":"text","text":"Look:"},{"type":"image_url","image_url":{"url":"data:image/png;base64,AQID"}}]},{"role":"assistant","content":"I add.","tool_calls":[{"id":"c1","type":"function","function":{"name":"add","arguments":"{\"a\":1}"}},{"id":"c2","type":"function","function":{"name":"add","arguments":"{\"a\":2}"}}]},{"role":"tool","tool_call_id":"c1","content":"one"},{"role":"tool","tool_call_id":"c2","content":"two"},{"role":"user","content":"Go on."}],"stream":true,"stream_options":{"include_usage":true},"max_tokens":100,"temperature":0.5,"seed":7,"stop":["END"],"tools":[{"type":"function","function":{"name":"add","description":"Adds.","parameters":{"type":"object","properties":{"n":{"type":"integer"}},"required":["n"],"additionalProperties":false}}}],"response_format":{"type":"json_schema","json_schema":{"name":"shape","schema":{"type":"object","properties":{"n":{"type":"integer"}},"required":["n"],"additionalProperties":false},"strict":true}}}"#]].assert_eq(&body);
    }

    #[test]
    fn models_that_think_are_asked_in_their_way() {
        let body = body(&Request {
            temperature: Some(0.2),
            max_tokens: Some(9),
            ..testing::request("gpt-5-mini")
        });
        assert_eq!(body["max_completion_tokens"], 9);
        assert!(body.get("max_tokens").is_none() && body.get("temperature").is_none());
        for (model, expected) in [
            ("o1", true),
            ("o3-mini", true),
            ("gpt-5", true),
            ("gpt-5-chat-latest", false),
            ("o1x", false),
            ("gpt-4o", false),
        ] {
            assert_eq!(thinks(model), expected, "{model}");
        }
    }

    #[test]
    fn strict_schemas_are_closed_all_through() {
        let closed = json!({"type": "object", "properties": {"a": {"type": "string"}}, "required": ["a"], "additionalProperties": false});
        assert!(is_strict(&closed));
        let mut inner = closed.clone();
        inner["properties"]["a"] = json!({"type": "array", "items": {"type": "object"}});
        assert!(!is_strict(&inner));
        for key in ["required", "additionalProperties"] {
            let mut open = closed.clone();
            open.as_object_mut().unwrap().remove(key);
            assert!(!is_strict(&open), "{key}");
        }
    }

    #[test]
    fn an_answer_is_read() {
        let call = |piece: Json| chunk(json!({"tool_calls": [piece]}), None);
        let answer = testing::reply(read, &[
            chunk(json!({"role": "assistant", "content": null}), None),
            chunk(json!({"content": "Hel"}), None),
            chunk(json!({"content": "lo\n"}), None),
            call(json!({"index": 0, "id": "c", "type": "function", "function": {"name": "add", "arguments": ""}})),
            call(json!({"index": 0, "function": {"arguments": "{\"a\":"}})),
            call(json!({"index": 0, "function": {"arguments": "1}"}})),
            chunk(json!({}), Some("tool_calls")),
            json!({"choices": [], "usage": {"prompt_tokens": 5, "completion_tokens": 2, "prompt_tokens_details": {"cached_tokens": 4}}}),
        ]).unwrap();
        assert_eq!(
            (&*answer.text, &*answer.model, answer.finish),
            ("Hello\n", "gpt-x", Finish::ToolCalls)
        );
        assert_eq!(json!(answer.usage), json!({"input": 5, "output": 2, "cached": 4}));
        assert_eq!(
            json!(answer.tool_calls),
            json!([{"id": "c", "name": "add", "arguments": {"a": 1}}])
        );
    }

    #[test]
    fn free_models_are_known_by_their_tag() {
        let is_free = |item: Json| serde_json::from_value::<Item>(item).unwrap().is_free();
        assert!(is_free(
            json!({"id": "a", "meta": {"tags": [{"name": "local"}, {"name": "Free"}]}})
        ));
        assert!(is_free(json!({"id": "a", "info": {"meta": {"tags": [{"name": "free"}]}}})));
        assert!(!is_free(json!({"id": "a", "info": {"meta": {"tags": [{"name": "$$"}]}}})));
        assert!(!is_free(json!({"id": "a"})));
    }

    #[test]
    fn an_answer_that_fails_is_an_error() {
        let code = |events: &[Json]| testing::reply(read, events).unwrap_err().code;
        let text = chunk(json!({"content": "half"}), None);
        assert_eq!(code(std::slice::from_ref(&text)), Code::Truncated);
        let failed = json!({"error": {"message": "x", "type": "server_error"}});
        assert_eq!(code(&[text.clone(), failed]), Code::Overloaded { retry_after: None });
        assert_eq!(code(&[text, chunk(json!({}), Some("content_filter"))]), Code::Refused);
        let refusal = chunk(json!({"refusal": "I cannot help with that."}), Some("stop"));
        assert_eq!(code(&[refusal]), Code::Refused);
        assert_eq!(code(&[json!({"choices": "none"})]), Code::Malformed);
    }
}
