//! The tools, one file each or one file for a close family.

mod auto_debugger;
mod checkpoint;
pub(super) mod data_processing;
mod filesystem;
mod headless_browser;
mod mcp;
mod media;
mod pdf_compiler;
mod people;
mod pipeline_executor;
mod python_executor;
mod recursion_control;
mod report_generator;
mod routing;
mod terminal;
pub(super) mod validation;
mod visualization;
mod web_search;

pub use auto_debugger::AUTO_DEBUGGER;
pub use checkpoint::CHECKPOINT;
pub use data_processing::DATA_PROCESSING;
pub use filesystem::FILESYSTEM;
pub use headless_browser::HEADLESS_BROWSER;
pub use mcp::{MCP_MEMORY, MCP_RESOURCE, MCP_SERVER};
pub use media::{AUDIO_PROCESSING, IMAGE_ANALYSIS, IMAGE_GENERATION, VIDEO_PROCESSING};
pub use pdf_compiler::PDF_COMPILER;
pub use people::{APPROVAL_GATE, FEEDBACK_COLLECTION, USER_PROMPT};
pub use python_executor::PYTHON_EXECUTOR;
pub use recursion_control::RECURSION_CONTROL;
pub use report_generator::REPORT_GENERATOR;
pub use routing::{MULTI_MODEL_ROUTING, PROMPT_OPTIMIZATION, TASK_DELEGATION};
pub use terminal::TERMINAL;
pub use validation::VALIDATION;
pub use visualization::VISUALIZATION;
pub use web_search::{SEARCH_BACKENDS, WEB_SEARCH};

use super::Signature;

/// Every tool, in the order of documentation.
pub(super) static TOOLS: &[&Signature] = &[
    &filesystem::FILESYSTEM,
    &terminal::TERMINAL,
    &python_executor::PYTHON_EXECUTOR,
    &web_search::WEB_SEARCH,
    &headless_browser::HEADLESS_BROWSER,
    &data_processing::DATA_PROCESSING,
    &validation::VALIDATION,
    &report_generator::REPORT_GENERATOR,
    &pdf_compiler::PDF_COMPILER,
    &pipeline_executor::PIPELINE_EXECUTOR,
    &recursion_control::RECURSION_CONTROL,
    &routing::TASK_DELEGATION,
    &routing::MULTI_MODEL_ROUTING,
    &routing::PROMPT_OPTIMIZATION,
    &people::USER_PROMPT,
    &people::APPROVAL_GATE,
    &people::FEEDBACK_COLLECTION,
    &media::IMAGE_ANALYSIS,
    &media::IMAGE_GENERATION,
    &media::AUDIO_PROCESSING,
    &media::VIDEO_PROCESSING,
    &mcp::MCP_SERVER,
    &mcp::MCP_MEMORY,
    &mcp::MCP_RESOURCE,
    &auto_debugger::AUTO_DEBUGGER,
    &visualization::VISUALIZATION,
    &checkpoint::CHECKPOINT,
];
