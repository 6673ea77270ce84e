//! Servers of models that run on this machine without anybody having said so. Only the loopback is asked, and not for long.

use std::time::Duration;

use serde_json::Value as Json;
use tokio_util::sync::CancellationToken;

use crate::{
    Code, ModelError, Ports,
    wire::{Patience, Peer},
};

/// For everything that a port may answer.
const LIMIT: Duration = Duration::from_secs(1);

/// A server.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Found {
    /// The provider's name.
    pub(crate) name: &'static str,
    /// Where it listens.
    pub(crate) url: String,
}

/// The servers that answer as what they are looked for as.
pub(crate) async fn servers(ports: Ports) -> Vec<Found> {
    let (ollama, llamacpp, lmstudio) = tokio::join!(
        find("ollama", ports.ollama, "api/tags", is_ollama),
        find("llamacpp", ports.llamacpp, "v1/models", is_llamacpp),
        find("lmstudio", ports.lmstudio, "v1/models", is_lmstudio),
    );
    [ollama, llamacpp, lmstudio].into_iter().flatten().collect()
}

async fn find(
    name: &'static str,
    port: Option<u16>,
    path: &str,
    is_it: fn(&Result<Json, ModelError>) -> bool,
) -> Option<Found> {
    let url = format!("http://127.0.0.1:{}", port?);
    let patience = Patience { connect: LIMIT, begin: LIMIT, pause: LIMIT };
    let peer = Peer::new(name, &url, patience).ok()?;
    let answer = peer.whole(peer.get(path), &CancellationToken::new()).await;
    is_it(&answer).then_some(Found { name, url })
}

fn is_ollama(answer: &Result<Json, ModelError>) -> bool {
    answer.as_ref().is_ok_and(|it| it["models"].is_array())
}

/// Many programs listen on its port. While it loads a model it says so and nothing else.
fn is_llamacpp(answer: &Result<Json, ModelError>) -> bool {
    match answer {
        Ok(list) => list["data"][0]["owned_by"] == "llamacpp",
        Err(error) => {
            matches!(error.code, Code::Overloaded { .. }) && error.message.contains("Loading model")
        }
    }
}

fn is_lmstudio(answer: &Result<Json, ModelError>) -> bool {
    answer.as_ref().is_ok_and(|it| it["object"] == "list" && it["data"].is_array())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::{is_llamacpp, is_lmstudio, is_ollama, servers};
    use crate::{Code, ModelError, Ports};

    #[test]
    fn a_server_is_known_by_its_answer() {
        assert!(is_ollama(&Ok(json!({"models": []}))));
        assert!(!is_ollama(&Ok(json!({"data": []}))));
        assert!(is_llamacpp(&Ok(json!({"data": [{"id": "m", "owned_by": "llamacpp"}]}))));
        assert!(!is_llamacpp(&Ok(json!({"data": [{"id": "m", "owned_by": "me"}]}))));
        let loading = |words: &str| {
            Err(ModelError::new(
                Code::Overloaded { retry_after: None },
                format!("it answered 503: {words}"),
            ))
        };
        assert!(is_llamacpp(&loading("Loading model")));
        assert!(!is_llamacpp(&loading("Service unavailable")));
        assert!(is_lmstudio(&Ok(json!({"object": "list", "data": []}))));
        assert!(!is_lmstudio(&Ok(json!([]))));
    }

    #[tokio::test]
    async fn a_port_that_is_not_open_is_no_server() {
        // Bound and closed again: nobody listens there.
        let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let ports = Ports { ollama: Some(port), llamacpp: Some(port), lmstudio: None };
        assert_eq!(servers(ports).await, []);
    }
}
