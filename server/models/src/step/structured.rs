//! An answer of a shape: asked for once, and once more with what was wrong.

use engine::tool::{Call, Failure};
use serde_json::Value as Json;

use super::{Telling, ask};
use crate::{
    Finish, Host, Message, Request,
    prompt::{Shape, shaped},
};

/// Characters of a wrong answer that an error tells.
const SHOWN: usize = 200;

/// Asks for JSON of a shape. An answer of another shape is asked for once more, with the reason.
///
/// # Errors
/// There is no answer, or none of that shape.
pub(crate) async fn structured(
    host: &Host,
    call: &Call,
    request: Request,
    shape: &Shape,
    telling: Telling,
) -> Result<Json, Failure> {
    let mut request = shaped(request, shape);
    let first = ask(host, call, &request, telling).await?;
    let why = match shape.accept(&first.text) {
        Ok(value) => return Ok(value),
        // To ask again for what did not fit would cut it off again.
        Err(_) if first.finish == Finish::Length => return Err(cut_off(&request)),
        Err(why) => why,
    };
    request.messages.push(Message::Assistant { text: first.text, tool_calls: Vec::new() });
    request.messages.push(Message::user(format!(
        "That answer cannot be used: {why}. Give the whole answer again as JSON alone, and mend that."
    )));
    let second = ask(host, call, &request, telling).await?;
    shape.accept(&second.text).map_err(|why| {
        if second.finish == Finish::Length {
            return cut_off(&request);
        }
        let mut shown: String = second.text.chars().take(SHOWN).collect();
        if shown.len() < second.text.len() {
            shown.push_str("...");
        }
        Failure::permanent(
            "StructureError",
            format!("the model's answer has not the shape that was asked for, the second time too: {why}; it said `{shown}`"),
        )
    })
}

fn cut_off(request: &Request) -> Failure {
    let limit = request.max_tokens.map(|most| format!(" of {most} tokens")).unwrap_or_default();
    Failure::permanent(
        "TruncatedAnswerError",
        format!(
            "the model's answer was cut off at its limit{limit} before it was complete; raise `max_tokens`"
        ),
    )
}
