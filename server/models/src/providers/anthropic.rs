//! Anthropic's messages. Source: Anthropic's API reference, "Messages" and "Streaming". A structure is made by a tool that the
//! model has to call, which every one of its models can.

use std::borrow::Cow;

use async_trait::async_trait;
use base64::{Engine as _, prelude::BASE64_STANDARD};
use pipeline::models::Listed;
use serde::Deserialize;
use serde_json::{Map, Value as Json, json};
use tokio_util::sync::CancellationToken;

use crate::{
    Code, Embeddings, Finish, Format, Message, ModelError, Part, Provider, Reply, Request, Sink,
    Usage,
    wire::{Answer, Flow, Framing, Peer, cut_short, declined, instruction, refusal_in, unreadable},
};

/// The version of the protocol.
pub(crate) const VERSION: &str = "2023-06-01";
/// The protocol wants a limit; no model of Anthropic has a lower one.
const MAX_TOKENS: u32 = 4096;

/// A server that speaks it.
pub(crate) struct Anthropic {
    peer: Peer,
}

impl Anthropic {
    pub(crate) fn new(peer: Peer) -> Self {
        Self { peer: peer.with_header("anthropic-version", VERSION) }
    }
}

#[async_trait]
impl Provider for Anthropic {
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
        let mut reader = Reader::new(request);
        let read = |event: &[u8], answer: &mut Answer<'_, '_>| reader.read(event, answer);
        self.peer
            .converse("v1/messages", &body(request), Framing::ServerSent, answer, cancel, read)
            .await
    }

    async fn embed(
        &self,
        _model: &str,
        _texts: &[String],
        _cancel: &CancellationToken,
    ) -> Result<Embeddings, ModelError> {
        let message = format!("`{}` makes no embeddings", self.name());
        Err(ModelError::new(Code::Invalid, message).with_help("name a model of another provider"))
    }

    async fn models(&self, cancel: &CancellationToken) -> Result<Vec<Listed>, ModelError> {
        let listing: Listing =
            self.peer.whole(self.peer.get("v1/models?limit=1000"), cancel).await?;
        Ok(listing.data.into_iter().map(|it| Listed { name: it.id, context: None }).collect())
    }
}

/// The name of the structure that the model is made to give, if it can be: not beside tools that it may choose.
fn forced(request: &Request) -> Option<String> {
    match &request.response {
        Format::Json(structure) if request.tools.is_empty() => Some(structure.name.clone()),
        _ => None,
    }
}

/// The body of a request. The protocol has no seed.
fn body(request: &Request) -> Json {
    let mut body = json!({
        "model": request.model,
        "max_tokens": request.max_tokens.unwrap_or(MAX_TOKENS),
        "messages": turns(&request.messages),
        "stream": true,
    });
    let mut system: Vec<_> = request
        .messages
        .iter()
        .filter_map(|it| if let Message::System(text) = it { Some(text.clone()) } else { None })
        .collect();
    let mut tools: Vec<_> = request
        .tools
        .iter()
        .map(|it| json!({"name": it.name, "description": it.description, "input_schema": it.parameters}))
        .collect();
    if let Format::Json(structure) = &request.response {
        if let Some(name) = forced(request) {
            let description = "Takes the answer. Call it once, with the whole answer.";
            tools.push(
                json!({"name": name, "description": description, "input_schema": structure.schema}),
            );
            body["tool_choice"] = json!({"type": "tool", "name": name});
        } else {
            system.push(instruction(structure));
        }
    }
    // Its temperatures end at 1.
    let temperature = request.temperature.map(|it| it.clamp(0.0, 1.0));
    for (key, value) in [
        ("system", (!system.is_empty()).then(|| system.join("\n\n").into())),
        ("temperature", temperature.map(Json::from)),
        ("stop_sequences", (!request.stop.is_empty()).then(|| json!(request.stop))),
        ("tools", (!tools.is_empty()).then_some(Json::Array(tools))),
    ] {
        if let Some(value) = value {
            body[key] = value;
        }
    }
    body
}

