//! `python-executor`: runs Python code.

use crate::catalogue::{
    Envelope, Signature,
    Type::{Bool, Integer, Number, Text},
    build::{RUNS_CODE, field, parameter},
};

/// See the module.
pub static PYTHON_EXECUTOR: Signature = Signature {
    name: "python-executor",
    aliases: &[],
    doc: "Runs code with the `python3` of the machine, in the working directory of the run. What the code prints is in \
        `stdout`, as text: a later step reads JSON from it with the filter `from_json`.\n\n\
        ```yaml\n\
        - id: compute\n  tool: python-executor\n  parameters:\n    code: |\n      import json\n      print(json.dumps({\"mean\": 4.2}))\n\
        ```",
    operations: &[],
    default_operation: None,
    parameters: &[
        parameter("code", Text, "The program.").required(),
        parameter("timeout", Number, "Seconds until it is ended; 0: no limit of its own.")
            .at_least(0.0)
            .or("30"),
        parameter(
            "capture_output",
            Bool,
            "Keep the output in the result. It is shown live either way.",
        )
        .or("true"),
    ],
    result: &[
        field("code", Text, "The program that ran."),
        field("return_code", Integer, "Its exit code; -1 when the time was up."),
        field("stdout", Text, "What it printed."),
        field("stderr", Text, "What it wrote to standard error, a traceback for example."),
    ],
    envelope: Envelope::Wrapped,
    effects: RUNS_CODE,
    primary: Some("stdout"),
};
