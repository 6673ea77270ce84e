//! A model that calls tools: bounded rounds of what it says and what they answer. What tools answer is from outside, and is
//! marked as that; what it says and what it causes is kept, so that a run that goes on pays for nothing twice.
//!
//! Models that are known to call tools by themselves are offered them so; others are asked for JSON that names a tool or is
//! the answer.

use engine::{
    hands::Hands,
    mind::Mind,
    tool::{Call, Failure},
};
use serde_json::{Map, Value as Json, json};

use super::{Telling, ask};
use crate::{Format, Host, Message, Reply, Request, Structure, ToolCall, prompt::tools};

/// Rounds in which tools may be called. Then the model has to answer with what it has.
const ROUNDS: usize = 8;
/// Bytes of a tool's answer that a model is told.
const TOLD: usize = 16 * 1024;

/// What a model came to with its tools.
#[derive(Debug)]
pub(crate) struct Came {
    /// Its last words.
    pub(crate) reply: Reply,
    /// What was said up to then, without them.
    pub(crate) request: Request,
    /// What it called, for the value of the step.
    pub(crate) calls: Vec<Json>,
}

/// Asks a model that may call the tools of the call.
///
/// # Errors
/// There is no answer, or it cannot be kept.
pub(crate) async fn with_tools(
    host: &Host,
    call: &Call,
    mind: &Mind,
    request: Request,
    telling: Telling,
) -> Result<Came, Failure> {
    let is_native = mind.calls_tools == Some(true);
    let mut request = tools::told_of_marks(request);
    if is_native {
        request.tools = call.hands.signatures().map(tools::offer).collect();
    } else {
        request = tools::told_of_tools(request, &call.hands);
    }
    let mut calls = Vec::new();
    for round in 0..=ROUNDS {
        let is_last = round == ROUNDS;
        if is_last {
            request.tools.clear();
            request = tools::told_of_the_end(request);
        }
        if !is_native {
            request.response = Format::Json(Structure {
                name: "next".to_owned(),
                schema: tools::next(if is_last { &NOTHING } else { &call.hands }),
            });
        }
        let aloud = if is_native { telling } else { Telling::Silent };
        let asked = async { Ok(ask(host, call, &request, aloud).await?) };
        let reply = call.hands.once("asks its model", asked).await?;
        let wanted = if is_native { reply.tool_calls.clone() } else { read(&reply, calls.len()) };
        // Where a shape follows, the answer is asked for once more anyway.
        let is_mute = telling == Telling::Live && reply.text.trim().is_empty();
        if is_last && (!wanted.is_empty() || is_mute) {
            return Err(endless());
        }
        if wanted.is_empty() {
            let reply = if is_native { reply } else { last_words(reply, call, telling) };
            request.response = Format::Text;
            request.tools.clear();
            return Ok(Came { reply, request, calls });
        }
        let said = if is_native { reply.tool_calls } else { Vec::new() };
        request.messages.push(Message::Assistant { text: reply.text, tool_calls: said });
        let mut answers = Vec::new();
        for ToolCall { id, name, arguments, .. } in wanted {
            let answer = call.hands.call(call, &name, arguments.clone()).await;
            if let Err(failure) = &answer
                && matches!(&*failure.error_type, "JournalError" | "CancelledError" | "ReplayError")
            {
                return Err(failure.clone());
            }
            let content = tools::marked(&name, &told(&answer));
            calls.push(noted(&name, arguments, answer));
            answers.push((id, name, content));
        }
        if is_native {
            let message = |(id, name, content)| Message::Tool { id, name, content };
            request.messages.extend(answers.into_iter().map(message));
        } else {
            let contents: Vec<_> = answers.into_iter().map(|(_, _, content)| content).collect();
            request.messages.push(Message::user(contents.join("\n\n")));
        }
    }
    Err(endless())
}

fn endless() -> Failure {
    Failure::permanent(
        "EndlessCallsError",
        format!(
            "the model called tools in {ROUNDS} rounds and gave no answer then either; lend it fewer tools, or say in the prompt when it knows enough"
        ),
    )
}

static NOTHING: std::sync::LazyLock<Hands> = std::sync::LazyLock::new(Hands::none);

/// The call that JSON in an answer asks for.
fn read(reply: &Reply, before: usize) -> Vec<ToolCall> {
    let Ok(Json::Object(mut said)) = serde_json::from_str(reply.text.trim()) else {
        return Vec::new();
    };
    let Some(Json::String(name)) = said.remove("tool") else { return Vec::new() };
    let arguments = match said.remove("arguments") {
        Some(Json::Object(arguments)) => arguments,
        _ => Map::new(),
    };
    vec![ToolCall { id: format!("call-{before}"), name, arguments, seal: None }]
}

/// The words in an answer that is JSON.
fn last_words(reply: Reply, call: &Call, telling: Telling) -> Reply {
    let inside = serde_json::from_str::<Json>(reply.text.trim()).ok();
    let answer = inside.as_ref().and_then(|it| it.get("answer"));
    let text = match answer {
        Some(Json::String(text)) => text.clone(),
        Some(other) => other.to_string(),
        None => reply.text.clone(),
    };
    if telling == Telling::Live {
        call.output.text(&text);
    }
    Reply { text, ..reply }
}

/// A tool's answer as text.
fn told(answer: &Result<Json, Failure>) -> String {
    let mut text = match answer {
        Ok(Json::String(text)) => text.clone(),
        Ok(value) => value.to_string(),
        Err(failure) => format!("it failed: {}", failure.message),
    };
    if text.len() > TOLD {
        text.truncate(text.floor_char_boundary(TOLD));
        text.push_str(" [the rest is left out]");
    }
    text
}

fn noted(name: &str, arguments: Map<String, Json>, answer: Result<Json, Failure>) -> Json {
    match answer {
        Ok(value) => json!({ "tool": name, "arguments": arguments, "result": value }),
        Err(failure) => json!({ "tool": name, "arguments": arguments, "error": failure.message }),
    }
}
