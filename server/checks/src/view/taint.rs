//! Where text that nobody has looked at goes: from the web and from models, through steps, to a place that reads it.

use crate::{
    facts::{Bringer, Whole},
    flows::Inflow,
};

/// How such text came to an outermost step.
#[derive(Clone, Copy, Debug)]
struct Arrival {
    cause: Inflow,
    /// The outermost step that it started from.
    source: usize,
}

/// For every outermost step, how such text comes out of it, if it does. Holds while the graph and the flows of steps do.
#[derive(Debug, Default)]
pub(crate) struct Arrivals {
    /// Whether a step is a source or waits for one; empty where there is no source, or nothing that runs code.
    reached: Vec<bool>,
    arrivals: Vec<Option<Arrival>>,
}

/// Such text in a document.
#[derive(Clone, Copy)]
pub(crate) struct Taint<'a> {
    pub(crate) whole: &'a Whole<'a>,
    pub(crate) arrivals: &'a Arrivals,
}

/// How many steps between a source and a command are named at most.
const HOPS: usize = 5;

impl Arrivals {
    /// Looks only at what lies behind a source.
    pub(crate) fn new(whole: &Whole<'_>) -> Self {
        let sources: Vec<usize> =
            (0..whole.facts.len()).filter(|&step| whole.facts[step].bringer.is_some()).collect();
        if sources.is_empty() || !whole.facts.iter().any(|facts| facts.is_sink) {
            return Self::default();
        }
        let plan = whole.input.plan;
        let mut reached = vec![false; whole.facts.len()];
        let mut open = sources;
        while let Some(step) = open.pop() {
            if !std::mem::replace(&mut reached[step], true) {
                open.extend(plan.dependents(step));
            }
        }
        let mut it = Self { reached, arrivals: vec![None; whole.facts.len()] };
        for &step in plan.stages.iter().flatten().chain(&plan.on_call) {
            if it.reached[step] {
                it.arrivals[step] = it.arrival(whole, step);
            }
        }
        it
    }

    fn arrival(&self, whole: &Whole<'_>, index: usize) -> Option<Arrival> {
        if whole.facts[index].bringer.is_some() {
            return Some(Arrival { cause: Inflow::Own, source: index });
        }
        let ways = whole.flows(index)?.inflows.iter();
        ways.into_iter()
            .find_map(|&cause| self.source_of(cause, index).map(|source| Arrival { cause, source }))
    }

    fn source_of(&self, inflow: Inflow, index: usize) -> Option<usize> {
        match inflow {
            Inflow::Own => Some(index),
            Inflow::Read(from) => self.arrivals.get(from)?.as_ref().map(|it| it.source),
        }
    }
}

impl<'a> Taint<'a> {
    /// Whether an outermost step runs code and such text may come to it.
    pub(crate) fn is_sink(&self, step: usize) -> bool {
        self.arrivals.reached.get(step) == Some(&true)
            && self.whole.facts.get(step).is_some_and(|facts| facts.is_sink)
    }

    /// The outermost step that what comes into `index` this way started from; nothing where it is clean.
    pub(crate) fn source_of(&self, inflow: Inflow, index: usize) -> Option<usize> {
        self.arrivals.source_of(inflow, index)
    }

    /// The steps that the text passes on its way, those nearest to where it comes to; in the order in which it comes there.
    pub(crate) fn way(&self, inflow: Inflow) -> Vec<&'a str> {
        let (mut hops, mut next) = (Vec::new(), inflow);
        while let Inflow::Read(at) = next
            && let Some(Some(Arrival { cause: cause @ Inflow::Read(..), .. })) =
                self.arrivals.arrivals.get(at)
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
    pub(crate) fn bringer(&self, index: usize) -> Option<&'a Bringer> {
        self.whole.facts.get(index)?.bringer.as_ref()
    }
}
