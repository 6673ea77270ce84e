//! Actions that are a tool under another name.

use crate::catalogue::{
    Envelope, Signature,
    build::{PURE, READS},
    tools::{data_processing, validation},
};

/// `data-processing` without `tool:`.
pub static PROCESS: Signature = Signature {
    name: "process",
    aliases: &[],
    doc: "What the tool `data-processing` does, with the operation in `parameters.action`; `convert` when it is absent.\n\n\
        ```yaml\n\
        - id: active\n  action: process\n  parameters:\n    action: filter\n    data: \"{{ load.content }}\"\n    format: csv\n    operation: {criteria: {status: active}}\n\
        ```",
    operations: data_processing::OPERATIONS,
    default_operation: Some("convert"),
    parameters: data_processing::PARAMETERS,
    result: &[],
    envelope: Envelope::Flat,
    effects: READS,
    primary: Some("processed_data"),
};

/// `validation` without `tool:`.
pub static VALIDATE: Signature = Signature {
    name: "validate",
    aliases: &[],
    doc: "What the tool `validation` does: holds `data` against `schema`.\n\n\
        ```yaml\n\
        - id: check\n  action: validate\n  parameters:\n    data: \"{{ load.content }}\"\n    schema: {type: object, required: [name]}\n\
        ```",
    operations: validation::OPERATIONS,
    default_operation: Some("validate"),
    parameters: validation::PARAMETERS,
    result: &[],
    envelope: Envelope::Wrapped,
    effects: PURE,
    primary: Some("data"),
};
