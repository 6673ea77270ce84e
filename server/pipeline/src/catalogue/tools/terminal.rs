//! `terminal`: runs a shell command.

use crate::catalogue::{
    Envelope, Signature,
    Type::{Bool, Integer, Number, Path, Text},
    build::{RUNS_CODE, field, parameter},
};

/// See the module.
pub static TERMINAL: Signature = Signature {
    name: "terminal",
    aliases: &[],
    doc: "Runs a command in `sh` and waits for it. The step's success is an exit code of 0; the output is \
        shown while it comes and kept in `stdout` and `stderr`.\n\n\
        When the time is up, or the run is cancelled, the command ends together with everything that it started.\n\n\
        ```yaml\n\
        - id: count\n  tool: terminal\n  parameters:\n    command: wc -l < data.csv\n\
        ```",
    operations: &[],
    default_operation: None,
    parameters: &[
        parameter("command", Text, "What `sh` is to run; a `!` in front is dropped.").required(),
        parameter(
            "working_dir",
            Path,
            "Where it runs, relative to the working directory of the run.",
        )
        .or(r#"".""#),
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
        field("command", Text, "The command that ran."),
        field(
            "return_code",
            Integer,
            "Its exit code; the negative number of the signal that ended it; -1 when the time was up.",
        ),
        field("stdout", Text, "What it wrote to standard output."),
        field("stderr", Text, "What it wrote to standard error."),
        field("working_dir", Path, "Where it ran, as written."),
        field("execution_time", Number, "Seconds that it took."),
    ],
    envelope: Envelope::Wrapped,
    effects: RUNS_CODE,
    primary: Some("stdout"),
};
