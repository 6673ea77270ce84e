//! Markers that older compilers put around loops, and the two loops that may stand as actions.

use crate::catalogue::{
    Envelope, Field, Signature,
    Type::{Any, Integer, List, Map, Number, Text},
    build::{PURE, field, parameter},
};

const RESULT: Field = field("result", Text, "What happened, in words.");
const STATUS: Field = field("status", Text, "Always `success`.");
const FLOW: Field = field("control_flow_type", Text, "What kind of marker it is.");

/// Says that control flow happened.
pub static CONTROL_FLOW: Signature = Signature {
    name: "control_flow",
    aliases: &[],
    doc: "Does nothing but say so: a place to wait for others, or to route from.\n\n\
        ```yaml\n\
        - id: meet\n  action: control_flow\n  dependencies: [left, right]\n\
        ```",
    operations: &[],
    default_operation: None,
    parameters: &[
        parameter("type", Text, "A word for the record.").or(r#""unknown""#),
        parameter("metadata", Map, "Facts for the record.").or("{}"),
    ],
    result: &[RESULT, STATUS, FLOW, field("metadata", Map, "The facts.")],
    envelope: Envelope::Flat,
    effects: PURE,
    primary: Some("result"),
};

/// Says that a loop is over.
pub static LOOP_COMPLETE: Signature = Signature {
    name: "loop_complete",
    aliases: &[],
    doc: "Marks the end of a loop. A loop's own id already does: `dependencies: [the_loop]`.\n\n\
        ```yaml\n\
        - id: done\n  action: loop_complete\n  parameters: {loop_id: each, iterations: 3}\n\
        ```",
    operations: &[],
    default_operation: None,
    parameters: &[
        parameter("loop_id", Text, "Which loop.").or(r#""unknown""#),
        parameter("iterations", Integer, "How often it went round.").or("0"),
        parameter("loop_type", Text, "What kind of loop it was.").or(r#""loop""#),
    ],
    result: &[
        RESULT,
        STATUS,
        FLOW,
        field("loop_id", Text, "Which loop."),
        field("iterations", Integer, "How often it went round."),
    ],
    envelope: Envelope::Flat,
    effects: PURE,
    primary: Some("result"),
};

/// Says that one round of a loop is over.
pub static CAPTURE_RESULT: Signature = Signature {
    name: "capture_result",
    aliases: &[],
    doc: "Marks the end of one round of a loop. Loops keep their rounds themselves: `{{ the_loop.results }}`.\n\n\
        ```yaml\n\
        - id: round\n  action: capture_result\n  parameters: {loop_id: each, iteration: 0}\n\
        ```",
    operations: &[],
    default_operation: None,
    parameters: &[
        parameter("loop_id", Text, "Which loop.").or(r#""unknown""#),
        parameter("iteration", Integer, "Which round, from 0.").or("0"),
    ],
    result: &[
        RESULT,
        STATUS,
        field("loop_id", Text, "Which loop."),
        field("iteration", Integer, "Which round, from 0."),
        field("iteration_results", Map, "What the round's steps gave."),
    ],
    envelope: Envelope::Flat,
    effects: PURE,
    primary: Some("result"),
};

/// One subtask for each item of a list.
pub(in crate::catalogue) static CREATE_PARALLEL_QUEUE: Signature = Signature {
    name: "create_parallel_queue",
    aliases: &[],
    doc: "Runs a list of actions for each item of `on`, several items at a time. The failure of one item does not stop the others.\n\n\
        ```yaml\n\
        - id: pages\n  create_parallel_queue:\n    on: \"{{ find.results }}\"\n    max_parallel: 4\n    action_loop:\n      - action: echo {{ item.url }}\n\
        ```",
    operations: &[],
    default_operation: None,
    parameters: &[
        parameter("on", Any, "The items."),
        parameter("action_loop", List, "What to do with each."),
        parameter("task", Map, "`action_loop` inside a map."),
        parameter("max_parallel", Integer, "Items at one time.").or("10"),
        parameter("tool", Text, "The tool of actions that name none."),
        parameter("until", Any, "Stop an item when this holds."),
        parameter("while", Any, "Go on with an item as long as this holds."),
    ],
    result: &[
        field("parallel_queue_id", Text, "The step's id."),
        field("total_items", Integer, "Items."),
        field("successful_items", Integer, "Items that went well."),
        field("failed_items", Integer, "Items that failed."),
        field("completion_rate", Number, "Percent that went well."),
        field("failure_rate", Number, "Percent that failed."),
        field("results", List, "The record of each item, in order.").of(&[
            field("subtask_id", Text, "A name for the item's run."),
            field("queue_index", Integer, "Its number, from 0."),
            field("item", Any, "The item."),
            field("result", Any, "What came out."),
            field("status", Text, "How it went."),
            field("execution_time", Number, "Seconds that it took."),
        ]),
        field("errors", List, "The records of items that failed."),
        field("execution_stats", Map, "Times of the whole queue."),
    ],
    envelope: Envelope::Flat,
    effects: PURE,
    primary: Some("results"),
};

/// A list of actions, again and again.
pub(in crate::catalogue) static ACTION_LOOP: Signature = Signature {
    name: "action_loop",
    aliases: &[],
    doc: "Runs a list of actions in rounds, until a condition holds. Later actions see earlier ones by name.\n\n\
        ```yaml\n\
        - id: poll\n  action_loop:\n    - {name: look, tool: terminal, parameters: {command: test -e done.txt}}\n  until: look.return_code == 0\n  max_iterations: 5\n\
        ```",
    operations: &[],
    default_operation: None,
    parameters: &[],
    result: &[
        field("loop_id", Text, "The step's id."),
        field("iterations_completed", Integer, "Rounds."),
        field("terminated_by", Text, "`condition`, `max_iterations`, `error` or `timeout`."),
        field("total_duration", Number, "Seconds in all."),
        field("all_results", List, "The record of each round.").of(&[
            field("iteration", Integer, "Its number."),
            field("duration", Number, "Seconds that it took."),
            field("results", Map, "What its actions gave, by name."),
        ]),
        field("final_results", Map, "What the last round gave, by name."),
    ],
    envelope: Envelope::Flat,
    effects: PURE,
    primary: Some("final_results"),
};
