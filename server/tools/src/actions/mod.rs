//! The actions that need no `tool:`, one file for a close family.

mod conditions;
mod echo;
mod file_prose;
mod loops;

use std::sync::Arc;

use engine::tool::Tool;

/// Every action of this crate.
pub(crate) fn all() -> Vec<Arc<dyn Tool>> {
    vec![
        Arc::new(echo::Echo),
        Arc::new(echo::Debug),
        Arc::new(file_prose::FileProse),
        Arc::new(conditions::EvaluateCondition),
        Arc::new(loops::ControlFlow),
        Arc::new(loops::LoopComplete),
        Arc::new(loops::CaptureResult),
    ]
}
