//! `report-generator`: writes a report out of findings.

use crate::catalogue::{
    Envelope, Signature,
    Type::{Any, Integer, List, Number, Text},
    build::{PURE, field, parameter},
};

/// See the module.
pub static REPORT_GENERATOR: Signature = Signature {
    name: "report-generator",
    aliases: &[],
    doc: "Puts search hits, extracted passages, findings and recommendations together to one report in Markdown.\n\n\
        ```yaml\n\
        - id: report\n  tool: report-generator\n  parameters:\n    title: \"{{ topic }}\"\n    query: \"{{ topic }}\"\n    search_results: \"{{ find.results }}\"\n    extraction_results: \"{{ page.result }}\"\n\
        ```",
    operations: &[],
    default_operation: None,
    parameters: &[
        parameter("title", Text, "The title of the report.").required(),
        parameter("query", Text, "The question that the report answers.").required(),
        parameter("search_results", Any, "The hits of a search.").required(),
        parameter("extraction_results", Any, "What was taken from the pages.").required(),
        parameter("context", Text, "Words about where the question comes from."),
        parameter("findings", List, "What was found out."),
        parameter("recommendations", List, "What to do."),
        parameter("quality_score", Number, "How far the sources can be trusted.").within(0.0, 1.0),
    ],
    result: &[
        field("markdown", Text, "The report."),
        field("word_count", Integer, "Its words."),
        field("timestamp", Text, "When it was written."),
        field("title", Text, "Its title."),
    ],
    envelope: Envelope::Wrapped,
    effects: PURE,
    primary: Some("markdown"),
};
