//! What a run came to.

use engine::{Document, Product, StepRecord};
use serde_json::{Map, Value as Json};

use crate::report::{self, QualityReport, Report};

/// A run that is over.
///
/// ```
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # let folder = tempfile::tempdir()?;
/// let text = "
/// name: n
/// steps:
///   - id: each
///     for_each: [a, b]
///     steps:
///       - id: say
///         tool: terminal
///         parameters: {command: 'echo letter {{ item }}'}
///   - id: broken
///     tool: terminal
///     dependencies: [each]
///     parameters: {command: exit 3}
/// ";
/// let outcome = downbeat::compile_text(text, folder.path())?.run([("", ""); 0])?.wait()?;
/// assert!(!outcome.is_success());
/// let step = outcome.step("each[1].say").expect("it ran");
/// assert_eq!(step.value["result"]["stdout"], "letter b\n");
/// assert!(outcome.log_markdown().contains("## Timeline"));
/// assert_eq!(outcome.qc().risk, downbeat::Risk::High);
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Outcome {
    document: Document,
}

impl Outcome {
    pub(super) fn new(document: Document) -> Self {
        Self { document }
    }

    /// Everything that is known of it.
    #[must_use]
    pub fn document(&self) -> &Document {
        &self.document
    }

    /// Every step succeeded or was skipped, and every required output is there.
    #[must_use]
    pub fn is_success(&self) -> bool {
        self.document.success
    }

    /// The pipeline's outputs by name; null where one could not be made.
    #[must_use]
    pub fn outputs(&self) -> &Map<String, Json> {
        &self.document.outputs
    }

    /// Files that steps left as their products.
    #[must_use]
    pub fn products(&self) -> &[Product] {
        &self.document.products
    }

    /// The record of a step by its id, inside others by its path: `each[3].write`.
    #[must_use]
    pub fn step(&self, path: &str) -> Option<&StepRecord> {
        report::step_at(&self.document, path)
    }

    /// The run as a report: steps in the order in which they started, times, errors, outputs, products.
    #[must_use]
    pub fn log(&self) -> Report {
        Report::new(&self.document)
    }

    /// The same as Markdown, with a timeline.
    #[must_use]
    pub fn log_markdown(&self) -> String {
        self.log().to_markdown()
    }

    /// How good it was, as far as that can be said without a model.
    #[must_use]
    pub fn qc(&self) -> QualityReport {
        QualityReport::new(&self.document)
    }
}
