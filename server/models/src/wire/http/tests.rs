use std::{
    io::{Read as _, Write as _},
    net::TcpListener,
    thread::JoinHandle,
    time::Duration,
};

use engine::tool::Failure;
use tokio_util::sync::CancellationToken;

use super::{Patience, Peer};
use crate::{
    Code, Declared, Delta, Message, ModelError, Protocol, Provider as _, Providers, Reply, Request,
    Surroundings, providers::Chat,
};

const KEY: &str = "sk-very-secret-0123456789";

/// A server that gives one answer to one request, whatever it is, and then closes the connection; it gives the request back.
fn serve(answer: &'static str) -> (String, JoinHandle<String>) {
    serve_bytes(answer.as_bytes())
}

fn serve_bytes(answer: &'static [u8]) -> (String, JoinHandle<String>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let thread = std::thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        let mut request = vec![0; 65536];
        let mut length = 0;
        while !String::from_utf8_lossy(&request[..length]).contains("\r\n\r\n") {
            length += stream.read(&mut request[length..]).unwrap();
        }
        stream.write_all(answer).unwrap();
        if answer.ends_with(b"stands still") {
            let _ = stream.read(&mut request[length..]);
            let _ = stream.read(&mut request[length..]);
        }
        String::from_utf8_lossy(&request[..length]).into_owned()
    });
    (url, thread)
}

fn providers(url: &str, protocol: Protocol) -> Providers {
    let declared = Declared {
        name: "peer".to_owned(),
        url: url.to_owned(),
        key: Some("PEER_KEY".to_owned()),
        protocol,
        file: None,
    };
    Providers::new(Surroundings {
        declared: vec![declared],
        pause: Duration::from_millis(300),
        ..Surroundings::of_variables([("PEER_KEY", KEY)])
    })
}

async fn ask(providers: &Providers) -> Result<Reply, ModelError> {
    let request = Request {
        model: "m".to_owned(),
        messages: vec![Message::user("hi")],
        ..Request::default()
    };
    let mut sink = |_: Delta<'_>| {};
    providers.get("peer").await?.chat(&request, &mut sink, &CancellationToken::new()).await
}

async fn code(answer: &'static str) -> Code {
    let (url, _server) = serve(answer);
    ask(&providers(&url, Protocol::OpenAi)).await.unwrap_err().code
}

#[tokio::test]
async fn a_key_stands_in_a_header_and_in_nothing_that_is_shown() {
    for (protocol, header) in [
        (Protocol::OpenAi, "authorization: Bearer "),
        (Protocol::OpenAiResponses, "authorization: Bearer "),
        (Protocol::Anthropic, "x-api-key: "),
        (Protocol::Google, "x-goog-api-key: "),
        (Protocol::Ollama, "authorization: Bearer "),
    ] {
        let (url, server) = serve(
            "HTTP/1.1 401 No\r\nconnection: close\r\n\r\n{\"error\": {\"message\": \"no such key: sk-very-secret-0123456789\"}}",
        );
        let providers = providers(&url, protocol);
        let error = ask(&providers).await.unwrap_err();
        let request = server.join().unwrap();
        assert!(request.contains(&format!("{header}{KEY}")), "{protocol:?}: {request}");
        assert!(!request.lines().next().unwrap().contains(KEY), "{request}");
        assert_eq!(error.code, Code::Auth);
        assert!(error.message.contains("[secret]"), "{error}");
        let shown = format!("{error:?} {error} {:?} {providers:?}", Failure::from(error.clone()));
        assert!(!shown.contains("very-secret"), "{shown}");
    }
}

#[tokio::test]
async fn an_answer_that_breaks_off_is_none() {
    let head = |body: &str| format!("HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\n{body}");
    let event = "data: {\"choices\":[{\"delta\":{\"content\":\"half\"}}]}\n\n";
    let cut = head(&format!("connection: close\r\n\r\n{event}"));
    assert_eq!(code(cut.leak()).await, Code::Truncated);
    let dropped = head(&format!("content-length: 5000\r\n\r\n{event}"));
    assert_eq!(code(dropped.leak()).await, Code::Truncated);
    let still = head(&format!("content-length: 5000\r\n\r\n{event}: stands still"));
    assert_eq!(code(still.leak()).await, Code::Timeout);
    let page = "HTTP/1.1 200 OK\r\nconnection: close\r\n\r\n<html>Welcome</html>";
    assert_eq!(code(page).await, Code::Truncated);
}

