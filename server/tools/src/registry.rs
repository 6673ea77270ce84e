//! Every tool of this crate.

use std::sync::Arc;

use engine::tool::Tool;

use crate::{
    actions,
    data::{DataProcessing, Process},
    filesystem::Filesystem,
    python_executor::PythonExecutor,
    recursion::RecursionControl,
    terminal::Terminal,
    validation::{Validate, Validation},
};

/// Every tool and action that this crate provides.
#[must_use]
pub fn all() -> Vec<Arc<dyn Tool>> {
    let mut all: Vec<Arc<dyn Tool>> = vec![
        Arc::new(Filesystem),
        Arc::new(Terminal),
        Arc::new(PythonExecutor),
        Arc::new(RecursionControl),
        Arc::new(DataProcessing),
        Arc::new(Process),
        Arc::new(Validation),
        Arc::new(Validate),
    ];
    all.extend(actions::all());
    all
}
