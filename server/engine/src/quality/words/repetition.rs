//! Texts that go round in circles.

use std::{collections::HashMap, sync::LazyLock};

use regex::Regex;
use serde_json::Value as Json;

use super::{Issue, IssueCode, letters, pattern, quoted};

static SENTENCE_END: LazyLock<Regex> = LazyLock::new(|| pattern(r"[.!?]+(?:\s|$)|[。！？]+"));

/// Sentences shorter than this may well come twice.
const SHORTEST: usize = 18;
/// So many letters make a sentence.
const LETTERS: usize = 12;
/// The same row of a table so often, one behind the other, is a circle.
const ROWS: usize = 6;
/// The same sentence so often in a row is a circle.
const IN_A_ROW: usize = 3;
/// The same sentence so often, and in at least a third of all, is one, too.
const ALTOGETHER: usize = 4;
/// Of so many sentences, no more than half are others.
const FEWEST: usize = 5;
/// The longest phrase, in words, that is looked for again and again.
const LONGEST_PHRASE: usize = 12;
/// A phrase that is longer is one when it comes so often in a row.
const LONG_TIMES: usize = 3;
const LONGEST: usize = 40;
/// A word of so many letters that is the same few again and again.
const LONG_WORD: usize = 30;
const LONGEST_SYLLABLE: usize = 12;
/// A phrase comes so often, and fills so many words.
const TIMES: usize = 5;
const WORDS: usize = 10;

/// So often the same letter or digit, one behind the other, is no word and no number.
const SAME_LETTERS: usize = 48;
/// A label has at most so many words.
const WORDS_OF_A_LABEL: usize = 4;

/// So many items of a list that are the same word, one behind the other, where no labels are asked for.
const SAME_WORDS: usize = 8;
/// So many items of a list that are the same text, one behind the other.
const ITEMS: usize = 4;

/// A call that wants the same again and again.
static WANTED: LazyLock<Regex> =
    LazyLock::new(|| pattern(r"(?i)\brepeat(?:ed|edly|s)?\b|\b(?:times|refrain|chorus)\b"));

/// A call for what may have a refrain.
static WANTS_VERSES: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"(?i)\b(?:songs?|lyrics|chants?|hymns?|anthems?|carols?|ballads?|lullab(?:y|ies)|nursery\srhymes?|villanelles?|rondeaus?|litan(?:y|ies)|mantras?|shant(?:y|ies)|blues|raps?|lied(?:er|text)?|chansons?|canci[oó]n(?:es)?|canzon[ei]|can[çc](?:ão|ões))\b",
    )
});

/// A call that wants the same few words for many things.
static WANTS_LABELS: LazyLock<Regex> = LazyLock::new(|| {
    pattern(r"(?i)\b(?:labels?|classif\w+|categori[sz]\w+|true\sor\sfalse|yes\sor\sno)\b")
});

/// What a text says again and again, where that was not `asked` for.
pub(super) fn find(prose: &str, asked: &str) -> Option<Issue> {
    if WANTED.is_match(asked) {
        return None;
    }
    // Rows of a table may be alike.
    let (rows, lines): (Vec<&str>, Vec<&str>) =
        prose.lines().partition(|line| line.trim_start().starts_with('|'));
    let prose = lines.join("\n");
    let is_labels = WANTS_LABELS.is_match(asked)
        && prose.lines().all(|line| line.split_whitespace().count() <= WORDS_OF_A_LABEL);
    let phrase = || if is_labels { None } else { phrase(&prose) };
    let sentence = || if WANTS_VERSES.is_match(asked) { None } else { sentence(&prose) };
    let again = sentence().or_else(phrase).or_else(|| row(&rows)).or_else(|| word(&prose));
    Some(issue(&again.or_else(|| letter(&prose))?))
}

fn issue(again: &str) -> Issue {
    Issue::new(IssueCode::Repetition, format!("it says `{}` again and again", quoted(again)))
}

/// A text that is item after item of a list.
pub(super) fn of_items(items: &[Json], asked: &str) -> Option<Issue> {
    if WANTED.is_match(asked) {
        return None;
    }
    let said = |items: &[Json]| {
        let text = items.first()?.as_str()?.trim();
        let is_long = text.len() >= SHORTEST && letters(text) >= LETTERS;
        (is_long && items.iter().all(|it| Some(it) == items.first())).then(|| text.to_owned())
    };
    let word = |items: &[Json]| {
        let text = items.first()?.as_str()?.trim();
        let is_same = letters(text) > 1 && items.iter().all(|it| Some(it) == items.first());
        (is_same && !WANTS_LABELS.is_match(asked)).then(|| text.to_owned())
    };
    let long = items.windows(ITEMS).find_map(said);
    long.or_else(|| items.windows(SAME_WORDS).find_map(word)).map(|text| issue(&text))
}

