//! Beginnings of documents: JSON, HTML, XML and tables.

use std::sync::LazyLock;

use regex::Regex;

use crate::quality::words::pattern;

/// Whether a text is the beginning of a JSON document.
pub(super) fn is_begun_json(text: &str) -> bool {
    matches!(serde_json::from_str::<serde::de::IgnoredAny>(text), Err(error) if error.is_eof())
}

/// What HTML and its like begin with that has to be closed.
const CLOSED: [&str; 13] = [
    "html", "head", "body", "div", "ul", "ol", "table", "section", "article", "main", "pre", "svg",
    "details",
];

/// Whether a text is the beginning of a page, or of a part of one.
pub(super) fn is_begun_html(text: &str) -> bool {
    let text = text.to_ascii_lowercase();
    let tag = match text.strip_prefix("<!doctype html") {
        Some(_) => "html",
        None => {
            let name = text.strip_prefix('<').unwrap_or_default();
            name.split(|it: char| !it.is_ascii_alphanumeric()).next().unwrap_or_default()
        }
    };
    CLOSED.contains(&tag) && !text.contains(&format!("</{tag}>")) && !text.ends_with("/>")
}

/// The root of a document behind its prologue.
static ROOT: LazyLock<Regex> =
    LazyLock::new(|| pattern(r"^<\?xml\b[^>]*\?>(?:\s|<!--[^>]*-->|<![^>]*>)*<([\w.:-]+)"));

/// The root of a document that begins with it: an element on lines of its own, or with another one right inside.
static BARE_ROOT: LazyLock<Regex> = LazyLock::new(|| {
    pattern(r"^<([A-Za-z][\w.:-]*)(?:\s[^<>]*[^/<>])?>\s*<[A-Za-z][^<>]*>[^<]*(?:<|$)")
});

pub(super) fn is_begun_xml(text: &str) -> bool {
    let Some(root) = ROOT.captures(text).or_else(|| BARE_ROOT.captures(text)) else { return false };
    let is_alone =
        root.get(1).and_then(|it| text.get(it.end()..)).is_some_and(|it| !it.contains('<'));
    let is_closed = is_alone && text.ends_with("/>") || text.contains(&format!("</{}>", &root[1]));
    !is_closed
}

/// Whether the last line has fewer of the separators of which all others have the same number.
pub(super) fn is_begun_record(text: &str) -> bool {
    const FEWEST: usize = 2;
    let lines: Vec<&str> = text.lines().collect();
    let Some((last, [first, rows @ ..])) = lines.split_last() else { return false };
    [',', ';', '\t'].iter().any(|it| {
        let count = |line: &str| line.matches(*it).count();
        let wanted = count(first);
        wanted >= FEWEST
            && !rows.is_empty()
            && !text.contains(['"', '{', '(', '.'])
            && rows.iter().all(|row| count(row) == wanted)
            && count(last) < wanted
    })
}

/// Whether the last line is a row of a table that, other than the one before, is not closed.
pub(super) fn is_begun_row(text: &str, last: &str) -> bool {
    let is_row = |line: &str| line.trim_start().starts_with('|');
    let Some(before) = text.lines().rev().nth(1).filter(|it| is_row(it)) else { return false };
    let is_open = !last.ends_with('|') && before.trim_end().ends_with('|');
    is_row(last) && (is_open || last.trim() == "|")
}

/// Whether all lines of a text have the same number of the same separator.
pub(super) fn is_separated(text: &str) -> bool {
    let lines: Vec<&str> = text.lines().filter(|line| !line.trim().is_empty()).collect();
    lines.len() > 1
        && [',', ';', '\t'].iter().any(|it| {
            let count = |line: &&str| unquoted(line, *it);
            let wanted = lines.first().map(count).unwrap_or_default();
            wanted > 0 && lines.iter().all(|line| count(line) == wanted)
        })
}

/// How often a separator stands outside of quotation marks.
fn unquoted(line: &str, separator: char) -> usize {
    line.split('"').step_by(2).map(|part| part.matches(separator).count()).sum()
}
