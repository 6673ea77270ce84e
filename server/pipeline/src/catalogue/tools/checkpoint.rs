//! `checkpoint`: looks into the stored state of runs.

use crate::catalogue::{
    Envelope, Operation, Signature,
    Type::{Any, Integer, List, Map, Path, Text},
    build::{READS, READS_AND_WRITES, field, parameter},
};

/// See the module.
pub(in crate::catalogue) static CHECKPOINT: Signature = Signature {
    name: "checkpoint",
    aliases: &[],
    doc: "Lists the stored states of runs, looks into one, or writes one out.\n\n\
        ```yaml\n\
        - id: states\n  tool: checkpoint\n  action: list\n  parameters:\n    pipeline_name: nightly\n\
        ```",
    operations: &[
        Operation {
            name: "list",
            doc: "Lists the stored states, newest first.",
            required: &[],
            result: &[
                field("checkpoints", List, "The states."),
                field("count", Integer, "How many."),
            ],
            effects: READS,
        },
        Operation {
            name: "inspect",
            doc: "Says what is in a stored state.",
            required: &[],
            result: &[field("summary", Map, "What is in it.")],
            effects: READS,
        },
        Operation {
            name: "extract",
            doc: "Writes the results of a stored state to `output_file`.",
            required: &[],
            result: &[
                field("content", Any, "The results."),
                field("output_file", Path, "Where they were written."),
            ],
            effects: READS_AND_WRITES,
        },
    ],
    default_operation: None,
    parameters: &[
        parameter("action", Text, "The operation, where the step's own `action` does not name it.")
            .one_of(&["list", "inspect", "extract"]),
        parameter("checkpoint_file", Path, "The stored state; the newest when absent."),
        parameter("pipeline_name", Text, "Only states of this pipeline."),
        parameter("output_format", Text, "The format of what is written.")
            .or(r#""markdown""#)
            .one_of(&["markdown", "json", "text"]),
        parameter("output_file", Path, "Where it is written."),
    ],
    result: &[],
    envelope: Envelope::Wrapped,
    effects: READS_AND_WRITES,
    primary: Some("content"),
};
