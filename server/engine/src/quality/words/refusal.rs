//! Texts that decline to do what was asked.

use std::sync::LazyLock;

use regex::Regex;

use super::{Issue, IssueCode, announcement, declining, material, pattern, quoted};

/// A refusal stands at the beginning of a text, and is short.
const OPENING: usize = 300;
const LONGEST: usize = 1_500;

static REFUSAL: LazyLock<Regex> = LazyLock::new(|| {
    let declines = r"(?:cannot|can't|can’t|could\snot|won't|won’t|will\snot|(?:am|'m|’m)\s(?:unable|not\sable|not\sallowed|not\spermitted)\sto|won't\sbe\sable\sto|won’t\sbe\sable\sto|(?:have|must|need)\sto\sdecline\sto|must\sdecline\sto|do\snot\sfeel\sable\sto)";
    let what = r"(?:help|helping|assist|provide|providing|do|fulfil|fulfill|comply|answer|generate|create|write|complete|access|browse|open|view|process|discuss|continue|proceed|share|support|engage|perform|produce|summari[sz]e|translate|give)";
    pattern(&format!(
        r"(?ix)
        \bI\s?{declines}\s(?:\w+\s){{0,2}}?{what}\b
        | \bI\s(?:must|have\sto|need\sto)\s(?:respectfully\s)?(?:decline|refuse)\b
        | \bI(?:\sdo\snot|\sdon't|\sdon’t)\shave\s(?:\w+\s)?(?:access\sto|the\s(?:ability|capability|capacity)\sto)\b
        | \bas\san?\s(?:large\s|artificial\sintelligence\s)?(?:language\smodel|AI(?:\s(?:language\s)?(?:model|assistant|chatbot)\b|,)|artificial\sintelligence,)
        | \bI(?:\sam|'m|’m)\s(?:just\s|only\s)?an?\s(?:AI\b|(?:large\s)?language\smodel)
        | \bagainst\smy\s(?:\w+\s)?(?:guidelines|policy|policies|programming)\b
        | ^(?:I'm|I’m|I\sam)\s(?:very\s|so\s|really\s)?sorry,?\s(?:but|I\scan)\b
        | ^(?:sorry|apologies|unfortunately),?\s(?:but\s)?I\s(?:can|could|am|will|won|do|must|have)
        | ^I\sapologi[sz]e,?\s(?:but|for\sany\sinconvenience)\b
        | \bI\s?(?:'m|’m|\sam)\s(?:afraid|sorry)\s(?:that\s)?I\s(?:can't|can’t|cannot|can\snot|couldn't|couldn’t|am\s(?:unable|not\sable))
        | \b(?:not|isn't|isn’t)\ssomething\s(?:that\s)?I(?:\scan|'m\sable\sto|’m\sable\sto|\sam\sable\sto)\s(?:help|assist|do|discuss|provide|support|create|write)
        | \bI(?:\sdo\snot|\sdon't|\sdon’t)\sfeel\scomfortable\s(?:with\s)?\w+ing\b
        | \bI\s(?:am|'m|’m)\snot\s(?:comfortable|in\sa\sposition\sto)\b
        | \bI\slack\s(?:the\s)?(?:ability|access|capability|permission|tools?)\b
        | \bI(?:\swould|'d|’d)\s(?:rather\snot|prefer\snot\sto)\b
        | \b(?:it\swould\s(?:not\sbe|be\s(?:inappropriate|unethical|irresponsible|wrong))|it\s(?:is|'s|’s)\snot)\s(?:appropriate\s|possible\s)?for\sme\sto\b
        | \bmy\s(?:guidelines|programming|instructions|training|policies|capabilities)\s(?:do(?:es)?\snot|don't|don’t|doesn't|doesn’t|prevents?|prohibits?|forbids?)\b
        | ^(?:this|your|the)\s(?:request|prompt|question|content)\s(?:goes\sagainst|violates|is\sagainst|falls\soutside|conflicts\swith)\b
        | ^(?:please|could\syou(?:\splease)?|can\syou(?:\splease)?|kindly)\s(?:provide|share|paste|send|supply|upload|give)\s(?:me\s)?(?:with\s)?(?:the|your|a|an|some|more)\b[^.?!\n]{{0,80}}\b(?:you\s(?:would|'d|’d|want|wish|need)|so\s(?:that\s)?I\scan|for\sme\sto|and\sI(?:'ll|’ll|\swill|\scan))
        | \byou\s(?:have\snot|haven't|haven’t|did\snot|didn't|didn’t|forgot\sto)\s(?:yet\s)?(?:actually\s)?(?:provided?|includ(?:ed?)|attach(?:ed)?|shared?|past(?:ed?)|giv(?:en|e)|suppl(?:ied|y))\b
        | ^(?:there\s(?:is|was|seems\sto\sbe)\sno|I\s(?:do\snot|don't|don’t|can't|can’t|cannot)\ssee\s(?:any|an|the|a))\s(?:text|article|document|content|file|attachment|image|input|data|code)\s(?:provided|given|attached|included|here|to\s|in\syour)
        | ^no\s(?:text|article|document|content|input|data)\s(?:was|were|has\sbeen)\s(?:provided|given|supplied|attached)\b
        | ^(?:this|that)\sis\s(?:beyond|outside|out\sof)\s(?:what\sI\b|my\s(?:abilities|capabilities|reach|scope))
        | \bI(?:\sdo\snot|\sdon't|\sdon’t)\shave\s(?:any\s)?(?:information|knowledge|data)\s(?:about|on|of|after|beyond|past)\b
        | \bI(?:\sam|'m|’m)\sonly\sable\sto\b
        | \bI\shave\sno\s(?:way|means|ability)\s(?:to|of)\b
        | ^(?:could|can)\syou\s(?:please\s)?(?:clarify|specify)\b[^.?!\n]{{0,120}}\?\s*$
        | ^\W{{0,3}}(?:the|your|this)\s(?:response|prompt|request|question|message|output|completion|content|text|answer)\s(?:was|is|has\sbeen|had\sto\sbe)\s(?:\w+\s)?(?:filtered|blocked|flagged|rejected|withheld|removed|redacted|suppressed|refused|denied|declined)\b
        | ^(?:(?:no|nope|nah)\b,?\s)?I\s?(?:am|'m|’m)\s(?:really\s|simply\s)?not\s(?:going|willing|prepared|able|allowed|permitted|authori[sz]ed|supposed|meant|designed|trained)\sto\s{what}\b
        | \bI\s(?:(?:have|need|prefer|would\sprefer|tend|try|am\srequired|am\sinstructed)\sto|must|will|should|can\sonly)\s(?:\w+\s)?(?:refrain|abstain|steer\sclear|stay\s(?:away|clear)|pass\son|turn\sdown|avoid\s\w+ing)\b
        | \bI\s(?:refrain|abstain)\sfrom\b
        | ^(?:\w+,\s)?I\s(?:do\snot|don't|don’t)\sthink\sI\s(?:should|can|could|may|ought)\b
        | \b(?:outside|beyond|not\swithin)\s(?:of\s)?(?:what\sI(?:\sam|'m|’m)?\s(?:can|may|allowed|able|permitted|supposed|meant|here)\b|my\s(?:scope|remit|role|abilities|capabilities|limits|guidelines))
        | ^(?:let(?:'s|’s|\sus)|can\swe|shall\swe|could\swe|perhaps\swe\s(?:can|could))\s(?:please\s)?(?:talk\sabout|discuss|try|turn\sto|focus\son|move\son\sto|change\sthe)\s(?:something\selse|another|a\sdifferent|other|subject|topic)\b"
    ))
});

/// What others say inside a text.
static QUOTATION: LazyLock<Regex> = LazyLock::new(|| pattern(r#"["“][^"“”\n]+["”]"#));

/// A call that wants a text which declines.
static WANTED: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"(?i)\b(?:writes?|draft|compose|prepare|formulate|word|reply|answer)\b[^.\n]{0,60}\b(?:refus|declin|apolog|reject|regret|turn(?:s|ing)?\sdown)|\b(?:absage|ablehn|abzulehnen|rechaz|rifiut|declin|отказ)|拒|断る|お断り|거절",
    )
});

/// A call that asks its reader of itself.
static OF_ITSELF: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"(?i)\b(?:your|(?:an?|the)\s(?:AI|assistant|chatbot|language\smodel)(?:['’]?s)?)\s(?:own\s)?(?:limits?|limitations?|capabilit\w+|abilit\w+|cut-?off)\b|\b(?:who|what)\sare\syou\b|\bwhat\s(?:can|can't|cannot|could)\syou\b",
    )
});

/// Says in English that somebody is sorry, or cannot.
static DECLINES: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"(?i)\b(?:sorry|unfortunately|afraid|apologi\w+|regret|cannot|can['’]t|unable|won['’]t|not\sable)\b",
    )
});

/// Whether a call hands over words that decline, to be put in other words or another language.
fn hands_over_refusal(asked: &str) -> bool {
    announcement::changes(asked)
        && (DECLINES.is_match(asked)
            || asked.split([':', '\n', '"']).any(|it| declining::find(it.trim()).is_some()))
}

/// Whether a text reads like a refusal, and none was `asked` for.
pub(super) fn find(text: &str, asked: &str) -> Option<Issue> {
    let is_wanted = WANTED.is_match(asked) || OF_ITSELF.is_match(asked);
    if text.len() > LONGEST || is_wanted || hands_over_refusal(asked) {
        return None;
    }
    let text = text.trim_matches(['"', '“', '”']);
    let opening = text.get(..text.floor_char_boundary(OPENING)).unwrap_or(text);
    let quotations: Vec<_> = QUOTATION.find_iter(opening).map(|it| it.range()).collect();
    let english = REFUSAL
        .find_iter(opening)
        .filter(|it| !quotations.iter().any(|quotation| quotation.contains(&it.start())))
        .find(|it| !is_admiration(it.as_str(), opening.get(it.end()..).unwrap_or_default()));
    let found = english
        .map(|it| it.as_str().to_owned())
        .or_else(|| declining::find(text))
        .or_else(|| material::find(text, asked).map(str::to_owned))?;
    let message = format!("it reads like a refusal: `{}`", quoted(found.trim()));
    Some(Issue::new(IssueCode::Refusal, message))
}

/// `I cannot help admiring it` declines nothing.
fn is_admiration(declined: &str, rest: &str) -> bool {
    let next = rest.split_whitespace().next().unwrap_or_default();
    declined.ends_with("help") && (next.ends_with("ing") || next == "but")
}
