//! Parts of a text that were to be filled in.

use std::sync::LazyLock;

use regex::{Match, Regex};

use super::{Issue, IssueCode, pattern, plain::without_spans};

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
        | (?i:(?:\#|//|/\*|<!--)\s*(?:the\s)?(?:rest|remaining|remainder|other|more)\s[^\n]{0,50}\b(?:here|omitted|as\sbefore|unchanged|and\sso\son)\b)
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
        (?:^|[^$])\{\{[^{}\n]{0,80}\}\}
        | \{%[^{}\n]{0,80}%\}
        | \{\{[^{}\n]{0,80}\s*$
        | <%=?[^%\n]{1,80}%>
        | (?:\bDear|\bHello|\bHi)\s\{[A-Za-z_][\w.\s]{0,40}\}
        | \{(?:first_?|last_?|full_?|user_?|customer_?|client_?|company_?|recipient_?|sender_?)(?:name|email|address)\}
        | (?:^|[\s(,])\$\{[A-Za-z_][\w.]{0,60}\}
        | \b(?:Dear|Hello|Hi)\s%\(?\w
        | (?m:^\{0\}\s)
        | \b\d{3}[\s)-]*-X{3,}\b
        | _{4,}
        | (?i:\b(?:this\sis\sa|sample|dummy)\splaceholder\b)
        | (?i:\b(?:content|text|details|summary|description|analysis)\s(?:goes|go|to\sbe\s(?:added|inserted|written|filled\sin))\s?(?:here|later)?\b)
        | (?im:^[\W_]*(?:(?:details?|contents?|text|more(?:\s(?:details|information))?|information|this\ssection|section|figures?|numbers?)\s(?:is\s|are\s|will\s)?)?(?:coming\ssoon|to\s(?:follow|come)|follows?\slater|to\sbe\s(?:completed|added|determined|written|confirmed|filled(?:\sin)?|announced|inserted|provided|supplied|defined|updated))[\W_]*$)
        | \p{Ll}\sX{4,}(?:[\s,.;:!?)]|$) | [$€£]\s?X{2,}\b
        | (?i:[\[(]\s?to\sbe\s(?:completed|added|determined|written|confirmed|filled|announced|inserted|provided|supplied)\b[^\])\n]{0,60}[\])])
        | \p{Ll}\s<[A-Z]{2,}(?:_[A-Z]+)+>\s\p{Ll}
        | \{[a-z_]{2,30}\}\s?% | [€£]\s?\{[a-z_]{2,30}\}
        | (?i:\[\s?(?:blank|xx+)\s?\])
        | (?:\bDear|\bHello|\bHi|\bLiebe[rs]?|\bHallo|\bChère?|\bBonjour|\bEstimad[oa]|\bHola|\bCiao|\bGentile)\s(?:(?:Mr|Ms|Mrs|Dr|Herr|Frau)\.?\s)?[<\[]\p{L}[\p{L}\s_'’-]{0,40}[>\]]
        | (?i:[\[(<]\s?(?:[\p{L}]+\s){0,4}(?:einf[üu]gen|eintragen|einsetzen|ergänzen|insérer|à\scompléter|insertar|completar|rellenar|inserire|inserir|preencher|invullen|invoegen|вставить|wstaw)(?:\s[\p{L}]+){0,4}\s?[\])>])
        | (?i:\[(?:ihr|ihre|dein|deine|votre|vos|ton|tes|su|sus|tu|tus|il\stuo|la\stua|il\ssuo|seu|sua|uw|jouw|twoje|ваше?)\s\p{L}+(?:\s\p{L}+){0,3}\](?:$|[\s,.;:!?)]))
        | \bYour\s(?:Company|Organi[sz]ation|Business|Team|Product|Brand)\sName\b
        | (?i:\byour[-_.]?(?:e?mail|name|address|username)@|@your-?\w+\.\w{2,}|\bwww\.(?:your|my)-?\w+\.(?:com|org|net)\b|\byour-?(?:domain|company|website|site)\.(?:com|org|net)\b)
        | (?m:^\s*(?:[-*+•]|\d+[.)])\s*(?:\.{3}|…)\s*$)
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
static WANTED: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"(?i)\b(?:templates?|placeholders?|boilerplate|form\sletter|exercises?|worksheets?|cloze|gaps|blanks|mail\smerge|kanban|mock-?ups?)\b",
    )
});

/// A call for what is written with braces.
static WANTS_BRACES: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"(?i)\b(?:ansible|playbooks?|helm|jinja2?|handlebars|mustache|vue|angular|svelte|liquid|twig|django|go\stemplate|workflows?|github\sactions?|dbt|ejs|erb|prompts?)\b",
    )
});

/// Braces of templates.
static BRACES: LazyLock<Regex> = LazyLock::new(|| pattern(r"\{[{%]"));

/// A call that speaks of forms and of names that stand for something.
static WANTS_FORMAT: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"(?i)\b(?:f-?strings?|format(?:s|ted|ting)?|variables?|interpolat\w+|latex|dates?\sare|python|windows|batch|cmd|paths?|routes?|endpoints?|api)\b",
    )
});

/// The form of a date, in the place of one.
static DATE: LazyLock<Regex> =
    LazyLock::new(|| pattern(r"(?:^|[\s,(])(?i:dd)[\s./-](?i:mm|month|mon)[\s./-](?i:yyyy|yy)\b"));

static SPEAKS_OF_FORMAT: LazyLock<Regex> =
    LazyLock::new(|| pattern(r"(?i)\b(?:format|form|pattern|notation|iso)\b"));

/// A call for what remains to be done.
static WANTS_TASKS: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"(?i)\bto-?dos?\b|\b(?:open|remaining|outstanding|unfinished|pending|unresolved)\s(?:\w+\s)?(?:tasks?|points?|issues?|items?|work|questions?|code|parts?)\b",
    )
});

