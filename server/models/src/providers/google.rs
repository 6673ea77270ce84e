//! Google's Gemini. Source: the reference of the Gemini API, `models.streamGenerateContent`. The key goes into a header: one
//! in the address would stand in every log on the way.

use std::borrow::Cow;

use async_trait::async_trait;
use base64::{Engine as _, prelude::BASE64_STANDARD};
use pipeline::models::Listed;
use serde::Deserialize;
use serde_json::{Value as Json, json};
use tokio_util::sync::CancellationToken;

use crate::{
    Code, Drawing, Drawn, Embeddings, Finish, Format, Image, Message, ModelError, Part, Provider,
    Reply, Request, Sink, ToolCall, Usage,
    wire::{Answer, Flow, Framing, Peer, declined, instruction, refusal_in, unreadable},
};

/// A server that speaks it.
pub(crate) struct Google {
    peer: Peer,
}

impl Google {
    pub(crate) fn new(peer: Peer) -> Self {
        Self { peer }
    }

    fn invalid(&self, message: &str) -> ModelError {
        ModelError::new(Code::Invalid, format!("`{}`: {message}", self.peer.name()))
    }

    /// `models/NAME:METHOD`. A name with other characters would be another address.
    fn path(&self, model: &str, method: &str) -> Result<String, ModelError> {
        let name = model.strip_prefix("models/").unwrap_or(model);
        let is_plain = |it: char| it.is_ascii_alphanumeric() || "-._".contains(it);
        if name.is_empty() || !name.chars().all(is_plain) {
            return Err(self.invalid(&format!("`{name}` is no name of a model")));
        }
        Ok(format!("v1beta/models/{name}:{method}"))
    }
}

#[async_trait]
impl Provider for Google {
    fn name(&self) -> &str {
        self.peer.name()
    }

    async fn chat(
        &self,
        request: &Request,
        sink: &mut Sink<'_>,
        cancel: &CancellationToken,
    ) -> Result<Reply, ModelError> {
        let path = self.path(&request.model, "streamGenerateContent?alt=sse")?;
        let answer = Answer::new(&request.model, sink);
        self.peer.converse(&path, &body(request), Framing::ServerSent, answer, cancel, read).await
    }

    async fn embed(
        &self,
        model: &str,
        texts: &[String],
        cancel: &CancellationToken,
    ) -> Result<Embeddings, ModelError> {
        let path = self.path(model, "batchEmbedContents")?;
        let name = format!("models/{}", model.strip_prefix("models/").unwrap_or(model));
        let each = |text: &String| json!({"model": name, "content": {"parts": [{"text": text}]}});
        let body = json!({"requests": texts.iter().map(each).collect::<Vec<_>>()});
        let made: Made = self.peer.made(&path, &body, cancel).await?;
        let vectors = made.embeddings.into_iter().map(|it| it.values).collect();
        Embeddings::of(vectors, texts.len(), Usage::default())
    }

    async fn draw(
        &self,
        drawing: &Drawing,
        cancel: &CancellationToken,
    ) -> Result<Drawn, ModelError> {
        let (mut images, mut usage) = (Vec::new(), Usage::default());
        if drawing.model.starts_with("imagen") {
            let path = self.path(&drawing.model, "predict")?;
            let parameters = json!({"sampleCount": drawing.count, "aspectRatio": aspect(drawing)});
            let body = json!({"instances": [{"prompt": drawing.prompt}], "parameters": parameters});
            let made: Predicted = self.peer.made(&path, &body, cancel).await?;
            let mut withheld = "it made no picture".to_owned();
            for Prediction { bytes_base64_encoded, rai_filtered_reason } in made.predictions {
                if let Some(data) = bytes_base64_encoded {
                    images.push(picture_of(&data)?);
                } else if let Some(reason) = rai_filtered_reason {
                    withheld = reason;
                }
            }
            // Of several, those are there that its filter let through.
            return if images.is_empty() {
                Err(declined(&withheld))
            } else {
                Ok(Drawn { images, usage })
            };
        }
        let path = self.path(&drawing.model, "generateContent")?;
        let config = json!({"responseModalities": ["TEXT", "IMAGE"], "imageConfig": {"aspectRatio": aspect(drawing)}});
        let contents = json!([{"role": "user", "parts": [{"text": drawing.prompt}]}]);
        let body = json!({"contents": contents, "generationConfig": config});
        // One answer has one picture.
        for _ in 0..drawing.count {
            let Painted { candidates, prompt_feedback, usage_metadata } =
                self.peer.made(&path, &body, cancel).await?;
            let Usage { input: read, output: written, .. } =
                usage_metadata.map(Usage::from).unwrap_or_default();
            let sum = |one: Option<u64>, other: Option<u64>| match (one, other) {
                (Some(one), Some(other)) => Some(one + other),
                (one, other) => one.or(other),
            };
            usage.input = sum(usage.input, read);
            usage.output = sum(usage.output, written);
            let before = images.len();
            let mut why = prompt_feedback.and_then(|it| it.block_reason);
            for Picture { content, finish_reason, finish_message } in candidates {
                let parts = content.into_iter().flat_map(|it| it.parts);
                // What it drew while it thought is not what it was asked for.
                for data in parts.filter(|it| !it.thought).filter_map(|it| it.inline_data) {
                    images.push(picture_of(&data.data)?);
                }
                why = why.or(finish_message).or(finish_reason.filter(|it| it != "STOP"));
            }
            if images.len() == before {
                let why = why.map_or_else(String::new, |it| format!(" ({it})"));
                return Err(declined(&format!("it made no picture{why}")));
            }
        }
        Ok(Drawn { images, usage })
    }

