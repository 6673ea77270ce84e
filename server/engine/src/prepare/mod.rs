//! Everything that can be refused before a run starts is refused here: nothing has run, nothing is written.

use syntax::Span;

use crate::{Request, Toolbox};

/// Why a run does not start.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// Kebab-case and stable (`missing-input`, `not-supported-yet`).
    pub code: &'static str,
    /// What is wrong.
    pub message: String,
    /// What to do.
    pub help: Option<String>,
    /// Id of the step it is about, if any.
    pub step: Option<String>,
    /// Where in the document, absolute, if anywhere.
    pub span: Option<Span>,
}

/// A run that may start.
#[derive(Debug)]
pub struct Prepared {
    request: Request,
    run: String,
}

impl Prepared {
    /// Id of the coming run.
    #[must_use]
    pub fn run(&self) -> &str {
        &self.run
    }
}

/// Checks inputs, selection and that everything the selection would run is provided.
///
/// # Errors
/// Every reason at once, inputs first, then steps in declaration order.
pub fn prepare(_request: Request, _toolbox: &Toolbox) -> Result<Prepared, Vec<Refusal>> {
    todo!()
}
