//! Every tool of this crate.

use std::sync::Arc;

use engine::tool::Tool;

use crate::{actions, filesystem::Filesystem, python_executor::PythonExecutor, terminal::Terminal};

/// Every tool and action that this crate provides.
#[must_use]
pub fn all() -> Vec<Arc<dyn Tool>> {
    let mut all: Vec<Arc<dyn Tool>> =
        vec![Arc::new(Filesystem), Arc::new(Terminal), Arc::new(PythonExecutor)];
    all.extend(actions::all());
    all
}
