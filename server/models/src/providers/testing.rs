//! What the tests of protocols share: one request with everything in it, and a reader's reply.

use serde_json::{Value as Json, json};

use crate::{
    Delta, Format, Image, Message, ModelError, Part, Reply, Request, Structure, ToolCall,
    ToolOffer,
    wire::{Answer, Flow},
};

/// Everything that can be asked.
pub(crate) fn request(model: &str) -> Request {
    let schema = json!({"type": "object", "properties": {"n": {"type": "integer"}}, "required": ["n"], "additionalProperties": false});
    let call = |id: &str, a: i64| ToolCall {
        id: id.to_owned(),
        name: "add".to_owned(),
        arguments: json!({"a": a}).as_object().unwrap().clone(),
        seal: Some(format!("seal-{id}")),
    };
    let answer = |id: &str, content: &str| Message::Tool {
        id: id.to_owned(),
        name: "add".to_owned(),
        content: content.to_owned(),
    };
    Request {
        model: model.to_owned(),
        messages: vec![
            Message::System("Be brief.".to_owned()),
            Message::User(vec![
                Part::Text("Look:".to_owned()),
                Part::Image(Image {
                    media_type: "image/png".to_owned(),
                    data: [1, 2, 3].as_slice().into(),
                }),
            ]),
            Message::Assistant {
                text: "I add.".to_owned(),
                tool_calls: vec![call("c1", 1), call("c2", 2)],
            },
            answer("c1", "one"),
            answer("c2", "two"),
            Message::user("Go on."),
        ],
        temperature: Some(0.5),
        max_tokens: Some(100),
        stop: vec!["END".to_owned()],
        seed: Some(7),
        response: Format::Json(Structure { name: "shape".to_owned(), schema: schema.clone() }),
        tools: vec![ToolOffer {
            name: "add".to_owned(),
            description: "Adds.".to_owned(),
            parameters: schema,
        }],
    }
}

/// What a reader makes of events.
pub(crate) fn reply(
    mut read: impl FnMut(&[u8], &mut Answer<'_, '_>) -> Result<Flow, ModelError>,
    events: &[Json],
) -> Result<Reply, ModelError> {
    let mut sink = |_: Delta<'_>| {};
    let mut answer = Answer::new("asked", &mut sink);
    for event in events {
        if read(event.to_string().as_bytes(), &mut answer)? == Flow::Done {
            break;
        }
    }
    answer.complete()
}
