//! Real calls: llama.cpp's server with a small model. It is too small to judge by its words; lengths, shapes and ends are real.

use std::{sync::Arc, time::Duration};

use models::{
    Code, Delta, Finish, Format, ModelError, Ports, Protocol, Providers, Structure, Surroundings,
};
use pipeline::models::{Access, Place, Reach};
use serde_json::{Value as Json, json};
use tests::models::{MODEL, ModelServer, Task};
use tokio_util::sync::CancellationToken;

use crate::asked::{ask, provider, request};

const PAUSE: Duration = Duration::from_secs(120);
const PROTOCOLS: [Protocol; 3] = [Protocol::OpenAi, Protocol::OpenAiResponses, Protocol::Anthropic];

/// The server that all share, or the end of the test.
macro_rules! server {
    ($test:literal) => {
        match ModelServer::shared($test) {
            Some(server) => server,
            None => return,
        }
    };
}

#[tokio::test]
async fn every_protocol_streams_an_answer() {
    let server = server!("every_protocol_streams_an_answer");
    for protocol in PROTOCOLS {
        let peer = provider(&server.url(), protocol, PAUSE).await;
        let reply = ask(&*peer, &request("Count from one to ten in words.")).await.unwrap();
        assert!(!reply.text.is_empty(), "{protocol:?}");
        // 16 tokens are too few; that this is why it ends, llama.cpp says in two of its protocols.
        let finish =
            if protocol == Protocol::OpenAiResponses { Finish::Stop } else { Finish::Length };
        assert_eq!(reply.finish, finish, "{protocol:?}: {reply:?}");
        assert_eq!(reply.usage.output, Some(16), "{protocol:?}");
        assert!(reply.usage.input.is_some_and(|it| it > 10), "{protocol:?}: {reply:?}");
    }
}

#[tokio::test]
async fn an_answer_ends_at_a_text_of_stop() {
    let server = server!("an_answer_ends_at_a_text_of_stop");
    let peer = provider(&server.url(), Protocol::OpenAi, PAUSE).await;
    let long = models::Request { max_tokens: Some(12), ..request("Say hello.") };
    let whole = ask(&*peer, &long).await.unwrap().text;
    let stop = whole.split_whitespace().nth(1).unwrap().to_owned();
    let cut = ask(&*peer, &models::Request { stop: vec![stop.clone()], ..long }).await.unwrap();
    assert_eq!(cut.finish, Finish::Stop);
    assert!(whole.starts_with(&cut.text) && !cut.text.contains(&stop), "{whole:?} {cut:?}");
}

#[tokio::test]
async fn a_structure_is_forced() {
    let server = server!("a_structure_is_forced");
    let schema = json!({
        "type": "object",
        "properties": {"mood": {"enum": ["good", "bad"]}, "stars": {"type": "integer", "minimum": 1, "maximum": 5}},
        "required": ["mood", "stars"],
        "additionalProperties": false,
    });
    let peer = provider(&server.url(), Protocol::OpenAi, PAUSE).await;
    let structure = Structure { name: "review".to_owned(), schema: schema.clone() };
    let asked = models::Request {
        response: Format::Json(structure),
        max_tokens: Some(64),
        ..request("I loved this film. How was it?")
    };
    let reply = ask(&*peer, &asked).await.unwrap();
    assert_eq!(reply.finish, Finish::Stop);
    let value: Json = serde_json::from_str(&reply.text).unwrap();
    assert!(jsonschema::is_valid(&schema, &value), "{value}");
}

