//! Ollama's own protocol. Source: Ollama's `docs/api.md`. A prompt that does not fit is refused there and not cut, because
//! nobody would hear of the cut.

use std::borrow::Cow;

use async_trait::async_trait;
use base64::{Engine as _, prelude::BASE64_STANDARD};
use pipeline::models::Listed;
use serde::Deserialize;
use serde_json::{Value as Json, json};
use tokio_util::sync::CancellationToken;

use crate::{
    Embeddings, Finish, Format, Message, ModelError, Part, Provider, Reply, Request, Sink, Usage,
    wire::{Answer, Flow, Framing, Peer, cut_short, instruction, refusal_in, unreadable},
};

/// A server that speaks it.
pub(crate) struct Ollama {
    peer: Peer,
}

impl Ollama {
    pub(crate) fn new(peer: Peer) -> Self {
        Self { peer }
    }
}

#[async_trait]
impl Provider for Ollama {
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
            .converse("api/chat", &body(request), Framing::JsonLines, answer, cancel, read)
            .await
    }

    async fn embed(
        &self,
        model: &str,
        texts: &[String],
        cancel: &CancellationToken,
    ) -> Result<Embeddings, ModelError> {
        let body = json!({"model": model, "input": texts, "truncate": false});
        let made: Made = self.peer.made("api/embed", &body, cancel).await?;
        let usage = Usage { input: made.prompt_eval_count, ..Usage::default() };
        Embeddings::of(made.embeddings, texts.len(), usage)
    }

    async fn models(&self, cancel: &CancellationToken) -> Result<Vec<Listed>, ModelError> {
        let listing: Listing = self.peer.whole(self.peer.get("api/tags"), cancel).await?;
        // `NAME` means `NAME:latest` there.
        let name = |it: Item| it.name.strip_suffix(":latest").unwrap_or(&it.name).to_owned();
        Ok(listing.models.into_iter().map(|it| Listed { name: name(it), context: None }).collect())
    }
}

/// The body of a request.
fn body(request: &Request) -> Json {
    let mut options = json!({});
    for (key, value) in [
        ("temperature", request.temperature.map(Json::from)),
        ("num_predict", request.max_tokens.map(Json::from)),
        ("seed", request.seed.map(Json::from)),
        ("stop", (!request.stop.is_empty()).then(|| json!(request.stop))),
    ] {
        if let Some(value) = value {
            options[key] = value;
        }
    }
    let mut messages: Vec<_> = request.messages.iter().map(message).collect();
    let mut body = json!({
        "model": request.model, "stream": true, "options": options, "truncate": false, "shift": false,
    });
    if let Format::Json(structure) = &request.response {
        // A forced shape leaves the model no way to call a tool.
        if request.tools.is_empty() {
            body["format"] = structure.schema.clone();
        } else {
            messages.push(json!({"role": "system", "content": instruction(structure)}));
        }
    }
    if !request.tools.is_empty() {
        let tool = |it: &crate::ToolOffer| json!({"type": "function", "function": {"name": it.name, "description": it.description, "parameters": it.parameters}});
        body["tools"] = request.tools.iter().map(tool).collect();
    }
    body["messages"] = messages.into();
    body
}

fn message(message: &Message) -> Json {
    match message {
        Message::System(text) => json!({"role": "system", "content": text}),
        Message::User(parts) => {
            let text: Vec<_> = parts
                .iter()
                .filter_map(|it| if let Part::Text(text) = it { Some(text.as_str()) } else { None })
                .collect();
            let images: Vec<_> = parts
                .iter()
                .filter_map(|it| {
                    if let Part::Image(image) = it {
                        Some(BASE64_STANDARD.encode(&image.data))
                    } else {
                        None
                    }
                })
                .collect();
            let mut asked = json!({"role": "user", "content": text.join("\n")});
            if !images.is_empty() {
                asked["images"] = images.into();
            }
            asked
        }
        Message::Assistant { text, tool_calls } => {
            let mut said = json!({"role": "assistant", "content": text});
            if !tool_calls.is_empty() {
                let call = |it: &crate::ToolCall| json!({"function": {"name": it.name, "arguments": it.arguments}});
                said["tool_calls"] = tool_calls.iter().map(call).collect();
            }
            said
        }
        Message::Tool { name, content, .. } => {
            json!({"role": "tool", "tool_name": name, "content": content})
        }
    }
}

/// One line of an answer.
#[derive(Deserialize)]
struct Line<'a> {
    #[serde(borrow)]
    model: Option<Cow<'a, str>>,
    #[serde(borrow)]
    message: Option<Said<'a>>,
    #[serde(default)]
    done: bool,
    #[serde(borrow)]
    done_reason: Option<Cow<'a, str>>,
    prompt_eval_count: Option<u64>,
    eval_count: Option<u64>,
    error: Option<Json>,
}

#[derive(Deserialize)]
struct Said<'a> {
    #[serde(borrow)]
    content: Option<Cow<'a, str>>,
    tool_calls: Option<Vec<Called>>,
}