/// Turns of user and assistant: what tools answered belongs into the user's turn, all of one round together.
fn turns(messages: &[Message]) -> Vec<Json> {
    let mut turns: Vec<(&str, Vec<Json>)> = Vec::new();
    for message in messages {
        let (role, blocks) = match message {
            Message::System(_) => continue,
            Message::User(parts) => ("user", parts.iter().map(block).collect()),
            Message::Tool { id, content, .. } => (
                "user",
                vec![json!({"type": "tool_result", "tool_use_id": id, "content": content})],
            ),
            Message::Assistant { text, tool_calls } => {
                let said = (!text.is_empty()).then(|| json!({"type": "text", "text": text}));
                let calls = tool_calls.iter().map(|it| {
                    json!({"type": "tool_use", "id": it.id, "name": it.name, "input": it.arguments})
                });
                ("assistant", said.into_iter().chain(calls).collect::<Vec<_>>())
            }
        };
        match turns.last_mut() {
            Some((last, all)) if *last == role => all.extend(blocks),
            _ => turns.push((role, blocks)),
        }
    }
    turns.into_iter().map(|(role, content)| json!({"role": role, "content": content})).collect()
}

fn block(part: &Part) -> Json {
    match part {
        Part::Text(text) => json!({"type": "text", "text": text}),
        Part::Image(image) => json!({"type": "image", "source": {
            "type": "base64", "media_type": image.media_type, "data": BASE64_STANDARD.encode(&image.data),
        }}),
    }
}

/// One event of an answer.
#[derive(Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
enum Event<'a> {
    MessageStart {
        message: Start,
    },
    ContentBlockStart {
        index: u64,
        content_block: Block,
    },
    ContentBlockDelta {
        index: u64,
        #[serde(borrow)]
        delta: BlockDelta<'a>,
    },
    MessageDelta {
        delta: End,
        usage: Option<Tokens>,
    },
    MessageStop,
    Error,
    #[serde(other)]
    Other,
}

#[derive(Deserialize)]
struct Start {
    model: Option<String>,
    usage: Option<Tokens>,
}

#[derive(Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
enum Block {
    Text {
        text: Option<String>,
    },
    ToolUse {
        id: String,
        name: String,
        input: Option<Map<String, Json>>,
    },
    #[serde(other)]
    Other,
}

#[derive(Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
enum BlockDelta<'a> {
    TextDelta {
        #[serde(borrow)]
        text: Cow<'a, str>,
    },
    InputJsonDelta {
        #[serde(borrow)]
        partial_json: Cow<'a, str>,
    },
    #[serde(other)]
    Other,
}

#[derive(Deserialize)]
struct End {
    stop_reason: Option<String>,
}

/// What was read from the cache and written to it stands beside `input_tokens` there, and is input.
#[derive(Deserialize)]
struct Tokens {
    input_tokens: Option<u64>,
    output_tokens: Option<u64>,
    cache_read_input_tokens: Option<u64>,
    cache_creation_input_tokens: Option<u64>,
}

impl From<Tokens> for Usage {
    fn from(tokens: Tokens) -> Self {
        let cache = [tokens.cache_read_input_tokens, tokens.cache_creation_input_tokens];
        let cache: u64 = cache.into_iter().flatten().sum();
        Self {
            input: tokens.input_tokens.map(|it| it + cache),
            output: tokens.output_tokens,
            cached: tokens.cache_read_input_tokens,
        }
    }
}

#[derive(Deserialize)]
struct Listing {
    data: Vec<Item>,
}

#[derive(Deserialize)]
struct Item {
    id: String,
}

/// Arguments that stand in the start of their block; elsewhere they follow in pieces, and nothing stands there.
fn whole(input: Option<Map<String, Json>>) -> String {
    input.filter(|it| !it.is_empty()).map_or_else(String::new, |it| Json::Object(it).to_string())
}

/// Reads one answer.
#[derive(Default)]
struct Reader {
    /// The tool whose arguments are the answer's words.
    form: Option<String>,
    /// Blocks that are such arguments.
    blocks: Vec<u64>,
    /// Blocks of kinds that nobody asked for.
    others: Vec<u64>,
    /// Words beside them; the answer, where the model did not call the tool.
    aside: String,
    /// Why the answer ends; it counts when the end has come.
    finish: Option<Finish>,
}

impl Reader {
    fn new(request: &Request) -> Self {
        Self { form: forced(request), ..Self::default() }
    }

    fn text(&mut self, text: &str, answer: &mut Answer<'_, '_>) -> Result<(), ModelError> {
        if self.form.is_none() {
            return answer.text(text);
        }
        self.aside.push_str(text);
        Ok(())
    }

