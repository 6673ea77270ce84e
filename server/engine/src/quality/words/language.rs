//! Texts in another language than they were asked for in.

use whatlang::{Info, Lang, Script, detect, detect_script};

use super::{Issue, IssueCode, letters, tongues};

/// Texts of fewer letters may be names and numbers.
const SHORTEST: usize = 120;
/// From 0 to 1; below it is a guess.
const SURE: f64 = 0.95;
/// So many small words tell the language of an answer.
const TELLING: usize = 4;
/// So many do where it has none of the language that is wanted.
const FEW: usize = 2;
const FEW_WORDS: usize = 5;
/// Fewer words are a list or a name.
const WORDS: usize = 12;
/// Letters of a script that a call does not have, after which they are no name and no word that is quoted.
const FOREIGN: usize = 30;

/// Whether a text is in another language than the call that it answers, or than the call says. A call that names a language
/// otherwise, or that holds texts in several, may want any.
pub(super) fn find(prose: &str, asked: &str) -> Option<Issue> {
    let message = match tongues::wanted(asked) {
        tongues::Wanted::Any => None,
        tongues::Wanted::Named(lang) => other_than(prose, lang),
        tongues::Wanted::Own => script(prose, asked)
            .or_else(|| by_letters(prose, asked))
            .or_else(|| by_words(prose, asked))
            .or_else(|| by_absence(prose, asked)),
    };
    message.map(|it| Issue::new(IssueCode::Language, it))
}

/// What is wrong with a text that was to be in a language.
fn other_than(prose: &str, wanted: Lang) -> Option<String> {
    let name = wanted.eng_name();
    let script = detect_script(prose)?;
    let is_english = prose.split_whitespace().count() > 2 && !tongues::has_none(prose, Lang::Eng);
    if (letters(prose) >= FOREIGN || is_english) && !script.langs().contains(&wanted) {
        return Some(format!("it is in the script {script}, and was asked for in {name}"));
    }
    if let Some(own) = tongues::by_words(prose, TELLING)
        && (tongues::knows(wanted) || own == Lang::Eng)
        && own != wanted
    {
        return Some(format!("it is in {}, and was asked for in {name}", own.eng_name()));
    }
    if let Some(own) = tongues::by_words(prose, FEW)
        && own != wanted
        && prose.split_whitespace().count() >= FEW_WORDS
        && tongues::has_none(prose, wanted)
    {
        return Some(format!("it is in {}, and was asked for in {name}", own.eng_name()));
    }
    let own = sure(prose)?;
    let message = || format!("it is in {}, and was asked for in {name}", own.lang().eng_name());
    (own.lang() != wanted && !tongues::are_alike(own.lang(), wanted)).then(message)
}

/// What is wrong with a text that has a sentence, or all of it, in a script that its call has no letter of.
fn script(prose: &str, asked: &str) -> Option<String> {
    if detect_script(asked)? != Script::Latin || letters(asked) < FOREIGN || has_other(asked) {
        return None;
    }
    let mut foreign = 0;
    let mut longest = 0;
    for it in prose.chars() {
        if is_other(it) {
            foreign += letters(it.encode_utf8(&mut [0; 4]));
            longest = longest.max(foreign);
        } else if it.is_alphabetic() {
            foreign = 0;
        }
    }
    let message = || "it has sentences in a script in which nothing was asked".to_owned();
    (longest >= FOREIGN * 2).then(message)
}

/// Whether a letter belongs to another script than the Latin, the Greek (which formulas have) and those of symbols.
fn is_other(it: char) -> bool {
    it.is_alphabetic()
        && it >= '\u{400}'
        && !matches!(it, '\u{1d00}'..='\u{2fff}' | '\u{a700}'..='\u{a7ff}' | '\u{ab30}'..='\u{ab6f}' | '\u{fb00}'..='\u{fb06}' | '\u{ff21}'..='\u{ff5a}' | '\u{1d400}'..='\u{1d7ff}')
}

fn has_other(text: &str) -> bool {
    text.chars().any(is_other)
}

/// By the letters of two long texts.
fn by_letters(prose: &str, asked: &str) -> Option<String> {
    let (own, wanted) = (sure(prose)?, sure(asked)?);
    if own.lang() == wanted.lang() || holds(asked, own.lang()) {
        return None;
    }
    let (own, wanted) = (own.lang().eng_name(), wanted.lang().eng_name());
    Some(format!("it is in {own}, and was asked for in {wanted}"))
}

/// By the small words of two texts, which shorter ones have, too.
fn by_words(prose: &str, asked: &str) -> Option<String> {
    let (own, wanted) = (tongues::by_words(prose, TELLING)?, tongues::by_words(asked, 2)?);
    let is_wrong = own != wanted && !tongues::has_words(asked, own);
    let (own, wanted) = (own.eng_name(), wanted.eng_name());
    is_wrong.then(|| format!("it is in {own}, and was asked for in {wanted}"))
}

/// By a text that has no small word of the language that it is asked in, and some of another one.
fn by_absence(prose: &str, asked: &str) -> Option<String> {
    let wanted = tongues::by_words(asked, 2)?;
    if prose.split_whitespace().count() < WORDS || !tongues::has_none(prose, wanted) {
        return None;
    }
    let own = detect(prose).filter(|it| it.is_reliable() && it.confidence() >= SURE)?.lang();
    let is_foreign = own != wanted
        && tongues::knows(own)
        && !tongues::has_none(prose, own)
        && !tongues::has_words(asked, own);
    let (own, wanted) = (own.eng_name(), wanted.eng_name());
    is_foreign.then(|| format!("it is in {own}, and was asked for in {wanted}"))
}

fn sure(text: &str) -> Option<Info> {
    let long = letters(text) >= SHORTEST;
    long.then(|| detect(text)).flatten().filter(|it| it.is_reliable() && it.confidence() >= SURE)
}

/// Whether a paragraph of the text is in that language.
fn holds(text: &str, language: Lang) -> bool {
    text.lines()
        .any(|line| line.len() >= 40 && detect(line).is_some_and(|it| it.lang() == language))
}
