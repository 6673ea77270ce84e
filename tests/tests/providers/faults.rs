//! Faults that `llmock` injects, and its verdict on a client that tries again as the engine does.

use std::time::Duration;

use engine::tool::Transience;
use models::{Code, ModelError, Protocol, Provider, Reply, Request, ToolOffer};
use serde_json::{Value as Json, json};
use tests::models::ModelServer;

use crate::{
    asked::{ask, provider, request},
    verdict::verdict,
};

/// Between two pieces; shorter than the server's stall.
const PAUSE: Duration = Duration::from_millis(1500);

/// The protocols that it speaks, and where.
pub(crate) const LLMOCK: [(Protocol, &str); 4] = [
    (Protocol::OpenAi, "/v1"),
    (Protocol::OpenAiResponses, "/v1"),
    (Protocol::Anthropic, "/anthropic"),
    (Protocol::Google, "/gemini"),
];

/// Three attempts, each no sooner than the error allows.
async fn insist(peer: &dyn Provider, request: &Request) -> (Vec<Code>, Result<Reply, ModelError>) {
    let mut codes = Vec::new();
    loop {
        let done = ask(peer, request).await;
        let Err(error) = &done else { return (codes, done) };
        codes.push(error.code);
        match error.transience() {
            Transience::Transient { retry_after } if codes.len() < 3 => {
                tokio::time::sleep(retry_after.unwrap_or(Duration::from_millis(100))).await;
            }
            _ => return (codes, done),
        }
    }
}

/// What is injected, and what it is to be seen as; `None`: it is nothing that goes wrong.
fn faults() -> Vec<(Json, Option<Code>)> {
    let fail = |status: u16| json!({"type": "fail", "status": status});
    let stream = |kind: &str| json!({"type": "stream_fault", "kind": kind, "after_chunks": 2, "stall_seconds": 4});
    let overloaded = Some(Code::Overloaded { retry_after: None });
    vec![
        (
            json!({"type": "fail", "status": 429, "retry_after": 0.5}),
            Some(Code::RateLimited { retry_after: Some(Duration::from_millis(500)) }),
        ),
        (fail(500), overloaded),
        (fail(503), overloaded),
        (fail(529), overloaded),
        (fail(401), Some(Code::Auth)),
        (fail(403), Some(Code::Auth)),
        (fail(404), Some(Code::NotFound)),
        (fail(400), Some(Code::Invalid)),
        (json!({"type": "delay", "seconds": 0.5}), None),
        (json!({"type": "slow_first_token", "seconds": 0.5}), None),
        (stream("disconnect"), Some(Code::Truncated)),
        (stream("truncate"), Some(Code::Truncated)),
        (stream("stall"), Some(Code::Timeout)),
        (stream("malformed"), Some(Code::Malformed)),
    ]
}

fn same_kind(a: Code, b: Code) -> bool {
    a.error_type() == b.error_type()
}

#[tokio::test]
async fn llmock_has_nothing_to_say_against_us() {
    let server = match ModelServer::llmock() {
        Ok(server) => server,
        Err(why) => return tests::skipped("llmock_has_nothing_to_say_against_us", &why),
    };
    let inject = |fault: &Json| {
        let said = server.ask("POST", "/_llmock/scenario", &json!({"behaviors": [fault]}));
        assert_eq!(said["queued"], 1, "{fault}: {said}");
    };
    for (protocol, path) in LLMOCK {
        let peer = provider(&format!("{}{path}", server.url()), protocol, PAUSE).await;
        for (number, (fault, code)) in faults().into_iter().enumerate() {
            inject(&fault);
            let asked =
                Request { max_tokens: None, ..request(&format!("Tell me about number {number}.")) };
            let (codes, done) = insist(&*peer, &asked).await;
            let seen = codes.first().copied();
            assert!(
                seen == code || matches!((seen, code), (Some(a), Some(b)) if same_kind(a, b)),
                "{protocol:?} {fault}: {codes:?} {done:?}"
            );
            let is_permanent = code.is_some_and(|it| it.transience() == Transience::Permanent);
            assert_eq!(done.is_err(), is_permanent, "{protocol:?} {fault}: {codes:?} {done:?}");
        }
        let tool = ToolOffer {
            name: "f".to_owned(),
            description: String::new(),
            parameters: json!({"type": "object"}),
        };
        for (kind, code) in [("malformed_arguments", Some(Code::Malformed)), ("unknown_tool", None)]
        {
            inject(&json!({"type": "tool_fault", "kind": kind}));
            let asked = Request { tools: vec![tool.clone()], max_tokens: None, ..request(kind) };
            let (codes, done) = insist(&*peer, &asked).await;
            // Gemini's arguments are no text, so that there are none that are malformed.
            if protocol != Protocol::Google {
                assert_eq!(codes.first().copied(), code, "{protocol:?} {kind}: {done:?}");
            }
            let reply = done.unwrap();
            assert_eq!(
                reply.tool_calls[0].name == "f",
                kind == "malformed_arguments",
                "{protocol:?}: {reply:?}"
            );
        }
    }
    let verdict = verdict(&server);
    assert!(verdict["faults_injected"].as_u64().unwrap() >= 40, "{verdict:#}");
    assert_eq!(verdict["findings"], json!([]), "{verdict:#}");
    let requests = server.ask("GET", "/_llmock/requests", &Json::Null);
    let paths: Vec<_> =
        requests["requests"].as_array().unwrap().iter().map(|it| it["path"].to_string()).collect();
    assert!(paths.len() > 60 && paths.iter().all(|it| !it.contains("sk-a-key")), "{paths:?}");
}
