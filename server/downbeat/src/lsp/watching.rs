//! Files that pipelines read and that others write: a client that can is asked to tell of their changes. What steps write is
//! not among them, as far as places tell, for a run would have every open pipeline read again and again.

use serde_json::json;
use tower_lsp_server::ls_types::Uri;

use super::message::{self, Id};

/// Pipelines, what they are set up with, and the folders in which they look for parts.
const WATCHED: [&str; 3] = [
    "**/*.{yaml,yml}",
    "**/downbeat.toml",
    "**/{personalities,prompts,templates,includes,content}/**",
];

/// The request to watch.
pub(super) fn request() -> Vec<u8> {
    let watchers: Vec<_> = WATCHED.iter().map(|glob| json!({ "globPattern": glob })).collect();
    let params = json!({ "registrations": [{
        "id": "downbeat-files",
        "method": "workspace/didChangeWatchedFiles",
        "registerOptions": { "watchers": watchers },
    }] });
    message::request(&Id::Text("downbeat-watch".to_owned()), "client/registerCapability", &params)
}

/// Whether a change of these files may matter to an open document: its own file does not, since its text is the editor's.
/// Without any name, something has changed.
pub(super) fn concerns(document: &Uri, changed: &[Uri]) -> bool {
    changed.is_empty() || changed.iter().any(|it| it.as_str() != document.as_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_document_is_read_again_for_every_file_but_its_own() {
        let uri = |name: &str| name.parse::<Uri>().unwrap();
        let (own, other) = (uri("file:///a.pipeline.yaml"), uri("file:///b.yaml"));
        assert!(!concerns(&own, std::slice::from_ref(&own)));
        assert!(concerns(&own, &[own.clone(), other]));
        assert!(concerns(&own, &[]));
    }
}
