//! Parts of a text that were to be filled in.

use std::sync::LazyLock;

use regex::Regex;

use super::{Issue, IssueCode, pattern};

/// Wherever it stands, in code too.
static ANYWHERE: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"(?x)
        \b(?:TODO|FIXME|XXX)(?:\s?:|\(|\s*[\])]|\s*$)
        | (?m:^\W*(?:TODO|FIXME)\b)
        | \bTB[DAC]\b
        | (?i:\blorem\sipsum\b)
        | (?i:[\[<(]\s?(?:insert|your|add|enter|fill\sin|replace\swith|placeholder)\b[^\])>\n]{0,80}[\])>])
        | \bYOUR_[A-Z0-9_]+\b
        | (?i:<\/?AUTO\b[^>\n]{0,80}>)
        | (?i:(?:\#|//|/\*|--)\s*(?:your|add|insert|put)\s[\w\s,]{0,40}\bhere\b)
        | (?i:(?:\#|//|/\*|--|<!--)\s*(?:\.{3}|…)\s*(?:the\s)?(?:rest|remaining|remainder|existing|other|previous|your|same)\b)
        | (?i:(?:\#|//|/\*|--|<!--)\s*(?:the\s)?rest\sof\s(?:the|your)\s(?:code|file|function|class|implementation)\b)
        | :\s*\x22<\p{L}[\p{L}\d]*(?:[\s_-][\p{L}\d]+){1,8}>\x22
        | ^<\p{L}+(?:[\s_]\p{L}+){1,8}>$
        | (?m:^[\p{L}\s]{1,30}:\s<\p{L}+(?:\s\p{L}+){1,6}>\s*$)
        | \bINSERT\s(?:[A-Z]+\s){1,4}HERE\b",
    )
});

/// Only where it is no code.
static IN_PROSE: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"(?x)
        \{\{[^{}\n]{0,80}\}\}
        | \{%[^{}\n]{0,80}%\}
        | \{\{[^{}\n]{0,80}\s*$
        | <%=?[^%\n]{1,80}%>
        | (?:\bDear|\bHello|\bHi)\s\{[A-Za-z_][\w.\s]{0,40}\}
        | \{(?:first_?|last_?|full_?|user_?|customer_?|client_?|company_?|recipient_?|sender_?)(?:name|email|address)\}
        | \$\{[A-Za-z_][\w.]{0,60}\}
        | \b(?:Dear|Hello|Hi)\s%\(?\w
        | (?m:^\{0\}\s)
        | \b\d{3}[\s)-]*-X{3,}\b
        | _{4,}
        | (?i:\b(?:this\sis\sa|sample|dummy)\splaceholder\b)
        | (?i:\b(?:content|text|details|summary|description|analysis)\s(?:goes|go|to\sbe\s(?:added|inserted|written|filled\sin))\s?(?:here|later)?\b)
        | (?i:^\W*coming\ssoon\W*$)
        | (?i:\[\s?(?:blank|xx+)\s?\])
        | \bXX+(?:[.,/-]XX+)+\b | \bXX+%
        | (?i:<(?:company|client|customer|recipient|sender|first|last|full|product|project|user)\s(?:name|email|address|title)>)",
    )
});

/// `[Company Name]`, but for links: those have their target behind them.
static BRACKETED: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"(?i)\[(?:(?:(?:company|client|customer|recipient|sender|product|project|first|last|full|your|their|job|start|end|due|street|email|phone|specific|relevant|current)['’s]*\s)+(?:names?|dates?|address(?:es)?|titles?|emails?|phones?|numbers?|amounts?|city|country|company|topics?|position|details?|examples?|link|url)|name|date|address|title|company|city|topic|amount)(?:\shere)?\]",
    )
});

/// A cell of a table that holds nothing but a name in brackets.
static CELL: LazyLock<Regex> =
    LazyLock::new(|| pattern(r"\|[ \t]*(\[\p{L}[\p{L} _-]{2,40}\])[ \t]*\|"));

/// A call that wants a text to be filled in.
static WANTED: LazyLock<Regex> =
    LazyLock::new(|| pattern(r"(?i)\b(?:templates?|placeholders?|boilerplate|form\sletter)\b"));

/// The first part that was to be filled in, where nothing of that kind was `asked` for. `prose` is the text without code.
pub(super) fn find(text: &str, prose: &str, asked: &str) -> Option<Issue> {
    if WANTED.is_match(asked) {
        return None;
    }
    let found = ANYWHERE.find(text).or_else(|| IN_PROSE.find(prose)).or_else(|| {
        let is_link = |end: usize| matches!(prose.as_bytes().get(end), Some(b'(' | b'[' | b':'));
        let is_defined = |text: &str| prose.contains(&format!("{text}:"));
        let cells = CELL.captures_iter(prose).filter_map(|found| found.get(1));
        let mut found = BRACKETED.find_iter(prose).chain(cells);
        found.find(|found| !is_link(found.end()) && !is_defined(found.as_str()))
    })?;
    let message = format!("`{}` was to be filled in", found.as_str().trim());
    Some(Issue::new(IssueCode::Placeholder, message))
}