#[derive(Deserialize)]
struct Called {
    id: Option<String>,
    function: Function,
}

#[derive(Deserialize)]
struct Function {
    name: String,
    #[serde(default)]
    arguments: Json,
}

#[derive(Deserialize)]
struct Made {
    embeddings: Vec<Vec<f32>>,
    prompt_eval_count: Option<u64>,
}

#[derive(Deserialize)]
struct Listing {
    models: Vec<Item>,
}

#[derive(Deserialize)]
struct Item {
    name: String,
}

fn read(event: &[u8], answer: &mut Answer<'_, '_>) -> Result<Flow, ModelError> {
    let line: Line<'_> = serde_json::from_slice(event).map_err(|it| unreadable(&it))?;
    if let Some(error) = line.error.filter(|it| !it.is_null()) {
        return refusal_in(&json!({"error": error})).map_or(Ok(Flow::More), Err);
    }
    answer.model(&line.model.unwrap_or_default());
    if let Some(said) = line.message {
        answer.text(&said.content.unwrap_or_default())?;
        for call in said.tool_calls.into_iter().flatten() {
            answer.whole_call(call.id.as_deref(), &call.function.name, &call.function.arguments)?;
        }
    }
    if !line.done {
        return Ok(Flow::More);
    }
    answer.usage(Usage { input: line.prompt_eval_count, output: line.eval_count, cached: None });
    answer.finish(match line.done_reason.as_deref() {
        Some("length") => Finish::Length,
        Some(reason @ ("load" | "unload")) => {
            return Err(cut_short(&format!("the server only did this: `{reason}`")));
        }
        _ => Finish::Stop,
    });
    Ok(Flow::Done)
}

#[cfg(test)]
mod tests {
    use expect_test::expect;
    use serde_json::{Value as Json, json};

    use super::{body, read};
    use crate::{Code, Finish, providers::testing};

    #[test]
    fn a_request_has_everything_that_was_asked() {
        let body = serde_json::to_string(&body(&testing::request("llama3.2"))).unwrap();
        expect![[r#"{"model":"llama3.2","stream":true,"options":{"temperature":0.5,"num_predict":100,"seed":7,"stop":["END"]},"truncate":false,"shift":false,"tools":[{"type":"function","function":{"name":"add","description":"Adds.","parameters":{"type":"object","properties":{"n":{"type":"integer"}},"required":["n"],"additionalProperties":false}}}],"messages":[{"role":"system","content":"Be brief."},{"role":"user","content":"Look:","images":["AQID"]},{"role":"assistant","content":"I add.","tool_calls":[{"function":{"name":"add","arguments":{"a":1}}},{"function":{"name":"add","arguments":{"a":2}}}]},{"role":"tool","tool_name":"add","content":"one"},{"role":"tool","tool_name":"add","content":"two"},{"role":"user","content":"Go on."},{"role":"system","content":"Answer with one JSON value that is valid for the JSON Schema below, and with nothing before or behind it.\n\n{\"type\":\"object\",\"properties\":{\"n\":{\"type\":\"integer\"}},\"required\":[\"n\"],\"additionalProperties\":false}"}]}"#]].assert_eq(&body);
    }

    #[test]
    fn an_answer_is_read() {
        let said = |content: &str| json!({"model": "m:latest", "message": {"role": "assistant", "content": content}, "done": false});
        let mut call = said("");
        call["message"]["tool_calls"] = json!([{"function": {"name": "add", "arguments": {"a": 1}}}, {"function": {"name": "add", "arguments": {}}}]);
        let answer = testing::reply(read, &[
            said("Hel"),
            said("lo"),
            call,
            json!({"model": "m:latest", "message": {"content": ""}, "done": true, "done_reason": "stop", "prompt_eval_count": 5, "eval_count": 2}),
        ]).unwrap();
        assert_eq!(
            (&*answer.text, &*answer.model, answer.finish),
            ("Hello", "m:latest", Finish::ToolCalls)
        );
        assert_eq!(json!(answer.usage), json!({"input": 5, "output": 2, "cached": null}));
        assert_eq!(
            json!(answer.tool_calls),
            json!([{"id": "call_0", "name": "add", "arguments": {"a": 1}}, {"id": "call_1", "name": "add", "arguments": {}}])
        );
    }

    #[test]
    fn an_answer_that_fails_is_an_error() {
        let code = |events: &[Json]| testing::reply(read, events).unwrap_err().code;
        let text = json!({"message": {"content": "half"}, "done": false});
        assert_eq!(code(std::slice::from_ref(&text)), Code::Truncated);
        let stopped = json!({"error": "the runner stopped"});
        assert_eq!(code(&[text, stopped]), Code::Overloaded { retry_after: None });
        let long = json!({"error": "the input length exceeds the context length"});
        assert_eq!(code(&[long]), Code::ContextOverflow);
    }
}
