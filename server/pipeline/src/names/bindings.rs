//! Names that a loop binds in its body (LANGUAGE §6.3).

use crate::{Step, StepKind};

/// A name that a loop binds.
#[derive(Debug, PartialEq, Eq)]
pub struct Binding {
    /// The name, without `$`.
    pub name: &'static str,
    /// What it stands for while a round runs.
    pub bound: Bound,
    /// Markdown for hover.
    pub doc: &'static str,
}

/// What the name of a loop stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Bound {
    /// The item of the round.
    Item,
    /// All items.
    Items,
    /// How many items there are.
    Length,
    /// Number of the round, from 0.
    Index,
    /// Number of the round, from 1.
    Position,
    /// Whether it is the first round.
    IsFirst,
    /// Whether it is the round of the last item.
    IsLast,
    /// How many items come after this one.
    Remaining,
    /// Whether an item comes after this one.
    HasNext,
    /// Whether a round came before this one.
    HasPrevious,
    /// Id of the loop step.
    LoopId,
    /// The given name of the loop, else its automatic one.
    LoopName,
    /// The round and the results of the last one.
    LoopState,
    /// Result of the last round.
    CurrentResult,
    /// Seconds spent so far.
    TotalDuration,
    /// Why the loop ended; empty while it goes on.
    TerminationReason,
}

/// Names that a kind of step binds in its body; none for steps that are no loops.
#[must_use]
pub const fn bindings(kind: &StepKind) -> &'static [Binding] {
    match kind {
        StepKind::ForEach(_) => FOR_EACH,
        StepKind::While(_) => WHILE,
        StepKind::Queue(_) => QUEUE,
        StepKind::ActionLoop(_) => ACTION_LOOP,
        _ => &[],
    }
}

/// Names that the loop's own `while` and `until` see.
#[must_use]
pub const fn in_test(kind: &StepKind) -> &'static [Binding] {
    match kind {
        StepKind::While(_) => TEST,
        StepKind::ActionLoop(_) => ACTION_LOOP,
        StepKind::Queue(_) => QUEUE,
        _ => &[],
    }
}

/// Fields behind the name of a loop (`outer.item`).
pub const LOOP_FIELDS: &[&str] = &[
    "item",
    "index",
    "items",
    "length",
    "is_first",
    "is_last",
    "position",
    "remaining",
    "has_next",
    "has_prev",
    "iteration",
];

/// The loop's given name.
#[must_use]
pub fn loop_name(step: &Step) -> Option<&str> {
    let name = match &step.kind {
        StepKind::ForEach(it) => it.loop_name.as_ref(),
        StepKind::While(it) => it.loop_name.as_ref(),
        _ => None,
    };
    name.map(|name| name.value.trim_start_matches('$'))
}

/// The loop's further name for the item.
#[must_use]
pub fn loop_var(step: &Step) -> Option<&str> {
    let StepKind::ForEach(it) = &step.kind else { return None };
    it.loop_var.as_ref().map(|name| name.value.trim_start_matches('$'))
}

const fn binding(name: &'static str, bound: Bound, doc: &'static str) -> Binding {
    Binding { name, bound, doc }
}

const ITEM: Binding = binding("item", Bound::Item, "The item of this iteration.");
const INDEX: Binding = binding("index", Bound::Index, "Number of this iteration, from 0.");
const IS_FIRST: Binding =
    binding("is_first", Bound::IsFirst, "Whether this is the first iteration.");
const IS_LAST: Binding = binding("is_last", Bound::IsLast, "Whether this is the last iteration.");
const POSITION: Binding = binding("position", Bound::Position, "Number of this iteration, from 1.");
const LOOP_ID: Binding = binding("loop_id", Bound::LoopId, "The id of the loop step.");
const LOOP_NAME: Binding = binding("loop_name", Bound::LoopName, "The name of the loop.");
const ITERATION: Binding = binding("iteration", Bound::Index, "Number of this round, from 0.");
const LOOP_STATE: Binding = binding(
    "loop_state",
    Bound::LoopState,
    "What the loop knows of itself: the round and the results of the last one.",
);

const FOR_EACH: &[Binding] = &[
    ITEM,
    INDEX,
    IS_FIRST,
    IS_LAST,
    POSITION,
    binding("length", Bound::Length, "How many items there are."),
    binding("items", Bound::Items, "All items; `.first`, `.last` and indices work."),
    binding("remaining", Bound::Remaining, "How many items come after this one."),
    binding("has_next", Bound::HasNext, "Whether an item comes after this one."),
    binding("has_prev", Bound::HasPrevious, "Whether an item came before this one."),
    LOOP_ID,
    LOOP_NAME,
    binding("iteration", Bound::Index, "Another name of `index`."),
];

const WHILE: &[Binding] = &[ITERATION, INDEX, IS_FIRST, POSITION, LOOP_ID, LOOP_NAME, LOOP_STATE];

const TEST: &[Binding] = &[
    ITERATION,
    LOOP_STATE,
    binding("current_result", Bound::CurrentResult, "Result of the last round."),
];

const QUEUE: &[Binding] = &[
    ITEM,
    INDEX,
    IS_FIRST,
    IS_LAST,
    binding("queue", Bound::Items, "All items."),
    binding("queue_size", Bound::Length, "How many items there are."),
    binding("parallel_queue_id", Bound::LoopId, "The id of the queue step."),
    binding("parent_task", Bound::LoopId, "The id of the queue step."),
];

const ACTION_LOOP: &[Binding] = &[
    ITERATION,
    IS_FIRST,
    LOOP_ID,
    binding("has_previous", Bound::HasPrevious, "Whether a round came before this one."),
    binding("total_duration", Bound::TotalDuration, "Seconds spent in this loop so far."),
    binding(
        "termination_reason",
        Bound::TerminationReason,
        "Why the loop ended; empty while it goes on.",
    ),
];
