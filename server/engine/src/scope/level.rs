//! What a loop binds for one of its rounds.

use std::{sync::Arc, time::Instant};

use pipeline::{
    Step, StepKind, Value,
    names::{self, Bound},
};

use super::{Entries, StepScope};
use crate::prepare::Block;

/// A loop around a step.
#[derive(Clone, Debug)]
pub(crate) struct Level {
    /// The loop's body.
    pub(crate) block: Arc<Block>,
    pub(crate) view: View,
    pub(crate) turn: Turn,
    /// What the loop step itself may read.
    pub(crate) outer: StepScope,
}

/// From where a loop is seen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum View {
    /// From a body step.
    Body,
    /// From the loop's own `while` or `until`.
    Test,
}

/// One round of a loop, as far as names go.
#[derive(Clone, Debug)]
pub(crate) struct Turn {
    /// From 0.
    pub(crate) round: usize,
    /// None for loops without items.
    pub(crate) items: Option<Arc<Vec<Value>>>,
    /// Results of the round before, by body step; empty where rounds do not follow one another.
    pub(crate) previous: Arc<Entries>,
    /// Result of the round before.
    pub(crate) last: Value,
    /// When the loop began.
    pub(crate) begun: Instant,
}

impl Level {
    fn holder(&self) -> Option<&Step> {
        self.block.holder()
    }

    /// What a name means in the loop itself. `results`: of the round's steps, or for a test of the last round's.
    pub(super) fn own(&self, name: &str, results: &Entries) -> Option<Value> {
        let holder = self.holder()?;
        if names::loop_var(holder) == Some(name) {
            return self.bound(Bound::Item);
        }
        if names::loop_name(holder) == Some(name)
            || holder.id_text() == name
            || self.is_automatic_name(name, holder)
        {
            return Some(self.as_value());
        }
        if self.block.position(name).is_some() {
            let found = results.get(name).or_else(|| self.turn.previous.get(name)).cloned();
            return Some(found.unwrap_or_else(|| self.not_yet(name)));
        }
        if let Some(earlier) = name.strip_prefix("prev_")
            && matches!(holder.kind, StepKind::ActionLoop(_) | StepKind::Queue(_))
            && self.block.position(earlier).is_some()
        {
            let found = self.turn.previous.get(earlier).cloned();
            return Some(found.unwrap_or_else(|| self.not_yet(name)));
        }
        let table = self.bindings(holder);
        table
            .iter()
            .find(|binding| binding.name == name)
            .and_then(|binding| self.bound(binding.bound))
    }

    /// A body step that has no result: in a first round there is nothing to read from the one before.
    fn not_yet(&self, name: &str) -> Value {
        match self.holder().map(|step| &step.kind) {
            Some(StepKind::While(_) | StepKind::ActionLoop(_)) => Value::Absent(name.into()),
            _ => Value::Undefined(name.into()),
        }
    }

    fn is_automatic_name(&self, name: &str, holder: &Step) -> bool {
        **self.block.automatic_name() == *name && !matches!(holder.kind, StepKind::Parallel)
    }

    fn bindings(&self, holder: &Step) -> &'static [names::Binding] {
        match self.view {
            View::Body => names::bindings(&holder.kind),
            View::Test => names::in_test(&holder.kind),
        }
    }

    /// The loop as an object: everything that it binds in its body.
    pub(crate) fn as_value(&self) -> Value {
        let bindings = self.holder().map_or(&[][..], |holder| names::bindings(&holder.kind));
        let entry = |binding: &names::Binding| {
            self.bound(binding.bound).map(|value| (Arc::from(binding.name), value))
        };
        Value::map(bindings.iter().filter_map(entry).collect())
    }

    /// The names under which the loop is read when it is over: the given one and the automatic one.
    pub(crate) fn loop_names(&self) -> Vec<Arc<str>> {
        let given = self.holder().and_then(names::loop_name).map(Arc::from);
        given.into_iter().chain([Arc::clone(self.block.automatic_name())]).collect()
    }

    pub(super) fn names(&self) -> Vec<Arc<str>> {
        let Some(holder) = self.holder() else { return Vec::new() };
        let bindings = self.bindings(holder).iter().map(|binding| Arc::from(binding.name));
        let given = names::loop_var(holder).into_iter().chain(names::loop_name(holder));
        self.block.names_of_steps().chain(bindings).chain(given.map(Arc::from)).collect()
    }

    /// The value of a binding; none of an item where there are none.
    fn bound(&self, bound: Bound) -> Option<Value> {
        let Turn { round, items, begun, .. } = &self.turn;
        let count = || Some(items.as_ref()?.len());
        let number = |number: usize| Value::Int(number as i128);
        Some(match bound {
            Bound::Item => items.as_ref()?.get(*round)?.clone(),
            Bound::Items => Value::List(Arc::clone(items.as_ref()?)),
            Bound::Length => number(count()?),
            Bound::Index => number(*round),
            Bound::Position => number(round + 1),
            Bound::IsFirst => Value::Bool(*round == 0),
            Bound::IsLast => Value::Bool(round + 1 == count()?),
            Bound::Remaining => number(count()?.saturating_sub(round + 1)),
            Bound::HasNext => Value::Bool(round + 1 < count()?),
            Bound::HasPrevious => Value::Bool(*round > 0),
            Bound::LoopId => self.holder()?.id_text().into(),
            Bound::LoopName => self.name()?.as_ref().into(),
            Bound::LoopState => self.state(),
            Bound::CurrentResult => self.turn.last.clone(),
            Bound::TotalDuration => Value::Float(begun.elapsed().as_secs_f64()),
            Bound::TerminationReason => "".into(),
        })
    }

    /// The given name of the loop, else its automatic one; none for steps side by side.
    pub(super) fn name(&self) -> Option<Arc<str>> {
        if matches!(self.holder()?.kind, StepKind::Parallel) {
            return None;
        }
        let given = self.holder().and_then(names::loop_name).map(Arc::from);
        given.or_else(|| Some(Arc::clone(self.block.automatic_name())))
    }

    fn state(&self) -> Value {
        let entries = [
            ("iteration", Value::Int(self.turn.round as i128)),
            ("results", Value::Map(Arc::clone(&self.turn.previous))),
            ("last_result", self.turn.last.clone()),
        ];
        Value::map(entries.into_iter().map(|(name, value)| (name.into(), value)).collect())
    }
}
