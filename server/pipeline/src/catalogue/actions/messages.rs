//! Actions that say something, or write it down.

use crate::catalogue::{
    Envelope, Field, Signature,
    Type::{Any, Bool, Integer, Path, Text},
    build::{PURE, WRITES, field, parameter},
};

const SAID: &[Field] = &[
    field("result", Text, "The message."),
    field("status", Text, "Always `success`."),
    field("action", Text, "Always `echo`."),
];

/// A message behind `echo`, `print`, `display`, `show` or `output`.
pub static ECHO: Signature = Signature {
    name: "echo",
    aliases: &[],
    doc: "Returns the text behind it as `result`, and shows it in the run's output. `print`, `display`, `show` and `output` do the same.\n\n\
        ```yaml\n\
        - id: hello\n  action: echo hello {{ name }}\n\
        ```",
    operations: &[],
    default_operation: None,
    parameters: &[parameter(
        "message",
        Any,
        "The message, where no text stands behind the action's name.",
    )
    .required()],
    result: SAID,
    envelope: Envelope::Flat,
    effects: PURE,
    primary: Some("result"),
};

/// A message in a parameter.
pub static DEBUG: Signature = Signature {
    name: "debug",
    aliases: &[],
    doc: "Returns `message` as `result`, and shows it in the run's output.\n\n\
        ```yaml\n\
        - id: trace\n  action: debug\n  parameters:\n    message: \"found {{ find.total_results }}\"\n\
        ```",
    operations: &[],
    default_operation: None,
    parameters: &[parameter("message", Any, "The message.").required()],
    result: SAID,
    envelope: Envelope::Flat,
    effects: PURE,
    primary: Some("result"),
};

/// An instruction such as `write the report to a.md`.
pub static FILE_PROSE: Signature = Signature {
    name: "file-prose",
    aliases: &[],
    doc: "Writes a file as the instruction says. The path is in `path`, or in the text, else \
        `output/<step>_output.txt`; the content is in `content`, or follows a colon, else it is the whole text. The tool \
        `filesystem` says the same more clearly.\n\n\
        ```yaml\n\
        - id: save\n  action: \"write the following content to notes.md:\\n{{ draft.result }}\"\n\
        ```",
    operations: &[],
    default_operation: None,
    parameters: &[
        parameter("path", Path, "Where to write.").also(&["filepath", "filename"]),
        parameter("content", Any, "What to write.").also(&["data", "text"]),
    ],
    result: &[
        field("success", Bool, "Whether it was written."),
        field("filepath", Path, "Where it was written."),
        field("size", Integer, "Characters that were written."),
        field("message", Text, "The same in words."),
    ],
    envelope: Envelope::Flat,
    effects: WRITES,
    primary: Some("message"),
};
