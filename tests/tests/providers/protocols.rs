//! The protocols as `aimock` and `llmock` read them: answers, calls of tools, and what comes back with their results.

use std::{fs, time::Duration};

use models::{Code, Finish, Message, Protocol, Request, ToolOffer};
use serde_json::{Value as Json, json};
use tests::models::ModelServer;
use tokio_util::sync::CancellationToken;

use crate::asked::{ask, provider, request};

const PAUSE: Duration = Duration::from_secs(20);
const ANSWER: &str = "The answer is long enough for several pieces of a stream, or so one hopes.";

fn offering(text: &str) -> Request {
    let parameters =
        json!({"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"]});
    let tool = ToolOffer {
        name: "weather".to_owned(),
        description: "Tells the weather of a city.".to_owned(),
        parameters,
    };
    Request { tools: vec![tool], ..request(text) }
}

/// The request that goes on behind a reply with a call.
fn answered(asked: &Request, reply: models::Reply) -> Request {
    let call = reply.tool_calls[0].clone();
    let mut next = asked.clone();
    next.messages.push(Message::Assistant { text: reply.text, tool_calls: reply.tool_calls });
    next.messages.push(Message::Tool {
        id: call.id,
        name: call.name,
        content: "21 degrees".to_owned(),
    });
    next
}

fn fixtures() -> Json {
    let when =
        |text: &str, response: Json| json!({"match": {"userMessage": text}, "response": response});
    let with = |mut fixture: Json, key: &str, value: Json| {
        fixture[key] = value;
        fixture
    };
    let long = || json!({"content": ANSWER});
    let error = |status: u16, kind: &str| json!({"error": {"message": "no", "type": kind}, "status": status});
    json!({"fixtures": [
        when("plain", long()),
        when("weather", json!({"toolCalls": [{"name": "weather", "arguments": {"city": "Ulm"}}]})),
        when("limited", error(429, "rate_limit_error")),
        when("overloaded", error(529, "overloaded_error")),
        when("forbidden", error(403, "permission_error")),
        with(when("cut", long()), "truncateAfterChunks", json!(2)),
        with(with(when("hangup", long()), "latency", json!(100)), "disconnectAfterMs", json!(150)),
        with(when("dropped", long()), "chaos", json!({"dropRate": 1})),
        with(when("garbage", long()), "chaos", json!({"malformedRate": 1})),
        with(when("gone", long()), "chaos", json!({"disconnectRate": 1})),
    ]})
}

const AIMOCK: [Protocol; 5] = [
    Protocol::OpenAi,
    Protocol::OpenAiResponses,
    Protocol::Anthropic,
    Protocol::Google,
    Protocol::Ollama,
];

#[tokio::test]
async fn aimock_is_understood_and_its_faults_are_seen() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("fixtures.json");
    fs::write(&path, fixtures().to_string()).unwrap();
    let server = match ModelServer::aimock(&path) {
        Ok(server) => server,
        Err(why) => return tests::skipped("aimock_is_understood_and_its_faults_are_seen", &why),
    };
    for protocol in AIMOCK {
        let peer = provider(&server.url(), protocol, PAUSE).await;
        let code = async |text: &str| ask(&*peer, &request(text)).await.map_err(|it| it.code);
        let reply = code("plain").await.unwrap();
        assert_eq!((&*reply.text, reply.finish), (ANSWER, Finish::Stop), "{protocol:?}");
        let reply = ask(&*peer, &offering("weather")).await.unwrap();
        assert_eq!(reply.finish, Finish::ToolCalls, "{protocol:?}");
        assert_eq!(json!(reply.tool_calls[0].arguments), json!({"city": "Ulm"}), "{protocol:?}");
        for (text, codes) in [
            ("limited", &[Code::RateLimited { retry_after: Some(Duration::from_secs(1)) }][..]),
            ("overloaded", &[Code::Overloaded { retry_after: None }]),
            ("forbidden", &[Code::Auth]),
            // It may hang up before anything of the answer is on its way.
            ("cut", &[Code::Truncated, Code::Transport]),
            ("hangup", &[Code::Truncated, Code::Transport]),
            ("dropped", &[Code::Overloaded { retry_after: None }]),
            ("garbage", &[Code::Truncated, Code::Malformed]),
            ("gone", &[Code::Transport]),
        ] {
            let error = code(text).await.unwrap_err();
            assert!(codes.contains(&error), "{protocol:?} {text}: {error}");
        }
    }
}

#[tokio::test]
async fn llmock_calls_tools_and_takes_their_answers() {
    let server = match ModelServer::llmock() {
        Ok(server) => server,
        Err(why) => return tests::skipped("llmock_calls_tools_and_takes_their_answers", &why),
    };
    for (protocol, path) in crate::faults::LLMOCK {
        let peer = provider(&format!("{}{path}", server.url()), protocol, PAUSE).await;
        let asked = offering("What is the weather in Ulm?");
        let reply = ask(&*peer, &asked).await.unwrap();
        assert_eq!(reply.finish, Finish::ToolCalls, "{protocol:?}: {reply:?}");
        assert!(reply.tool_calls[0].arguments["city"].is_string(), "{protocol:?}: {reply:?}");
        let reply = ask(&*peer, &answered(&asked, reply)).await.unwrap();
        assert_eq!(reply.finish, Finish::Stop, "{protocol:?}: {reply:?}");
        assert!(reply.usage.output.is_some(), "{protocol:?}");
        let listed = peer.models(&CancellationToken::new()).await.unwrap();
        assert!(!listed.is_empty(), "{protocol:?}");
    }
}