/// A letter or digit that follows itself.
fn letter(prose: &str) -> Option<String> {
    let (mut last, mut row) = (None, 0);
    for it in prose.chars() {
        row = if last == Some(it) { row + 1 } else { 1 };
        last = Some(it);
        if row >= SAME_LETTERS && it.is_alphanumeric() {
            return Some(it.to_string());
        }
    }
    None
}

fn sentence(prose: &str) -> Option<String> {
    let sentences: Vec<String> = prose
        .lines()
        .flat_map(|line| SENTENCE_END.split(line))
        .map(|it| it.trim().to_lowercase())
        .filter(|it| it.len() >= SHORTEST && letters(it) >= LETTERS)
        .collect();
    let mut row = 1;
    for pair in sentences.windows(2) {
        row = if pair.first() == pair.last() { row + 1 } else { 1 };
        if row >= IN_A_ROW {
            return pair.first().cloned();
        }
    }
    let mut counts: HashMap<&str, usize> = HashMap::new();
    for sentence in &sentences {
        let count = counts.entry(sentence).or_default();
        *count += 1;
        if *count >= ALTOGETHER && *count * 3 >= sentences.len() {
            return Some(sentence.clone());
        }
    }
    let is_circle = sentences.len() >= FEWEST && counts.len() * 2 <= sentences.len();
    let first = || sentences.iter().find(|it| counts.get(it.as_str()).is_some_and(|it| *it > 1));
    is_circle.then(first).flatten().cloned()
}

/// A word that is one syllable again and again.
fn word(prose: &str) -> Option<String> {
    let long = prose.split_whitespace().filter(|it| it.len() >= LONG_WORD);
    let letters = long.map(|word| word.chars().collect::<Vec<char>>());
    let mut long =
        letters.filter(|it| it.len() >= LONG_WORD && it.iter().all(|it| it.is_alphabetic()));
    long.find_map(|word| {
        let period = (2..=LONGEST_SYLLABLE)
            .find(|it| word.iter().zip(word.iter().skip(*it)).all(|(one, next)| one == next))?;
        Some(word.iter().take(period).collect())
    })
}

/// A row of a table that stands there again and again, one behind the other.
fn row(rows: &[&str]) -> Option<String> {
    let is_full = |row: &str| row.chars().any(char::is_alphanumeric);
    let same = rows.windows(ROWS).find(|rows| rows.iter().all(|it| Some(it) == rows.first()));
    same.and_then(|rows| rows.first()).filter(|row| is_full(row)).map(|row| row.trim().to_owned())
}

/// A phrase of some words that follows itself; looked for by how many words further on the same words stand.
fn phrase(prose: &str) -> Option<String> {
    let all: Vec<String> = prose
        .split_whitespace()
        .map(|word| word.trim_matches(|it: char| !it.is_alphanumeric()).to_lowercase())
        .filter(|word| !word.is_empty())
        .collect();
    let words: Vec<String> =
        all.iter().filter(|word| word.chars().any(char::is_alphabetic)).cloned().collect();
    let short = (1..=LONGEST_PHRASE).find_map(|period| {
        let wanted = (period * (TIMES - 1)).max(WORDS - period.min(WORDS));
        again(&words, period, wanted)
    });
    // What differs in its numbers only may be a list of things that are alike.
    let long = || (WORDS..=LONGEST).find_map(|it| again(&all, it, it * (LONG_TIMES - 1)));
    short.or_else(long)
}

/// The words that stand again as many words further on, where at least so many in a row do.
fn again(words: &[String], period: usize, wanted: usize) -> Option<String> {
    let mut same = 0;
    for (index, pair) in words.iter().zip(words.iter().skip(period)).enumerate() {
        same = if pair.0 == pair.1 { same + 1 } else { 0 };
        if same >= wanted {
            let from = (index + 1).saturating_sub(period);
            return Some(words.get(from..=index)?.join(" "));
        }
    }
    None
}
