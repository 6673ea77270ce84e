//! Holds what somebody else says of a pipeline, a model say, against its sheet: sentence by sentence, and clause by clause.
//!
//! True first: a sentence stays only if everything in it is covered. Its names are those of the pipeline, its numbers are
//! counted in the sheet, its deeds are within what the named steps may do, its order is that of the plan, and its other
//! words are the author's or say nothing. Who is in doubt drops.

mod clause;
mod concepts;
mod gives;
mod inputs;
mod known;
mod phrases;
mod words;

use std::fmt;

use self::known::Known;
use super::Sheet;

/// A sentence and what became of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Judged {
    /// As it was written.
    pub sentence: String,
    /// Why it does not stay; `None`: everything in it is covered.
    pub refusal: Option<Refusal>,
}

/// Why a sentence does not stay.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// A name that the pipeline does not have.
    Name(String),
    /// A number that is counted nowhere.
    Number(String),
    /// A word that neither the author nor the facts know.
    Word(String),
    /// A deed, or a turn of the run, that the steps in question do not have.
    Deed(String),
    /// An order that is not the plan's, or cannot be held against it.
    Order(String),
    /// It tells of something as another step's than it is.
    Whose(String),
    /// It denies, which the sheet cannot cover.
    Denial(String),
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Name(it) => write!(f, "`{it}` is no name of the pipeline"),
            Self::Number(it) => write!(f, "`{it}` is not counted"),
            Self::Word(it) => write!(f, "`{it}` is not covered"),
            Self::Deed(it) => write!(f, "`{it}` is nothing that the steps do"),
            Self::Order(it) => write!(f, "the order `{it}` is not that of the plan"),
            Self::Whose(it) => write!(f, "`{it}` does not belong to the step"),
            Self::Denial(it) => write!(f, "`{it}` denies, which cannot be covered"),
        }
    }
}

/// Every sentence of a text, in order, and whether the sheet covers it.
#[must_use]
pub fn judge(sheet: &Sheet, text: &str) -> Vec<Judged> {
    let known = Known::of(sheet);
    let judged = words::sentences(text).into_iter().map(|sentence| {
        let refusal = clause::refusal(&known, &sentence);
        Judged { sentence, refusal }
    });
    judged.collect()
}

/// What is covered of a text; `None` where nothing is.
#[must_use]
pub fn verified(sheet: &Sheet, text: &str) -> Option<String> {
    let kept: Vec<String> = judge(sheet, text)
        .into_iter()
        .filter(|it| it.refusal.is_none())
        .map(|it| it.sentence)
        .collect();
    (!kept.is_empty()).then(|| kept.join(" "))
}
