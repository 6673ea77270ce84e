//! `validation`: holds data against a schema.

use crate::catalogue::{
    Envelope, Field, Operation, Parameter, Signature,
    Type::{Any, Bool, List, Map, Model, Number, Text},
    build::{MODEL, PURE, field, parameter},
};

const FINDINGS: &[Field] = &[
    field("message", Text, "What is wrong."),
    field("path", List, "Where in the data: keys and numbers from the top."),
    field("schema_path", List, "Which part of the schema says so."),
    field("validator", Text, "The keyword of the schema."),
];

/// The operations, shared with the action `validate`.
pub(in crate::catalogue) const OPERATIONS: &[Operation] = &[
    Operation {
        name: "validate",
        doc: "Holds `data` against the JSON Schema in `schema`. Data that does not fit is `valid: false` in a step that succeeded.",
        required: &["data", "schema"],
        result: &[
            field("valid", Bool, "Whether the data fits."),
            field("errors", List, "What does not fit.").of(FINDINGS),
            field(
                "warnings",
                List,
                "What was corrected (`lenient`) or only reported (`report_only`).",
            )
            .of(FINDINGS),
            field("data", Any, "The data, with corrections in mode `lenient`."),
            field("mode", Text, "The mode that was used."),
        ],
        effects: PURE,
    },
    Operation {
        name: "extract_structured",
        doc: "Has a model take data that fits `schema` out of `text`.",
        required: &["text", "schema"],
        result: &[
            field("data", Any, "What was found."),
            field("valid", Bool, "Whether it fits the schema."),
            field("errors", List, "What does not fit.").of(FINDINGS),
            field("model_used", Model, "The model that was asked."),
        ],
        effects: MODEL,
    },
    Operation {
        name: "infer_schema",
        doc: "Writes a JSON Schema that `data` fits.",
        required: &["data"],
        result: &[
            field("schema", Map, "The schema."),
            field("data_type", Text, "What the data is: `list`, `dict`, `str`, ..."),
        ],
        effects: PURE,
    },
    Operation {
        name: "quality_check",
        doc: "Scores how complete, accurate and uniform `data` is, and says whether the score reaches `threshold`.",
        required: &["data"],
        result: &[
            field("completeness", Number, "Part of the fields that hold something, from 0 to 1."),
            field(
                "accuracy",
                Number,
                "Part of the values that are what their field's name says, from 0 to 1.",
            ),
            field(
                "consistency",
                Number,
                "Part of the values that are of their field's usual type and form, from 0 to 1.",
            ),
            field("overall_score", Number, "The mean of the three."),
            field("valid", Bool, "Whether the mean reaches the threshold."),
        ],
        effects: PURE,
    },
];

/// The parameters, shared with the action `validate`.
pub(in crate::catalogue) const PARAMETERS: &[Parameter] = &[
    parameter("action", Text, "The operation, where the step's own `action` does not name it.")
        .or(r#""validate""#)
        .one_of(&["validate", "extract_structured", "infer_schema", "quality_check"]),
    parameter("data", Any, "The data, or JSON or CSV text that holds it."),
    parameter("schema", Map, "A JSON Schema. References to other documents are not followed."),
    parameter("mode", Text, "`strict` reports, `lenient` converts where nothing is lost, `report_only` never says invalid.")
        .or(r#""strict""#)
        .one_of(&["strict", "lenient", "report_only"]),
    parameter("model", Model, "The model that `extract_structured` asks."),
    parameter("text", Text, "The text that `extract_structured` reads."),
    parameter("pydantic_model", Text, "Name of a Python class; not supported."),
    parameter("threshold", Number, "The score that `quality_check` asks for, from 0 to 1.").within(0.0, 1.0).or("0.8"),
];

/// See the module.
pub static VALIDATION: Signature = Signature {
    name: "validation",
    aliases: &[],
    doc: "Holds data against a JSON Schema, writes such a schema, or scores the quality of data. Data that does not fit \
        does not fail the step: read `valid`.\n\n\
        ```yaml\n\
        - id: check\n  tool: validation\n  action: validate\n  parameters:\n    data: \"{{ load.content }}\"\n    schema: {type: object, required: [name]}\n\
        ```",
    operations: OPERATIONS,
    default_operation: Some("validate"),
    parameters: PARAMETERS,
    result: &[],
    envelope: Envelope::Wrapped,
    effects: PURE,
    primary: Some("data"),
};
