//! Findings as JSON. A big file has hundreds of findings and one of them changes with a keystroke, so the JSON of each part
//! of a report is kept until the part, or the line it starts on, changes.

use std::{ops::Range, sync::Arc};

use checks::{Diagnostic, Part, Related, Report, Severity, Tags};
use serde::Serialize;
use syntax::{Document, Span};
use tower_lsp_server::ls_types;

use super::{encoding::Encoding, ruler::Ruler};
use crate::shape::rule_url;

/// The pages of the last report.
#[derive(Default)]
pub(crate) struct Pages {
    pages: Vec<Page>,
    /// Where places stand that pages name in other steps, page by page: how many steps away, and on which line that step
    /// starts.
    away: Vec<(isize, u32)>,
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
    /// Where its places in other steps end in the list of all.
    away: usize,
    /// Whether it names places anywhere in the document, which move by themselves.
    is_loose: bool,
}

/// How many findings of one part are few: more are measured with a ruler, which costs a look at every segment first.
const FEW: usize = 8;

/// How many pages that are gone may stand before one that holds: an edit changes few at a time.
const GAP: usize = 4;

/// A report as the items of a JSON array, brackets excluded.
#[derive(Clone, Copy)]
pub(crate) struct Items<'a> {
    pub(crate) json: &'a [u8],
    /// Equal for equal items of one document; 0 where nothing is said of it.
    pub(crate) edition: u64,
}

impl Items<'_> {
    /// Nothing is said of a text that is no pipeline.
    pub(crate) const NONE: Self = Self { json: &[], edition: 0 };
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
        let old = Older::take(self);
        let mut joined = Joined::new(std::mem::take(&mut self.json));
        let lines = Lines::new(report, style.document);
        let mut next = 0;
        let mut ruler = None;
        for part in report.parts() {
            let near = next..(next + GAP).min(old.pages.len());
            let end = match near.into_iter().find(|&at| old.holds(at, &part, &lines)) {
                Some(at) => {
                    next = at + 1;
                    self.away.extend_from_slice(old.away_of(at));
                    joined.keep(old.json_of(at))
                }
                None => {
                    let places = part.found.iter().flat_map(|it| &it.related);
                    let away = places.filter(|it| it.away != 0).map(|it| it.away);
                    self.away.extend(away.map(|away| (away, lines.line_of(part.step, away))));
                    joined.add(|json| {
                        let place = Place { report, part, uri: style.uri };
                        if part.found.len() <= FEW {
                            let mut range = |span| style.encoding.range(style.document, span);
                            return write(place, &mut range, json);
                        }
                        let ruler =
                            ruler.get_or_insert_with(|| Ruler::new(style.encoding, style.document));
                        write(place, &mut |span| ruler.range(span), json);
                    })
                }
            };
            self.pages.push(Page {
                part: Arc::clone(part.found),
                line: lines.line_of(part.step, 0),
                end,
                away: self.away.len(),
                is_loose: part.step == lines.count() && points(part.found),
            });
        }
        let (before, now) = joined.finish();
        if before != now || self.edition == 0 {
            self.edition += 1;
        }
        self.json = now;
        self.last()
    }

    /// The items of the last report.
    pub(crate) fn last(&self) -> Items<'_> {
        Items { json: &self.json, edition: self.edition }
    }
}

fn points(part: &[Diagnostic]) -> bool {
    part.iter().any(|it| !it.related.is_empty())
}

/// The pages of the report before.
struct Older {
    pages: Vec<Page>,
    away: Vec<(isize, u32)>,
}

impl Older {
    fn take(pages: &mut Pages) -> Self {
        Self { pages: std::mem::take(&mut pages.pages), away: std::mem::take(&mut pages.away) }
    }

    /// Whether a page says what is to be said of `part`.
    fn holds(&self, at: usize, part: &Part<'_>, lines: &Lines) -> bool {
        let page = &self.pages[at];
        Arc::ptr_eq(&page.part, part.found)
            && page.line == lines.line_of(part.step, 0)
            && !page.is_loose
            && self.away_of(at).iter().all(|(away, line)| lines.line_of(part.step, *away) == *line)
    }

    fn json_of(&self, at: usize) -> Range<usize> {
        let start = at.checked_sub(1).map_or(0, |before| self.pages[before].end + 1);
        start..self.pages[at].end
    }

    fn away_of(&self, at: usize) -> &[(isize, u32)] {
        let start = at.checked_sub(1).map_or(0, |before| self.pages[before].away);
        self.away.get(start..self.pages[at].away).unwrap_or_default()
    }
}

/// The line on which each step starts.
struct Lines {
    lines: Vec<u32>,
}

impl Lines {
    fn new(report: &Report, document: &Document) -> Self {
        let mut starts = document.segment_lines().peekable();
        let line_of = |base| {
            while starts.next_if(|(start, _)| *start < base).is_some() {}
            let known = starts.peek().filter(|(start, _)| *start == base).map(|(_, line)| *line);
            known.unwrap_or_else(|| document.line_of(base))
        };
        Self { lines: report.bases().map(line_of).collect() }
    }

    fn count(&self) -> usize {
        self.lines.len()
    }

    /// Of the step so many behind `step`; the document starts on the first line.
    fn line_of(&self, step: usize, away: isize) -> u32 {
        self.lines.get(step.saturating_add_signed(away)).copied().unwrap_or_default()
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

/// What the spans of a part are relative to.
#[derive(Clone, Copy)]
struct Place<'a> {
    report: &'a Report,
    part: Part<'a>,
    uri: &'a str,
}

impl Place<'_> {
    fn span_of(&self, related: &Related) -> Span {
        related.span.shift(match related.away {
            0 => self.part.base,
            away => self.report.base_of(self.part.step.saturating_add_signed(away)),
        })
    }
}

/// The items of one part. `range` finds the place of a span in the document.
fn write(place: Place<'_>, range: &mut dyn FnMut(Span) -> ls_types::Range, json: &mut Vec<u8>) {
    for (index, finding) in place.part.found.iter().enumerate() {
        if index > 0 {
            json.push(b',');
        }
        let at = range(finding.span.shift(place.part.base));
        let related = finding.related.iter().map(|related| RelatedItem {
            location: Location { uri: place.uri, range: range(place.span_of(related)) },
            message: &related.message,
        });
        let item = Item {
            range: at,
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

    /// Steps that find fault in several ways, some of them pointing at others.
    fn text() -> String {
        let step = |n: usize| {
            format!(
                "  - id: s{n}\n    tool: terminl\n    action: run\n    parameters:\n      command: echo {{{{ s{}.x }}}}\n",
                n + 3
            )
        };
        let mut text = String::from("name: many\nsteps:\n");
        text.extend((0..12).map(step));
        text + concat!(
            "  - id: s3\n    tool: terminal\n    parameters: {command: ls}\n",
            "  - id: ask\n    action: generate\n    parameters: {prompt: \"é\"}\n",
            "  - id: run\n    tool: terminal\n    parameters: {command: \"{{ ask.result }}\"}\n",
            "  - id: on\n    tool: terminal\n    parameters: {command: \"{{ run.stdout }}\"}\n",
        )
    }

    #[test]
    fn pages_that_are_kept_say_the_same_as_new_ones() {
        let (mut analyst, mut pages) = (Analyst::default(), Pages::default());
        let files: Arc<dyn Files> = Arc::new(NoFiles);
        let mut document = Document::new(&text());
        let places =
            ["terminl", "s5", "run", "name", "  - id: s7\n", "s3\n", "echo", "ask", "\n", " - id"];
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