    fn read(&mut self, event: &[u8], answer: &mut Answer<'_, '_>) -> Result<Flow, ModelError> {
        match serde_json::from_slice(event).map_err(|it| unreadable(&it))? {
            Event::MessageStart { message } => {
                answer.model(&message.model.unwrap_or_default());
                answer.usage(message.usage.map(Usage::from).unwrap_or_default());
            }
            Event::ContentBlockStart { index, content_block } => match content_block {
                Block::Text { text } => self.text(&text.unwrap_or_default(), answer)?,
                Block::ToolUse { name, input, .. } if self.form.as_ref() == Some(&name) => {
                    self.blocks.push(index);
                    answer.text(&whole(input))?;
                }
                Block::ToolUse { id, name, input } => {
                    let call = answer.call(index, Some(&id), Some(&name))?;
                    answer.arguments(call, &whole(input))?;
                }
                Block::Other => self.others.push(index),
            },
            Event::ContentBlockDelta { index, delta } => match delta {
                BlockDelta::TextDelta { text } => self.text(&text, answer)?,
                BlockDelta::InputJsonDelta { partial_json } if self.blocks.contains(&index) => {
                    answer.text(&partial_json)?;
                }
                BlockDelta::InputJsonDelta { .. } if self.others.contains(&index) => {}
                BlockDelta::InputJsonDelta { partial_json } => {
                    let call = answer.call(index, None, None)?;
                    answer.arguments(call, &partial_json)?;
                }
                BlockDelta::Other => {}
            },
            Event::MessageDelta { delta, usage } => {
                answer.usage(usage.map(Usage::from).unwrap_or_default());
                if let Some(reason) = &delta.stop_reason {
                    self.finish = Some(self.end(reason)?);
                }
            }
            Event::MessageStop => {
                if self.blocks.is_empty() {
                    answer.text(&self.aside)?;
                }
                if let Some(finish) = self.finish {
                    answer.finish(finish);
                }
                return Ok(Flow::Done);
            }
            Event::Error => {
                let json: Json = serde_json::from_slice(event).map_err(|it| unreadable(&it))?;
                return refusal_in(&json).map_or(Ok(Flow::More), Err);
            }
            Event::Other => {}
        }
        Ok(Flow::More)
    }

    fn end(&self, reason: &str) -> Result<Finish, ModelError> {
        match reason {
            "max_tokens" | "model_context_window_exceeded" => Ok(Finish::Length),
            "tool_use" if self.blocks.is_empty() => Ok(Finish::ToolCalls),
            "pause_turn" => Err(cut_short("its provider paused (`pause_turn`)")),
            "refusal" => Err(declined("its provider's safeguards ended the answer")),
            _ => Ok(Finish::Stop),
        }
    }
}

#[cfg(test)]
mod tests {
    use expect_test::expect;
    use serde_json::{Value as Json, json};

    use super::{Reader, body};
    use crate::{Code, Finish, Format, ModelError, Reply, providers::testing};

    fn reply(form: Option<&str>, events: &[Json]) -> Result<Reply, ModelError> {
        let mut reader = Reader { form: form.map(str::to_owned), ..Reader::default() };
        testing::reply(|event, answer| reader.read(event, answer), events)
    }

    fn stop(reason: &str) -> [Json; 2] {
        let usage = json!({"output_tokens": 2});
        [
            json!({"type": "message_delta", "delta": {"stop_reason": reason}, "usage": usage}),
            json!({"type": "message_stop"}),
        ]
    }

    fn delta(index: u64, delta: Json) -> Json {
        json!({"type": "content_block_delta", "index": index, "delta": delta})
    }

