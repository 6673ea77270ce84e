//! Where text that nobody has looked at goes: from the web and from models, through steps, to a place that reads it.

use pipeline::{Step, catalogue::Effect};

use crate::{
    facts::{Whole, is_source, origin},
    flows::Inflow,
};

/// How such text came to an outermost step.
#[derive(Clone, Copy, Debug)]
struct Arrival {
    cause: Inflow,
    /// The outermost step that it started from.
    source: usize,
}

/// For every outermost step, how such text comes out of it, if it does.
pub(crate) struct Taint<'a> {
    whole: &'a Whole<'a>,
    /// Whether a step is a source or waits for one.
    reached: Vec<bool>,
    arrivals: Vec<Option<Arrival>>,
}

/// How many steps between a source and a command are named at most.
const HOPS: usize = 5;

impl<'a> Taint<'a> {
    /// Looks only at what lies behind a source. Nothing where no source, or nothing that runs code, is there.
    pub(crate) fn new(whole: &'a Whole<'a>) -> Option<Self> {
        let sources: Vec<usize> =
            (0..whole.facts.len()).filter(|&step| whole.facts[step].is_source).collect();
        if sources.is_empty() || !whole.facts.iter().any(|facts| facts.is_sink) {
            return None;
        }
        let plan = whole.input.plan;
        let mut reached = vec![false; whole.facts.len()];
        let mut open = sources;
        while let Some(step) = open.pop() {
            if !std::mem::replace(&mut reached[step], true) {
                open.extend(plan.dependents(step));
            }
        }
        let mut it = Self { whole, reached, arrivals: vec![None; whole.facts.len()] };
        for &step in plan.stages.iter().flatten().chain(&plan.on_call) {
            if it.reached[step] {
                it.arrivals[step] = it.arrival(step);
            }
        }
        Some(it)
    }

    /// Outermost steps that run code and that such text may come to.
    pub(crate) fn sinks(&self) -> impl Iterator<Item = usize> + '_ {
        (0..self.reached.len()).filter(|&step| self.reached[step] && self.whole.facts[step].is_sink)
    }

    fn arrival(&self, index: usize) -> Option<Arrival> {
        if self.whole.facts[index].is_source {
            return Some(Arrival { cause: Inflow::Own, source: index });
        }
        let ways = self.whole.flows(index)?.inflows.iter();
        ways.into_iter()
            .find_map(|&cause| self.source_of(cause, index).map(|source| Arrival { cause, source }))
    }

    /// The outermost step that what comes into `index` this way started from; nothing where it is clean.
    pub(crate) fn source_of(&self, inflow: Inflow, index: usize) -> Option<usize> {
        match inflow {
            Inflow::Own => Some(index),
            Inflow::Read(from) => self.arrivals.get(from)?.map(|it| it.source),
        }
    }

    /// The steps that the text passes on its way, those nearest to where it comes to; in the order in which it comes there.
    pub(crate) fn way(&self, inflow: Inflow) -> Vec<&'a str> {
        let (mut hops, mut next) = (Vec::new(), inflow);
        while let Inflow::Read(at) = next
            && let Some(Some(Arrival { cause: cause @ Inflow::Read(..), .. })) =
                self.arrivals.get(at)
            && let Some(step) = self.whole.input.pipeline.steps.get(at)
            && hops.len() < HOPS
        {
            hops.push(step.id_text());
            next = *cause;
        }
        hops.reverse();
        hops
    }

    /// What brings text in: the step, or the one in its body.
    pub(crate) fn bringer(&self, index: usize) -> Option<(&'a Step, Effect)> {
        let step = self.whole.input.pipeline.steps.get(index)?;
        let catalogue = self.whole.input.catalogue;
        let inner = step.walk().into_iter().find(|inner| is_source(inner, catalogue))?;
        Some((inner, origin(inner, catalogue).unwrap_or(Effect::Model)))
    }
}
