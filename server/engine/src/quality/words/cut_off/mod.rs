//! Texts that end before they are over.

mod code;
mod documents;
mod lines;

use std::sync::LazyLock;

use regex::Regex;

use self::{
    code::{is_begun_code, is_begun_shell, is_begun_sql, is_code, is_statement},
    documents::{
        is_begun_html, is_begun_json, is_begun_record, is_begun_row, is_begun_xml, is_separated,
    },
    lines::{
        ends_as_a_sentence, is_in_bold, is_in_brackets, is_in_quotes, is_label, is_unlike_items,
        is_unlike_paragraphs,
    },
};
use super::{Issue, IssueCode, announcement, pattern, plain::is_fence};

/// Below so many bytes a text may be a label, which ends as it likes.
const SHORTEST: usize = 40;
/// Bytes of the end that are quoted.
const QUOTED: usize = 40;

/// A word behind which something must come.
static DANGLING: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"(?i)(?:\b(?:the|an|and|or|but|nor|because|although|which|whose|such as|including|their|its|our|your|than|if|while)|[,(:;–—-])$|(?:的|和|与|在|是|需要|因为|由|将|把|被|及|或|从|但|而|并|例如|包括|，|、|は|が|を|に|で|と|ので)$",
    )
});

/// A word behind which something mostly comes: it may also end a sentence, or a line of a text without sentences.
static MAY_DANGLE: LazyLock<Regex> = LazyLock::new(|| {
    pattern(r"(?i)\b(?:of|to|with|for|from|into|between|is|are|was|were|has|have|when|by|at|as)$")
});

/// A word that ends a sentence often, and hangs where nothing ends it.
static MAY_END: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"(?i)\b(?:on|about|under|over|through|during|after|before|since|until|against|without|that|be|been|can|will|would|should|must|could|may)$",
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
static NO_SENTENCE: LazyLock<Regex> = LazyLock::new(|| {
    pattern(r"^\s*(?:[-*+•#|>]|\d+[.)]\s|\[\^?\w+\]|https?://)|https?://\S+$|\s#\w+$")
});

/// A line that announces something: a heading, or the mark of an item without the item.
static BARE: LazyLock<Regex> =
    LazyLock::new(|| pattern(r"^(?:\s{0,3}\#{1,6}(?:\s.*)?|\s*(?:\d+[.)]|[*+•]|-))$"));

/// Whether a text ends too early, as far as that is not what was `asked` for.
pub(super) fn find(text: &str, asked: &str) -> Option<Issue> {
    let issue = |message: String| Some(Issue::new(IssueCode::CutOff, message));
    if text.lines().filter(|line| is_fence(line)).count() % 2 == 1 {
        return issue("it ends inside a block of code".to_owned());
    }
    if text.lines().last().is_some_and(is_fence) {
        return None;
    }
    if let Some(issue) = announcement::find(text) {
        return Some(issue);
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
    if text.len() < SHORTEST && !is_lone_heading(text, asked) {
        return None;
    }
    if BARE.is_match(last)
        && (last.len() < text.len() && !is_outline(text) || is_lone_heading(text, asked))
    {
        return issue(format!("nothing follows its last line, `{}`", last.trim()));
    }
    let ending = last.get(last.ceil_char_boundary(last.len().saturating_sub(QUOTED))..);
    let ending = ending.unwrap_or(last).trim();
    let is_running = last.contains(char::is_alphabetic) && !last.trim_start().starts_with('|');
    let (is_one_line, has_sentences) = (last.len() == text.len(), has_sentences(text));
    let hangs = DANGLING.is_match(last)
        || MAY_DANGLE.is_match(last) && (is_one_line || has_sentences)
        || MAY_END.is_match(last) && has_sentences && last.split_whitespace().count() >= 4;
    if is_begun_code(text) || is_begun_shell(text) || is_begun_sql(text) {
        return issue(format!("it ends inside of code: `{ending}`"));
    }
    if text.matches("$$").count() % 2 == 1 && !is_code(text) {
        return issue(format!("it ends inside of a formula: `{ending}`"));
    }
    if is_running
        && hangs
        && !is_separated(text)
        && !is_statement(last)
        && !ENDS_SO.is_match(last)
        && !is_label(last)
    {
        return issue(format!("it ends in the middle of a sentence: `{ending}`"));
    }
    let is_ended = last.ends_with(|end: char| !end.is_alphanumeric());
    if is_running && !is_ended && is_in_brackets(last) {
        return issue(format!("it ends inside of brackets: `{ending}`"));
    }
    if is_running && !is_ended && is_in_quotes(last) {
        return issue(format!("it ends inside of quotation marks: `{ending}`"));
    }
    if is_running && is_in_bold(last) {
        return issue(format!("it ends inside of bold text: `{ending}`"));
    }
    if is_running && !is_ended && (is_unlike_items(text, last) || is_unlike_paragraphs(text, last))
    {
        return issue(format!("its last sentence has no end: `{ending}`"));
    }
    let fragment = BETWEEN_SENTENCES.find_iter(last).last()?;
    let rest = last.get(fragment.end()..).unwrap_or_default();
    let breaks_off =
        !is_ended && !NO_SENTENCE.is_match(last) && rest.split_whitespace().count() >= 3;
    if breaks_off { issue(format!("its last sentence has no end: `{ending}`")) } else { None }
}

/// A note that there was more.
static SAID: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"(?i)[\[(<]\s?(?:(?:output|response|text|content|message|remainder)\s)?(?:was\s)?(?:truncated|cut\soff|continued\sin\s(?:the\s)?next\s\w+)\s?[\])>]\.?$",
    )
});

/// Whether all of a text, but for a title, is headings.
fn is_outline(text: &str) -> bool {
    let mut lines = text.lines().filter(|line| !line.trim().is_empty());
    lines.all(|line| line.trim_start().starts_with('#')) && text.lines().count() > 2
}

/// A call that wants no more than a heading.
static WANTS_HEADING: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"(?i)\b(?:titles?|head(?:ing|line)s?|names?|outlines?|tagline|slogan|überschrift|titel|titre|título|titolo)\b",
    )
});

/// Whether a text is nothing but a heading, where more was `asked` for.
fn is_lone_heading(text: &str, asked: &str) -> bool {
    let is_heading = text.lines().count() == 1
        && text.trim_start_matches('#').starts_with(' ')
        && text.starts_with('#');
    is_heading && !asked.trim().is_empty() && !WANTS_HEADING.is_match(asked)
}

/// Whether a sentence ends before the last line of a text, or inside of it.
fn has_sentences(text: &str) -> bool {
    let before = text.rsplit_once('\n').map_or("", |(before, _)| before);
    let last = text.lines().next_back().unwrap_or_default();
    let is_sentence = |line: &str| line.split_whitespace().count() >= 3 && ends_as_a_sentence(line);
    before.lines().any(is_sentence) || BETWEEN_SENTENCES.is_match(last)
}
