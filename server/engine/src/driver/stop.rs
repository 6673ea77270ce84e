//! What stops a run that no step stops: budgets. And what only holds it up: a pause.

use std::{sync::Arc, time::Duration};

use serde_json::{Value as Json, json};

use super::{recalled::Held, steps::Steps};
use crate::{
    budget::{Budget, Purse, Spent},
    event::EventKind,
    journal::Pace,
    recall::Question,
    scheduler::{At, Event, Outcome, Told},
    tool::{Failure, Transience},
};

/// How far a run is stopped by its budget.
#[derive(Clone, Debug)]
pub(super) enum Stop {
    /// Not at all.
    None,
    /// Nothing begins; when what is in flight has ended, the rest stops.
    Draining(Failure),
    /// Everything stops.
    Stopped(Failure),
}

impl Stop {
    /// Why.
    pub(super) const fn failure(&self) -> Option<&Failure> {
        match self {
            Self::None => None,
            Self::Draining(failure) | Self::Stopped(failure) => Some(failure),
        }
    }
}

impl Steps<'_> {
    /// Begins with what the run used before, in all that time.
    pub(super) fn budget(&mut self, spent: Option<Spent>, driven: Duration) {
        let budget = self.terms();
        let charge = spent.as_ref().map(|spent| spent.charge).unwrap_or_default();
        self.purse = Purse::new(budget, charge);
        self.spent = spent;
        self.clock.allow(budget.time.map(|time| time.saturating_sub(driven)));
    }

    /// What asks nobody pays nothing.
    fn terms(&self) -> Budget {
        if self.prepared.recall.refuses() {
            Budget::default()
        } else {
            self.prepared.request.options.budget
        }
    }

    /// A call of a step used something.
    pub(super) fn spend(&mut self, at: At, spent: Option<Spent>) {
        let Some(spent) = spent else { return };
        let Some(key) = self.flight(at).map(|flight| flight.key.clone()) else { return };
        let is_untold = spent.usage.cost.is_none() || spent.usage.untold_calls > 0;
        if self.terms().cost.is_some() && is_untold {
            let message = format!(
                "nobody knows what a call of `{key}` cost; it counts as ${:.4}",
                spent.charge.cost
            );
            self.warn(at, "unknown-cost", message);
        }
        self.spent = Some(Spent::sum(self.spent.take(), &spent));
        let before = self.flight(at).and_then(|flight| flight.spent.as_deref().cloned());
        let before = before.or_else(|| self.spent_before(at));
        let all = Spent::sum(before, &spent);
        if let Some(flight) = self.flight_mut(at) {
            flight.record_mut().usage = Some(Box::new(all.usage.clone().told()));
            flight.spent = Some(Box::new(all.clone()));
        }
        self.keep_under(key, Question::Usage, serde_json::to_value(all), Box::new(drop));
    }

    /// The questions of the run's outputs used something.
    pub(super) fn spend_on_outputs(&mut self, key: Arc<str>, spent: &Spent) {
        self.spent = Some(Spent::sum(self.spent.take(), spent));
        self.keep_under(key, Question::Usage, serde_json::to_value(spent), Box::new(drop));
    }

    /// What calls of a step used before the run was gone on with.
    fn spent_before(&mut self, at: At) -> Option<Spent> {
        let recall = &self.prepared.recall;
        if !recall.is_own() {
            return None;
        }
        let key = &self.flight(at)?.key;
        match recall.answer::<Spent>(key, Question::Usage, &self.seal) {
            Ok(found) => found.map(|found| found.answer),
            Err(error) => {
                self.journal_failed(&error);
                None
            }
        }
    }

    /// A call was not made, since it could break the budget: nothing begins any more.
    pub(super) fn over_budget(&mut self, at: At, failure: Failure) {
        let handler = self.flight(at).and_then(|flight| flight.care.as_deref()?.working());
        let attempt = self.flight(at).map_or(0, |flight| flight.record.retries + 1);
        self.unpaid.push(match handler {
            Some((index, tries)) => Held::Handler { at, index, tries },
            None => Held::Attempt(at, attempt, None),
        });
        if self.is_stopping(at) {
            self.stop_held(at);
        }
        self.drain(failure);
    }

    /// Nothing begins any more; when what is in flight has ended, the rest stops.
    pub(super) fn drain(&mut self, failure: Failure) {
        if matches!(self.stop, Stop::None) {
            self.stop = Stop::Draining(failure);
            self.tell(Told::Hold);
        }
    }

    /// Ends the steps that go round and never learned how; behind what stops them.
    pub(super) fn end_unshaped(&mut self) {
        for at in std::mem::take(&mut self.unshaped) {
            let outcome = Outcome::Raised(Transience::Permanent);
            self.tell_of(at, |step| Event::Ended { step, outcome, jitter: 0.0 });
        }
    }

    /// Whether everything that was in flight has ended, and the rest is to stop now.
    pub(super) fn is_drained(&mut self) -> bool {
        let Stop::Draining(failure) = &self.stop else { return false };
        let is_drained = self.has_told_all() && self.in_flight() <= self.unpaid.len();
        if is_drained {
            self.stop = Stop::Stopped(failure.clone());
        }
        is_drained
    }

    /// The time of the run is up.
    pub(super) fn time_is_up(&mut self) {
        self.clock.allow(None);
        if !matches!(self.stop, Stop::Stopped(_)) {
            let limit = self.terms().time.unwrap_or_default().as_secs_f64();
            let message = format!("the run took all of its {limit} s (`--max-time`)");
            self.stop = Stop::Stopped(Failure::permanent("TimeBudgetError", message));
            self.halt();
        }
    }

    /// The run is paused, or goes on.
    pub(super) fn keep_pace(&mut self, pace: Pace) {
        let (kind, message, told) = match pace {
            Pace::Paused => {
                self.clock.pause();
                (EventKind::RunPaused, "paused; what is in flight goes on to its end", Told::Hold)
            }
            Pace::Going => {
                self.clock.go_on();
                (EventKind::RunUnpaused, "goes on", Told::GoOn)
            }
        };
        self.is_paused = pace == Pace::Paused;
        let in_flight = self.in_flight();
        let data: Json = json!({ "in_flight": in_flight });
        self.narrator.run(kind, Some(message.to_owned()), data);
        if matches!(self.stop, Stop::None) {
            self.tell(told);
        }
        if !self.is_paused {
            self.wake();
        }
    }
}
