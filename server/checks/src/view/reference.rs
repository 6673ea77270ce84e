//! A name that is read, and in what sense it is wrong. One sense each, so that one rule speaks of it.

use pipeline::{Reference, Step, eval, names::Meaning};
use syntax::Span;

use super::{Scope, TextView};

/// A name that is read.
#[derive(Clone, Copy)]
pub(crate) struct ReferenceView<'a> {
    pub(crate) scope: Scope<'a>,
    pub(crate) reference: &'a Reference,
    /// It is part of an id with `-`, written as it cannot be.
    dashed: bool,
}

/// What is to be said of a root name.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Sense<'a> {
    /// It is known.
    Known(Meaning),
    /// Part of an id with `-`.
    Dashed,
    /// A binding of loops, but there is no such loop around.
    LoopName(&'static LoopName),
    /// `loop`, outside `{% for %}`.
    JinjaLoop,
    /// A body step of a loop elsewhere.
    BodyStep(LoopOf<'a>),
    /// Called, and no function.
    Function,
    /// Nobody declares it.
    Undefined,
}

/// The loop that a body step belongs to.
#[derive(Clone, Copy, Debug)]
pub(crate) struct LoopOf<'a>(pub(crate) &'a Step);

impl PartialEq for LoopOf<'_> {
    fn eq(&self, other: &Self) -> bool {
        std::ptr::eq(self.0, other.0)
    }
}

/// A name that loops bind.
#[derive(Debug, PartialEq)]
pub(crate) struct LoopName {
    pub(crate) name: &'static str,
    /// Keys of the loops that bind it.
    pub(crate) loops: &'static [&'static str],
}

const FOR_EACH: &[&str] = &["for_each"];
const ITEMS: &[&str] = &["for_each", "create_parallel_queue"];
const ROUNDS: &[&str] = &["while", "action_loop"];
const ALL: &[&str] = &["for_each", "while", "create_parallel_queue", "action_loop"];
const QUEUE: &[&str] = &["create_parallel_queue"];

/// LANGUAGE §6.3.
const LOOP_NAMES: &[LoopName] = &[
    LoopName { name: "item", loops: ITEMS },
    LoopName { name: "index", loops: ITEMS },
    LoopName { name: "is_first", loops: ALL },
    LoopName { name: "is_last", loops: ITEMS },
    LoopName { name: "position", loops: &["for_each", "while"] },
    LoopName { name: "length", loops: FOR_EACH },
    LoopName { name: "remaining", loops: FOR_EACH },
    LoopName { name: "has_next", loops: FOR_EACH },
    LoopName { name: "has_prev", loops: FOR_EACH },
    LoopName { name: "loop_id", loops: &["for_each", "while", "action_loop"] },
    LoopName { name: "iteration", loops: ROUNDS },
    LoopName { name: "loop_name", loops: &["while"] },
    LoopName { name: "loop_state", loops: &["while"] },
    LoopName { name: "queue", loops: QUEUE },
    LoopName { name: "queue_size", loops: QUEUE },
    LoopName { name: "parallel_queue_id", loops: QUEUE },
    LoopName { name: "parent_task", loops: QUEUE },
    LoopName { name: "has_previous", loops: &["action_loop"] },
    LoopName { name: "total_duration", loops: &["action_loop"] },
    LoopName { name: "termination_reason", loops: &["action_loop"] },
];

impl<'a> ReferenceView<'a> {
    pub(crate) fn sense(&self) -> Sense<'a> {
        let root = &*self.reference.root;
        let meaning = self.scope.resolve(root);
        let outside = || self.scope.loop_of(root);
        match meaning {
            Meaning::BodyStep(_) => outside().map_or(Sense::Known(meaning), |it| Sense::BodyStep(LoopOf(it))),
            Meaning::Unknown if self.dashed => Sense::Dashed,
            Meaning::Unknown if self.reference.called => {
                if is_function(root) { Sense::Known(Meaning::Unknown) } else { Sense::Function }
            }
            Meaning::Unknown if root == "loop" => Sense::JinjaLoop,
            Meaning::Unknown => match outside() {
                Some(it) => Sense::BodyStep(LoopOf(it)),
                None => LOOP_NAMES.iter().find(|it| it.name == root).map_or(Sense::Undefined, Sense::LoopName),
            },
            _ => Sense::Known(meaning),
        }
    }
}

/// Whether templates or conditions have a function of that name.
pub(crate) fn is_function(name: &str) -> bool {
    [eval::functions(), eval::condition_functions()].into_iter().flatten().any(|it| it.name == name)
}

pub(super) fn references<'a>(
    scope: Scope<'a>,
    references: &'a [Reference],
    texts: &[TextView<'a>],
) -> Vec<ReferenceView<'a>> {
    let dashed: Vec<Span> = if references.iter().any(|it| scope.resolve(&it.root) == Meaning::Unknown) {
        texts.iter().flat_map(|text| text.dashed().into_iter().map(|(span, _)| text.source(span))).collect()
    } else {
        Vec::new()
    };
    let is_dashed = |it: &Reference| dashed.iter().any(|span| span.covers(it.root_span));
    references.iter().map(|reference| ReferenceView { scope, reference, dashed: is_dashed(reference) }).collect()
}
