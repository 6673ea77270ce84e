//! `auto_debugger`: has a model find and mend a fault.

use crate::catalogue::{
    Effect, Envelope, Signature,
    Type::{Any, List, Text},
    build::{field, parameter},
};

/// See the module.
pub(in crate::catalogue) static AUTO_DEBUGGER: Signature = Signature {
    name: "auto_debugger",
    aliases: &[],
    doc: "Has a model look for a fault, try mendings and check them.\n\n\
        ```yaml\n\
        - id: mend\n  tool: auto_debugger\n  parameters:\n    task_description: the parser drops the last row\n    content_to_debug: \"{{ source.content }}\"\n\
        ```",
    operations: &[],
    default_operation: None,
    parameters: &[
        parameter("task_description", Text, "What is to be mended.").required(),
        parameter("content_to_debug", Any, "What is faulty."),
        parameter("error_context", Text, "The messages that it gives."),
        parameter("expected_outcome", Text, "What it should do."),
        parameter("available_tools", List, "Tools that the model may use."),
    ],
    result: &[field("analysis", Text, "What was found."), field("solution", Any, "What mends it.")],
    envelope: Envelope::Wrapped,
    effects: &[Effect::RunsCode, Effect::Model],
    primary: Some("solution"),
};
