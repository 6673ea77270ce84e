//! What a step comes to: words, or JSON of a shape; with the tools that it lends to its model, if any.

use engine::tool::{Call, Failure};
use serde_json::Value as Json;

use super::{Telling, ask, mind, rounds::Came, structured, with_tools};
use crate::{Finish, Host, Message, Request, prompt::Shape};

/// What a model came to.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) value: Json,
    /// It came to the end of its tokens before its own.
    pub(crate) is_cut: bool,
    /// What it called.
    pub(crate) calls: Vec<Json>,
}

/// Asks.
///
/// # Errors
/// There is no answer, or none of that shape.
pub(crate) async fn answer(
    host: &Host,
    call: &Call,
    request: Request,
    shape: Option<&Shape>,
) -> Result<Answer, Failure> {
    let has_tools = !call.hands.is_empty();
    let Some(shape) = shape else {
        let Came { reply, calls, .. } = if has_tools {
            with_tools(host, call, mind(call)?, request, Telling::Live).await?
        } else {
            let reply = ask(host, call, &request, Telling::Live).await?;
            Came { reply, request, calls: Vec::new() }
        };
        let is_cut = reply.finish == Finish::Length;
        return Ok(Answer { value: reply.text.into(), is_cut, calls });
    };
    let (request, calls) = if has_tools {
        let Came { reply, mut request, calls } =
            with_tools(host, call, mind(call)?, request, Telling::Silent).await?;
        request.messages.push(Message::Assistant { text: reply.text, tool_calls: Vec::new() });
        request.messages.push(Message::user("Now give that answer as JSON alone."));
        (request, calls)
    } else {
        (request, Vec::new())
    };
    let value = structured(host, call, request, shape, Telling::Live).await?;
    Ok(Answer { value, is_cut: false, calls })
}
