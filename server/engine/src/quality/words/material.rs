//! Texts that ask for what they should work on, instead of working on it.

use std::sync::LazyLock;

use regex::Regex;

use super::pattern;

/// Who only asks is short.
const LONGEST: usize = 600;

/// Asks the reader to hand something over.
static ASKS: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"(?ix)
        \b(?:please|kindly|(?:could|can|would|will)\syou(?:\splease)?)\s(?:provide|share|paste|send|supply|upload|attach|give|tell|specify|clarify)\b
        | \b(?:if|once|when|as\ssoon\sas)\syou\s(?:provide|share|paste|send|supply|upload|attach|give)\b
        | ^(?:\w+,?\s)?I(?:['’]d|['’]ll|\swould|\swill)?\s(?:first\s)?need\sto\sknow\b
        | \b(?:which|what)\s[^.?!\n]{1,60}\bwould\syou\slike\sme\sto\b",
    )
});

/// Speaks of itself as the one who is to do it for the reader.
static SERVES: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"(?ix)
        ^(?:\w+,?\s)?I(?:['’]d|['’]ll|\swould|\swill)?\s(?:first\s)?need\sto\sknow\b
        | \bI(?:'ll|’ll|\s(?:will|can|could))\s(?:be\s(?:able|happy|glad)\sto\b|then\b|gladly\b|get\sstarted\b|do\s(?:it|so|that|my\sbest)\b|help\b|start\b|proceed\b|create\b|write\b|translate\b|summari[sz]e\b|analy[sz]e\b|(?:\w+\s)?\w+\s(?:the|it|that|this|them|your|you|a|an)\b)
        | \bI(?:\swould|'d|’d|\sam|'m|’m)\s(?:be\s)?(?:happy|glad|ready)\sto\b
        | \byou(?:\swould|'d|’d)?\s(?:like|want|need|wish)\sme\sto\b
        | \b(?:so\s(?:that\s)?I\scan|for\sme\sto)\b",
    )
});

/// Says that nothing came along.
static MISSES: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"(?ix)
        ^(?:(?:it\s(?:looks\slike|seems|appears)(?:\sthat)?|I\s(?:notice|see)(?:\sthat)?|unfortunately,?|hmm,?)\s)?
        (?:there\s(?:is|was|seems\sto\sbe|were|are)\s)?no\s(?:[a-z]+\s){0,2}?(?:text|article|document|content|file|attachment|image|picture|input|data|code|transcript|link)s?\s(?:was|were|has\sbeen|have\sbeen|is|are)?\s?(?:actually\s)?(?:attached|provided|included|given|supplied|shared|pasted)
        | ^(?:\w+,?\s){0,3}?(?:the|your|an?y?|that|this)\s(?:[a-z]+\s){0,2}?(?:attachment|file|document|image|picture|link|upload|text|pdf|page|transcript)s?\s(?:you\s\w+\s)?(?:does\snot|doesn['’]t|did\snot|didn['’]t|has\snot|hasn['’]t|could\snot|couldn['’]t|cannot|can['’]t|seems?\s(?:not\s)?to|appears?\s(?:not\s)?to)\s(?:seem\sto\s|appear\sto\s)?(?:have\s|be\s|been\s)*(?:come\sthrough|upload(?:ed)?|load(?:ed)?|arrived?|attach(?:ed)?|opened|missing|empty|broken|corrupted)\b
        | ^(?:since|as|because)\sI\s(?:do\snot|don't|don’t|cannot|can't|can’t)\s(?:have|see)\b
        | \bwithout\s(?:the|your|more|any)\s(?:[a-z]+\s){0,2}?(?:text|article|document|content|file|input|data|context|information),?\sI\s(?:can't|can’t|cannot|am\sunable)",
    )
});

/// A call for a text in which somebody may ask for something.
static LETTER: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"(?i)\b(?:write|draft|compose|reply|respond|answer|continue)\b[^.\n]{0,60}\b(?:e-?mails?|letters?|messages?|replies|reply|dialogues?|scenes?|stor(?:y|ies)|scripts?|conversations?|prompts?|customers?)\b",
    )
});

/// The words of a text that ask for material, where no such text was `asked` for.
pub(super) fn find<'t>(text: &'t str, asked: &str) -> Option<&'t str> {
    if text.len() > LONGEST || LETTER.is_match(asked) {
        return None;
    }
    let text = text.trim_start_matches(['(', '[', '*', '_']);
    let asks = || ASKS.find(text).filter(|_| SERVES.is_match(text));
    MISSES.find(text).or_else(asks).map(|it| it.as_str())
}