/// An answer with these headers and this body.
fn answer(head: &str, body: &str) -> &'static str {
    let length = body.len();
    format!("HTTP/1.1 {head}\r\ncontent-length: {length}\r\nconnection: close\r\n\r\n{body}").leak()
}

#[tokio::test]
async fn an_answer_that_is_no_stream_says_what_it_is() {
    let json = "200 OK\r\ncontent-type: Application/JSON; charset=utf-8";
    let whole = r#"{"choices": [{"message": {"content": "hi"}, "finish_reason": "stop"}]}"#;
    assert_eq!(code(answer(json, whole)).await, Code::Invalid);
    let refused = r#"{"error": {"code": "insufficient_quota", "message": "no money"}}"#;
    assert_eq!(code(answer(json, refused)).await, Code::Quota);
    assert_eq!(code(answer(json, "{nonsense")).await, Code::Malformed);
    let page = answer("200 OK\r\ncontent-type: text/html", "<html>Log in</html>");
    assert_eq!(code(page).await, Code::NotFound);
}

#[tokio::test]
async fn what_no_protocol_allows_is_malformed() {
    let stream = "200 OK\r\ncontent-type: text/event-stream";
    let end = "data: [DONE]\n\n";
    let event = |json: &str| answer(stream, &format!("data: {json}\n\n{end}"));
    assert_eq!(code(event(r#"{"choices": []}"#)).await, Code::Truncated);
    assert_eq!(code(event("{")).await, Code::Malformed);
    assert_eq!(code(event(r#"{"choices": [{"delta": {"content": 7}}]}"#)).await, Code::Malformed);
    let call = r#"{"choices": [{"delta": {"tool_calls": [{"index": 0, "id": "c", "function": {"name": "f", "arguments": "{\"a\": nope"}}]}, "finish_reason": "tool_calls"}]}"#;
    assert_eq!(code(event(call)).await, Code::Malformed);
    let bytes: &[u8] = b"data: {\"choices\": [{\"delta\": {\"content\": \"\xff\xfe\"}}]}\n\n";
    let head = format!("HTTP/1.1 {stream}\r\nconnection: close\r\n\r\n");
    let (url, _server) = serve_bytes([head.as_bytes(), bytes].concat().leak());
    let error = ask(&providers(&url, Protocol::OpenAi)).await.unwrap_err();
    assert_eq!(error.code, Code::Malformed, "{error}");
}

#[tokio::test]
async fn statuses_are_told_apart_and_pauses_kept() {
    let seconds = Some(Duration::from_secs(7));
    let none = Code::Overloaded { retry_after: None };
    for (head, wanted) in [
        ("401 No", Code::Auth),
        ("403 No", Code::Auth),
        ("404 No", Code::NotFound),
        ("408 Late", Code::Timeout),
        ("413 Long", Code::ContextOverflow),
        ("429 Slow", Code::RateLimited { retry_after: None }),
        ("429 Slow\r\nretry-after: 7", Code::RateLimited { retry_after: seconds }),
        (
            "429 Slow\r\nretry-after: Wed, 21 Oct 2015 07:28:00 GMT",
            Code::RateLimited { retry_after: Some(Duration::ZERO) },
        ),
        ("429 Slow\r\nretry-after: soon", Code::RateLimited { retry_after: None }),
        ("500 No", none),
        ("502 No", none),
        ("503 No\r\nretry-after: 7", Code::Overloaded { retry_after: seconds }),
        ("504 No", Code::Timeout),
        ("529 No", none),
    ] {
        for body in ["", "{", "<html>no</html>", "\u{0}"] {
            assert_eq!(code(answer(head, body)).await, wanted, "{head} {body:?}");
        }
    }
}

#[tokio::test]
async fn a_server_that_says_nothing_is_not_waited_for_for_ever() {
    let still = "HTTP/1.1 500 No\r\ncontent-length: 900\r\n\r\n: stands still";
    assert_eq!(code(still).await, Code::Overloaded { retry_after: None });
    // It takes the question and hangs up.
    assert_eq!(code("").await, Code::Transport);
    assert_eq!(code("no answer over HTTP at all").await, Code::Transport);
}

#[tokio::test]
async fn an_answer_that_leads_elsewhere_is_not_followed() {
    let answer = "HTTP/1.1 307 Go\r\nlocation: http://127.0.0.1:1/\r\nconnection: close\r\n\r\n";
    assert_eq!(code(answer).await, Code::NotFound);
}

#[tokio::test]
async fn nobody_at_the_address_is_said_with_it() {
    let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let url = format!("http://127.0.0.1:{port}");
    let error = ask(&providers(&url, Protocol::OpenAi)).await.unwrap_err();
    assert_eq!(error.code, Code::Transport);
    let words = format!("`peer`: it cannot be reached at {url}/v1: the connection was refused");
    assert!(error.message.starts_with(&words), "{error}");
    assert!(error.help.unwrap().ends_with("`PEER_KEY` of the environment"));
}

#[tokio::test]
async fn a_word_that_is_no_key_stays_in_what_is_said() {
    let (url, _server) = serve("HTTP/1.1 500 No\r\nconnection: close\r\n\r\nbroken token");
    let surroundings =
        Surroundings::of_variables([("VLLM_BASE_URL", &*url), ("VLLM_API_KEY", "k")]);
    let peer = Providers::new(surroundings).get("vllm").await.unwrap();
    let error = peer.models(&CancellationToken::new()).await.unwrap_err();
    assert!(error.message.ends_with("broken token"), "{error}");
}

#[tokio::test]
async fn what_speaks_no_tls_is_said_so() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("https://{}", listener.local_addr().unwrap());
    std::thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        let _ = stream.read(&mut [0; 1024]);
        let _ = stream.write_all(b"HTTP/1.1 400 Bad Request\r\n\r\n");
    });
    let error = ask(&providers(&url, Protocol::OpenAi)).await.unwrap_err();
    assert_eq!(error.code, Code::Transport);
    assert!(error.message.contains("it speaks no TLS there"), "{error}");
}

#[tokio::test]
async fn signs_of_life_that_say_nothing_are_no_answer() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}/v1", listener.local_addr().unwrap());
    std::thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        let _ = stream.read(&mut [0; 65536]);
        let mut piece = "HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\n\r\n";
        while stream.write_all(piece.as_bytes()).is_ok() {
            std::thread::sleep(Duration::from_millis(20));
            piece = ": still there\n\n";
        }
    });
    let patience = Patience {
        begin: Duration::from_millis(400),
        pause: Duration::from_millis(200),
        ..Patience::default()
    };
    let peer = Chat::new(Peer::new("peer", &url, patience).unwrap());
    let request = Request { model: "m".to_owned(), ..Request::default() };
    let asked = peer.chat(&request, &mut |_: Delta<'_>| {}, &CancellationToken::new()).await;
    let error = asked.unwrap_err();
    assert_eq!(error.code, Code::Timeout);
    assert!(error.message.contains("said nothing for 0.4 s"), "{error}");
}

#[tokio::test]
async fn addresses_that_are_none_are_refused() {
    for url in ["ftp://h/", "http://", "https://user:pass@h/v1", "https://h/v1?key=x", "::"] {
        let error = ask(&providers(url, Protocol::OpenAi)).await.unwrap_err();
        assert_eq!(error.code, Code::Invalid, "{url}");
        assert!(!error.message.contains("pass@"), "{error}");
    }
}

#[tokio::test]
async fn a_key_that_cannot_be_one_is_not_sent() {
    let declared = Declared {
        name: "peer".to_owned(),
        url: "http://127.0.0.1:1".to_owned(),
        key: Some("PEER_KEY".to_owned()),
        protocol: Protocol::OpenAi,
        file: None,
    };
    let surroundings = Surroundings {
        declared: vec![declared],
        ..Surroundings::of_variables([("PEER_KEY", "sk-with\nline-end")])
    };
    let error = ask(&Providers::new(surroundings)).await.unwrap_err();
    assert_eq!(error.code, Code::Auth);
    assert!(!error.message.contains("sk-with"), "{error}");
}