    async fn models(&self, cancel: &CancellationToken) -> Result<Vec<Listed>, ModelError> {
        let listing: Listing =
            self.peer.whole(self.peer.get("v1beta/models?pageSize=1000"), cancel).await?;
        let listed = |it: Item| Listed {
            name: it.name.strip_prefix("models/").unwrap_or(&it.name).to_owned(),
            context: it.input_token_limit,
        };
        Ok(listing.models.into_iter().map(listed).collect())
    }
}

/// The nearest of the proportions that its models take.
fn aspect(drawing: &Drawing) -> &'static str {
    const KNOWN: [(&str, f64); 5] =
        [("1:1", 1.0), ("4:3", 4.0 / 3.0), ("3:4", 0.75), ("16:9", 16.0 / 9.0), ("9:16", 0.5625)];
    let wanted = f64::from(drawing.width) / f64::from(drawing.height.max(1));
    let distance = |proportion: f64| (proportion.ln() - wanted.max(0.01).ln()).abs();
    let nearest = KNOWN.iter().min_by(|a, b| distance(a.1).total_cmp(&distance(b.1)));
    nearest.map_or("1:1", |(name, _)| name)
}

fn picture_of(base64: &str) -> Result<Image, ModelError> {
    let data = BASE64_STANDARD.decode(base64).map_err(|_| {
        ModelError::new(Code::Malformed, "a picture came in bytes that are no base64")
    })?;
    Image::of_bytes(data)
}

/// An answer with pictures, in one piece.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Painted {
    #[serde(default)]
    candidates: Vec<Picture>,
    prompt_feedback: Option<Feedback>,
    usage_metadata: Option<Tokens>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Picture {
    content: Option<Strokes>,
    finish_reason: Option<String>,
    finish_message: Option<String>,
}

#[derive(Deserialize)]
struct Strokes {
    #[serde(default)]
    parts: Vec<Stroke>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Stroke {
    #[serde(default)]
    thought: bool,
    inline_data: Option<Inline>,
}

#[derive(Deserialize)]
struct Inline {
    data: String,
}

/// Pictures of Imagen.
#[derive(Deserialize)]
struct Predicted {
    #[serde(default)]
    predictions: Vec<Prediction>,
}

/// A picture, or why its filter kept it back.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Prediction {
    bytes_base64_encoded: Option<String>,
    rai_filtered_reason: Option<String>,
}

/// The body of a request.
fn body(request: &Request) -> Json {
    let mut system: Vec<_> = request
        .messages
        .iter()
        .filter_map(|it| if let Message::System(text) = it { Some(text.clone()) } else { None })
        .collect();
    let mut config = json!({});
    if let Format::Json(structure) = &request.response {
        // Most of its models take no structure beside tools.
        if request.tools.is_empty() {
            config["responseMimeType"] = "application/json".into();
            config["responseJsonSchema"] = structure.schema.clone();
        } else {
            system.push(instruction(structure));
        }
    }
    for (key, value) in [
        ("temperature", request.temperature.map(Json::from)),
        ("maxOutputTokens", request.max_tokens.map(Json::from)),
        ("seed", request.seed.map(Json::from)),
        ("stopSequences", (!request.stop.is_empty()).then(|| json!(request.stop))),
    ] {
        if let Some(value) = value {
            config[key] = value;
        }
    }
    let mut body = json!({"contents": turns(&request.messages), "generationConfig": config});
    if !system.is_empty() {
        body["systemInstruction"] = json!({"parts": [{"text": system.join("\n\n")}]});
    }
    if !request.tools.is_empty() {
        let declarations: Vec<_> = request
            .tools
            .iter()
            .map(|it| json!({"name": it.name, "description": it.description, "parametersJsonSchema": it.parameters}))
            .collect();
        body["tools"] = json!([{"functionDeclarations": declarations}]);
    }
    body
}

