//! `recursion-control`: counts and stops pipelines that call themselves.

use crate::catalogue::{
    Effect, Envelope, Operation, Signature,
    Type::{Any, Bool, Integer, Map, Number, Text},
    build::{field, parameter},
};

/// The state outlives the call: it is no use to remember an answer.
const KEEPS: &[Effect] = &[Effect::Writes];

/// See the module.
pub static RECURSION_CONTROL: Signature = Signature {
    name: "recursion-control",
    aliases: &[],
    doc: "Keeps state between the rounds of a pipeline that calls itself, and says when it is time to stop.\n\n\
        ```yaml\n\
        - id: guard\n  tool: recursion-control\n  action: check_condition\n  parameters:\n    condition: state.tries >= 3\n    max_iterations: 20\n\
        ```",
    operations: &[
        Operation {
            name: "check_condition",
            doc: "Says in `should_terminate` whether the condition or a limit is reached.",
            required: &[],
            result: &[
                field("should_terminate", Bool, "Whether to stop."),
                field("reason", Text, "Why."),
                field("state", Map, "The state."),
                field("iterations", Integer, "Rounds so far."),
                field("depth", Integer, "Depth so far."),
            ],
            effects: KEEPS,
        },
        Operation {
            name: "update_state",
            doc: "Sets `state_key` to `state_value`, or adds `increment` to it.",
            required: &["state_key"],
            result: &[
                field("new_value", Any, "The value afterwards."),
                field("state", Map, "The state."),
            ],
            effects: KEEPS,
        },
        Operation {
            name: "get_state",
            doc: "Reads `state_key`, or the whole state.",
            required: &[],
            result: &[
                field("value", Any, "The value."),
                field("exists", Bool, "Whether it is there."),
                field("state", Map, "The state."),
            ],
            effects: KEEPS,
        },
        Operation {
            name: "reset",
            doc: "Forgets the state.",
            required: &[],
            result: &[],
            effects: KEEPS,
        },
    ],
    default_operation: None,
    parameters: &[
        parameter("action", Text, "The operation, where the step's own `action` does not name it.")
            .one_of(&["check_condition", "update_state", "get_state", "reset"]),
        parameter("context_id", Text, "Which state; one for each name.").or(r#""default""#),
        parameter("condition", Text, "Stop when this holds."),
        parameter("state_key", Text, "A name in the state."),
        parameter("state_value", Any, "Its new value."),
        parameter("increment", Number, "What to add to its value."),
        parameter("max_iterations", Integer, "Stop after so many rounds.").at_least(0.0).or("1000"),
        parameter("depth_limit", Integer, "Stop at this depth.").at_least(0.0).or("10"),
        parameter("time_limit", Number, "Stop after so many seconds; 0: no limit.")
            .at_least(0.0)
            .or("0"),
    ],
    result: &[],
    envelope: Envelope::Wrapped,
    effects: KEEPS,
    primary: Some("value"),
};
