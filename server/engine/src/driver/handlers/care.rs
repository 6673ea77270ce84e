//! A step whose failure is being seen to.

use std::sync::Arc;

use serde_json::Value as Json;
use tokio_util::sync::CancellationToken;

use super::super::{attempt::Ending, envelope, record::Answer};
use crate::{
    document::{Handled, Remedied, StepRecord},
    prepare::Remedy,
    scheduler::{Outcome, Policy},
};

/// See the module.
#[derive(Debug)]
pub(in crate::driver) struct Care {
    pub(super) remedies: Arc<[Remedy]>,
    /// How the last attempt failed.
    pub(super) outcome: Outcome,
    pub(super) failed: Failed,
    /// The failures before it, of attempts that handlers asked for.
    pub(super) earlier: Vec<Failed>,
    pub(super) stage: Stage,
    /// What the last handler gave that succeeded, though the step failed again.
    pub(super) given: Option<Json>,
    /// What the handlers make of the failure.
    pub(super) policy: Option<Policy>,
    pub(super) handled: Vec<Handled>,
    /// The handler at work, where it is made of steps.
    pub(super) run: Option<HandlerRun>,
}

/// A handler that is made of steps, at work.
#[derive(Debug)]
pub(super) struct HandlerRun {
    /// Ends the timer.
    pub(super) timer: CancellationToken,
    /// What its step came to.
    pub(super) ended: Option<(StepRecord, Ending)>,
}

/// How far it is. Numbers are those of handlers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Stage {
    /// This one is looked at next.
    Choosing(usize),
    /// This one is at work, for the how-manieth time.
    Working(usize, u32),
    /// This one succeeded, and the step is tried once more.
    Retrying(usize),
    /// Nothing more is done.
    Over,
}

/// A failure, as handlers see it.
#[derive(Clone, Debug)]
pub(super) struct Failed {
    pub(super) error_type: String,
    pub(super) message: String,
    /// Every code that it has: of an error, of a response, of a program.
    pub(super) codes: Vec<Json>,
}

impl Care {
    pub(super) fn new(remedies: Arc<[Remedy]>, outcome: Outcome, answer: &Answer) -> Self {
        Self {
            remedies,
            outcome,
            failed: Failed::of(answer),
            earlier: Vec::new(),
            stage: Stage::Choosing(0),
            given: None,
            policy: None,
            handled: Vec::new(),
            run: None,
        }
    }

    /// What the handlers make of the failure, where they say something.
    pub(in crate::driver) const fn policy(&self) -> Option<Policy> {
        self.policy
    }

    /// What the handlers did, for the step's record.
    pub(in crate::driver) fn take_handled(&mut self) -> Vec<Handled> {
        std::mem::take(&mut self.handled)
    }

    /// Whether a handler is at work.
    pub(super) const fn is_working(&self) -> bool {
        self.working().is_some()
    }

    /// Which handler is at work, for the how-manieth time.
    pub(in crate::driver) const fn working(&self) -> Option<(usize, u32)> {
        match self.stage {
            Stage::Working(index, tries) => Some((index, tries)),
            Stage::Choosing(_) | Stage::Retrying(_) | Stage::Over => None,
        }
    }

    /// Notes what came of a handler.
    pub(super) fn note(&mut self, remedy: usize, outcome: Remedied, handler_error: Option<String>) {
        let Some(remedy) = self.remedies.get(remedy) else { return };
        self.handled.push(Handled {
            handler: remedy.name.clone(),
            outcome,
            error: self.failed.message.clone(),
            error_type: self.failed.error_type.clone(),
            handler_error,
        });
    }

    /// The step failed once more.
    pub(super) fn failed_again(&mut self, outcome: Outcome, answer: &Answer) {
        self.outcome = outcome;
        self.earlier.push(std::mem::replace(&mut self.failed, Failed::of(answer)));
    }
}

impl Failed {
    pub(super) fn of(answer: &Answer) -> Self {
        let value = match answer {
            Answer::Value(value) => value.clone(),
            Answer::Rounds(gathered) => gathered.value.to_json(),
            Answer::Failure(failure) => envelope::of_failure(failure),
            Answer::None | Answer::ConditionError(_) => Json::Null,
        };
        let error_type = match answer {
            Answer::Failure(failure) => failure.error_type.to_string(),
            _ => value.get("error_type").and_then(Json::as_str).unwrap_or("ToolError").to_owned(),
        };
        let codes = codes(&value);
        let by_code = || codes.first().map(|code| format!("it ended with the code {code}"));
        let message = envelope::error(&value).or_else(|| complaint(&value)).or_else(by_code);
        let message = message.unwrap_or_else(|| "it reported no success".to_owned());
        Self { error_type, message, codes }
    }

    /// As `error_codes` are written.
    pub(super) fn spelled_codes(&self) -> Vec<String> {
        let spelled = |code: &Json| code.as_str().map_or_else(|| code.to_string(), str::to_owned);
        self.codes.iter().map(spelled).collect()
    }
}

/// Bytes of a program's complaint that are read.
const COMPLAINT: usize = 4096;

/// What a program wrote to its error stream: the end of it, if it is long.
fn complaint(value: &Json) -> Option<String> {
    let inside = value.get("result").and_then(|result| result.get("stderr"));
    let text = inside.or_else(|| value.get("stderr"))?.as_str()?.trim();
    let start = text.ceil_char_boundary(text.len().saturating_sub(COMPLAINT));
    text.get(start..).filter(|text| !text.is_empty()).map(str::to_owned)
}

fn codes(value: &Json) -> Vec<Json> {
    const KEYS: [&str; 4] = ["code", "status_code", "return_code", "exit_code"];
    [Some(value), value.get("result")]
        .into_iter()
        .flatten()
        .flat_map(|map| KEYS.iter().filter_map(|key| map.get(*key)))
        .filter(|code| code.is_number() || code.is_string())
        .cloned()
        .collect()
}