/// Turns of user and model; what tools answered in one round stands in one turn.
fn turns(messages: &[Message]) -> Vec<Json> {
    let mut turns: Vec<(&str, Vec<Json>)> = Vec::new();
    for message in messages {
        let (role, parts) = match message {
            Message::System(_) => continue,
            Message::User(parts) => ("user", parts.iter().map(part).collect()),
            Message::Tool { name, content, .. } => {
                let answer = json!({"name": name, "response": {"result": content}});
                ("user", vec![json!({"functionResponse": answer})])
            }
            Message::Assistant { text, tool_calls } => {
                let said = (!text.is_empty()).then(|| json!({"text": text}));
                ("model", said.into_iter().chain(tool_calls.iter().map(called)).collect())
            }
        };
        match turns.last_mut() {
            Some((last, all)) if *last == role => all.extend(parts),
            _ => turns.push((role, parts)),
        }
    }
    turns.into_iter().map(|(role, parts)| json!({"role": role, "parts": parts})).collect()
}

/// The call, with the signature of the thoughts behind it: without, models that think refuse it.
fn called(call: &ToolCall) -> Json {
    let mut part = json!({"functionCall": {"name": call.name, "args": call.arguments}});
    if let Some(seal) = &call.seal {
        part["thoughtSignature"] = seal.as_str().into();
    }
    part
}

fn part(part: &Part) -> Json {
    match part {
        Part::Text(text) => json!({"text": text}),
        Part::Image(image) => json!({"inlineData": {
            "mimeType": image.media_type, "data": BASE64_STANDARD.encode(&image.data),
        }}),
    }
}

/// One event of an answer.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Chunk<'a> {
    #[serde(borrow, default)]
    candidates: Vec<Candidate<'a>>,
    prompt_feedback: Option<Feedback>,
    usage_metadata: Option<Tokens>,
    model_version: Option<String>,
    error: Option<Json>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Candidate<'a> {
    #[serde(borrow)]
    content: Option<Content<'a>>,
    #[serde(borrow)]
    finish_reason: Option<Cow<'a, str>>,
    finish_message: Option<String>,
}

#[derive(Deserialize)]
struct Content<'a> {
    #[serde(borrow, default)]
    parts: Vec<Piece<'a>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Piece<'a> {
    #[serde(borrow)]
    text: Option<Cow<'a, str>>,
    #[serde(default)]
    thought: bool,
    thought_signature: Option<String>,
    function_call: Option<Called>,
}