/// A name in braces or percent signs that stands for a word: `{order_id}`, `%NAME%`.
static BRACED: LazyLock<Regex> = LazyLock::new(|| {
    pattern(r"(?:^|[\s(,])(\{[a-z]+(?:_[a-z]+)*\}|%[A-Z]{2,}(?:_[A-Z]+)*%)(?:$|[\s,.;:!?)'’])")
});

/// The first of several names in braces, or one that no word looks like, in a text that is no code.
fn braced<'t>(prose: &'t str, asked: &str) -> Option<Match<'t>> {
    if WANTS_BRACES.is_match(asked)
        || WANTS_FORMAT.is_match(asked)
        || prose.contains(['\\', ';', '='])
    {
        return None;
    }
    let mut found = BRACED.captures_iter(prose).filter_map(|it| it.get(1));
    let first = found.next()?;
    let is_gap =
        first.as_str().contains(['_', '%']) || found.any(|it| it.as_str() != first.as_str());
    is_gap.then_some(first)
}

/// A word that stands for a part.
static WORD: LazyLock<Regex> =
    LazyLock::new(|| pattern(r"(?i)\b(?:TODO|FIXME|XXX|TB[DAC])\b|\blorem\sipsum\b"));

fn has_word(asked: &str, word: &str) -> bool {
    asked.to_lowercase().contains(&word.to_lowercase())
}

/// Whether what stands behind a word says something of the word: `TODO is a word`.
fn is_told_of(rest: &str) -> bool {
    const SAYS: [&str; 9] =
        ["is", "are", "was", "were", "means", "comment", "comments", "list", "lists"];
    let mut words = rest.split(|it: char| !it.is_alphanumeric() && it != '\n');
    rest.starts_with(' ') && words.find(|it| !it.is_empty()).is_some_and(|it| SAYS.contains(&it))
}

/// A gap inside a sentence, or behind the name of what is to stand in it: `on [Date] at [Time]`, `Amount: [AMOUNT]`.
static GAP: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"(?m)(?:\p{Ll}[,:]?|^[\p{L}\s.]{2,30}:)\s(\[\p{Lu}[\p{L}]*(?:[\s_'’/-][\p{L}]+){0,4}\])(?:$|[\s,.;:!?)])",
    )
});

/// A gap in the marks of markup, of which a text in prose has none: `at <TIME>`.
static MARKED: LazyLock<Regex> = LazyLock::new(|| {
    pattern(r"(?:\p{Ll}|[,:])\s(<[A-Z]{3,}(?:[_ ][A-Z]+){0,3}>)(?:$|[\s,.;:!?)])")
});

/// Several of those.
fn marked(prose: &str) -> Option<Match<'_>> {
    if prose.contains("</") || prose.to_lowercase().contains("usage") {
        return None;
    }
    let mut found = MARKED.captures_iter(prose).filter_map(|it| it.get(1));
    let first = found.next()?;
    found.any(|it| it.as_str() != first.as_str()).then_some(first)
}

/// Several gaps make a form; one may be what an editor put in.
fn gaps(prose: &str) -> Option<Match<'_>> {
    let is_quoted = |it: &Match<'_>| {
        let before = prose.get(..it.start()).unwrap_or_default();
        let line = before.rsplit('\n').next().unwrap_or_default();
        line.matches(['"', '“', '”']).count() % 2 == 1
    };
    let mut found = GAP.captures_iter(prose).filter_map(|it| it.get(1)).filter(|it| !is_quoted(it));
    let first = found.next()?;
    found.any(|it| it.as_str() != first.as_str()).then_some(first)
}

/// The first part that was to be filled in, where nothing of that kind was `asked` for. `prose` is the text without code.
pub(super) fn find(text: &str, prose: &str, asked: &str) -> Option<Issue> {
    if WANTED.is_match(asked) {
        return None;
    }
    let text = without_spans(text);
    // What the call itself speaks of is spoken of.
    let is_spoken_of = |it: &str| {
        let is_asked = |word: &str| has_word(asked, word) || WANTS_TASKS.is_match(asked);
        WORD.find(it).is_some_and(|word| is_asked(word.as_str()))
    };
    let anywhere = ANYWHERE.find_iter(&text).find(|it| {
        !is_spoken_of(it.as_str()) && !is_told_of(text.get(it.end()..).unwrap_or_default())
    });
    let wants_braces = WANTS_BRACES.is_match(asked);
    let in_prose =
        || IN_PROSE.find_iter(prose).find(|it| !wants_braces || !BRACES.is_match(it.as_str()));
    let date = || {
        DATE.find(prose)
            .filter(|_| !WANTS_FORMAT.is_match(asked) && !SPEAKS_OF_FORMAT.is_match(prose))
    };
    let found = anywhere
        .or_else(in_prose)
        .or_else(date)
        .or_else(|| braced(prose, asked))
        .or_else(|| gaps(prose))
        .or_else(|| marked(prose))
        .or_else(|| {
            let is_link =
                |end: usize| matches!(prose.as_bytes().get(end), Some(b'(' | b'[' | b':'));
            let is_defined = |text: &str| prose.contains(&format!("{text}:"));
            let cells = CELL.captures_iter(prose).filter_map(|found| found.get(1));
            let mut found = BRACKETED.find_iter(prose).chain(cells);
            found.find(|found| !is_link(found.end()) && !is_defined(found.as_str()))
        })?;
    let from = BRACES.find(found.as_str()).map_or(0, |it| it.start());
    let shown = found.as_str().get(from..).unwrap_or_default().trim();
    let message = format!("`{shown}` was to be filled in");
    Some(Issue::new(IssueCode::Placeholder, message))
}
