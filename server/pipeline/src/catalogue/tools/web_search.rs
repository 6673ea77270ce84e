//! `web-search`: asks a search engine.

use crate::catalogue::{
    Envelope, Signature,
    Type::{Integer, List, Number, Text},
    build::{NETWORK, field, parameter},
};

/// Words of `backend`. Those that ask for a paid key are known, and refused when a step runs.
pub const SEARCH_BACKENDS: &[&str] = &["duckduckgo", "searxng", "bing", "google"];

/// See the module.
pub static WEB_SEARCH: Signature = Signature {
    name: "web-search",
    aliases: &[],
    doc: "Searches the web and returns the hits, best first.\n\n\
        DuckDuckGo and any SearXNG need no key; the variable `DOWNBEAT_SEARCH_URL` names a SearXNG for all steps that name \
        no engine. An engine that is asked too often answers with a failure that may pass.\n\n\
        ```yaml\n\
        - id: find\n  tool: web-search\n  parameters:\n    query: \"{{ topic }} review 2026\"\n    max_results: 5\n\
        ```",
    operations: &[],
    default_operation: None,
    parameters: &[
        parameter("query", Text, "What to search for.").required(),
        parameter("max_results", Integer, "How many hits at most.").at_least(1.0).or("10"),
        parameter(
            "backend",
            Text,
            "The search engine; `bing` and `google` want a paid key and are not provided.",
        )
        .one_of(SEARCH_BACKENDS),
        parameter("endpoint", Text, "Address of the search engine, for a SearXNG of one's own."),
    ],
    result: &[
        field("query", Text, "The query that was asked."),
        field("results", List, "The hits.").of(&[
            field("title", Text, "Title of the page."),
            field("url", Text, "Its address."),
            field("snippet", Text, "The passage that matched."),
        ]),
        field("total_results", Integer, "How many hits came."),
        field("search_time", Number, "Seconds that the search took."),
        field("backend", Text, "The search engine that answered."),
        field("timestamp", Text, "When it was asked."),
    ],
    envelope: Envelope::Wrapped,
    effects: NETWORK,
    primary: Some("results"),
};
