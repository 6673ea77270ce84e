//! What a sentence says that the pipeline gives, and which step it is of.

use super::Refusal;
use super::known::Known;
use super::words::Token;

/// Words for giving.
const GIVES: &[&str] =
    &["gives", "give", "produces", "produce", "returns", "return", "provides", "output", "outputs"];

/// What is wrong with a clause that says what the pipeline gives. None outside: it says nothing of that kind, or of more than that.
pub(super) fn refusal(known: &Known<'_>, tokens: &[Token]) -> Option<Option<Refusal>> {
    let is_one_of = |token: &Token, words: &[&str]| match token {
        Token::Word(word) => words.contains(&word.to_lowercase().as_str()),
        Token::Code(_) | Token::Break => false,
    };
    let verb = tokens.iter().position(|it| is_one_of(it, GIVES))?;
    let (before, behind) = tokens.split_at_checked(verb)?;
    let names_step = |token: &Token| match token {
        Token::Code(name) | Token::Word(name) => known.step(name).is_some(),
        Token::Break => false,
    };
    if before.iter().any(|it| names_step(it) || matches!(it, Token::Code(_))) {
        return None;
    }
    let from = behind.iter().position(|it| is_one_of(it, &["from", "of"])).unwrap_or(behind.len());
    let (given, sources) = behind.split_at_checked(from)?;
    let names = |tokens: &[Token]| -> Vec<String> {
        let codes = tokens.iter().filter_map(|it| match it {
            Token::Code(name) => Some(name.clone()),
            Token::Word(_) | Token::Break => None,
        });
        codes.collect()
    };
    let given = names(given);
    let outputs: Vec<_> = given
        .iter()
        .filter_map(|name| known.sheet.outputs.iter().find(|it| it.name == *name))
        .collect();
    if outputs.is_empty() || outputs.len() < given.len() {
        return None;
    }
    let wrong = names(sources).into_iter().find(|source| {
        let step = known.step(source);
        let is_of = |id: &str| id == source || step.is_some() && known.step(id) == step;
        !outputs.iter().all(|it| it.from.iter().any(|it| is_of(it)))
    });
    Some(wrong.map(Refusal::Whose))
}
