//! AUTO tags of error handlers: what a handler is about to do waits for their answers, and is then done again.

use pipeline::{Value, catalogue::Type};

use super::care::Stage;
use crate::{
    autos::{self, Handling, Where},
    document::Remedied,
    driver::{
        autos::{Autos, Then},
        steps::Steps,
    },
    prepare::{Calling, Deed, Fallback, Work},
    scheduler::{At, Outcome},
    scope::StepScope,
    tool::Failure,
};

/// What follows when the tags are answered.
#[derive(Clone, Debug, PartialEq)]
pub(in crate::driver) enum Next {
    /// It is seen whether the handler takes part.
    Choose,
    /// It is called, for the how-manieth time.
    Call(u32),
    /// It falls back, where it came to that, with that error.
    FallBack(Remedied, Option<String>),
}

impl Steps<'_> {
    /// The answers that a handler needs to go on, or the first question that is open is asked.
    pub(super) fn handler_answers(
        &mut self,
        at: At,
        index: usize,
        next: Next,
    ) -> Result<Autos, Failure> {
        let attempt = self.flight(at).map_or(0, |flight| flight.record.retries + 1);
        self.autos(at, Then::Handler(Handling { attempt, index }, next))
    }

    /// The answers that a fallback needs; `None` while one is asked for.
    pub(super) fn fallback_answers(
        &mut self,
        at: At,
        index: usize,
        came: Remedied,
        error: Option<&String>,
    ) -> Result<Option<Vec<Value>>, String> {
        match self.handler_answers(at, index, Next::FallBack(came, error.cloned())) {
            Ok(Autos::Known(answers)) => Ok(Some(answers)),
            Ok(Autos::None) => Ok(Some(Vec::new())),
            Ok(Autos::Waits) => Ok(None),
            Err(failure) => Err(failure.message),
        }
    }

    /// The texts with tags of a handler, and what they read.
    pub(in crate::driver) fn tags_of_handler(
        &self,
        at: At,
        stage: autos::Stage,
        index: usize,
    ) -> Option<(Vec<Where<'_>>, StepScope)> {
        let remedy = self.flight(at)?.care.as_deref()?.remedies.get(index)?;
        let (step, calling): (_, Option<&Calling>) = match &remedy.deed {
            Deed::Action(step, calling) => (Some(&**step), Some(calling)),
            Deed::Step(called) => {
                let home = self.called_at(at, called)?;
                let step = self.frames.get(&home.frame)?.block.step(home.step);
                let calling = match &called.work {
                    Work::Call(calling) => Some(calling),
                    Work::Rounds(_) | Work::Pipeline(_) => None,
                };
                (step, calling)
            }
            Deed::Nothing => (None, None),
        };
        let mut texts = match stage {
            autos::Stage::Enabled(_) => {
                let enabled = remedy.enabled.as_ref();
                let mut texts: Vec<_> = enabled
                    .map(|data| autos::in_data(data, "enabled", Some(Type::Bool)))
                    .unwrap_or_default();
                if let (Some(step), Deed::Step(_)) = (step, &remedy.deed) {
                    let condition = autos::Stage::Condition;
                    texts.extend(autos::at_stage(step, condition, None, None, &[]));
                }
                texts
            }
            autos::Stage::Handler(_) => match (step, calling) {
                (Some(step), Some(calling)) => {
                    let (signature, said) = (Some(calling.signature), calling.words());
                    autos::at_stage(step, autos::Stage::Start, signature, said, &[])
                }
                _ => Vec::new(),
            },
            _ => match &remedy.fallback {
                Some(Fallback::Result(data)) => autos::in_data(data, "fallback_value", None),
                Some(Fallback::Whole(data)) => autos::in_data(data, "fallback_result", None),
                None => Vec::new(),
            },
        };
        if texts.is_empty() {
            return None;
        }
        for found in &mut texts {
            found.path = format!("on_error({}).{}", remedy.name, found.path);
        }
        Some((texts, self.handler_scope(at, index)?))
    }

    /// The tags are answered.
    pub(in crate::driver) fn handler_goes_on(&mut self, at: At, index: usize, next: Next) {
        let outcome = match next {
            Next::Choose => self.next_handler(at),
            Next::Call(tries) => match self.ask_handler(at, index, tries) {
                Ok(()) => None,
                Err(failure) => self.handler_failed(at, index, failure.message),
            },
            Next::FallBack(came, error) => self.fall_back(at, index, came, error),
        };
        if let Some(outcome) = outcome {
            self.tell_ended(at, outcome);
        }
    }

    /// They are not.
    pub(in crate::driver) fn handler_stands(
        &mut self,
        at: At,
        index: usize,
        next: &Next,
        why: String,
    ) {
        let outcome = if self.is_stopping(at) {
            self.stops_handling(at)
        } else {
            match next {
                Next::Choose | Next::Call(_) => self.handler_failed(at, index, why),
                Next::FallBack(..) => self.fell_through(at, index, why),
            }
        };
        if let Some(outcome) = outcome {
            self.tell_ended(at, outcome);
        }
    }

    fn stops_handling(&mut self, at: At) -> Option<Outcome> {
        let care = self.flight_mut(at)?.care.as_mut()?;
        care.stage = Stage::Over;
        Some(care.outcome)
    }
}
