//! `evaluate_condition`: the truth of an expression, as a step.

use crate::catalogue::{
    Envelope, Signature,
    Type::{Any, Bool, Map, Text},
    build::{PURE, field, parameter},
};

/// See the module.
pub static EVALUATE_CONDITION: Signature = Signature {
    name: "evaluate_condition",
    aliases: &[],
    doc: "Says whether a condition holds, in `result.result`. A condition that does not hold is no failure; one that \
        cannot be evaluated is.\n\n\
        ```yaml\n\
        - id: large\n  action: evaluate_condition\n  parameters:\n    condition: load.size > 1000\n\
        ```",
    operations: &[],
    default_operation: None,
    parameters: &[
        parameter("condition", Any, "The condition.").required(),
        parameter("operator", Text, "With `left` and `right`: compare these two instead.")
            .one_of(&["==", "!=", "<", ">", "<=", ">=", "in", "not in", "is", "is not"]),
        parameter("left", Any, "The left side."),
        parameter("right", Any, "The right side."),
        parameter("context", Map, "More names for the condition."),
    ],
    result: &[
        field("result", Map, "The verdict.").of(&[
            field("result", Bool, "Whether the condition holds."),
            field("condition", Text, "The condition as written."),
            field("status", Text, "Always `success`."),
        ]),
        field("evaluator_type", Text, "What kind of condition it is."),
    ],
    envelope: Envelope::Flat,
    effects: PURE,
    primary: Some("result"),
};
