use std::{
    io::{Read as _, Write as _},
    net::TcpListener,
    thread::JoinHandle,
    time::Duration,
};

use engine::tool::Failure;
use tokio_util::sync::CancellationToken;

use crate::{
    Code, Declared, Delta, Message, ModelError, Protocol, Providers, Reply, Request, Surroundings,
};

const KEY: &str = "sk-very-secret-0123456789";

/// A server that gives one answer to one request, whatever it is, and then closes the connection; it gives the request back.
fn serve(answer: &'static str) -> (String, JoinHandle<String>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let thread = std::thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        let mut request = vec![0; 65536];
        let mut length = 0;
        while !String::from_utf8_lossy(&request[..length]).contains("\r\n\r\n") {
            length += stream.read(&mut request[length..]).unwrap();
        }
        stream.write_all(answer.as_bytes()).unwrap();
        if answer.ends_with("stands still") {
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

#[tokio::test]
async fn an_answer_that_leads_elsewhere_is_not_followed() {
    let answer = "HTTP/1.1 307 Go\r\nlocation: http://127.0.0.1:1/\r\nconnection: close\r\n\r\n";
    assert_eq!(code(answer).await, Code::NotFound);
}

#[tokio::test]
async fn nobody_at_the_address_is_said_so_without_it() {
    let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let error = ask(&providers(&format!("http://127.0.0.1:{port}"), Protocol::OpenAi)).await;
    let error = error.unwrap_err();
    assert_eq!(error.code, Code::Transport);
    assert!(error.message.starts_with("`peer`: it cannot be reached: "), "{error}");
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
    };
    let surroundings = Surroundings {
        declared: vec![declared],
        ..Surroundings::of_variables([("PEER_KEY", "sk-with\nline-end")])
    };
    let error = ask(&Providers::new(surroundings)).await.unwrap_err();
    assert_eq!(error.code, Code::Auth);
    assert!(!error.message.contains("sk-with"), "{error}");
}
