//! Actions that a model answers.

use crate::catalogue::{
    Envelope, Field, Parameter, Signature,
    Type::{Any, Bool, Integer, List, Map, Model, Number, Text},
    build::{MODEL, field, parameter},
};

const PROMPT: Parameter = parameter("prompt", Text, "What the model is asked.");
const MODEL_NAME: Parameter =
    parameter("model", Model, "The model; the pipeline's, or chosen, when absent.");
const TEMPERATURE: Parameter =
    parameter("temperature", Number, "How freely it answers: 0 always takes the likeliest word.")
        .within(0.0, 2.0)
        .or("0.7");
const MODEL_USED: Field = field("model_used", Model, "The model that answered.");
const SUCCESS: Field = field("success", Bool, "Whether there is an answer.");
const ACTION: Field = field("action", Text, "The action that ran.");

/// Asks for text.
pub static GENERATE: Signature = Signature {
    name: "generate",
    aliases: &["generate_text", "llm", "llm_call", "llm_generate"],
    doc: "Asks a model and returns its answer as text in `result`.\n\n\
        ```yaml\n\
        - id: draft\n  action: generate\n  parameters:\n    prompt: Write three lines about {{ topic }}.\n    max_tokens: 200\n\
        ```",
    operations: &[],
    default_operation: None,
    parameters: &[
        PROMPT.required(),
        MODEL_NAME,
        parameter("max_tokens", Integer, "The longest answer, in tokens.")
            .at_least(1.0)
            .or("1000")
            .also(&["max_completion_tokens"]),
        TEMPERATURE,
        parameter("response_format", Any, "The form of the answer, such as `json_object`."),
    ],
    result: &[
        ACTION,
        field("result", Text, "The answer."),
        MODEL_USED,
        SUCCESS,
        field(
            "truncated",
            Bool,
            "`true` where the answer broke off at `max_tokens`, else not there.",
        ),
        field("tool_calls", List, "What the model called, where the step lends it `tools`."),
    ],
    envelope: Envelope::Flat,
    effects: MODEL,
    primary: Some("result"),
};

/// Asks for an object.
pub static GENERATE_STRUCTURED: Signature = Signature {
    name: "generate_structured",
    aliases: &[],
    doc: "Asks a model for an object that fits `schema`. The step's result is the object itself: `{{ step.field }}`.\n\n\
        ```yaml\n\
        - id: facts\n  action: generate_structured\n  parameters:\n    prompt: List the facts in {{ load.content }}\n    schema:\n      type: object\n      properties: {facts: {type: array}}\n\
        ```",
    operations: &[],
    default_operation: None,
    parameters: &[
        PROMPT.required(),
        parameter("schema", Map, "The JSON Schema of the answer.").required(),
        MODEL_NAME,
        parameter("max_tokens", Integer, "The longest answer, in tokens.")
            .at_least(1.0)
            .also(&["max_completion_tokens"]),
        TEMPERATURE,
    ],
    result: &[],
    envelope: Envelope::Flat,
    effects: MODEL,
    primary: None,
};

/// Asks about a text.
pub static ANALYZE_TEXT: Signature = Signature {
    name: "analyze_text",
    aliases: &["analyze"],
    doc: "Has a model look at a text. The answer is in `result`, read as JSON when JSON was asked for.\n\n\
        ```yaml\n\
        - id: mood\n  action: analyze_text\n  parameters:\n    text: \"{{ load.content }}\"\n    analysis_type: sentiment\n\
        ```",
    operations: &[],
    default_operation: None,
    parameters: &[
        parameter("text", Text, "The text."),
        parameter("analysis_type", Text, "What to look for.").or(r#""general""#),
        PROMPT,
        MODEL_NAME,
        parameter("max_tokens", Integer, "The longest answer, in tokens.")
            .at_least(1.0)
            .or("2000")
            .also(&["max_completion_tokens"]),
        TEMPERATURE,
        parameter("response_format", Any, "The form of the answer, such as `json_object`."),
    ],
    result: &[
        ACTION,
        field("analysis_type", Text, "What was looked for."),
        field("result", Any, "The answer."),
        MODEL_USED,
        SUCCESS,
    ],
    envelope: Envelope::Flat,
    effects: MODEL,
    primary: Some("result"),
};
