//! `pipeline-executor`: runs another pipeline as one step.

use crate::catalogue::{
    Effect, Envelope, Signature,
    Type::{Any, Bool, Integer, List, Map, Number, Text},
    build::{field, parameter},
};

/// See the module.
pub(in crate::catalogue) static PIPELINE_EXECUTOR: Signature = Signature {
    name: "pipeline-executor",
    aliases: &[],
    doc: "Runs another pipeline, from a file or written in place, as one step; its outputs are in `outputs`.\n\n\
        ```yaml\n\
        - id: clean\n  tool: pipeline-executor\n  parameters:\n    pipeline: parts/clean.yaml\n    inputs: {source: \"{{ load.content }}\"}\n    output_mapping: {rows: clean_rows}\n\
        ```",
    operations: &[],
    default_operation: None,
    parameters: &[
        parameter("pipeline", Any, "Path of a pipeline, its id, or the pipeline itself as YAML.")
            .required(),
        parameter("inputs", Map, "Its inputs.").or("{}"),
        parameter("inherit_context", Bool, "Whether it sees the inputs of this pipeline.")
            .or("true"),
        parameter("wait_for_completion", Bool, "Whether the step waits for it.").or("true"),
        parameter("timeout", Number, "Seconds until it is ended; 0: no limit.")
            .at_least(0.0)
            .or("0"),
        parameter("output_mapping", Map, "From the name of its output to the field of this step.")
            .or("{}"),
        parameter("error_handling", Text, "What its failure means for this step.")
            .or(r#""fail""#)
            .one_of(&["fail", "continue", "retry"]),
        parameter("retry_count", Integer, "How often `retry` tries.").at_least(0.0).or("3"),
        parameter("retry_delay", Number, "Seconds between two tries.").at_least(0.0).or("1"),
    ],
    result: &[
        field("pipeline_id", Text, "The id of the pipeline that ran."),
        field("outputs", Map, "Its outputs."),
        field("execution_time", Number, "Seconds that it took."),
        field("steps_executed", Integer, "Steps that ran."),
        field("recursion_depth", Integer, "How deep it was nested."),
        field("call_stack", List, "The pipelines around it."),
    ],
    envelope: Envelope::Wrapped,
    effects: &[
        Effect::Reads,
        Effect::Writes,
        Effect::RunsCode,
        Effect::Network,
        Effect::Model,
        Effect::AsksPerson,
    ],
    primary: Some("outputs"),
};
