//! Findings as JSON. A big file has hundreds of findings and one of them changes with a keystroke, so the JSON of each part
//! of a report is kept until the part, or the line it starts on, changes.

use std::{ops::Range, sync::Arc};

use checks::{Diagnostic, Report, Severity, Tags};
use serde::Serialize;
use syntax::{Document, Span};
use tower_lsp_server::ls_types;

use super::{encoding::Encoding, ruler::Ruler};
use crate::shape::rule_url;

/// The pages of the last report.
#[derive(Default)]
pub(crate) struct Pages {
    pages: Vec<Page>,
    /// The JSON of all pages, joined by commas.
    json: Vec<u8>,
    /// Grows whenever what is reported changes: the result id of pulled diagnostics.
    edition: u64,
}

/// The JSON of one part of a report.
struct Page {
    part: Arc<[Diagnostic]>,
    line: u32,
    /// Where it ends in the JSON of all.
    end: usize,
    /// Whether it names places in other parts of the document, which move by themselves.
    points_elsewhere: bool,
}

impl Page {
    fn holds(&self, part: &Arc<[Diagnostic]>, line: u32) -> bool {
        Arc::ptr_eq(&self.part, part) && self.line == line && !self.points_elsewhere
    }
}

/// How many findings of one part are few: more are measured with a ruler, which costs a look at every segment first.
const FEW: usize = 8;

/// How many pages that are gone may stand before one that holds: an edit changes few at a time.
const GAP: usize = 4;

/// A report as the items of a JSON array, brackets excluded.
pub(crate) struct Items<'a> {
    pub(crate) json: &'a [u8],
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
    /// The items of `report`. Pages that still hold are copied in one go as far as they stand side by side.
    pub(crate) fn items(&mut self, report: &Report, style: Style<'_>) -> Items<'_> {
        let old = std::mem::take(&mut self.pages);
        let mut joined = Joined::new(std::mem::take(&mut self.json));
        let mut starts = style.document.segment_lines().peekable();
        let mut next = 0;
        let mut ruler = None;
        for (base, part) in report.parts() {
            while starts.next_if(|(start, _)| *start < base).is_some() {}
            let known = starts.peek().filter(|(start, _)| *start == base).map(|(_, line)| *line);
            let line = known.unwrap_or_else(|| style.document.line_of(base));
            let near = next..(next + GAP).min(old.len());
            let page = match near.into_iter().find(|&at| old[at].holds(part, line)) {
                Some(at) => {
                    next = at + 1;
                    let start = at.checked_sub(1).map_or(0, |before| old[before].end + 1);
                    let end = joined.keep(start..old[at].end);
                    Page { part: Arc::clone(part), line, end, points_elsewhere: false }
                }
                None => {
                    let end = joined.add(|json| {
                        if part.len() <= FEW {
                            let mut range = |span| style.encoding.range(style.document, span);
                            return write(base, part, style.uri, &mut range, json);
                        }
                        let ruler =
                            ruler.get_or_insert_with(|| Ruler::new(style.encoding, style.document));
                        write(base, part, style.uri, &mut |span| ruler.range(span), json);
                    });
                    let points_elsewhere = part.iter().any(|it| !it.related.is_empty());
                    Page { part: Arc::clone(part), line, end, points_elsewhere }
                }
            };
            self.pages.push(page);
        }
        let (before, now) = joined.finish();
        if before != now || self.edition == 0 {
            self.edition += 1;
        }
        self.json = now;
        Items { json: &self.json, edition: self.edition }
    }
}

/// JSON items joined by commas, made of pieces of an older one and of new ones.
struct Joined {
    old: Vec<u8>,
    new: Vec<u8>,
    /// What is to be copied from `old` before anything else is added.
    kept: Range<usize>,
}

impl Joined {
    fn new(old: Vec<u8>) -> Self {
        let new = Vec::with_capacity(old.len() + old.len() / 8);
        Self { old, new, kept: 0..0 }
    }

    /// Adds a piece of the older JSON; returns where it ends.
    fn keep(&mut self, piece: Range<usize>) -> usize {
        if self.kept.is_empty() || self.kept.end + 1 != piece.start {
            self.copy();
            self.kept = piece;
        } else {
            self.kept.end = piece.end;
        }
        self.new.len() + usize::from(!self.new.is_empty()) + self.kept.len()
    }

