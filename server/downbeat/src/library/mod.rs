//! What Rust programs may call.

mod compile;
mod outcome;
mod run;

pub use compile::{CompileError, Finding, Pipeline, compile, compile_text};
pub use outcome::Outcome;
pub use run::{Run, RunError};
