//! What looks at the whole found, kept while nothing changes that they read.
//!
//! A finding is kept with what it stands on, a step or an item outside of steps, and its places are counted from there: what
//! only moves is not looked at again.

use pipeline::{
    Constant, Definition, Handler, Input as Declared, Output, Pipeline, Placed, TopEntry,
};
use syntax::Span;

use crate::{Diagnostic, findings::Draft};

/// Kinds of things that looks at the whole read.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Reads(u8);

impl Reads {
    pub(crate) const NOTHING: Self = Self(0);
    pub(crate) const ALL: Self = Self(u8::MAX);
    /// Names, edges and stages; not where they are written.
    pub(crate) const GRAPH: Self = Self(1);
    /// What stands outside steps.
    pub(crate) const HEADER: Self = Self(1 << 1);
    /// Files that steps name, and where.
    pub(crate) const FILES: Self = Self(1 << 2);
    /// Names that steps look up.
    pub(crate) const NAMES: Self = Self(1 << 3);
    /// Ways by which text comes into steps, where it comes from, and which of them run code.
    pub(crate) const FLOWS: Self = Self(1 << 4);
    /// What steps do to the world.
    pub(crate) const DEEDS: Self = Self(1 << 5);
    /// Steps that say where the run goes on, whatever comes of them.
    pub(crate) const ROUTES: Self = Self(1 << 6);

    /// Both.
    pub(crate) const fn with(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// Whether they have something in common.
    pub(crate) const fn meets(self, other: Self) -> bool {
        self.0 & other.0 != 0
    }
}

/// What is different from the version that was looked at before.
#[derive(Clone, Debug)]
pub(crate) struct Changed {
    /// Of what looks at the whole read.
    pub(crate) reads: Reads,
    /// The steps that are another object now; ascending. All are, where steps came or went.
    pub(crate) steps: Vec<usize>,
}

impl Changed {
    /// Nothing was looked at before.
    pub(crate) const fn all() -> Self {
        Self { reads: Reads::ALL, steps: Vec::new() }
    }
}

/// The items that stand outside steps, in an order of their own.
#[derive(Debug, Default)]
pub(crate) struct Items {
    entries: Vec<Placed<TopEntry>>,
    inputs: Vec<Placed<Declared>>,
    outputs: Vec<Placed<Output>>,
    constants: Vec<Placed<Constant>>,
    experts: Vec<Placed<Definition>>,
    personalities: Vec<Placed<Definition>>,
    handlers: Vec<Placed<Handler>>,
}

impl Items {
    /// Makes these the items of `pipeline`; true if they are the same, wherever they stand.
    pub(crate) fn renew(&mut self, pipeline: &Pipeline) -> bool {
        let same = [
            renew(&mut self.entries, &pipeline.entries),
            renew(&mut self.inputs, &pipeline.inputs),
            renew(&mut self.outputs, &pipeline.outputs),
            renew(&mut self.constants, &pipeline.constants),
            renew(&mut self.experts, &pipeline.experts),
            renew(&mut self.personalities, &pipeline.personalities),
            renew(&mut self.handlers, &pipeline.global_error_handlers),
        ];
        same.iter().all(|same| *same)
    }
}

fn renew<T>(before: &mut Vec<Placed<T>>, now: &[Placed<T>]) -> bool {
    let same = before.len() == now.len()
        && before
            .iter()
            .zip(now)
            .all(|(one, other)| std::sync::Arc::ptr_eq(&one.item, &other.item));
    if !same {
        *before = now.to_vec();
    }
    same
}

/// Where the items of a pipeline outside steps start, in the order of [`Items`].
fn bases(pipeline: &Pipeline) -> Vec<u32> {
    fn of<T>(items: &[Placed<T>]) -> impl Iterator<Item = u32> + '_ {
        items.iter().map(|it| it.base)
    }
    of(&pipeline.entries)
        .chain(of(&pipeline.inputs))
        .chain(of(&pipeline.outputs))
        .chain(of(&pipeline.constants))
        .chain(of(&pipeline.experts))
        .chain(of(&pipeline.personalities))
        .chain(of(&pipeline.global_error_handlers))
        .collect()
}

