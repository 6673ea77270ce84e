//! Texts that announce an answer which does not follow, and texts that only say again what they were asked.

use std::sync::LazyLock;

use regex::Regex;

use super::{Issue, IssueCode, pattern, quoted};

/// What only announces is short.
const LONGEST: usize = 250;
/// A call of fewer bytes may be its own answer.
const SHORTEST: usize = 40;

static OPENS: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"(?i)^(?:sure|certainly|of\scourse|absolutely|gladly|great|okay|ok|no\sproblem|happy\sto\shelp|here(?:\sis|\sare|'s|’s|\syou\sgo)|below|the\sfollowing|voici|bien\ssûr|hier\s(?:ist|sind)|gerne?|natürlich|aquí\s(?:está|tienes)|claro|ecco|certamente|aqui\s(?:está|estão)|当然|好的|以下|もちろん)\b",
    )
});

/// Points at what comes next.
static POINTS: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"(?i)\b(?:below|following|as\srequested|you\s(?:requested|asked\sfor)|here(?:\sis|\sare|'s|’s)|unten|ci-dessous|a\scontinuación|di\sseguito|a\sseguir)\b|以下",
    )
});

/// What is wrong with a text that is nothing but the first sentence of an answer.
pub(super) fn find(text: &str) -> Option<Issue> {
    let is_one =
        text.len() < LONGEST && text.lines().filter(|it| !it.trim().is_empty()).count() == 1;
    if !is_one || !OPENS.is_match(text) {
        return None;
    }
    let ends_open = text.ends_with([':', '：']);
    let last = text.trim_end_matches(['.', '!']).rsplit(['.', '!', '?']).next().unwrap_or(text);
    let points_on = ends_open || POINTS.is_match(last) && !last.contains(':');
    if !points_on {
        return None;
    }
    let message = format!("nothing follows what it announces: `{}`", quoted(text));
    Some(Issue::new(IssueCode::CutOff, message))
}

/// A call that wants its text in other words, or in another language.
static CHANGES: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"(?i)\b(?:translat\w*|rewrite|rephrase|paraphrase|summari[sz]e|shorten|simplify|traduis\w*|tradu(?:ce|zca|ci|z|za)\w*|résume\w*|resum[ae]\w*|riassum\w*|übersetz\w*|umschreib\w*)\b|^\s*fasse?\b|翻译|总结|要約|翻訳",
    )
});

/// Whether a call wants a text in other words, or in another language.
pub(super) fn changes(asked: &str) -> bool {
    CHANGES.is_match(asked)
}

/// A call that is content with its own text.
static KEEPS: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"(?i)\b(?:unchanged|as\sis|verbatim|repeat|copy|quote|if\s(?:needed|necessary|it\sis)|where\sneeded|unless|otherwise|return\sthe\s(?:text|same))\b",
    )
});

/// What is wrong with a text that says what it was `asked`, and nothing else.
pub(super) fn echo(text: &str, asked: &str) -> Option<Issue> {
    let (said, asked) = (words(text), words(asked));
    if said.len() < SHORTEST || KEEPS.is_match(&asked) {
        return None;
    }
    let is_call =
        asked.starts_with(&said) || said.starts_with(&asked) && asked.len() * 5 > said.len() * 4;
    let is_unchanged = || CHANGES.is_match(&asked) && asked.contains(&format!(" {said}"));
    (is_call || is_unchanged()).then(|| {
        Issue::new(
            IssueCode::Echo,
            format!("it only says again what was asked: `{}`", quoted(text)),
        )
    })
}

/// The words of a text, one space between two of them.
fn words(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}
