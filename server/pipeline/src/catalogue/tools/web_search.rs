//! `web-search`: asks a search engine.

use crate::catalogue::{
    Envelope, Signature,
    Type::{Integer, List, Number, Text},
    build::{NETWORK, field, parameter},
};

/// See the module.
pub(in crate::catalogue) static WEB_SEARCH: Signature = Signature {
    name: "web-search",
    aliases: &[],
    doc: "Searches the web and returns the hits, best first.\n\n\
        ```yaml\n\
        - id: find\n  tool: web-search\n  parameters:\n    query: \"{{ topic }} review 2026\"\n    max_results: 5\n\
        ```",
    operations: &[],
    default_operation: None,
    parameters: &[
        parameter("query", Text, "What to search for.").required(),
        parameter("max_results", Integer, "How many hits at most.").or("10"),
        parameter("backend", Text, "The search engine.").one_of(&["duckduckgo", "bing", "google"]),
    ],
    result: &[
        field("query", Text, "The query that was asked."),
        field("results", List, "The hits.").of(&[
            field("title", Text, "Title of the page."),
            field("url", Text, "Its address."),
            field("snippet", Text, "The passage that matched."),
        ]),
        field("total_results", Integer, "How many hits there are."),
        field("search_time", Number, "Seconds that the search took."),
        field("backend", Text, "The search engine that answered."),
        field("timestamp", Text, "When it was asked."),
    ],
    envelope: Envelope::Wrapped,
    effects: NETWORK,
    primary: Some("results"),
};
