//! Turns of speech of several words that claim what one word does.

use super::words::Token;

/// Words in a row, and the word that claims the same.
const PHRASES: &[(&[&str], &str)] = &[
    (&["at", "the", "same", "time"], "parallel"),
    (&["at", "once"], "parallel"),
    (&["side", "by", "side"], "parallel"),
    (&["goes", "on"], "continues"),
    (&["go", "on"], "continues"),
    (&["going", "on"], "continues"),
    (&["carries", "on"], "continues"),
    (&["tried", "again"], "retried"),
    (&["tries", "again"], "retries"),
    (&["try", "again"], "retry"),
    (&["by", "default"], "default"),
    (&["has", "to", "be", "given"], "required"),
    (&["have", "to", "be", "given"], "required"),
    (&["must", "be", "given"], "required"),
];

/// The tokens of a sentence with one word for each turn of speech.
pub(super) fn merged(tokens: Vec<Token>) -> Vec<Token> {
    let mut all = Vec::with_capacity(tokens.len());
    let mut rest = tokens.as_slice();
    while let Some((first, others)) = rest.split_first() {
        let phrase = PHRASES.iter().find(|(words, _)| starts_with(rest, words));
        if let Some((words, word)) = phrase {
            all.push(Token::Word((*word).to_owned()));
            rest = rest.get(words.len()..).unwrap_or_default();
        } else {
            all.push(first.clone());
            rest = others;
        }
    }
    all
}

fn starts_with(tokens: &[Token], words: &[&str]) -> bool {
    tokens.len() >= words.len()
        && tokens.iter().zip(words).all(
            |(token, wanted)| matches!(token, Token::Word(word) if word.eq_ignore_ascii_case(wanted)),
        )
}
