//! Findings as JSON. A big file has hundreds of findings and one of them changes with a keystroke, so the JSON of each part
//! of a report is kept until the part, or the line it starts on, changes.

use std::sync::Arc;

use checks::{Diagnostic, Report, Severity, Tags};
use rustc_hash::FxHashMap;
use serde::Serialize;
use syntax::Document;
use tower_lsp_server::ls_types::Range;

use super::encoding::Encoding;
use crate::shape::rule_url;

/// The pages of the last report.
#[derive(Default)]
pub(crate) struct Pages {
    /// By the address of the part, which the page keeps alive.
    pages: FxHashMap<usize, Page>,
    /// Grows whenever what is reported changes: the result id of pulled diagnostics.
    edition: u64,
    /// Length of the last report's JSON: the next one is about as long.
    length: usize,
}

struct Page {
    part: Arc<[Diagnostic]>,
    line: u32,
    json: Box<[u8]>,
}

/// A report as the items of a JSON array, brackets excluded.
pub(crate) struct Items {
    pub(crate) json: Vec<u8>,
    /// Equal for equal items of one document.
    pub(crate) edition: u64,
}

/// What JSON depends on beside the report.
#[derive(Clone, Copy)]
pub(crate) struct Style<'a> {
    pub(crate) document: &'a Document,
    pub(crate) uri: &'a str,
    pub(crate) encoding: Encoding,
}

impl Pages {
    /// The items of `report`.
    pub(crate) fn items(&mut self, report: &Report, style: Style<'_>) -> Items {
        let mut old = std::mem::take(&mut self.pages);
        let (mut json, mut changed) = (Vec::with_capacity(self.length + self.length / 8), false);
        let mut starts = style.document.segment_lines().peekable();
        for (base, part) in report.parts.iter().filter(|(_, part)| !part.is_empty()) {
            while starts.next_if(|(start, _)| start < base).is_some() {}
            let known = starts.peek().filter(|(start, _)| start == base).map(|(_, line)| *line);
            let line = known.unwrap_or_else(|| style.document.line_of(*base));
            let address = part.as_ptr().addr();
            // Related places lie in other parts of the document, which move by themselves.
            let kept = old.remove(&address).filter(|page| {
                page.line == line && part.iter().all(|finding| finding.related.is_empty())
            });
            let page = kept.unwrap_or_else(|| {
                changed = true;
                Page { part: Arc::clone(part), line, json: write(*base, part, style).into() }
            });
            if !json.is_empty() {
                json.push(b',');
            }
            json.extend_from_slice(&page.json);
            self.pages.insert(page.part.as_ptr().addr(), page);
        }
        if changed || !old.is_empty() || self.edition == 0 {
            self.edition += 1;
        }
        self.length = json.len();
        Items { json, edition: self.edition }
    }
}

/// The items of one part.
fn write(base: u32, part: &[Diagnostic], style: Style<'_>) -> Vec<u8> {
    let mut json = Vec::new();
    for finding in part {
        if !json.is_empty() {
            json.push(b',');
        }
        let range = |span: syntax::Span| style.encoding.range(style.document, span.shift(base));
        let related = finding.related.iter().map(|related| RelatedItem {
            location: Location { uri: style.uri, range: range(related.span) },
            message: &related.message,
        });
        let item = Item {
            range: range(finding.span),
            severity: severity(finding.severity),
            code: finding.code,
            code_description: page(finding.code),
            source: "downbeat",
            message: &finding.message,
            tags: tags(finding.tags),
            related_information: related.collect(),
            data: (!finding.fixes.is_empty()).then_some(Data { fixes: finding.fixes.len() }),
        };
        // Writing these types to memory cannot fail.
        let _ = serde_json::to_writer(&mut json, &item);
    }
    json
}

/// Where the documentation page of a rule is, once the project says where it lives.
fn page(code: &str) -> Option<CodeDescription> {
    let repository = env!("CARGO_PKG_REPOSITORY");
    let href = || format!("{repository}/blob/main/{}", rule_url(code));
    (!repository.is_empty()).then(|| CodeDescription { href: href() })
}

const fn severity(severity: Severity) -> u8 {
    match severity {
        Severity::Error => 1,
        Severity::Warning => 2,
        Severity::Information => 3,
        Severity::Hint => 4,
    }
}

const fn tags(tags: Tags) -> &'static [u8] {
    match tags {
        Tags::None => &[],
        Tags::Unnecessary => &[1],
        Tags::Deprecated => &[2],
    }
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Item<'a> {
    range: Range,
    severity: u8,
    code: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    code_description: Option<CodeDescription>,
    source: &'static str,
    message: &'a str,
    #[serde(skip_serializing_if = "<[u8]>::is_empty")]
    tags: &'static [u8],
    #[serde(skip_serializing_if = "Vec::is_empty")]
    related_information: Vec<RelatedItem<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    data: Option<Data>,
}

#[derive(Serialize)]
struct CodeDescription {
    href: String,
}

#[derive(Serialize)]
struct RelatedItem<'a> {
    location: Location<'a>,
    message: &'a str,
}

#[derive(Serialize)]
struct Location<'a> {
    uri: &'a str,
    range: Range,
}

/// How many fixes a finding has; the fixes themselves are read from the newest text when they are asked for.
#[derive(Serialize)]
struct Data {
    fixes: usize,
}
