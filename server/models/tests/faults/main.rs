//! Answers as servers really give them, odd, broken and malicious ones, each over a connection of its own: the right value, or
//! the right kind of error in words that say what it is. Sources are the providers' public references, and what is known of
//! servers that speak their protocols.

#![expect(clippy::unwrap_used, reason = "a test helper may fail its test")]

mod cases;

use std::{
    io::{Read as _, Write as _},
    net::TcpListener,
    thread,
    time::Duration,
};

use engine::tool::Failure;
use models::{
    Declared, Delta, Finish, Message, ModelError, Protocol, Providers, Reply, Request,
    Surroundings, ToolOffer,
};
use serde_json::{Value as Json, json};
use tokio_util::sync::CancellationToken;

const KEY: &str = "sk-very-secret-0123456789";

/// What a server does, and what is to come of it.
struct Case {
    what: &'static str,
    protocol: Protocol,
    /// Status and headers, without the empty line.
    head: &'static str,
    body: String,
    /// The body goes out in pieces of so many bytes.
    pieces: usize,
    wanted: Wanted,
}

/// What is to come of an answer.
enum Wanted {
    /// Words, and why they end.
    Said(&'static str, Finish),
    /// Calls of tools: names and arguments.
    Calls(&'static [(&'static str, &'static str)]),
    /// Tokens: read, written.
    Used(Option<u64>, Option<u64>),
    /// An error of that type, whose words have this in them.
    Fails(&'static str, &'static str),
}

/// Gives one answer to one request.
fn serve(case: &Case) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let head = format!("HTTP/1.1 {}\r\n\r\n", case.head.replace('\n', "\r\n"));
    let (body, pieces) = (case.body.clone().into_bytes(), case.pieces);
    thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        let mut request = Vec::new();
        let mut bytes = [0; 4096];
        while !is_whole(&request) {
            let read = stream.read(&mut bytes).unwrap();
            request.extend_from_slice(&bytes[..read]);
        }
        // Whoever has heard enough hangs up.
        let _ = stream.write_all(head.as_bytes());
        for piece in body.chunks(pieces) {
            if stream.write_all(piece).is_err() {
                break;
            }
            if pieces < 100 {
                thread::sleep(Duration::from_micros(200));
            }
        }
    });
    url
}

fn is_whole(request: &[u8]) -> bool {
    let text = String::from_utf8_lossy(request);
    let Some((head, body)) = text.split_once("\r\n\r\n") else { return false };
    let length = head.lines().find_map(|line| {
        let (name, value) = line.split_once(':')?;
        name.eq_ignore_ascii_case("content-length").then(|| value.trim().parse().ok())?
    });
    body.len() >= length.unwrap_or(0)
}

async fn ask(case: &Case) -> (Result<Reply, ModelError>, String) {
    let declared = Declared {
        name: "peer".to_owned(),
        url: serve(case),
        key: Some("PEER_KEY".to_owned()),
        protocol: case.protocol,
        file: None,
    };
    let providers = Providers::new(Surroundings {
        declared: vec![declared],
        pause: Duration::from_secs(5),
        ..Surroundings::of_variables([("PEER_KEY", KEY)])
    });
    let tool = |name: &str| ToolOffer {
        name: name.to_owned(),
        description: String::new(),
        parameters: json!({"type": "object"}),
    };
    let request = Request {
        model: "m".to_owned(),
        messages: vec![Message::user("hi")],
        tools: vec![tool("look"), tool("add")],
        ..Request::default()
    };
    let mut told = String::new();
    let mut sink = |delta: Delta<'_>| {
        if let Delta::Text(text) = delta {
            told.push_str(text);
        }
    };
    let peer = providers.get("peer").await.unwrap();
    let done = peer.chat(&request, &mut sink, &CancellationToken::new()).await;
    (done, told)
}

/// What is wrong with what came of a case.
fn fault(wanted: &Wanted, done: &Result<Reply, ModelError>, told: &str) -> Option<String> {
    let is_right = match (wanted, done) {
        (Wanted::Said(text, finish), Ok(reply)) => {
            reply.text == *text && told == *text && reply.finish == *finish
        }
        (Wanted::Calls(calls), Ok(reply)) => {
            let made = reply.tool_calls.iter();
            let made: Vec<_> = made.map(|it| (it.name.clone(), json!(it.arguments))).collect();
            let wanted = calls.iter().map(|(name, arguments)| {
                ((*name).to_owned(), serde_json::from_str::<Json>(arguments).unwrap())
            });
            made == wanted.collect::<Vec<_>>() && reply.finish == Finish::ToolCalls
        }
        (Wanted::Used(input, output), Ok(reply)) => {
            (reply.usage.input, reply.usage.output) == (*input, *output)
        }
        (Wanted::Fails(kind, words), Err(error)) => {
            let failure = Failure::from(error.clone());
            failure.error_type == *kind && failure.message.contains(words)
        }
        _ => false,
    };
    let shown = format!("{done:?}");
    if shown.contains(KEY) {
        return Some(format!("the key stands in it: {shown}"));
    }
    (!is_right).then_some(shown)
}

#[tokio::test]
async fn every_answer_comes_to_the_right_value_or_the_right_error() {
    let mut wrong = String::new();
    for case in cases::all() {
        let (done, told) = ask(&case).await;
        if let Some(fault) = fault(&case.wanted, &done, &told) {
            wrong.push_str(&format!("{:?}, {}: {fault}\n", case.protocol, case.what));
        }
    }
    assert!(wrong.is_empty(), "\n{wrong}");
}