/// What a place is counted from.
#[derive(Clone, Copy, Debug)]
enum Anchor {
    Step(usize),
    /// An item outside of steps.
    Item(usize),
}

/// What one look at the whole found.
#[derive(Debug, Default)]
pub(crate) struct Kept {
    found: Option<Vec<Anchored>>,
}

/// A finding whose places are counted from what they stand on, in the order of [`places`].
#[derive(Debug)]
struct Anchored {
    draft: Draft,
    anchors: Box<[Anchor]>,
}

impl Kept {
    /// What was found before, where it stands now; nothing if it has to be looked at again by a look that reads `reads`.
    pub(crate) fn moved(
        &self,
        pipeline: &Pipeline,
        changed: &Changed,
        reads: Reads,
    ) -> Option<Vec<Draft>> {
        let found = self.found.as_ref().filter(|_| !changed.reads.meets(reads))?;
        if found.is_empty() {
            return Some(Vec::new());
        }
        let holds = |anchor: &Anchor| match anchor {
            Anchor::Step(step) => changed.steps.binary_search(step).is_err(),
            Anchor::Item(_) => !changed.reads.meets(Reads::HEADER),
        };
        if !found.iter().flat_map(|it| &it.anchors).all(holds) {
            return None;
        }
        let items = bases(pipeline);
        found.iter().map(|it| it.draft_in(pipeline, &items)).collect()
    }

    /// Keeps what was found, absolute.
    pub(crate) fn keep(&mut self, pipeline: &Pipeline, found: &[Draft]) {
        if found.is_empty() {
            self.found = Some(Vec::new());
            return;
        }
        let items = bases(pipeline);
        self.found =
            found.iter().map(|draft| Anchored::new(draft.clone(), pipeline, &items)).collect();
    }
}

impl Anchored {
    fn new(mut draft: Draft, pipeline: &Pipeline, items: &[u32]) -> Option<Self> {
        let mut anchors = Vec::new();
        for span in places(&mut draft.diagnostic) {
            let (anchor, base) = anchor(span.start, pipeline, items)?;
            *span = Span::new(span.start - base, span.end - base);
            anchors.push(anchor);
        }
        Some(Self { draft, anchors: anchors.into() })
    }

    fn draft_in(&self, pipeline: &Pipeline, items: &[u32]) -> Option<Draft> {
        let mut draft = self.draft.clone();
        for (span, anchor) in places(&mut draft.diagnostic).into_iter().zip(&self.anchors) {
            let base = match anchor {
                Anchor::Step(step) => pipeline.steps.get(*step)?.base,
                Anchor::Item(item) => *items.get(*item)?,
            };
            *span = span.shift(base);
        }
        Some(draft)
    }
}

/// Every place in a finding of the whole.
fn places(diagnostic: &mut Diagnostic) -> Vec<&mut Span> {
    let Diagnostic { span, related, fixes, .. } = diagnostic;
    let related = related.iter_mut().map(|it| &mut it.span);
    let edits = fixes.iter_mut().flat_map(|fix| &mut fix.edits).map(|edit| &mut edit.span);
    std::iter::once(span).chain(related).chain(edits).collect()
}

/// What starts last before a place, and where.
fn anchor(place: u32, pipeline: &Pipeline, items: &[u32]) -> Option<(Anchor, u32)> {
    let step = pipeline.steps.partition_point(|step| step.base <= place).checked_sub(1);
    let step = step.and_then(|at| Some((Anchor::Step(at), pipeline.steps.get(at)?.base)));
    let items = items.iter().enumerate().filter(|(_, base)| **base <= place);
    let item = items.max_by_key(|(_, base)| **base).map(|(at, base)| (Anchor::Item(at), *base));
    match (step, item) {
        (Some(step), Some(item)) => Some(if step.1 >= item.1 { step } else { item }),
        (step, item) => step.or(item),
    }
}
