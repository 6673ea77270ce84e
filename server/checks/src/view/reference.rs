//! A name that is read, and in what sense it is wrong. One sense each, so that one rule speaks of it.

use pipeline::{
    Reference, ReferenceOrigin, Space, Step, eval,
    names::{Meaning, OF_HANDLERS},
};
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
    /// Looked for among steps, and there is none.
    NoStep,
    /// Looked for among inputs, and there is none.
    NoInput,
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

/// A name that some loops bind.
#[derive(Debug, PartialEq)]
pub(crate) struct LoopName {
    pub(crate) name: &'static str,
    /// Keys of the loops that bind it.
    pub(crate) loops: &'static [&'static str],
}

const ITEMS: &[&str] = &["for_each", "create_parallel_queue"];
const ROUNDS: &[&str] = &["while", "action_loop"];
const ALL: &[&str] = &["for_each", "while", "create_parallel_queue", "action_loop"];

/// LANGUAGE §6.3.
const LOOP_NAMES: &[LoopName] = &[
    LoopName { name: "item", loops: ITEMS },
    LoopName { name: "index", loops: &["for_each", "while", "create_parallel_queue"] },
    LoopName { name: "is_first", loops: ALL },
    LoopName { name: "is_last", loops: ITEMS },
    LoopName { name: "position", loops: &["for_each", "while"] },
    LoopName { name: "length", loops: &["for_each"] },
    LoopName { name: "items", loops: &["for_each"] },
    LoopName { name: "remaining", loops: &["for_each"] },
    LoopName { name: "has_next", loops: &["for_each"] },
    LoopName { name: "has_prev", loops: &["for_each"] },
    LoopName { name: "loop_id", loops: &["for_each", "while", "action_loop"] },
    LoopName { name: "iteration", loops: ROUNDS },
    LoopName { name: "loop_name", loops: &["while"] },
    LoopName { name: "loop_state", loops: &["while"] },
    LoopName { name: "current_result", loops: &["while"] },
    LoopName { name: "queue", loops: &["create_parallel_queue"] },
    LoopName { name: "queue_size", loops: &["create_parallel_queue"] },
    LoopName { name: "parallel_queue_id", loops: &["create_parallel_queue"] },
    LoopName { name: "parent_task", loops: &["create_parallel_queue"] },
    LoopName { name: "has_previous", loops: &["action_loop"] },
    LoopName { name: "total_duration", loops: &["action_loop"] },
    LoopName { name: "termination_reason", loops: &["action_loop"] },
];

impl<'a> ReferenceView<'a> {
    /// A name that an included text reads.
    pub(crate) const fn of_included(scope: Scope<'a>, reference: &'a Reference) -> Self {
        Self { scope, reference, dashed: false }
    }

    pub(crate) fn sense(&self) -> Sense<'a> {
        let root = &*self.reference.root;
        let meaning = self.scope.meaning(self.reference);
        match meaning {
            Meaning::OutsideBody(_) => match self.scope.loop_of(root) {
                Some(it) => Sense::BodyStep(LoopOf(it)),
                None => Sense::Known(meaning),
            },
            Meaning::Unknown => self.unknown(root),
            _ => Sense::Known(meaning),
        }
    }

    /// Whether a handler reads what is a parameter of the step that failed.
    pub(crate) fn is_own_parameter_in_handler(&self) -> bool {
        let step = self.scope.step();
        is_in_handler(&self.reference.place)
            && step.is_some_and(|step| step.parameter(&self.reference.root).is_some())
    }

    /// Whether it may read the failure that a handler is for. A step without an id may be one that a handler names.
    pub(crate) fn is_in_handler(&self) -> bool {
        let without_id = self.scope.path.first().is_some_and(|step| step.id_text().is_empty());
        is_in_handler(&self.reference.place) || without_id || self.scope.is_handler()
    }

    /// Whether it surely stands in a template: what a tool evaluates itself may be a condition.
    fn is_in_template(&self) -> bool {
        let reference = self.reference;
        let place = &*reference.place;
        let is_rendered =
            reference.origin == ReferenceOrigin::Template || place.starts_with("outputs");
        is_rendered && !reference.in_auto && place != "parameters.condition"
    }

    fn unknown(&self, root: &str) -> Sense<'a> {
        if self.dashed {
            return Sense::Dashed;
        }
        match self.reference.space {
            Space::Steps => return Sense::NoStep,
            Space::Inputs => return Sense::NoInput,
            Space::Any => {}
        }
        if self.reference.called {
            let of_conditions = is_of_conditions(root) && self.is_in_template();
            return if is_function(root) && !of_conditions {
                Sense::Known(Meaning::Unknown)
            } else {
                Sense::Function
            };
        }
        if OF_HANDLERS.contains(&root) && self.is_in_handler() {
            return Sense::Known(Meaning::Unknown);
        }
        if root == "loop" {
            return Sense::JinjaLoop;
        }
        LOOP_NAMES.iter().find(|it| it.name == root).map_or(Sense::Undefined, Sense::LoopName)
    }
}

fn is_in_handler(place: &str) -> bool {
    ["on_error", "error_handlers", "global_error_handlers"].iter().any(|key| place.starts_with(key))
}

/// Whether conditions have a function of that name, and templates have not.
pub(crate) fn is_of_conditions(name: &str) -> bool {
    let has = |table: &[eval::Function]| table.iter().any(|it| it.name == name);
    has(eval::condition_functions()) && !has(eval::functions())
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
    let dashed: Vec<Span> = if references.iter().any(|it| scope.meaning(it) == Meaning::Unknown) {
        texts
            .iter()
            .flat_map(|text| text.dashed().into_iter().map(|(span, _)| text.source(span)))
            .collect()
    } else {
        Vec::new()
    };
    let is_dashed = |it: &Reference| {
        dashed.iter().any(|span| {
            span.covers(it.root_span) || span.start <= it.span.start && it.span.start < span.end
        })
    };
    references
        .iter()
        .map(|reference| ReferenceView { scope, reference, dashed: is_dashed(reference) })
        .collect()
}
