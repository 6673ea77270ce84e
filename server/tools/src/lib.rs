//! One tool, one file.

mod actions;
mod answer;
mod checkpoint;
mod data;
mod files;
mod filesystem;
mod headless_browser;
mod mcp;
mod mcp_memory;
mod pdf_compiler;
mod people;
pub mod process;
mod python_executor;
mod recursion;
mod registry;
mod report_generator;
mod terminal;
#[cfg(test)]
mod terminal_tests;
#[cfg(test)]
mod testing;
mod validation;
mod video;
mod visualization;
mod web;
mod web_search;
#[cfg(test)]
mod web_tests;

pub use files::write_file;
pub use registry::all;
pub use web::choose_cryptography;
