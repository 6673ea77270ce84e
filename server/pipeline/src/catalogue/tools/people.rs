//! Tools that ask a person and wait for the answer.

use crate::catalogue::{
    Envelope, Field, Parameter, Signature,
    Type::{Any, Bool, Integer, List, Map, Number, Path, Text},
    build::{ASKS_PERSON, ASKS_PERSON_AND_WRITES, field, parameter},
};

const CONTEXT: Parameter = parameter("context", Text, "Where the person is asked.")
    .or(r#""cli""#)
    .one_of(&["cli", "gui", "api"]);
const TITLE: Parameter = parameter("title", Text, "The heading that the person sees.").required();

/// Asks one question.
pub static USER_PROMPT: Signature = Signature {
    name: "user-prompt",
    aliases: &[],
    doc: "Asks a person one question and waits for the answer, which is in `value`.\n\n\
        ```yaml\n\
        - id: ask\n  tool: user-prompt\n  parameters:\n    prompt: Which format?\n    input_type: choice\n    choices: [pdf, html]\n    default: pdf\n\
        ```\n\n\
        A `password` is not shown while it is typed, and kept nowhere.",
    operations: &[],
    default_operation: None,
    parameters: &[
        parameter("prompt", Text, "The question.").required(),
        parameter("input_type", Text, "What kind of answer is wanted.")
            .or(r#""text""#)
            .one_of(&["text", "number", "boolean", "choice", "password"]),
        parameter("default", Any, "The answer when the person gives none."),
        parameter("choices", List, "The answers to choose from."),
        parameter("timeout", Number, "Seconds to wait; 0: as long as it takes.")
            .at_least(0.0)
            .or("0"),
        CONTEXT,
        parameter("validation_pattern", Text, "A regular expression that the answer must match."),
        parameter(
            "retry_on_invalid",
            Bool,
            "Whether to ask again after an answer that does not fit.",
        )
        .or("true"),
        parameter("max_retries", Integer, "How often to ask again.").at_least(0.0).or("3"),
    ],
    result: &[
        field("value", Any, "The answer."),
        field("response_time", Number, "Seconds until it came."),
        field("skipped", Bool, "Whether the person gave none."),
        field("used_default", Bool, "Whether the default stands for it."),
        field("context", Text, "Where the person was asked."),
        field("retries", Integer, "How often it was asked again."),
    ],
    envelope: Envelope::Wrapped,
    effects: ASKS_PERSON,
    primary: Some("value"),
};

/// Waits for a yes.
pub static APPROVAL_GATE: Signature = Signature {
    name: "approval-gate",
    aliases: &[],
    doc: "Shows something to a person and waits until it is approved, changed or rejected.\n\n\
        ```yaml\n\
        - id: gate\n  tool: approval-gate\n  parameters:\n    title: Publish this?\n    content: \"{{ draft.result }}\"\n\
        ```",
    operations: &[],
    default_operation: None,
    parameters: &[
        TITLE,
        parameter("content", Any, "What is to be approved.").required(),
        parameter("format", Text, "How to show it.")
            .or(r#""text""#)
            .one_of(&["text", "json", "markdown"]),
        parameter("allow_modifications", Bool, "Whether the person may change it.").or("true"),
        parameter("require_reason", Bool, "Whether a rejection needs a reason.").or("true"),
        CONTEXT,
        parameter("auto_approve_hash", Text, "The hash of content that needs no person."),
        parameter("metadata", Map, "Facts to show beside it."),
    ],
    result: &[
        field("approved", Bool, "Whether it was approved."),
        field("status", Text, "`approved`, `modified` or `rejected`."),
        field("modified_content", Any, "The content as the person left it."),
        field("rejection_reason", Text, "Why it was rejected."),
        field("content_hash", Text, "The hash of the content."),
        field("approval_id", Text, "A name for this decision."),
    ],
    envelope: Envelope::Wrapped,
    effects: ASKS_PERSON,
    primary: Some("modified_content"),
};

const RESPONSES: Field = field("responses", Map, "From question to answer.");

/// Asks several questions.
pub static FEEDBACK_COLLECTION: Signature = Signature {
    name: "feedback-collection",
    aliases: &[],
    doc: "Asks a person several questions and sums the answers up.\n\n\
        ```yaml\n\
        - id: feedback\n  tool: feedback-collection\n  parameters:\n    title: How was it?\n    questions:\n      - {id: stars, text: Your rating, type: rating}\n\
        ```",
    operations: &[],
    default_operation: None,
    parameters: &[
        TITLE,
        parameter(
            "questions",
            List,
            "The questions, each `{id, text, type}`; a `type` is `text`, `rating`, `number`, `boolean` or `choice`.",
        ).required(),
        parameter("anonymous", Bool, "Whether to keep the person's name out.").or("false"),
        parameter("required_questions", List, "Ids of questions that need an answer.").or("[]"),
        CONTEXT,
        parameter("save_to_file", Path, "Where to keep the answers."),
    ],
    result: &[
        field("feedback_id", Text, "A name for these answers."),
        RESPONSES,
        field("response_count", Integer, "Questions that were answered."),
        field("completion_rate", Number, "The same as a part of all, from 0 to 1."),
        field("summary", Map, "The answers summed up."),
        field("saved_to_file", Path, "Where they were kept."),
    ],
    envelope: Envelope::Wrapped,
    effects: ASKS_PERSON_AND_WRITES,
    primary: Some("responses"),
};
