//! The look at what a call gave, before anything reads it.

use pipeline::{PoorQuality, QualityGate};
use serde_json::Value as Json;

use super::{envelope, parameters, steps::Steps};
use crate::{
    prepare::{CallKind, Work},
    quality::{Quality, Wording, assess},
    scheduler::At,
    tool::Failure,
};

impl Steps<'_> {
    /// Puts into the record what is to be said of a value that a call gave, in its envelope. A value that reports a
    /// failure is not looked at.
    ///
    /// # Errors
    /// The step asks for more.
    pub(super) fn look_at_quality(&mut self, at: At, value: &Json) -> Result<(), Failure> {
        let Some(frame) = self.frames.get_mut(&at.frame) else { return Ok(()) };
        let (Some(Work::Call(work)), Some(step)) =
            (&frame.block.parts()[at.step].work, frame.block.step(at.step))
        else {
            return Ok(());
        };
        if !envelope::succeeds(value) {
            return Ok(());
        }
        let operation = match &work.kind {
            CallKind::Tool { operation } => operation.as_deref(),
            CallKind::Prose(_) | CallKind::Message | CallKind::Instruction(_) => None,
        };
        let wording = Wording::of(step, work.signature.effects_of(operation));
        let asked = match wording {
            Wording::OfModel => parameters::texts(step, work, &frame.scope_of(at.step)),
            // What a program is called with excuses nothing that it gives.
            Wording::Counts | Wording::IsFree => String::new(),
        };
        let quality = assess(step, value, work.signature.primary, wording, &asked);
        let poor = step.quality.filter(|gate| quality.score < gate.least);
        let failure = poor.map(|gate| failure(gate, &quality, value));
        frame.flights[at.step].record_mut().quality = Some(Box::new(quality));
        failure.map_or(Ok(()), Err)
    }
}

fn failure(gate: QualityGate, quality: &Quality, value: &Json) -> Failure {
    let issues: Vec<&str> = quality.issues.iter().map(|issue| issue.message.as_str()).collect();
    let message = format!(
        "the quality of its value is {}, at least {} is asked for: {}",
        quality.score,
        gate.least,
        issues.join("; ")
    );
    let failure = match gate.then {
        PoorQuality::Retry => Failure::transient("QualityError", message),
        PoorQuality::Fail => Failure::permanent("QualityError", message),
    };
    Failure { value: Some(value.clone()), ..failure }
}
