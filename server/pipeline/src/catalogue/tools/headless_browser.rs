//! `headless-browser`: looks at pages.

use crate::catalogue::{
    Envelope, Operation, Signature,
    Type::{Bool, Integer, List, Text},
    build::{NETWORK, field, parameter},
};

/// See the module.
pub(in crate::catalogue) static HEADLESS_BROWSER: Signature = Signature {
    name: "headless-browser",
    aliases: &[],
    doc: "Opens pages without a window: searches, checks whether an address answers, and takes the content of a page.\n\n\
        ```yaml\n\
        - id: page\n  tool: headless-browser\n  action: scrape\n  parameters:\n    url: https://example.org\n\
        ```",
    operations: &[
        Operation {
            name: "search",
            doc: "Searches the web for `query`.",
            required: &["query"],
            result: &[
                field("query", Text, "The query that was asked."),
                field("results", List, "The hits, best first."),
                field("total_results", Integer, "How many hits there are."),
            ],
            effects: NETWORK,
        },
        Operation {
            name: "verify",
            doc: "Says whether `url` answers.",
            required: &["url"],
            result: &[
                field("url", Text, "The address."),
                field("accessible", Bool, "Whether it answers."),
            ],
            effects: NETWORK,
        },
        Operation {
            name: "scrape",
            doc: "Takes the content of the page at `url` as it is delivered.",
            required: &["url"],
            result: SCRAPED,
            effects: NETWORK,
        },
        Operation {
            name: "scrape_js",
            doc: "Takes the content of the page at `url` after its scripts ran.",
            required: &["url"],
            result: SCRAPED,
            effects: NETWORK,
        },
    ],
    default_operation: None,
    parameters: &[
        parameter("action", Text, "The operation, where the step's own `action` does not name it.")
            .one_of(&["search", "verify", "scrape", "scrape_js"]),
        parameter("url", Text, "The page."),
        parameter("query", Text, "What to search for."),
        parameter("sources", List, "Where to search.").or(r#"["web"]"#),
        parameter("max_results", Integer, "How many hits at most.").or("10"),
        parameter("backend", Text, "The search engine."),
    ],
    result: &[
        field("timestamp", Text, "When it was asked."),
        field("error", Text, "What went wrong, if anything."),
    ],
    envelope: Envelope::Wrapped,
    effects: NETWORK,
    primary: Some("content"),
};

const SCRAPED: &[crate::catalogue::Field] = &[
    field("url", Text, "The address."),
    field("title", Text, "The title of the page."),
    field("content", Text, "The text of the page."),
];
