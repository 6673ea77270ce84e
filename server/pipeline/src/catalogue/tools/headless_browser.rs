//! `headless-browser`: looks at pages.

use crate::catalogue::{
    Envelope, Operation, Signature,
    Type::{Bool, Integer, List, Text},
    build::{NETWORK, field, parameter},
};

/// See the module.
pub static HEADLESS_BROWSER: Signature = Signature {
    name: "headless-browser",
    aliases: &[],
    doc: "Opens pages without a window: searches, checks whether an address answers, and takes the content of a page, as \
        Markdown.\n\n\
        Hosts with private addresses are refused, also behind redirects; `--allow-host` permits one. A page has 10 MiB and \
        30 seconds (`timeout` of the step says otherwise).\n\n\
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
                field("reason", Text, "Why it does not."),
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
            doc: "Takes the content of the page at `url` after its scripts ran, with the Chromium of the machine.",
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
        parameter("sources", List, "Where to search: `web` is all there is.").or(r#"["web"]"#),
        parameter("max_results", Integer, "How many hits at most.").at_least(1.0).or("10"),
        parameter("backend", Text, "The search engine: `duckduckgo` or `searxng`."),
        parameter("endpoint", Text, "Address of the search engine, for a SearXNG of one's own."),
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
    field("content", Text, "The text of the page, HTML as Markdown."),
];
