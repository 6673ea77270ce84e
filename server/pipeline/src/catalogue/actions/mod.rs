//! The actions that need no `tool:`.

mod aliases;
mod conditions;
mod generate;
mod loops;
mod messages;

pub use aliases::{PROCESS, VALIDATE};
pub use conditions::EVALUATE_CONDITION;
pub use generate::{ANALYZE_TEXT, GENERATE, GENERATE_STRUCTURED};
pub use loops::{CAPTURE_RESULT, CONTROL_FLOW, LOOP_COMPLETE};
pub use messages::{DEBUG, ECHO, FILE_PROSE};

use super::Signature;

/// Every action, in the order of documentation.
pub(super) static ACTIONS: &[&Signature] = &[
    &generate::GENERATE,
    &generate::GENERATE_STRUCTURED,
    &generate::ANALYZE_TEXT,
    &aliases::PROCESS,
    &aliases::VALIDATE,
    &messages::ECHO,
    &messages::DEBUG,
    &messages::FILE_PROSE,
    &conditions::EVALUATE_CONDITION,
    &loops::CONTROL_FLOW,
    &loops::LOOP_COMPLETE,
    &loops::CAPTURE_RESULT,
    &loops::CREATE_PARALLEL_QUEUE,
    &loops::ACTION_LOOP,
];
