//! Names that a loop binds in its body (LANGUAGE §6.3).

use crate::{Step, StepKind};

/// A name that a loop binds.
#[derive(Debug, PartialEq, Eq)]
pub struct Binding {
    /// The name, without `$`.
    pub name: &'static str,
    /// Markdown for hover.
    pub doc: &'static str,
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
pub(super) fn in_test(kind: &StepKind) -> &'static [Binding] {
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
pub(super) fn loop_name(step: &Step) -> Option<&str> {
    let name = match &step.kind {
        StepKind::ForEach(it) => it.loop_name.as_ref(),
        StepKind::While(it) => it.loop_name.as_ref(),
        _ => None,
    };
    name.map(|name| name.value.trim_start_matches('$'))
}

/// The loop's further name for the item.
pub(super) fn loop_var(step: &Step) -> Option<&str> {
    let StepKind::ForEach(it) = &step.kind else { return None };
    it.loop_var.as_ref().map(|name| name.value.trim_start_matches('$'))
}

const fn binding(name: &'static str, doc: &'static str) -> Binding {
    Binding { name, doc }
}

const ITEM: Binding = binding("item", "The item of this iteration.");
const INDEX: Binding = binding("index", "Number of this iteration, from 0.");
const IS_FIRST: Binding = binding("is_first", "Whether this is the first iteration.");
const IS_LAST: Binding = binding("is_last", "Whether this is the last iteration.");
const POSITION: Binding = binding("position", "Number of this iteration, from 1.");
const LOOP_ID: Binding = binding("loop_id", "The id of the loop step.");
const ITERATION: Binding = binding("iteration", "Number of this round, from 0.");
const LOOP_STATE: Binding = binding(
    "loop_state",
    "What the loop knows of itself: the round and the results of the last one.",
);

const FOR_EACH: &[Binding] = &[
    ITEM,
    INDEX,
    IS_FIRST,
    IS_LAST,
    POSITION,
    binding("length", "How many items there are."),
    binding("items", "All items; `.first`, `.last` and indices work."),
    binding("remaining", "How many items come after this one."),
    binding("has_next", "Whether an item comes after this one."),
    binding("has_prev", "Whether an item came before this one."),
    LOOP_ID,
    binding("iteration", "Another name of `index`."),
];

const WHILE: &[Binding] = &[
    ITERATION,
    INDEX,
    IS_FIRST,
    POSITION,
    LOOP_ID,
    binding("loop_name", "The name of the loop."),
    LOOP_STATE,
];

const TEST: &[Binding] =
    &[ITERATION, LOOP_STATE, binding("current_result", "Result of the last round.")];

const QUEUE: &[Binding] = &[
    ITEM,
    INDEX,
    IS_FIRST,
    IS_LAST,
    binding("queue", "All items."),
    binding("queue_size", "How many items there are."),
    binding("parallel_queue_id", "The id of the queue step."),
    binding("parent_task", "The id of the queue step."),
];

const ACTION_LOOP: &[Binding] = &[
    ITERATION,
    IS_FIRST,
    LOOP_ID,
    binding("has_previous", "Whether a round came before this one."),
    binding("total_duration", "Seconds spent in this loop so far."),
    binding("termination_reason", "Why the loop ended; empty while it goes on."),
];
