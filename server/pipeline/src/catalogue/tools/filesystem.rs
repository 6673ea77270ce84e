//! `filesystem`: reads, writes and arranges files of the workspace.

use crate::catalogue::{
    Envelope, Field, Operation, Signature,
    Type::{Bool, Integer, List, Path, Text},
    build::{READS, READS_AND_WRITES, WRITES, field, parameter},
};

const ACTION: Field = field("action", Text, "The operation that was done.");
const PATH: Field = field("path", Path, "The path as written.");
const SIZE: Field = field("size", Integer, "Characters of the content.");

const READ: &[Field] = &[ACTION, PATH, field("content", Text, "The text of the file."), SIZE];
const WRITE: &[Field] = &[ACTION, PATH, SIZE];
const TRANSFER: &[Field] = &[
    ACTION,
    field("source", Path, "The path that was copied or moved, as written."),
    field("destination", Path, "Where it is now, as written."),
];
const LIST: &[Field] = &[
    ACTION,
    PATH,
    field("items", List, "The entries of the folder, by name.").of(&[
        field("name", Text, "Name of the entry."),
        field("path", Path, "Path of the entry: the folder's, as written, and the name."),
        field("type", Text, "`file` or `directory`."),
        field("size", Integer, "Bytes of a file, nothing for a folder."),
    ]),
    field("count", Integer, "How many entries."),
];

/// See the module.
pub static FILESYSTEM: Signature = Signature {
    name: "filesystem",
    aliases: &["file"],
    doc: "Reads, writes, copies, moves, deletes and lists files. Text is UTF-8.\n\n\
        Paths are relative to the working directory of the run; a file that is not there is also looked for \
        beside the pipeline. Writing outside the workspace needs `--allow-write`. A missing file is a failed \
        step, not an empty text.\n\n\
        ```yaml\n\
        - id: save\n  tool: filesystem\n  action: write\n  parameters:\n    path: output/report.md\n    content: \"{{ draft.result }}\"\n\
        ```",
    operations: &[
        Operation {
            name: "read",
            doc: "Reads a text file: `content` and its `size` in characters.",
            required: &[],
            result: READ,
            effects: READS,
        },
        Operation {
            name: "write",
            doc: "Writes `content` to `path` in one go; folders on the way are created, an older file is replaced.",
            required: &[],
            result: WRITE,
            effects: WRITES,
        },
        Operation {
            name: "copy",
            doc: "Copies the file or folder at `path` to `destination`.",
            required: &["destination"],
            result: TRANSFER,
            effects: READS_AND_WRITES,
        },
        Operation {
            name: "move",
            doc: "Moves the file or folder at `path` to `destination`.",
            required: &["destination"],
            result: TRANSFER,
            effects: WRITES,
        },
        Operation {
            name: "delete",
            doc: "Deletes the file, or the folder with everything in it.",
            required: &[],
            result: &[ACTION, PATH],
            effects: WRITES,
        },
        Operation {
            name: "list",
            doc: "Lists a folder: `items` with `name`, `path`, `type` and `size`, and their `count`.",
            required: &[],
            result: LIST,
            effects: READS,
        },
        Operation {
            name: "exists",
            doc: "Says in `exists` whether something is at `path`, and in `type` what.",
            required: &[],
            result: &[
                ACTION,
                PATH,
                field("exists", Bool, "Whether something is there."),
                field("type", Text, "`file`, `directory`, or nothing."),
            ],
            effects: READS,
        },
        Operation {
            name: "mkdir",
            doc: "Creates the folder at `path` and those above it; one that is there already is fine.",
            required: &[],
            result: &[ACTION, PATH, field("created", Bool, "Whether it was not there before.")],
            effects: WRITES,
        },
    ],
    default_operation: None,
    parameters: &[
        parameter("action", Text, "The operation, where the step's own `action` does not name it.")
            .one_of(&["read", "write", "copy", "move", "delete", "list", "exists", "mkdir"]),
        parameter("path", Path, "The file or folder; the source of `copy` and `move`.").required(),
        parameter(
            "content",
            Text,
            "What to write; empty when absent. A value that is no text is written as text.",
        ),
        parameter("destination", Path, "Where `copy` and `move` put it."),
        parameter("pattern", Text, "`list` keeps only names that match, such as `*.md`."),
    ],
    result: &[],
    envelope: Envelope::Wrapped,
    effects: READS_AND_WRITES,
    primary: Some("content"),
};
