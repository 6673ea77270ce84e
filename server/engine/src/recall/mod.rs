//! The one door between the order of a call and the call: where does its answer come from?
//!
//! The scheduler is deterministic. So a run is gone on with by running it again from its start, while everything that came
//! from outside before is answered from what was kept: by the path of the step that asked, and by the question. Loops,
//! handlers and routes are in the middle again by themselves. The same door serves a replay, in which nothing is asked
//! outside at all.

use std::{fmt, time::Duration};

use serde::{Deserialize, Serialize, de::DeserializeOwned};
use serde_json::Value as Json;

use crate::{
    autos::Stage,
    budget::Spent,
    document::Decided,
    journal::{Asker, JournalError, KeptStep, PastRun},
    secrets::Seal,
    tool::Failure,
};

/// How a call ended.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Ending {
    /// The tool answered.
    Value(Json),
    /// It failed.
    Raised(Failure),
    /// Its time was up.
    TimedOut,
}

/// What a step asks of the outside.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Question {
    /// Its call, for the how-manieth time, from 1.
    Attempt(u32),
    /// The call of a handler that sees to the failure of that attempt.
    Handler {
        /// Of the step.
        attempt: u32,
        /// Which handler.
        index: usize,
        /// From 1.
        tries: u32,
    },
    /// A piece of a call: what its model said, or what a tool answered to it.
    Piece {
        /// Which call.
        of: Of,
        /// From 1.
        number: u32,
    },
    /// What a person said, the how-manieth time a call of the step asked one, from 1.
    Person {
        /// The call.
        of: Of,
        /// From 1.
        number: u32,
    },
    /// The texts of the pipeline that it runs and found only then, in that attempt.
    Pipeline(u32),
    /// Whether the time of its rounds is up, in that attempt.
    Time(u32),
    /// Whether the time of a round is up.
    TimeOfRound,
    /// Its AUTO tag of that number among those that are asked at a stage.
    Auto(Stage, usize),
    /// What its calls used, all attempts together.
    Usage,
}

/// A call that asks a person.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Of {
    /// See [`Question::Attempt`].
    Attempt(u32),
    /// See [`Question::Handler`].
    Handler { attempt: u32, index: usize, tries: u32 },
}

impl fmt::Display for Of {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {
            Self::Attempt(attempt) => Question::Attempt(attempt).fmt(f),
            Self::Handler { attempt, index, tries } => {
                Question::Handler { attempt, index, tries }.fmt(f)
            }
        }
    }
}

/// What a secret answer is called where its name stands for it.
pub(crate) fn secret_answer(path: &str, question: Question) -> String {
    format!("{}{question}", secret_answers(path))
}

/// How the names of all secret answers to a step begin.
fn secret_answers(path: &str) -> String {
    // What ends a name is no part of one.
    format!("answer to {}: ", path.replace(']', ""))
}

impl fmt::Display for Question {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Attempt(attempt) => write!(f, "{attempt}"),
            Self::Handler { attempt, index, tries } => {
                write!(f, "{attempt}/handler/{index}/{tries}")
            }
            Self::Piece { of, number } => write!(f, "{of}/piece/{number}"),
            Self::Person { of, number } => write!(f, "{of}/person/{number}"),
            Self::Pipeline(attempt) => write!(f, "{attempt}/pipeline"),
            Self::Time(attempt) => write!(f, "{attempt}/time"),
            Self::TimeOfRound => f.write_str("time"),
            Self::Auto(stage, number) => write!(f, "auto/{stage}/{number}"),
            Self::Usage => f.write_str("usage"),
        }
    }
}

/// An answer that was kept.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Recalled<T> {
    /// Its place among all that came in during the run.
    pub(crate) turn: u64,
    pub(crate) answer: T,
}

/// Where answers come from.
#[derive(Debug)]
pub(crate) enum Recall {
    /// From outside.
    Outside,
    /// From what was kept of a run.
    Kept(PastRun, Manner),
}

