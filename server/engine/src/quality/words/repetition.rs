//! Texts that go round in circles.

use std::{collections::HashMap, sync::LazyLock};

use regex::Regex;

use super::{Issue, IssueCode, pattern, quoted};

static SENTENCE_END: LazyLock<Regex> = LazyLock::new(|| pattern(r"[.!?]+(?:\s|$)"));

/// Sentences shorter than this may well come twice.
const SHORTEST: usize = 20;
/// The same sentence so often in a row is a circle.
const IN_A_ROW: usize = 3;
/// The same sentence so often, and in at least a third of all, is one, too.
const ALTOGETHER: usize = 4;
/// The longest phrase, in words, that is looked for again and again.
const LONGEST_PHRASE: usize = 12;
/// A phrase comes so often, and fills so many words.
const TIMES: usize = 5;
const WORDS: usize = 10;

/// What a text says again and again.
pub(super) fn find(prose: &str) -> Option<Issue> {
    // Rows of a table may be alike.
    let lines = prose.lines().filter(|line| !line.trim_start().starts_with('|'));
    let prose = lines.collect::<Vec<_>>().join("\n");
    let again = sentence(&prose).or_else(|| phrase(&prose))?;
    let message = format!("it says `{}` again and again", quoted(&again));
    Some(Issue::new(IssueCode::Repetition, message))
}

fn sentence(prose: &str) -> Option<String> {
    let sentences: Vec<String> = prose
        .lines()
        .flat_map(|line| SENTENCE_END.split(line))
        .map(|it| it.trim().to_lowercase())
        .filter(|it| {
            it.len() >= SHORTEST && it.chars().filter(|it| it.is_alphabetic()).count() >= 12
        })
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
    None
}

/// A phrase of some words that follows itself; looked for by how many words further on the same words stand.
fn phrase(prose: &str) -> Option<String> {
    let words: Vec<String> = prose
        .split_whitespace()
        .map(|word| word.trim_matches(|it: char| !it.is_alphanumeric()).to_lowercase())
        .filter(|word| word.chars().any(char::is_alphabetic))
        .collect();
    for period in 1..=LONGEST_PHRASE {
        let wanted = (period * (TIMES - 1)).max(WORDS - period.min(WORDS));
        let mut same = 0;
        for (index, pair) in words.iter().zip(words.iter().skip(period)).enumerate() {
            same = if pair.0 == pair.1 { same + 1 } else { 0 };
            if same >= wanted {
                let from = (index + 1).saturating_sub(period);
                return Some(words.get(from..=index)?.join(" "));
            }
        }
    }
    None
}
