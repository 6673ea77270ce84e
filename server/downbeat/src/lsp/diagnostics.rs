//! Findings as JSON. A big file has hundreds of findings and one of them changes with a keystroke, so the JSON of each part
//! of a report is kept until the part, or the line it starts on, changes, and what changes is written into the answer before.

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
    /// One for each part of the report.
    pages: Vec<Page>,
    /// The JSON of all pages, and of what stands behind them: a comma before every item.
    json: Vec<u8>,
    /// Bytes of what stands behind the pages.
    behind: usize,
    /// Grows whenever what is reported changes: the result id of pulled diagnostics.
    edition: u64,
}

/// The JSON of one part of a report.
struct Page {
    /// Nothing where it is still to be written.
    part: Option<Arc<[Diagnostic]>>,
    line: u32,
    /// Bytes of its JSON.
    len: usize,
    /// Where places stand that it names in other steps: how many steps away, and on which line that step starts.
    away: Box<[(isize, u32)]>,
}

/// How many findings of one part are few: more are measured with a ruler, which costs a look at every segment first.
const FEW: usize = 8;

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
    /// The items of `report`, and behind them the few of `further`, which are absolute. Pages that still hold are left where they
    /// are.
    pub(crate) fn items(
        &mut self,
        report: &Report,
        further: &[Diagnostic],
        style: Style<'_>,
    ) -> Items<'_> {
        let before = self.json.split_off(self.json.len() - self.behind);
        let aligned = self.align(report);
        let lines = Lines::new(report, style.document);
        let mut changes = Changes::default();
        let mut ruler = None;
        let mut start = 0;
        for (part, page) in report.parts().zip(&mut self.pages) {
            let before = start..start + page.len;
            start = before.end;
            if page.holds(&part, &lines) {
                continue;
            }
            let new = changes.write(before, |json| {
                let place = Place { report, part, uri: style.uri };
                if part.found.len() <= FEW {
                    let mut range = |span| style.encoding.range(style.document, span);
                    return write(place, &mut range, json);
                }
                let ruler = ruler.get_or_insert_with(|| Ruler::new(style.encoding, style.document));
                write(place, &mut |span| ruler.range(span), json);
            });
            *page = Page::new(&part, &lines, new);
        }
        let changed = changes.apply(&mut self.json);
        let now = json_of(further, style);
        self.json.extend_from_slice(&now);
        self.behind = now.len();
        if aligned || changed || before != now || self.edition == 0 {
            self.edition += 1;
        }
        self.last()
    }

    /// The items of the last report.
    pub(crate) fn last(&self) -> Items<'_> {
        Items { json: self.json.get(1..).unwrap_or_default(), edition: self.edition }
    }

    /// Makes as many pages as there are parts, those that are kept in the places of their parts; true if pages went.
    fn align(&mut self, report: &Report) -> bool {
        if self.pages.is_empty() {
            self.pages.push(Page::blank());
        }
        // The last one is that of the document.
        let (before, now) = (self.pages.len() - 1, report.parts().len() - 1);
        if before == now {
            return false;
        }
        let same = |(page, part): &(&Page, Part<'_>)| page.is_of(part);
        let steps = &self.pages[..before];
        let head = steps.iter().zip(report.parts()).take_while(same).count();
        let from_behind = steps.iter().rev().zip(report.parts().rev().skip(1));
        let tail = from_behind.take(before.min(now) - head).take_while(same).count();
        let bytes = |pages: &[Page]| pages.iter().map(|page| page.len).sum::<usize>();
        let start = bytes(&steps[..head]);
        let gone = bytes(&steps[head..before - tail]);
        self.json.drain(start..start + gone);
        self.pages.splice(head..before - tail, (head..now - tail).map(|_| Page::blank()));
        gone > 0
    }
}

impl Page {
    fn blank() -> Self {
        Self { part: None, line: 0, len: 0, away: [].into() }
    }

    fn new(part: &Part<'_>, lines: &Lines, len: usize) -> Self {
        let places = part.found.iter().flat_map(|it| &it.related);
        let away = places.filter(|it| it.away != 0).map(|it| it.away);
        Self {
            part: Some(Arc::clone(part.found)),
            line: lines.line_of(part.step, 0),
            len,
            away: away.map(|away| (away, lines.line_of(part.step, away))).collect(),
        }
    }

