//! What the thing under the cursor is.

mod catalogue;
mod input;
mod key;
mod name;
mod pipeline;
mod step;

use syntax::Span;

pub(crate) use catalogue::{type_word, wanted};
pub(crate) use name::{behind_step, body_step};

use crate::Snapshot;
use crate::symbol::{self, Symbol, SymbolKind};

/// A text about a span.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hover {
    /// What it is about, absolute.
    pub span: Span,
    /// The text.
    pub markdown: String,
}

/// What can be said of the place `offset`.
#[must_use]
pub fn hover(snapshot: &Snapshot, offset: u32) -> Option<Hover> {
    let Symbol { span, kind } = symbol::at(snapshot, offset)?;
    let markdown = match kind {
        SymbolKind::Key(key) => key::about(key),
        SymbolKind::Pipeline => pipeline::about(snapshot),
        SymbolKind::OwnId(enclosing) => match enclosing.path.as_slice() {
            [_] => step::about(snapshot, enclosing.index),
            _ => step::about_inner(snapshot, enclosing.innermost),
        },
        SymbolKind::Step(index) => step::about(snapshot, index),
        SymbolKind::Signature(signature) => catalogue::signature(&snapshot.catalogue, signature),
        SymbolKind::Operation(signature, operation) => catalogue::operation(signature, operation),
        SymbolKind::Parameter(signature, parameter) => catalogue::parameter(signature, parameter),
        SymbolKind::Input(index) => input::about(snapshot, index)?,
        SymbolKind::Name { meaning, path } => name::about(snapshot, &meaning, &path)?,
        SymbolKind::Field { meaning, reference, field, path } => {
            name::field(snapshot, &meaning, reference, field, &path)?
        }
        SymbolKind::Function(function) => catalogue::function(function),
    };
    Some(Hover { span, markdown })
}
