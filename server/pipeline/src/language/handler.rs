use super::Form::{Any, Bool, Duration, Id, Integer, List, Map, Template, Text, Word};
use super::{Form, Key, Level};

const fn key(name: &'static str, forms: &'static [Form], doc: &'static str) -> Key {
    Key::new(Level::Handler, name, forms, doc)
}

pub(super) const KEYS: &[Key] = &[
    key(
        "handler_action",
        &[Text],
        "What is done about the failure, as `action` of a step. Not beside `handler_task_id`.\n\n\
         ```yaml\nhandler_action: echo {{ error_message }}\n```",
    )
    .alias(&["action"]),
    key(
        "handler_task_id",
        &[Id],
        "The step that is run about the failure. It is left out of the ordinary run unless something depends on it.\n\n\
         ```yaml\nhandler_task_id: use_backup\n```",
    ),
    key("parameters", &[Map], "What the handler's action is given."),
    key(
        "error_types",
        &[List, Text],
        "Kinds of errors that are handled; `*` is every one.\n\n```yaml\nerror_types: [TimeoutError, ConnectionError]\n```",
    )
    .default("[\"*\"]"),
    key(
        "error_patterns",
        &[List, Text],
        "Regular expressions, without case; one must be found in the error's message.\n\n```yaml\nerror_patterns: [\"rate.*limit\"]\n```",
    ),
    key(
        "error_codes",
        &[List, Integer { min: i64::MIN }, Text],
        "Codes that are handled: of a response, or the `return_code` of a program.\n\n```yaml\nerror_codes: [429, 503]\n```",
    ),
    key("retry_with_handler", &[Bool], "Whether the step is tried once more after the handler succeeded.").default("true"),
    key("max_handler_retries", &[Integer { min: 0 }], "How often a failing handler is tried again.").alias(&["retry_count"])
        .default("0")
        .within(0.0, 100.0),
    key("propagate_error", &[Bool], "Whether the failure goes on to the next handler all the same.").default("false"),
    key("continue_on_handler_failure", &[Bool], "Whether the run goes on when the handler fails too.")
        .alias(&["continue_on_error"])
        .default("false"),
    key(
        "fallback_value",
        &[Any],
        "The step's result when the handler does not lead to one.\n\n```yaml\nfallback_value: {items: []}\n```",
    )
    .rendered(),
    key("fallback_result", &[Map], "The step's whole result when the handler does not lead to one.").rendered(),
    key("capture_error_context", &[Bool], "Whether the handler reads the failure as `{{ error_message }}`, `{{ error_type }}` and so on.")
        .default("true"),
    key("log_level", &[Word(&["debug", "info", "warning", "error", "critical"])], "How loudly the failure is noted.").default("error"),
    key("timeout", &[Duration], "How long the handler may take, 0.1 s to 1 h.").within(0.1, 3600.0),
    key("priority", &[Integer { min: 1 }], "Handlers with a low number are tried first, 1 to 10000.")
        .default("100")
        .within(1.0, 10_000.0),
    key("enabled", &[Bool, Template], "Whether the handler takes part.").default("true"),
];