    fn is_of(&self, part: &Part<'_>) -> bool {
        self.part.as_ref().is_some_and(|it| Arc::ptr_eq(it, part.found))
    }

    /// Whether it says what is to be said of `part`. Places that findings of the document name move by themselves.
    fn holds(&self, part: &Part<'_>, lines: &Lines) -> bool {
        self.is_of(part)
            && (part.found.is_empty()
                || self.line == lines.line_of(part.step, 0)
                    && (part.step < lines.count() || !points(part.found))
                    && self.away.iter().all(|(by, line)| lines.line_of(part.step, *by) == *line))
    }
}

/// The items of findings that belong to no report.
fn json_of(further: &[Diagnostic], style: Style<'_>) -> Vec<u8> {
    let mut json = Vec::new();
    if !further.is_empty() {
        let report = Report::of(further.to_vec());
        for part in report.parts() {
            let place = Place { report: &report, part, uri: style.uri };
            write(place, &mut |span| style.encoding.range(style.document, span), &mut json);
        }
    }
    json
}

fn points(part: &[Diagnostic]) -> bool {
    part.iter().any(|it| !it.related.is_empty())
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

/// Pieces that are to stand in the place of others.
#[derive(Default)]
struct Changes {
    /// The new pieces in order.
    json: Vec<u8>,
    /// What each of them replaces, and where it ends in `json`.
    places: Vec<(Range<usize>, usize)>,
}

/// Up to so many pieces are put into the JSON one by one; more of them are joined anew.
const IN_PLACE: usize = 4;

impl Changes {
    /// Writes what is to stand in the place of `before`, which lies behind all that was changed; how long it is.
    fn write(&mut self, before: Range<usize>, write: impl FnOnce(&mut Vec<u8>)) -> usize {
        let start = self.json.len();
        write(&mut self.json);
        self.places.push((before, self.json.len()));
        self.json.len() - start
    }

    /// Changes `json`; false if it says the same as before.
    fn apply(mut self, json: &mut Vec<u8>) -> bool {
        let mut start = 0;
        let mut changed = Vec::new();
        for (before, end) in std::mem::take(&mut self.places) {
            let new = std::mem::replace(&mut start, end)..end;
            if json.get(before.clone()) != self.json.get(new.clone()) {
                changed.push((before, new));
            }
        }
        let piece = |new: Range<usize>| self.json.get(new).unwrap_or_default();
        if changed.len() <= IN_PLACE {
            for (before, new) in changed.iter().rev() {
                json.splice(before.clone(), piece(new.clone()).iter().copied());
            }
            return !changed.is_empty();
        }
        let mut joined = Vec::with_capacity(json.len() + self.json.len());
        let mut kept = 0;
        for (before, new) in changed {
            joined.extend_from_slice(json.get(kept..before.start).unwrap_or_default());
            joined.extend_from_slice(piece(new));
            kept = before.end;
        }
        joined.extend_from_slice(json.get(kept..).unwrap_or_default());
        *json = joined;
        true
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

/// The items of one part, a comma before each. `range` finds the place of a span in the document.
fn write(place: Place<'_>, range: &mut dyn FnMut(Span) -> ls_types::Range, json: &mut Vec<u8>) {
    for finding in place.part.found.iter() {
        json.push(b',');
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
    let is_there = !repository.is_empty() && checks::rule(code).is_some();
    is_there.then(|| CodeDescription { href: href() })
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
            let kept = pages.items(&snapshot.report, &[], style).json.to_vec();
            let mut fresh = Pages::default();
            let fresh = fresh.items(&snapshot.report, &[], style).json;
            assert_eq!(String::from_utf8_lossy(&kept), String::from_utf8_lossy(fresh), "{turn}");
            let all = format!("[{}]", String::from_utf8_lossy(&kept));
            assert!(serde_json::from_str::<Vec<serde_json::Value>>(&all).is_ok(), "{all}");
        }
    }
}
