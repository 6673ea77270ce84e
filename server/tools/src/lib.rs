//! One tool, one file.

mod actions;
mod answer;
mod data;
mod files;
mod filesystem;
pub mod process;
mod python_executor;
mod recursion;
mod registry;
mod terminal;
#[cfg(test)]
mod terminal_tests;
#[cfg(test)]
mod testing;
mod validation;

pub use registry::all;