    #[test]
    fn a_request_has_everything_that_was_asked() {
        let body = serde_json::to_string(&body(&testing::request("claude"))).unwrap();
        expect![[r#"{"model":"claude","max_tokens":100,"messages":[{"role":"user","content":[{"type":"text","text":"Look:"},{"type":"image","source":{"type":"base64","media_type":"image/png","data":"AQID"}}]},{"role":"assistant","content":[{"type":"text","text":"I add."},{"type":"tool_use","id":"c1","name":"add","input":{"a":1}},{"type":"tool_use","id":"c2","name":"add","input":{"a":2}}]},{"role":"user","content":[{"type":"tool_result","tool_use_id":"c1","content":"one"},{"type":"tool_result","tool_use_id":"c2","content":"two"},{"type":"text","text":"Go on."}]}],"stream":true,"system":"Be brief.\n\nAnswer with one JSON value that is valid for the JSON Schema below, and with nothing before or behind it.\n\n{\"type\":\"object\",\"properties\":{\"n\":{\"type\":\"integer\"}},\"required\":[\"n\"],\"additionalProperties\":false}","temperature":0.5,"stop_sequences":["END"],"tools":[{"name":"add","description":"Adds.","input_schema":{"type":"object","properties":{"n":{"type":"integer"}},"required":["n"],"additionalProperties":false}}]}"#]].assert_eq(&body);
    }

    #[test]
    fn a_structure_is_a_tool_that_must_be_called() {
        let request = crate::Request { tools: Vec::new(), ..testing::request("claude") };
        let body = body(&request);
        assert!(
            matches!(&request.response, Format::Json(it) if body["tools"][0]["name"] == it.name.as_str())
        );
        assert_eq!(body["tools"].as_array().unwrap().len(), 1);
        assert_eq!(body["tool_choice"], json!({"type": "tool", "name": "shape"}));
        let tool = json!({"type": "content_block_start", "index": 1, "content_block": {"type": "tool_use", "id": "t", "name": "shape", "input": {}}});
        let json_piece = delta(1, json!({"type": "input_json_delta", "partial_json": "{\"n\":1}"}));
        let words = delta(0, json!({"type": "text_delta", "text": "Here it is: "}));
        let [end, stop] = stop("tool_use");
        let answer =
            reply(Some("shape"), &[words.clone(), tool, json_piece, end.clone(), stop.clone()])
                .unwrap();
        assert_eq!(
            (&*answer.text, answer.finish, answer.tool_calls.len()),
            ("{\"n\":1}", Finish::Stop, 0)
        );
        let answer = reply(Some("shape"), &[words, end, stop]).unwrap();
        assert_eq!(answer.text, "Here it is: ");
    }

    #[test]
    fn an_answer_is_read() {
        let [end, stop] = stop("tool_use");
        let answer = reply(None, &[
            json!({"type": "message_start", "message": {"model": "claude-x", "usage": {"input_tokens": 3, "output_tokens": 1, "cache_read_input_tokens": 4, "cache_creation_input_tokens": 5}}}),
            json!({"type": "content_block_start", "index": 0, "content_block": {"type": "text", "text": ""}}),
            json!({"type": "ping"}),
            delta(0, json!({"type": "text_delta", "text": "Hel"})),
            delta(0, json!({"type": "text_delta", "text": "lo"})),
            json!({"type": "content_block_stop", "index": 0}),
            json!({"type": "content_block_start", "index": 1, "content_block": {"type": "tool_use", "id": "t", "name": "add", "input": {}}}),
            delta(1, json!({"type": "input_json_delta", "partial_json": "{\"a\""})),
            delta(1, json!({"type": "input_json_delta", "partial_json": ":1}"})),
            end,
            stop,
        ]).unwrap();
        assert_eq!(
            (&*answer.text, &*answer.model, answer.finish),
            ("Hello", "claude-x", Finish::ToolCalls)
        );
        assert_eq!(json!(answer.usage), json!({"input": 12, "output": 2, "cached": 4}));
        assert_eq!(
            json!(answer.tool_calls),
            json!([{"id": "t", "name": "add", "arguments": {"a": 1}}])
        );
    }

    #[test]
    fn an_answer_that_fails_is_an_error() {
        let code = |events: &[Json]| reply(None, events).unwrap_err().code;
        let text = delta(0, json!({"type": "text_delta", "text": "half"}));
        let [end, last] = stop("end_turn");
        assert_eq!(code(std::slice::from_ref(&text)), Code::Truncated);
        assert_eq!(code(&[text.clone(), end]), Code::Truncated);
        let overloaded =
            json!({"type": "error", "error": {"type": "overloaded_error", "message": "x"}});
        assert_eq!(code(&[text.clone(), overloaded]), Code::Overloaded { retry_after: None });
        let [refusal, _] = stop("refusal");
        assert_eq!(code(&[text, refusal, last]), Code::Refused);
    }
}
