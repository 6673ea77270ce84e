//! Texts that end before they are over.

use std::sync::LazyLock;

use regex::Regex;

use super::{Issue, IssueCode, pattern, plain::is_fence};

/// Below so many bytes a text may be a label, which ends as it likes.
const SHORTEST: usize = 40;
/// Bytes of the end that are quoted.
const QUOTED: usize = 40;

/// A word behind which something must come.
static DANGLING: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"(?i)(?:\b(?:the|an|and|or|but|nor|of|to|with|for|from|into|between|because|although|which|whose|is|are|was|were|has|have|such as|including|their|its|our|your|than|if|while|when|by|at|as)|[,(:;–—-])$",
    )
});

/// Ends as it should: a grade, or a short title that asks ("Where the ships come from").
static ENDS_SO: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"\b[A-F]-$|^\W*(?:What|Where|Who|Whom|Which|How)(?:\s\S+){1,6}\s(?:of|to|with|for|from|into|by|at|as|is|are|was|were)$",
    )
});

/// Where a sentence ends and another begins.
static BETWEEN_SENTENCES: LazyLock<Regex> =
    LazyLock::new(|| pattern(r#"[.!?…]["'”’)\]]?\s+\p{Lu}"#));

/// A line that is no running text: an item, a heading, a row of a table, a quotation, a source.
static NO_SENTENCE: LazyLock<Regex> =
    LazyLock::new(|| pattern(r"^\s*(?:[-*+•#|>]|\d+[.)]\s|\[\^?\w+\]|https?://)|https?://\S+$"));

/// A line that announces something: a heading, or the mark of an item without the item.
static BARE: LazyLock<Regex> =
    LazyLock::new(|| pattern(r"^\s*(?:\#{1,6}(?:\s.*)?|\d+[.)]|[*+•]|-)$"));

/// Whether a text ends too early.
pub(super) fn find(text: &str) -> Option<Issue> {
    let issue = |message: String| Some(Issue::new(IssueCode::CutOff, message));
    if text.lines().filter(|line| is_fence(line)).count() % 2 == 1 {
        return issue("it ends inside a block of code".to_owned());
    }
    if text.lines().last().is_some_and(is_fence) {
        return None;
    }
    if text.starts_with(['{', '[']) && is_begun_json(text) {
        return issue("it ends inside of JSON".to_owned());
    }
    if is_begun_html(text) {
        return issue("it ends inside of HTML".to_owned());
    }
    if is_begun_xml(text) {
        return issue("it ends inside of XML".to_owned());
    }
    if let Some(found) = SAID.find(text) {
        return issue(format!("it says so itself: `{}`", found.as_str().trim()));
    }
    if is_begun_record(text) {
        return issue("its last line has fewer columns than all others".to_owned());
    }
    let last = text.lines().next_back()?.trim_end();
    if is_begun_row(text, last) {
        return issue(format!("it ends inside of a table: `{}`", super::quoted(last.trim())));
    }
    if text.len() < SHORTEST {
        return None;
    }
    if last.len() < text.len() && BARE.is_match(last) {
        return issue(format!("nothing follows its last line, `{}`", last.trim()));
    }
    let ending = last.get(last.ceil_char_boundary(last.len().saturating_sub(QUOTED))..);
    let ending = ending.unwrap_or(last).trim();
    let is_running = last.contains(char::is_alphabetic) && !last.trim_start().starts_with('|');
    if is_running && DANGLING.is_match(last) && !is_statement(last) && !ENDS_SO.is_match(last) {
        return issue(format!("it ends in the middle of a sentence: `{ending}`"));
    }
    let is_ended = last.ends_with(|end: char| !end.is_alphanumeric());
    if is_running && !is_ended && is_in_brackets(last) {
        return issue(format!("it ends inside of brackets: `{ending}`"));
    }
    let fragment = BETWEEN_SENTENCES.find_iter(last).last()?;
    let rest = last.get(fragment.end()..).unwrap_or_default();
    let breaks_off =
        !is_ended && !NO_SENTENCE.is_match(last) && rest.split_whitespace().count() >= 3;
    if breaks_off { issue(format!("its last sentence has no end: `{ending}`")) } else { None }
}

/// Whether a text is the beginning of a JSON document.
fn is_begun_json(text: &str) -> bool {
    matches!(serde_json::from_str::<serde::de::IgnoredAny>(text), Err(error) if error.is_eof())
}

/// What HTML and its like begin with that has to be closed.
const CLOSED: [&str; 13] = [
    "html", "head", "body", "div", "ul", "ol", "table", "section", "article", "main", "pre", "svg",
    "details",
];

/// Whether a text is the beginning of a page, or of a part of one.
fn is_begun_html(text: &str) -> bool {
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

/// A note that there was more.
static SAID: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"(?i)[\[(<]\s?(?:(?:output|response|text|content|message|remainder)\s)?(?:was\s)?(?:truncated|cut\soff|continued\sin\s(?:the\s)?next\s\w+)\s?[\])>]\.?$",
    )
});

/// The root of a document behind its prologue.
static ROOT: LazyLock<Regex> =
    LazyLock::new(|| pattern(r"^<\?xml\b[^>]*\?>(?:\s|<!--[^>]*-->|<![^>]*>)*<([\w.:-]+)"));

fn is_begun_xml(text: &str) -> bool {
    let Some(root) = ROOT.captures(text) else { return false };
    let is_alone =
        root.get(1).and_then(|it| text.get(it.end()..)).is_some_and(|it| !it.contains('<'));
    let is_closed = is_alone && text.ends_with("/>") || text.contains(&format!("</{}>", &root[1]));
    !is_closed
}

/// Whether the last line has fewer of the separators of which all others have the same number.
fn is_begun_record(text: &str) -> bool {
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

/// Whether a line opens round brackets that it does not close.
fn is_in_brackets(line: &str) -> bool {
    line.rfind('(').is_some_and(|open| !line.get(open..).unwrap_or_default().contains(')'))
}

/// Whether the last line is a row of a table that, other than the one before, is not closed.
fn is_begun_row(text: &str, last: &str) -> bool {
    let is_row = |line: &str| line.trim_start().starts_with('|');
    let before = text.lines().rev().nth(1);
    is_row(last)
        && !last.ends_with('|')
        && before.is_some_and(|it| is_row(it) && it.trim_end().ends_with('|'))
}

/// Whether a line is code that ends as code does.
fn is_statement(line: &str) -> bool {
    let shouts = |word: &&str| word.len() > 2 && word.chars().all(|it| it.is_ascii_uppercase());
    line.ends_with(';')
        && (line.contains(['=', '(', ')', '{', '}', '<', '>', '*'])
            || line.split_whitespace().filter(shouts).count() > 1)
}
