//! How the tests ask.

use std::{sync::Arc, time::Duration};

use models::{
    Declared, Delta, Message, ModelError, Protocol, Provider, Providers, Reply, Request,
    Surroundings,
};
use tokio_util::sync::CancellationToken;

/// A request for few words, the same each time.
pub(crate) fn request(text: &str) -> Request {
    Request {
        model: tests::models::MODEL.to_owned(),
        messages: vec![Message::user(text)],
        temperature: Some(0.0),
        max_tokens: Some(16),
        seed: Some(1),
        ..Request::default()
    }
}

/// The provider `peer`, at that address.
pub(crate) async fn provider(url: &str, protocol: Protocol, pause: Duration) -> Arc<dyn Provider> {
    let declared = Declared {
        name: "peer".to_owned(),
        url: url.to_owned(),
        key: Some("PEER_KEY".to_owned()),
        protocol,
        file: None,
    };
    let surroundings = Surroundings {
        declared: vec![declared],
        pause,
        ..Surroundings::of_variables([("PEER_KEY", "sk-a-key-of-the-tests")])
    };
    Providers::new(surroundings).get("peer").await.unwrap()
}

/// The reply, after looking whether the pieces add up to it.
pub(crate) async fn ask(provider: &dyn Provider, request: &Request) -> Result<Reply, ModelError> {
    let (mut text, mut pieces, mut ends) = (String::new(), 0, 0);
    let mut sink = |delta: Delta<'_>| match delta {
        Delta::Text(piece) => {
            text.push_str(piece);
            pieces += 1;
        }
        Delta::Finish(_) => ends += 1,
        _ => {}
    };
    let done = provider.chat(request, &mut sink, &CancellationToken::new()).await;
    if let Ok(reply) = &done {
        assert_eq!(reply.text, text);
        assert_eq!(ends, 1);
        assert!(pieces > 1 || text.len() < 20, "{pieces} pieces of {text:?}");
    } else {
        assert_eq!(ends, 0);
    }
    done
}
