//! One tool, one file.

pub mod process;
