//! `auto_debugger`: has a model find and mend a fault.

use crate::catalogue::{
    Envelope, Signature,
    Type::{Any, List, Number, Text},
    build::{MODEL, field, parameter},
};

/// Has a model find and mend a fault.
pub static AUTO_DEBUGGER: Signature = Signature {
    name: "auto_debugger",
    aliases: &[],
    doc: "Has a model find the cause of a fault and give the content without it. Content that was JSON or YAML is held against \
        that, and asked for again where it is none. The model may call the tools that `available_tools` names; nothing is run \
        or written otherwise.\n\n\
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
    result: &[
        field("analysis", Text, "What was found."),
        field("cause", Text, "Why it goes wrong."),
        field("solution", Any, "The content without the fault."),
        field("changes", List, "What was changed, a sentence each."),
        field("confidence", Number, "How sure the model is, from 0 to 1."),
        field("format", Text, "What the content was held against: `json`, `yaml`, or nothing."),
        field("attempts", Any, "How often the model was asked for the content."),
        field("tool_calls", List, "What the model called."),
    ],
    envelope: Envelope::Wrapped,
    effects: MODEL,
    primary: Some("solution"),
};
