//! What settles: a step's end goes into its record, its scope and the journal.

use std::sync::Arc;

use indexmap::IndexSet;
use serde_json::json;

use super::{
    attempt::Ending, hear::Message, narrator::now, parameters, record, record::Answer, steps::Steps,
};
use crate::{
    document::Warning,
    event::EventKind,
    journal::{Ended, Entry, StepEntry},
    scheduler::{At, End, FrameId, Policy, Reason},
    tool::Failure,
};

/// Steps that a warning names; of more it says how many.
const NAMED: usize = 10;

fn named(steps: &IndexSet<String>) -> String {
    let shown: Vec<String> = steps.iter().take(NAMED).map(|it| format!("`{it}`")).collect();
    match steps.len().saturating_sub(NAMED) {
        0 => shown.join(", "),
        more => format!("{} and {more} more steps", shown.join(", ")),
    }
}

impl Steps<'_> {
    pub(super) fn settle(&mut self, at: At, end: End) {
        let attempt = self.attempt_of_value(at, end);
        let kept = self.take_kept(at);
        let redactor = self.narrator.redactor();
        let location = self.location(at, end);
        let Some(frame) = self.frames.get_mut(&at.frame) else { return };
        let flight = &mut frame.flights[at.step];
        // What a handler came to goes on to the step that failed, as it is.
        let passed_on = frame.trouble.is_some().then(|| flight.answer.clone());
        let record = Arc::make_mut(&mut flight.record);
        record::settle(record, end, &mut flight.answer);
        record.location = location;
        flight.asked = None;
        if let Some(begun) = flight.begun {
            record.completed_at = Some(now());
            record.duration = Some(begun.elapsed().as_secs_f64());
        }
        let kept = kept.filter(|kept| kept.is_over() && kept.record.status == record.status);
        flight.is_recalled = kept.is_some();
        if let Some(kept) = &kept {
            record::recall_times(record, &kept.record);
        }
        flight.end = Some(end);
        if let Some(care) = &mut flight.care {
            record.handled = care.take_handled();
        }
        let seen = record::seen(record, end, &flight.answer);
        let name = Arc::clone(&frame.block.parts()[at.step].name);
        Arc::make_mut(&mut frame.results).insert(name, seen);
        // From here on the record is what people see.
        match kept {
            Some(kept) => *record = kept.record,
            None => record::redact(record, &redactor),
        }
        if let Some(answer) = passed_on {
            flight.answer = answer;
        }
        let is_kept = flight.is_recalled && self.prepared.recall.is_own();
        self.note_fatal(at, end);
        match end {
            End::Skipped(reason) => {
                if !is_kept {
                    self.note(at);
                }
                self.count(at);
                self.say_skipped(at, reason);
            }
            _ if is_kept => {
                self.say_ended(at);
                self.committed(at);
                if !self.prepared.recall.refuses() {
                    self.stow(at);
                }
            }
            _ => {
                let told = self.flight(at).and_then(|flight| flight.call.as_deref());
                let key = told.and_then(|told| told.key).filter(|_| attempt.is_some());
                let parts = told.map(|told| Arc::clone(&told.parts));
                let ended = Ended { turn: self.next_turn(), attempt, key, parts };
                let Some(entry) = self.entry(at, Some(ended)) else { return };
                if self.prepared.recall.is_foreign() {
                    self.journal.write(Entry::Step(entry), self.unless_kept());
                    self.say_ended(at);
                    return self.committed(at);
                }
                let sender = self.sender.clone();
                let done = move |result| drop(sender.send(Message::Committed { at, result }));
                self.journal.write(Entry::Step(entry), Box::new(done));
            }
        }
    }

    /// Where the output of a step that ended is found. A call has said so before it was made; what is made of steps, and what
    /// was recalled, says it here, and says nothing where that cannot be rendered.
    fn location(&self, at: At, end: End) -> Option<Box<str>> {
        let frame = self.frames.get(&at.frame)?;
        let flight = frame.flights.get(at.step)?;
        if flight.record.location.is_some() || matches!(end, End::Skipped(_)) {
            return flight.record.location.clone();
        }
        let step = frame.block.step(at.step).filter(|it| it.location.is_some())?;
        parameters::location(step, &frame.scope_of(at.step)).ok().flatten()
    }

    /// The attempt from whose answer, as it is in the record, the step's value can be had again. An answer with a secret
    /// is kept beside the record.
    fn attempt_of_value(&mut self, at: At, end: End) -> Option<u32> {
        let End::Completed { attempts } = end else { return None };
        let flight = self.flight(at).filter(|flight| flight.is_answered)?;
        match &flight.answer {
            Answer::Value(value) if self.seal.is_in(value) => {
                let ending = Ending::Value(value.clone());
                self.keep(at, &ending);
                None
            }
            Answer::Value(_) => Some(attempts),
            _ => None,
        }
    }

    pub(super) fn entry(&self, at: At, ended: Option<Ended>) -> Option<StepEntry> {
        let flight = self.flight(at)?;
        let (run, path) = (Arc::clone(&self.facts.run), Arc::clone(&flight.key));
        Some(StepEntry { run, path, record: self.record(at)?, ended })
    }

    /// Counts a settled step among the pipeline's own.
    pub(super) fn count(&mut self, at: At) {
        if at.frame == FrameId::ROOT {
            self.settled += 1;
            if let Some(estimate) = &mut self.estimate {
                estimate.end(at.step);
            }
        }
    }

    /// Remembers the first failure whose policy ends the frame.
    fn note_fatal(&mut self, at: At, end: End) {
        let Some(frame) = self.frames.get_mut(&at.frame) else { return };
        let flight = &frame.flights[at.step];
        let record = &flight.record;
        let node = &frame.block.graph.nodes()[at.step];
        let failed = matches!(end, End::Failed { .. } | End::Completed { .. }) && !record.success;
        let said = flight.care.as_ref().and_then(|care| care.policy());
        let said = flight.decreed.or(said);
        let ends = said.unwrap_or(node.policy) == Policy::Fail && node.routes.on_failure.is_none();
        if failed && ends && frame.fatal.is_none() {
            let why = record.complaint().unwrap_or_else(|| "it reported no success".to_owned());
            let message = format!("the step `{}` failed: {why}", record.id);
            frame.fatal = Some(Failure::permanent("StepError", message));
        }
    }

    fn say_skipped(&mut self, at: At, reason: Reason) {
        let Some(flight) = self.flight(at) else { return };
        let id = &flight.record.id;
        let error = match (&flight.answer, reason) {
            (Answer::ConditionError(error), Reason::ConditionError) => {
                Some(format!("the condition of `{id}` could not be evaluated: {error}"))
            }
            _ => None,
        };
        let mut data = json!({ "reason": reason.as_str() });
        if let Some(message) = &error {
            data["warning"] = true.into();
            self.warn(at, "condition-error", message.clone());
        }
        self.say(at, EventKind::StepSkipped, error, data);
    }

    /// Puts a warning that several steps may give rise to into the document, once, with those steps.
    pub(super) fn warn_together(&mut self, at: At, code: &str, message: &str) {
        let Some(step) = self.id_of(at) else { return };
        let message = self.narrator.redactor().text(message.to_owned());
        let warnings = &mut self.warnings;
        let (index, steps) = self.together.entry(message.clone()).or_insert_with(|| {
            let (code, message) = (code.to_owned(), message.clone());
            warnings.push(Warning { code, message, step: None });
            (warnings.len() - 1, IndexSet::new())
        });
        steps.insert(step);
        if let Some(warning) = warnings.get_mut(*index) {
            warning.step = steps.first().filter(|_| steps.len() == 1).cloned();
            if steps.len() > 1 {
                warning.message = format!("{message}: in {}", named(steps));
            }
        }
    }

    fn id_of(&self, at: At) -> Option<String> {
        let part = self.frames.get(&at.frame)?.block.parts().get(at.step)?;
        Some(part.name.to_string())
    }

    /// Puts a warning about a step into the document; of a step inside a loop only the first of its kind.
    pub(super) fn warn(&mut self, at: At, code: &str, message: String) {
        let step = self.id_of(at);
        let message = self.narrator.redactor().text(message);
        let is_known = |it: &Warning| it.code == code && it.step == step;
        if at.frame == FrameId::ROOT || !self.warnings.iter().any(is_known) {
            self.warnings.push(Warning { code: code.to_owned(), message, step });
        }
    }
}
