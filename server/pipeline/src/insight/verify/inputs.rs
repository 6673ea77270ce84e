//! What a sentence says of inputs: that they are required, and what stands for them.

use super::Refusal;
use super::known::Known;
use super::words::{Token, number};
use crate::insight::InputFact;

/// Words that this looks at.
pub(super) const WORDS: &[&str] = &["required", "default", "defaults"];

/// The first word about inputs that is not so.
pub(super) fn refusal(known: &Known<'_>, tokens: &[Token]) -> Option<Refusal> {
    let parts = parts(tokens);
    let mut before: Option<&InputFact> = None;
    let mut open: Vec<&InputFact> = Vec::new();
    let (mut is_required_said, mut refusal) = (None, None);
    for part in parts {
        let own: Vec<&InputFact> = part.iter().filter_map(|it| input(known, it)).collect();
        if let Some(word) = says(part, &["default", "defaults"]) {
            let meant = match *own {
                [] if goes_on(part) => before,
                [only] => Some(only),
                _ => None,
            };
            if !meant.is_some_and(|it| stands_for(known, it, part)) {
                refusal = refusal.or(Some(Refusal::Word(word.clone())));
            }
        } else {
            open.extend(&own);
        }
        is_required_said = is_required_said.or_else(|| says(part, &["required"]));
        before = own.last().copied().or(before);
    }
    // Who says `required` of one may mean all that are named beside it.
    let required =
        is_required_said.filter(|_| open.is_empty() || open.iter().any(|it| !it.required));
    refusal.or_else(|| required.map(|it| Refusal::Word(it.clone())))
}

/// Whether a part speaks of what stands before it.
fn goes_on(part: &[Token]) -> bool {
    matches!(part.first(), Some(Token::Word(word)) if matches!(word.to_lowercase().as_str(), "default" | "defaults" | "with" | "which" | "is" | "it"))
}

/// The parts of a sentence: between breaks and words that join.
fn parts(tokens: &[Token]) -> Vec<&[Token]> {
    let joins = |token: &Token| match token {
        Token::Break => true,
        Token::Word(word) => {
            matches!(word.to_lowercase().as_str(), "and" | "but" | "while" | "whereas")
        }
        Token::Code(_) => false,
    };
    tokens.split(joins).collect()
}

fn input<'s>(known: &Known<'s>, token: &Token) -> Option<&'s InputFact> {
    let (Token::Code(name) | Token::Word(name)) = token else { return None };
    known.sheet.inputs.iter().find(|it| it.name == *name).filter(|_| known.step(name).is_none())
}

fn says<'t>(part: &'t [Token], words: &[&str]) -> Option<&'t String> {
    part.iter().find_map(|it| match it {
        Token::Word(word) if words.contains(&word.to_lowercase().as_str()) => Some(word),
        _ => None,
    })
}

/// Whether what a part says stands for an input does so: the only value in it, or anything where it has none.
fn stands_for(known: &Known<'_>, meant: &InputFact, part: &[Token]) -> bool {
    let is_value = |token: &&Token| match token {
        Token::Code(_) => input(known, token).is_none(),
        Token::Word(word) => input(known, token).is_none() && number(word).is_some(),
        Token::Break => false,
    };
    let mut values = part.iter().filter(is_value);
    match (values.next(), values.next()) {
        (None, _) => meant.has_default,
        (Some(Token::Code(value) | Token::Word(value)), None) => {
            let is_same = |it: &String| {
                it == value || number(value).is_some_and(|number| it.parse() == Ok(number))
            };
            meant.default.as_ref().is_some_and(is_same)
        }
        _ => false,
    }
}
