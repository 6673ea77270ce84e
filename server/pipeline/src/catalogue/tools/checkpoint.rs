//! `checkpoint`: looks into past runs.

use crate::catalogue::{
    Envelope, Operation, Signature,
    Type::{Any, Integer, List, Map, Number, Path, Text},
    build::{READS, READS_AND_WRITES, field, parameter},
};

/// See the module.
pub static CHECKPOINT: Signature = Signature {
    name: "checkpoint",
    aliases: &[],
    doc: "Lists the past runs of the workspace, looks into one, or gives and writes out what it came to. Every run is kept in \
        the journal, so every run is a checkpoint, under its id.\n\n\
        ```yaml\n\
        - id: last\n  tool: checkpoint\n  action: extract\n  parameters:\n    pipeline_name: nightly\n    output_file: last-night.md\n\
        ```",
    operations: &[
        Operation {
            name: "list",
            doc: "Lists past runs, newest first, without the one that asks.",
            required: &[],
            result: &[
                field("checkpoints", List, "The runs.").of(&[
                    field("checkpoint_file", Text, "What to call it by: its id."),
                    field("run", Text, "Its id."),
                    field("pipeline_name", Text, "Id of its pipeline."),
                    field("file", Text, "The file of its pipeline."),
                    field("status", Text, "How it stands."),
                    field("started_at", Number, "When it began, in Unix seconds."),
                    field("duration", Number, "How long it took, in seconds."),
                ]),
                field("count", Integer, "How many."),
            ],
            effects: READS,
        },
        Operation {
            name: "inspect",
            doc: "Says how a run went, without what its steps came to.",
            required: &[],
            result: &[field(
                "summary",
                Map,
                "How it went: status, steps, outputs, products, usage.",
            )],
            effects: READS,
        },
        Operation {
            name: "extract",
            doc: "Gives the outputs of a run and what its steps came to; writes them to `output_file` where that is named.",
            required: &[],
            result: &[
                field("content", Any, "The results."),
                field("output_file", Path, "Where they were written."),
                field("run", Text, "The run that they are of."),
            ],
            effects: READS_AND_WRITES,
        },
    ],
    default_operation: None,
    parameters: &[
        parameter("action", Text, "The operation, where the step's own `action` does not name it.")
            .one_of(&["list", "inspect", "extract"]),
        parameter(
            "checkpoint_file",
            Text,
            "The run: its id, the beginning of that, or a file that has its document; the newest when absent.",
        ),
        parameter("pipeline_name", Text, "Only runs of the pipeline with this id."),
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
