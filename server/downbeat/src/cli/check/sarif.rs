//! Findings as SARIF 2.1.0 (OASIS), for code scanning.

use serde_json::{Value as Json, json};

use super::Outcome;
use crate::{
    cli::terminal::Terminal,
    shape::{Finding, Fix, Range, Severity, rule_url},
};

const SCHEMA: &str = "https://json.schemastore.org/sarif-2.1.0.json";

pub(super) fn print(terminal: Terminal, outcome: &Outcome) {
    let rules = checks::rules();
    let results: Vec<Json> = outcome
        .findings()
        .map(|(file, found)| {
            let index = rules.iter().position(|rule| rule.code == found.code);
            result(&file.finding(found), index)
        })
        .collect();
    let rules: Vec<Json> = rules.iter().map(rule).collect();
    let unreadable: Vec<Json> = outcome
        .unreadable
        .iter()
        .map(|it| {
            let place =
                json!({ "physicalLocation": { "artifactLocation": { "uri": uri(&it.name) } } });
            json!({ "level": "error", "message": { "text": it.to_string() }, "locations": [place] })
        })
        .collect();
    terminal.json(&json!({
        "$schema": SCHEMA,
        "version": "2.1.0",
        "runs": [{
            "tool": { "driver": { "name": "downbeat", "version": env!("CARGO_PKG_VERSION"), "rules": rules } },
            "columnKind": "utf16CodeUnits",
            "invocations": [{
                "executionSuccessful": unreadable.is_empty(),
                "toolExecutionNotifications": unreadable,
            }],
            "results": results,
        }],
    }));
}

fn rule(rule: &checks::RuleInfo) -> Json {
    json!({
        "id": rule.code,
        "shortDescription": { "text": rule.summary() },
        "help": { "text": rule.page, "markdown": rule.page },
        "defaultConfiguration": { "level": level(rule.severity.into()) },
        "properties": { "page": rule_url(rule.code) },
    })
}

fn result(finding: &Finding, rule: Option<usize>) -> Json {
    let related: Vec<Json> = finding
        .related
        .iter()
        .map(|it| {
            let mut place = location(&it.file, it.range);
            place["message"] = json!({ "text": it.message });
            place
        })
        .collect();
    let fixes: Vec<Json> = finding.fixes.iter().map(|it| fix(&finding.file, it)).collect();
    let mut result = json!({
        "ruleId": finding.code,
        "level": level(finding.severity),
        "message": { "text": finding.message },
        "locations": [location(&finding.file, finding.range)],
        "relatedLocations": related,
        "fixes": fixes,
    });
    if let Some(index) = rule {
        result["ruleIndex"] = json!(index);
    }
    result
}

fn fix(file: &str, fix: &Fix) -> Json {
    let replacements: Vec<Json> = fix
        .edits
        .iter()
        .map(|edit| json!({ "deletedRegion": region(edit.range), "insertedContent": { "text": edit.new_text } }))
        .collect();
    json!({
        "description": { "text": fix.title },
        "artifactChanges": [{ "artifactLocation": { "uri": uri(file) }, "replacements": replacements }],
    })
}

fn location(file: &str, range: Range) -> Json {
    json!({ "physicalLocation": { "artifactLocation": { "uri": uri(file) }, "region": region(range) } })
}

fn region(range: Range) -> Json {
    json!({
        "startLine": range.start.line + 1,
        "startColumn": range.start.character + 1,
        "endLine": range.end.line + 1,
        "endColumn": range.end.character + 1,
        "byteOffset": range.start.offset,
        "byteLength": range.end.offset - range.start.offset,
    })
}

const fn level(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Information | Severity::Hint => "note",
    }
}

/// A path as a relative URI reference, or as a `file:` URI where it is absolute.
fn uri(path: &str) -> String {
    let path = path.strip_prefix("./").unwrap_or(path);
    let encoded: String = path.bytes().map(encoded).collect();
    if path.starts_with('/') { format!("file://{encoded}") } else { encoded }
}

fn encoded(byte: u8) -> String {
    match byte {
        b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' | b'/' => {
            char::from(byte).to_string()
        }
        _ => format!("%{byte:02X}"),
    }
}

#[cfg(test)]
mod tests {
    use super::uri;

    #[test]
    fn paths_become_uri_references() {
        assert_eq!(uri("a b/é.yaml"), "a%20b/%C3%A9.yaml");
        assert_eq!(uri("/a:b"), "file:///a%3Ab");
        assert_eq!(uri("./a/b.yaml"), "a/b.yaml");
    }
}
