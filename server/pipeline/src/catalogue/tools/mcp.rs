//! Tools that speak the Model Context Protocol.

use crate::catalogue::{
    Effect, Envelope, Operation, Parameter, Signature,
    Type::{Any, Bool, Integer, List, Map, Number, Text},
    build::{NETWORK, READS, WRITES, field, parameter},
};

const SERVER: &[Effect] = &[Effect::RunsCode, Effect::Network];
const ACTION: Parameter =
    parameter("action", Text, "The operation, where the step's own `action` does not name it.");

/// Uses the tools of a server.
pub static MCP_SERVER: Signature = Signature {
    name: "mcp-server",
    aliases: &[],
    doc: "Connects to an MCP server, lists its tools and calls them. The server is a program that this starts, or an address. The \
        connection, and the program, last as long as the run.\n\n\
        ```yaml\n\
        - id: files\n  tool: mcp-server\n  action: connect\n  parameters:\n    server_name: files\n    server_config: {command: npx, args: [-y, some-server]}\n\
        - id: call\n  dependencies: [files]\n  tool: mcp-server\n  action: execute_tool\n  parameters:\n    server_name: files\n    tool_name: search\n    tool_params: {query: \"{{ topic }}\"}\n\
        ```",
    operations: &[
        Operation {
            name: "connect",
            doc: "Starts the server, or goes to its address, and greets it.",
            required: &["server_config"],
            result: &[
                field("connected", Bool, "Whether it answered."),
                field("capabilities", Map, "What it can do."),
                field("server_name", Text, "Its name from now on."),
                field("protocol_version", Text, "The version of the protocol that it speaks."),
                field("server", Map, "What it says that it is: `name`, `version`."),
                field("instructions", Text, "What it says of its use."),
            ],
            effects: SERVER,
        },
        Operation {
            name: "list_tools",
            doc: "Lists the tools of the server.",
            required: &["server_name"],
            result: &[
                field("tools", List, "Its tools.").of(&[
                    field("name", Text, "The name to call it by."),
                    field("description", Text, "What it does."),
                    field("input_schema", Map, "The JSON Schema of its parameters."),
                ]),
                field("count", Integer, "How many."),
            ],
            effects: SERVER,
        },
        Operation {
            name: "execute_tool",
            doc: "Calls `tool_name` with `tool_params`.",
            required: &["server_name", "tool_name"],
            result: &[
                field(
                    "result",
                    Any,
                    "What the tool returned: its structured content, else its text, else its content.",
                ),
                field("content", List, "Its content, block by block."),
                field("tool_name", Text, "The tool."),
            ],
            effects: SERVER,
        },
        Operation {
            name: "disconnect",
            doc: "Ends the server.",
            required: &["server_name"],
            result: &[field("disconnected", Bool, "Whether it was there.")],
            effects: SERVER,
        },
    ],
    default_operation: None,
    parameters: &[
        ACTION.one_of(&["connect", "list_tools", "execute_tool", "disconnect"]),
        parameter(
            "server_config",
            Map,
            "How to reach it: `command`, `args`, `env`, `cwd` of a program, or `url`, `headers` of an address.",
        ),
        parameter("server_name", Text, "The name that the run knows it by.").or(r#""default""#),
        parameter("tool_name", Text, "Which of its tools."),
        parameter("tool_params", Map, "The parameters of that tool."),
    ],
    result: &[],
    envelope: Envelope::Wrapped,
    effects: SERVER,
    primary: Some("result"),
};

/// Remembers values.
pub static MCP_MEMORY: Signature = Signature {
    name: "mcp-memory",
    aliases: &[],
    doc: "Keeps values under names, apart by namespace, for later steps and runs of the workspace, in `.downbeat/memory`.\n\n\
        ```yaml\n\
        - id: keep\n  tool: mcp-memory\n  action: store\n  parameters:\n    key: last_topic\n    value: \"{{ topic }}\"\n\
        ```",
    operations: &[
        Operation {
            name: "store",
            doc: "Keeps `value` under `key`, for `ttl` seconds.",
            required: &["key", "value"],
            result: &[
                field("stored", Bool, "Whether it is kept."),
                field("key", Text, "Its name."),
            ],
            effects: WRITES,
        },
        Operation {
            name: "retrieve",
            doc: "Reads what is kept under `key`.",
            required: &["key"],
            result: &[
                field("value", Any, "The value."),
                field("found", Bool, "Whether it is there."),
                field("metadata", Map, "When it was kept."),
            ],
            effects: READS,
        },
        Operation {
            name: "list",
            doc: "Lists the names of a namespace.",
            required: &[],
            result: &[field("keys", List, "The names."), field("count", Integer, "How many.")],
            effects: READS,
        },
        Operation {
            name: "clear",
            doc: "Forgets a namespace.",
            required: &[],
            result: &[
                field("cleared", Bool, "Whether it is empty now."),
                field("count", Integer, "How many went."),
            ],
            effects: WRITES,
        },
    ],
    default_operation: None,
    parameters: &[
        ACTION.one_of(&["store", "retrieve", "list", "clear"]),
        parameter("key", Text, "The name."),
        parameter("value", Any, "The value."),
        parameter("namespace", Text, "Names of different namespaces do not meet.")
            .or(r#""default""#),
        parameter("ttl", Number, "Seconds until it is forgotten; 0: never.").at_least(0.0).or("0"),
    ],
    result: &[],
    envelope: Envelope::Wrapped,
    effects: &[Effect::Reads, Effect::Writes],
    primary: Some("value"),
};

/// Reads what a server offers.
pub static MCP_RESOURCE: Signature = Signature {
    name: "mcp-resource",
    aliases: &[],
    doc: "Lists, reads and watches the resources of an MCP server that `mcp-server` has connected to.\n\n\
        ```yaml\n\
        - id: read\n  tool: mcp-resource\n  action: read\n  parameters:\n    uri: file:///notes.md\n\
        ```",
    operations: &[
        Operation {
            name: "list",
            doc: "Lists the resources of the server.",
            required: &[],
            result: &[
                field("resources", List, "The resources.").of(&[
                    field("uri", Text, "Its address."),
                    field("name", Text, "Its name."),
                    field("description", Text, "What it is about."),
                    field("mime_type", Text, "What it is."),
                    field("size", Integer, "Its size in bytes."),
                ]),
                field("count", Integer, "How many."),
            ],
            effects: NETWORK,
        },
        Operation {
            name: "read",
            doc: "Reads the resource at `uri`.",
            required: &["uri"],
            result: &[
                field(
                    "resource",
                    Map,
                    "The resource: `uri`, `mime_type`, and `text` or `blob` (Base64).",
                )
                .of(&[
                    field("uri", Text, "Its address."),
                    field("mime_type", Text, "What it is."),
                    field("text", Text, "Its text."),
                    field("blob", Text, "Its bytes in Base64, where it is no text."),
                ]),
                field(
                    "contents",
                    List,
                    "All that stands at the address, where that is more than one.",
                ),
                field(
                    "changes",
                    Integer,
                    "How often it changed since it was read last, where that is subscribed to.",
                ),
            ],
            effects: NETWORK,
        },
        Operation {
            name: "subscribe",
            doc: "Asks to be told when the resource at `uri` changes; `read` says how often it did.",
            required: &["uri"],
            result: &[field("subscription_id", Text, "A name to unsubscribe with.")],
            effects: NETWORK,
        },
        Operation {
            name: "unsubscribe",
            doc: "Ends a subscription.",
            required: &["subscription_id"],
            result: &[field("unsubscribed", Bool, "Whether it was there.")],
            effects: NETWORK,
        },
    ],
    default_operation: None,
    parameters: &[
        ACTION.one_of(&["list", "read", "subscribe", "unsubscribe"]),
        parameter("server_name", Text, "The name that `connect` gave it.").or(r#""default""#),
        parameter("uri", Text, "Which resource."),
        parameter("subscription_id", Text, "Which subscription."),
    ],
    result: &[],
    envelope: Envelope::Wrapped,
    effects: NETWORK,
    primary: Some("resource"),
};