#[tokio::test]
async fn texts_become_vectors() {
    let server = match ModelServer::loaded(512, Task::Embed) {
        Ok(server) => server,
        Err(why) => return tests::skipped("texts_become_vectors", &why),
    };
    let peer = provider(&server.url(), Protocol::OpenAi, PAUSE).await;
    let texts = ["a cat", "a cat", "the law of large numbers"].map(str::to_owned);
    let made = peer.embed(MODEL, &texts, &CancellationToken::new()).await.unwrap();
    let likeness = |a: usize, b: usize| {
        let dot = |x: usize, y: usize| -> f32 {
            made.vectors[x].iter().zip(&made.vectors[y]).map(|(a, b)| a * b).sum()
        };
        dot(a, b) / (dot(a, a) * dot(b, b)).sqrt()
    };
    assert_eq!(made.vectors.len(), 3);
    assert!(made.vectors[0].len() > 100);
    assert!(
        likeness(0, 1) > 0.999 && likeness(0, 2) < likeness(0, 1),
        "{} {}",
        likeness(0, 1),
        likeness(0, 2)
    );
    assert!(made.usage.input.is_some_and(|it| it > 5));
}

#[tokio::test]
async fn a_cancelled_answer_stops_at_the_server() {
    let server = server!("a_cancelled_answer_stops_at_the_server");
    let peer = provider(&server.url(), Protocol::OpenAi, PAUSE).await;
    let cancel = CancellationToken::new();
    let mut pieces = 0;
    let mut sink = |delta: Delta<'_>| {
        if matches!(delta, Delta::Text(_)) {
            pieces += 1;
            cancel.cancel();
        }
    };
    let endless = models::Request { max_tokens: Some(1500), ..request("Write a very long story.") };
    let error = peer.chat(&endless, &mut sink, &cancel).await.unwrap_err();
    assert_eq!(error.code, Code::Cancelled);
    assert!(pieces < 20, "{pieces} pieces came after it was cancelled");
    // The server has one place: it is free again.
    ask(&*peer, &request("Hello.")).await.unwrap();
}

#[tokio::test]
async fn what_does_not_fit_is_said_so_in_every_protocol() {
    let server = server!("what_does_not_fit_is_said_so_in_every_protocol");
    let long = request(&"word ".repeat(6000));
    for protocol in PROTOCOLS {
        let peer = provider(&server.url(), protocol, PAUSE).await;
        let error = ask(&*peer, &long).await.unwrap_err();
        assert_eq!(error.code, Code::ContextOverflow, "{protocol:?}: {error}");
        assert_eq!(error.transience(), engine::tool::Transience::Permanent);
        assert!(error.help.is_some_and(|it| it.contains("max_tokens")));
    }
}

#[tokio::test]
async fn a_server_that_loads_its_model_is_found_and_waited_for() {
    let server = match ModelServer::loading(512, Task::Chat) {
        Ok(server) => server,
        Err(why) => {
            return tests::skipped("a_server_that_loads_its_model_is_found_and_waited_for", &why);
        }
    };
    let peer = provider(&server.url(), Protocol::OpenAi, PAUSE).await;
    let mut codes = Vec::new();
    let listed = loop {
        match peer.models(&CancellationToken::new()).await {
            Ok(listed) => break listed,
            Err(error) => {
                let is_transient =
                    matches!(error.transience(), engine::tool::Transience::Transient { .. });
                assert!(is_transient, "{error:?}");
                codes.push(error.code);
            }
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    };
    assert!(codes.contains(&Code::Overloaded { retry_after: None }), "{codes:?}");
    assert_eq!(listed[0].name, MODEL);
    let surroundings = Surroundings {
        ports: Ports { llamacpp: Some(server.port), ..Ports::NONE },
        ..Surroundings::of_variables::<&str, &str>([])
    };
    let providers = Arc::new(Providers::new(surroundings));
    let Reach::Known(servers) = providers.reach().await else { panic!("nobody looked") };
    let open: Vec<_> =
        servers.iter().filter(|it| matches!(it.access, Access::Open { .. })).collect();
    assert_eq!(open.len(), 1, "{servers:#?}");
    assert_eq!(open[0].provider, "llamacpp");
    assert_eq!(open[0].place, Place::OwnMachine);
    let Access::Open { models: Some(models) } = &open[0].access else { panic!("{:?}", open[0]) };
    assert_eq!(models[0].name, MODEL);
    let health = providers.health().await;
    assert_eq!(health.len(), 1);
    assert_eq!(health[0].state, Ok::<_, ModelError>(1));
    assert!(health[0].by.contains(&server.port.to_string()));
}
