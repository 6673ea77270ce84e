//! Downbeat as a library: reads, checks and runs AI pipelines written in YAML.
//!
//! A pipeline is compiled once and may be run often. What the command line and editors accept is what is accepted here,
//! and runs are kept in the same place: `.downbeat` of the pipeline's workspace, where `downbeat runs` finds them.
//!
//! ```
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! # let folder = tempfile::tempdir()?;
//! # let path = folder.path().join("greet.pipeline.yaml");
//! # std::fs::write(&path, "
//! # id: greet
//! # name: Greeting
//! # description: Greets somebody.
//! # inputs:
//! #   who: {type: string, default: world}
//! # steps:
//! #   - id: say
//! #     action: echo Hello, {{ who }}
//! # outputs:
//! #   greeting: '{{ say.result }}'
//! # ")?;
//! let pipeline = downbeat::compile(&path)?;
//! let mut run = pipeline.run([("who", "Ada")])?;
//! for event in run.events() {
//!     println!("{:?} {}", event.kind, event.step.unwrap_or_default());
//! }
//! let outcome = run.wait()?;
//! assert!(outcome.is_success());
//! assert_eq!(outcome.outputs()["greeting"], "Hello, Ada");
//! # Ok(())
//! # }
//! ```
//!
//! [`Pipeline::intention`] and [`Pipeline::architecture`] say what a pipeline is for and what it will do. [`Outcome::log`],
//! [`Outcome::log_markdown`] and [`Outcome::qc`] tell a run afterwards. None of them asks a model.

mod answers;
mod asking;
mod cli;
mod judging;
mod library;
mod lsp;
mod mcp;
mod report;
mod rocrate;
mod shape;
mod testing;
mod trace;
mod wording;
mod words;
mod workspace;

#[doc(hidden)]
pub use cli::main;
pub use engine::{
    Document, Handled, Issue, IssueCode, Iteration, Product, Quality, Remedied, Resources,
    RunStatus, StepRecord, StepStatus, Usage, Warning,
    event::{Event, EventKind},
};
pub use library::{CompileError, Finding, Outcome, Pipeline, Run, RunError, compile, compile_text};
pub use pipeline::insight::Sheet;
pub use report::{Earlier, Judged, QualityReport, Remark, Report, ReportStep, Risk};