    /// Adds a new piece; returns where it ends.
    fn add(&mut self, write: impl FnOnce(&mut Vec<u8>)) -> usize {
        self.copy();
        self.comma();
        write(&mut self.new);
        self.new.len()
    }

    fn copy(&mut self) {
        let kept = std::mem::take(&mut self.kept);
        if !kept.is_empty() {
            self.comma();
            self.new.extend_from_slice(self.old.get(kept).unwrap_or_default());
        }
    }

    fn comma(&mut self) {
        if !self.new.is_empty() {
            self.new.push(b',');
        }
    }

    /// The older JSON and the new one.
    fn finish(mut self) -> (Vec<u8>, Vec<u8>) {
        self.copy();
        (self.old, self.new)
    }
}

/// The items of one part. `range` finds the place of a span in the document.
fn write(
    base: u32,
    part: &[Diagnostic],
    uri: &str,
    range: &mut dyn FnMut(Span) -> ls_types::Range,
    json: &mut Vec<u8>,
) {
    for (index, finding) in part.iter().enumerate() {
        if index > 0 {
            json.push(b',');
        }
        let place = range(finding.span.shift(base));
        let related = finding.related.iter().map(|related| RelatedItem {
            location: Location { uri, range: range(related.span.shift(base)) },
            message: &related.message,
        });
        let item = Item {
            range: place,
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
        let _ = serde_json::to_writer(&mut *json, &item);
    }
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
    range: ls_types::Range,
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
    range: ls_types::Range,
}

/// How many fixes a finding has; the fixes themselves are read from the newest text when they are asked for.
#[derive(Serialize)]
struct Data {
    fixes: usize,
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use checks::{Files, NoFiles};
    use ide::Analyst;
    use pipeline::catalogue::Catalogue;

    use super::*;

    /// Steps that find fault in several ways, one of them pointing at another.
    fn text() -> String {
        let step = |n: usize| {
            format!(
                "  - id: s{n}\n    tool: terminl\n    action: run\n    parameters:\n      command: echo {{{{ s{}.x }}}}\n",
                n + 3
            )
        };
        let mut text = String::from("name: many\nsteps:\n");
        text.extend((0..12).map(step));
        text + "  - id: s3\n    tool: terminal\n    parameters: {command: ls}\n"
    }

    #[test]
    fn pages_that_are_kept_say_the_same_as_new_ones() {
        let (mut analyst, mut pages) = (Analyst::default(), Pages::default());
        let files: Arc<dyn Files> = Arc::new(NoFiles);
        let mut document = Document::new(&text());
        let places = ["terminl", "s5", "run", "name", "  - id: s7\n", "s3\n", "echo"];
        let words = ["", "terminal", "\n", "  - id: fresh\n    tool: nothing\n", "x", "s1"];
        for turn in 0..400 {
            let now = document.rope().to_string();
            let hits: Vec<_> = now.match_indices(places[turn % places.len()]).collect();
            let Some((at, found)) = hits.get(turn * 7 % hits.len().max(1)) else { continue };
            let end = at + found.len() * (turn % 2);
            document.edit(Span::new(*at as u32, end as u32), words[turn % words.len()]);
            if document.len() > 6_000 || document.len() < 300 {
                document = Document::new(&text());
            }
            let snapshot = analyst.read(document.clone(), &Catalogue::declared(), &files);
            let encoding = Encoding::Utf16;
            let style = Style { document: &snapshot.document, uri: "file:///a", encoding };
            let kept = pages.items(&snapshot.report, style).json.to_vec();
            let mut fresh = Pages::default();
            let fresh = fresh.items(&snapshot.report, style).json;
            assert_eq!(String::from_utf8_lossy(&kept), String::from_utf8_lossy(fresh), "{turn}");
            let all = format!("[{}]", String::from_utf8_lossy(&kept));
            assert!(serde_json::from_str::<Vec<serde_json::Value>>(&all).is_ok(), "{all}");
        }
    }
}