#[derive(Deserialize)]
struct Called {
    id: Option<String>,
    name: String,
    #[serde(default)]
    args: Json,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Feedback {
    block_reason: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Tokens {
    prompt_token_count: Option<u64>,
    candidates_token_count: Option<u64>,
    thoughts_token_count: Option<u64>,
    cached_content_token_count: Option<u64>,
}

impl From<Tokens> for Usage {
    fn from(tokens: Tokens) -> Self {
        let thoughts = tokens.thoughts_token_count.unwrap_or_default();
        Self {
            input: tokens.prompt_token_count,
            output: tokens.candidates_token_count.map(|it| it + thoughts),
            cached: tokens.cached_content_token_count,
        }
    }
}

#[derive(Deserialize)]
struct Made {
    embeddings: Vec<Vector>,
}

#[derive(Deserialize)]
struct Vector {
    values: Vec<f32>,
}

#[derive(Deserialize)]
struct Listing {
    #[serde(default)]
    models: Vec<Item>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Item {
    name: String,
    input_token_limit: Option<u32>,
}

/// The protocol has no event for the end: the reason in the last one is it.
fn read(event: &[u8], answer: &mut Answer<'_, '_>) -> Result<Flow, ModelError> {
    let chunk: Chunk<'_> = serde_json::from_slice(event).map_err(|it| unreadable(&it))?;
    if let Some(error) = chunk.error.filter(|it| !it.is_null()) {
        return refusal_in(&json!({"error": error})).map_or(Ok(Flow::More), Err);
    }
    answer.model(&chunk.model_version.unwrap_or_default());
    answer.usage(chunk.usage_metadata.map(Usage::from).unwrap_or_default());
    if let Some(reason) = chunk.prompt_feedback.and_then(|it| it.block_reason) {
        return Err(declined(&format!("its provider blocks the prompt ({reason})")));
    }
    let Some(candidate) = chunk.candidates.into_iter().next() else { return Ok(Flow::More) };
    for piece in candidate.content.into_iter().flat_map(|it| it.parts) {
        if let Some(call) = piece.function_call {
            let index = answer.whole_call(call.id.as_deref(), &call.name, &call.args)?;
            if let Some(seal) = &piece.thought_signature {
                answer.seal(index, seal);
            }
        }
        if let Some(text) = piece.text.filter(|_| !piece.thought) {
            answer.text(&text)?;
        }
    }
    if let Some(reason) = candidate.finish_reason {
        answer.finish(finish(&reason, candidate.finish_message.as_deref())?);
    }
    Ok(Flow::More)
}

fn finish(reason: &str, message: Option<&str>) -> Result<Finish, ModelError> {
    match reason {
        "STOP" => Ok(Finish::Stop),
        "MAX_TOKENS" => Ok(Finish::Length),
        // Google says `STOP`; servers that speak its protocol say this.
        "FUNCTION_CALL" => Ok(Finish::ToolCalls),
        "MALFORMED_FUNCTION_CALL" | "UNEXPECTED_TOOL_CALL" | "TOO_MANY_TOOL_CALLS" => {
            let message = format!("the model called a tool as nobody can ({reason})");
            Err(ModelError::new(Code::Malformed, message))
        }
        _ => {
            let words = message.map_or_else(String::new, |it| format!(": {it}"));
            Err(declined(&format!("its provider ended the answer ({reason}){words}")))
        }
    }
}

#[cfg(test)]
mod tests {
    use expect_test::expect;
    use serde_json::{Value as Json, json};

    use super::{body, read};
    use crate::{Code, Finish, providers::testing};

    fn chunk(parts: Json, reason: Option<&str>) -> Json {
        let mut candidate = json!({"content": {"role": "model", "parts": parts}});
        if let Some(reason) = reason {
            candidate["finishReason"] = reason.into();
        }
        json!({"candidates": [candidate], "modelVersion": "gemini-x"})
    }

    #[test]
    fn a_request_has_everything_that_was_asked() {
        let body = serde_json::to_string(&body(&testing::request("gemini"))).unwrap();
        expect![[r#"{"contents":[{"role":"user","parts":[{"text":"Look:"},{"inlineData":{"mimeType":"image/png","data":"AQID"}}]},{"role":"model","parts":[{"text":"I add."},{"functionCall":{"name":"add","args":{"a":1}},"thoughtSignature":"seal-c1"},{"functionCall":{"name":"add","args":{"a":2}},"thoughtSignature":"seal-c2"}]},{"role":"user","parts":[{"functionResponse":{"name":"add","response":{"result":"one"}}},{"functionResponse":{"name":"add","response":{"result":"two"}}},{"text":"Go on."}]}],"generationConfig":{"temperature":0.5,"maxOutputTokens":100,"seed":7,"stopSequences":["END"]},"systemInstruction":{"parts":[{"text":"Be brief.\n\nAnswer with one JSON value that is valid for the JSON Schema below, and with nothing before or behind it.\n\n{\"type\":\"object\",\"properties\":{\"n\":{\"type\":\"integer\"}},\"required\":[\"n\"],\"additionalProperties\":false}"}]},"tools":[{"functionDeclarations":[{"name":"add","description":"Adds.","parametersJsonSchema":{"type":"object","properties":{"n":{"type":"integer"}},"required":["n"],"additionalProperties":false}}]}]}"#]].assert_eq(&body);
    }

    #[test]
    fn an_answer_is_read() {
        let mut last = chunk(
            json!([{"functionCall": {"name": "add", "args": {"a": 1}}, "thoughtSignature": "s"}]),
            Some("STOP"),
        );
        last["usageMetadata"] = json!({"promptTokenCount": 5, "candidatesTokenCount": 2, "thoughtsTokenCount": 3, "cachedContentTokenCount": 4});
        let answer = testing::reply(
            read,
            &[
                chunk(json!([{"text": "hm", "thought": true}]), None),
                chunk(json!([{"text": "Hel"}, {"text": "lo"}]), None),
                last,
            ],
        )
        .unwrap();
        assert_eq!(
            (&*answer.text, &*answer.model, answer.finish),
            ("Hello", "gemini-x", Finish::ToolCalls)
        );
        assert_eq!(json!(answer.usage), json!({"input": 5, "output": 5, "cached": 4}));
        assert_eq!(
            json!(answer.tool_calls),
            json!([{"id": "call_0", "name": "add", "arguments": {"a": 1}, "seal": "s"}])
        );
    }

    #[test]
    fn an_answer_that_fails_is_an_error() {
        let code = |events: &[Json]| testing::reply(read, events).unwrap_err().code;
        let text = chunk(json!([{"text": "half"}]), None);
        assert_eq!(code(std::slice::from_ref(&text)), Code::Truncated);
        assert_eq!(code(&[text.clone(), chunk(json!([]), Some("SAFETY"))]), Code::Refused);
        assert_eq!(code(&[chunk(json!([]), Some("MALFORMED_FUNCTION_CALL"))]), Code::Malformed);
        assert_eq!(code(&[json!({"promptFeedback": {"blockReason": "OTHER"}})]), Code::Refused);
        let error = json!({"error": {"code": 503, "message": "x", "status": "UNAVAILABLE"}});
        assert_eq!(code(&[text, error]), Code::Overloaded { retry_after: None });
    }
}
