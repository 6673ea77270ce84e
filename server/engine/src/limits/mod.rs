//! How much at once, and how often: what a user allows steps and hosts.
//!
//! A [`Meter`](meter::Meter) counts what a limit is about, a [`Breaker`](breaker::Breaker) knows whether a host answers at
//! all. Both are state machines without a clock. Limits of tools and tags are held by the scheduler, which gives job slots
//! away; those of hosts by [`Hosts`], through which tools and providers of models go out.

mod breaker;
mod hosts;
mod meter;

use std::{
    collections::{BTreeMap, BTreeSet},
    num::{NonZeroU32, NonZeroUsize},
    sync::Arc,
};

pub use hosts::{Hosts, Pass};
pub use meter::{Meter, Opening};

/// A limit. Without either number it limits nothing.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Limit {
    /// How many at once.
    pub at_once: Option<NonZeroUsize>,
    /// How many begin within any 60 seconds.
    pub per_minute: Option<NonZeroU32>,
}

/// The limits of a run, by what they are about.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Limits {
    /// Of tools and actions, by their names.
    pub tools: BTreeMap<String, Limit>,
    /// Of steps, by their `tags`.
    pub tags: BTreeMap<String, Limit>,
    /// Of hosts: `name`, or `name:port` for one port of it alone.
    pub hosts: BTreeMap<String, Limit>,
}

impl Limits {
    /// Those of tools and tags, by the numbers that [`Self::of_step`] gives.
    pub(crate) fn of_steps(&self) -> Vec<Limit> {
        self.tools.values().chain(self.tags.values()).copied().collect()
    }

    /// The numbers of those that hold for a call of a tool by a step with these tags.
    pub(crate) fn of_step(&self, tool: &str, tags: &BTreeSet<&str>) -> Arc<[usize]> {
        let tools = self.tools.keys().map(|name| name == tool);
        let all = tools.chain(self.tags.keys().map(|name| tags.contains(name.as_str())));
        all.enumerate().filter(|(_, holds)| *holds).map(|(number, _)| number).collect()
    }
}
