//! `report-generator`: writes a report out of findings.

use std::fmt::Write as _;

use async_trait::async_trait;
use engine::tool::{Call, Failure, Tool};
use jiff::Timestamp;
use pipeline::catalogue::{REPORT_GENERATOR, Signature};
use serde_json::{Map, Value as Json, json};

use crate::answer::{done, given, spelled, text};

/// See the module.
#[derive(Debug)]
pub(crate) struct ReportGenerator;

#[async_trait]
impl Tool for ReportGenerator {
    fn signature(&self) -> &'static Signature {
        &REPORT_GENERATOR
    }

    async fn call(&self, call: Call) -> Result<Json, Failure> {
        let title = text(&call.parameters, "title").unwrap_or_default();
        let markdown = report(&call.parameters, &title);
        Ok(done(json!({
            "word_count": markdown.split_whitespace().count(),
            "markdown": markdown,
            "timestamp": Timestamp::now().to_string(),
            "title": title,
        })))
    }
}

/// The parts that there is something to say in.
fn report(parameters: &Map<String, Json>, title: &str) -> String {
    let mut out = format!("# {}\n", line(title));
    let word = |name: &str| text(parameters, name).filter(|it| !it.trim().is_empty());
    if let Some(query) = word("query") {
        let _ = write!(out, "\n**Question:** {}\n", line(&query));
    }
    if let Some(score) = word("quality_score") {
        let _ = write!(out, "\n**Quality of the sources:** {}\n", line(&score));
    }
    if let Some(context) = word("context") {
        let _ = write!(out, "\n{}\n", context.trim());
    }
    let list = |name: &str| items(given(parameters, name));
    section(&mut out, "Findings", &list("findings").iter().map(bullet).collect::<Vec<_>>());
    section(&mut out, "Sources", &numbered(&hits(given(parameters, "search_results"))));
    let extracts = items(given(parameters, "extraction_results"));
    section(&mut out, "Extracts", &extracts.iter().map(extract).collect::<Vec<_>>());
    section(
        &mut out,
        "Recommendations",
        &list("recommendations").iter().map(bullet).collect::<Vec<_>>(),
    );
    out
}

fn section(out: &mut String, heading: &str, blocks: &[String]) {
    if blocks.is_empty() {
        return;
    }
    let is_list = blocks.iter().all(|it| !it.trim_end().contains("\n\n") && !it.starts_with('#'));
    let between = if is_list { "\n" } else { "\n\n" };
    let _ = write!(out, "\n## {heading}\n\n{}\n", blocks.join(between));
}

/// What a value holds: the items of a list, also of one in JSON, or the value itself.
fn items(value: Option<&Json>) -> Vec<Json> {
    match parsed(value) {
        None => Vec::new(),
        Some(Json::Array(items)) => items,
        Some(Json::String(text)) if text.trim().is_empty() => Vec::new(),
        Some(other) => vec![other],
    }
}

/// The hits of a search: a list of them, or the answer that holds it.
fn hits(value: Option<&Json>) -> Vec<Json> {
    match parsed(value) {
        Some(Json::Object(answer)) => {
            match answer.get("results").or_else(|| answer.get("result")) {
                Some(inner) => hits(Some(inner)),
                None => vec![Json::Object(answer)],
            }
        }
        other => items(other.as_ref()),
    }
}

/// A value, or the one that its text spells in JSON.
fn parsed(value: Option<&Json>) -> Option<Json> {
    let value = value.filter(|it| !it.is_null())?;
    let inner = value.as_str().and_then(|text| serde_json::from_str(text).ok());
    let inner = inner.filter(|it: &Json| it.is_array() || it.is_object());
    Some(inner.unwrap_or_else(|| value.clone()))
}

fn numbered(hits: &[Json]) -> Vec<String> {
    let number = |(index, hit): (usize, &Json)| format!("{}. {}", index + 1, source(hit));
    hits.iter().enumerate().map(number).collect()
}

/// A hit as a link and the words about it.
fn source(hit: &Json) -> String {
    let Json::Object(hit) = hit else { return line(&spelled(hit)) };
    let field = |names: &[&str]| {
        names.iter().find_map(|name| text(hit, name)).map(|it| line(&it)).unwrap_or_default()
    };
    let (title, url, snippet) = (
        field(&["title", "name"]),
        field(&["url", "link"]),
        field(&["snippet", "content", "description"]),
    );
    let name = if title.is_empty() { url.clone() } else { title };
    let link = match url.as_str() {
        "" => name,
        url => format!("[{}](<{url}>)", name.replace(['[', ']'], "")),
    };
    if snippet.is_empty() { link } else { format!("{link}: {snippet}") }
}

fn bullet(item: &Json) -> String {
    format!("- {}", line(&spelled(item)))
}

/// What was taken from a page: its content under its title.
fn extract(item: &Json) -> String {
    let Json::Object(page) = item else { return spelled(item).trim().to_owned() };
    let inner = page.get("result").filter(|it| it.is_object()).and_then(Json::as_object);
    let page = inner.unwrap_or(page);
    let content = ["content", "text", "summary"].iter().find_map(|name| text(page, name));
    let content = content.unwrap_or_else(|| spelled(&Json::Object(page.clone())));
    let heading =
        text(page, "title").filter(|it| !it.trim().is_empty()).or_else(|| text(page, "url"));
    match heading {
        Some(heading) => format!("### {}\n\n{}", line(&heading), content.trim()),
        None => content.trim().to_owned(),
    }
}

/// On one line, so that it cannot begin a part of its own.
fn line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use expect_test::expect;
    use serde_json::json;

    use super::ReportGenerator;
    use crate::testing::{call, parameters, value};

    #[test]
    fn a_report_holds_what_it_is_given() {
        let answer = value(
            &ReportGenerator,
            call(parameters(json!({
                "title": "Tides",
                "query": "Why are there two\ntides a day?",
                "context": "For sailors.",
                "quality_score": 0.9,
                "findings": ["The moon pulls.", { "a": 1 }],
                "search_results": { "results": [
                    { "title": "On [tides]", "url": "https://example.org/a b", "snippet": "Two\nbulges" },
                    { "url": "https://example.org/c" },
                ] },
                "extraction_results": "[{\"url\": \"https://example.org\", \"content\": \"Water follows.\\n\\nTwice.\"}]",
                "recommendations": ["Sail."],
            }))),
        );
        expect![[r"
            # Tides

            **Question:** Why are there two tides a day?

            **Quality of the sources:** 0.9

            For sailors.

            ## Findings

            - The moon pulls.
            - {'a': 1}

            ## Sources

            1. [On tides](<https://example.org/a b>): Two bulges
            2. [https://example.org/c](<https://example.org/c>)

            ## Extracts

            ### https://example.org

            Water follows.

            Twice.

            ## Recommendations

            - Sail.
        "]]
        .assert_eq(answer["result"]["markdown"].as_str().unwrap());
        assert_eq!(answer["result"]["title"], "Tides");
        assert_eq!(answer["result"]["word_count"], 47);
    }

    #[test]
    fn what_is_not_there_has_no_part() {
        let answer = value(
            &ReportGenerator,
            call(parameters(json!({
                "title": "Empty", "query": "", "search_results": [], "extraction_results": null,
            }))),
        );
        assert_eq!(answer["result"]["markdown"], "# Empty\n");
    }
}
