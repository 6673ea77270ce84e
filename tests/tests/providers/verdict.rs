//! What `llmock` holds against a client.

use serde_json::{Value as Json, json};
use tests::models::ModelServer;

/// The verdict, without what is only the server's clock: a call that is tried again before the server has seen that its
/// broken connection was closed counts there as another call, and the first as given up. That it was tried again is seen by
/// the fingerprint of what was asked.
pub(crate) fn verdict(server: &ModelServer) -> Json {
    let mut verdict = server.ask("GET", "/_llmock/verdict", &Json::Null);
    let requests = server.ask("GET", "/_llmock/requests", &Json::Null);
    let requests = requests["requests"].as_array().unwrap();
    let was_tried_again = |finding: &Json| {
        let broken = requests.iter().position(|it| it["seq"] == finding["requests"][0]).unwrap();
        let asked = &requests[broken]["fingerprint"];
        requests[broken + 1..].iter().any(|it| it["fingerprint"] == *asked)
    };
    let findings = verdict["findings"].as_array().unwrap();
    let held = findings
        .iter()
        .filter(|it| it["code"] != "malformed_chunk_ignored" || !was_tried_again(it));
    verdict["findings"] = json!(held.collect::<Vec<_>>());
    verdict
}