/// What is kept of a run is recalled for what.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Manner {
    /// To go on with it: what was not kept is asked outside.
    Resume,
    /// To tell it once more: what was not kept is refused.
    Replay,
    /// To answer another run, which is kept for itself: what was not kept is refused.
    Recording,
}

impl Recall {
    /// Whether nothing was kept before.
    pub(crate) const fn is_empty(&self) -> bool {
        matches!(self, Self::Outside)
    }

    /// Whether what was not kept is refused.
    pub(crate) const fn refuses(&self) -> bool {
        matches!(self, Self::Kept(_, Manner::Replay | Manner::Recording))
    }

    /// Whether what is recalled is kept already where it belongs.
    pub(crate) const fn is_own(&self) -> bool {
        matches!(self, Self::Kept(_, Manner::Resume | Manner::Replay))
    }

    /// Whether what is recalled belongs to another run, and is to be kept for this one.
    pub(crate) const fn is_foreign(&self) -> bool {
        matches!(self, Self::Kept(_, Manner::Recording))
    }

    /// Who tells what was answered, for people.
    pub(crate) const fn teller(&self) -> &'static str {
        if self.is_foreign() { "the recorded run" } else { "the journal" }
    }

    /// The turn of the next answer that comes in.
    pub(crate) fn next_turn(&self) -> Result<u64, JournalError> {
        match self {
            Self::Outside | Self::Kept(_, Manner::Recording) => Ok(0),
            Self::Kept(past, _) => past.next_turn(),
        }
    }

    /// What the run used before, and how long it was driven.
    pub(crate) fn spent(&self) -> Result<(Option<Spent>, Duration), JournalError> {
        let Self::Kept(past, Manner::Resume | Manner::Replay) = self else {
            return Ok((None, Duration::ZERO));
        };
        let (kept, driven) = past.spent()?;
        let mut all: Option<Spent> = None;
        for kept in kept {
            let spent: Spent = serde_json::from_value(kept)
                .map_err(|error| JournalError::new("cannot read what the run used", error))?;
            all = Some(Spent::sum(all, &spent));
        }
        Ok((all, Duration::try_from_secs_f64(driven).unwrap_or_default()))
    }

    /// The record of a step.
    pub(crate) fn step(&self, path: &str) -> Result<Option<KeptStep>, JournalError> {
        match self {
            Self::Outside => Ok(None),
            Self::Kept(past, _) => past.step(path),
        }
    }

    /// What AUTO tags were answered, where that is told by places and not by questions.
    pub(crate) fn decided(&self, of: Asker<'_>) -> Option<&[Decided]> {
        match self {
            Self::Outside => None,
            Self::Kept(past, _) => past.decided(of),
        }
    }

    /// What was answered to a question that a step, or a round, asked. What a person answered in secret counts as not
    /// answered where a person can be asked again.
    ///
    /// # Errors
    /// The journal cannot be read, or a secret is missing without which the answer is not whole.
    pub(crate) fn answer<T: DeserializeOwned>(
        &self,
        path: &str,
        question: Question,
        seal: &Seal,
    ) -> Result<Option<Recalled<T>>, JournalError> {
        let Self::Kept(past, _) = self else { return Ok(None) };
        let Some(kept) = past.answer(path, &question.to_string())? else { return Ok(None) };
        let whole = match seal.open(kept.answer) {
            Ok(whole) => whole,
            // A person is asked for it again.
            Err(secret) if !self.refuses() && secret.starts_with(&secret_answers(path)) => {
                return Ok(None);
            }
            Err(secret) => return Err(missing(path, &secret)),
        };
        let answer = serde_json::from_value(whole).map_err(|error| {
            JournalError::new(format_args!("cannot read what the journal has of `{path}`"), error)
        })?;
        Ok(Some(Recalled { turn: kept.turn, answer }))
    }
}

fn missing(path: &str, secret: &str) -> JournalError {
    JournalError::new(
        format_args!("cannot go on at `{path}`"),
        format_args!("the secret `{secret}` is needed and is not set"),
    )
}
