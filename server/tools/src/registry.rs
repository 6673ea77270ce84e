//! Every tool of this crate.

use std::sync::Arc;

use engine::tool::Tool;

use crate::{
    actions,
    checkpoint::Checkpoint,
    data::{DataProcessing, Process},
    filesystem::Filesystem,
    headless_browser::HeadlessBrowser,
    mcp::{McpResource, McpServer},
    mcp_memory::McpMemory,
    pdf_compiler::PdfCompiler,
    people::{ApprovalGate, FeedbackCollection, UserPrompt},
    python_executor::PythonExecutor,
    recursion::RecursionControl,
    report_generator::ReportGenerator,
    terminal::Terminal,
    validation::{Validate, Validation},
    video::VideoProcessing,
    visualization::Visualization,
    web_search::WebSearch,
};

/// Every tool and action that this crate provides.
#[must_use]
pub fn all() -> Vec<Arc<dyn Tool>> {
    let mut all: Vec<Arc<dyn Tool>> = vec![
        Arc::new(Filesystem),
        Arc::new(Terminal),
        Arc::new(PythonExecutor),
        Arc::new(RecursionControl),
        Arc::new(WebSearch),
        Arc::new(HeadlessBrowser),
        Arc::new(DataProcessing),
        Arc::new(Process),
        Arc::new(Validation),
        Arc::new(Validate),
        Arc::new(ReportGenerator),
        Arc::new(PdfCompiler),
        Arc::new(Visualization),
        Arc::new(VideoProcessing),
        Arc::new(McpMemory),
        Arc::new(McpServer),
        Arc::new(McpResource),
        Arc::new(Checkpoint),
        Arc::new(UserPrompt),
        Arc::new(ApprovalGate),
        Arc::new(FeedbackCollection),
    ];
    all.extend(actions::all());
    all
}
