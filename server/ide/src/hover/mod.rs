//! What the thing under the cursor is.

mod auto;
mod catalogue;
mod choice;
mod input;
mod key;
mod name;
mod step;
mod value;

use syntax::Span;

pub(crate) use catalogue::{
    function, model, operation, parameter, price, signature, type_word, wanted,
};
pub(crate) use key::about as key;
pub(crate) use pipeline::insight::say::short;

use crate::symbol::{self, Symbol, SymbolKind};
use crate::{Snapshot, facts};

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
    symbol::at(snapshot, offset)
        .and_then(|symbol| of_symbol(snapshot, offset, symbol))
        .or_else(|| auto::about(snapshot, offset))
        .or_else(|| value::about(snapshot, offset))
}

/// Whether the place `offset` is the name or the id of the pipeline itself.
#[must_use]
pub fn is_on_pipeline(snapshot: &Snapshot, offset: u32) -> bool {
    let symbol = symbol::at(snapshot, offset);
    symbol.is_some_and(|it| matches!(it.kind, SymbolKind::Pipeline))
}

fn of_symbol(snapshot: &Snapshot, offset: u32, symbol: Symbol<'_>) -> Option<Hover> {
    let Symbol { span, kind } = symbol;
    let markdown = match kind {
        SymbolKind::Key(key) => key::about(key),
        SymbolKind::Pipeline => snapshot.explanation().to_owned(),
        SymbolKind::OwnId(enclosing) => match enclosing.path.as_slice() {
            [_] => step::about(snapshot, enclosing.index),
            _ => step::about_inner(snapshot, enclosing.innermost),
        },
        SymbolKind::Step(index) => step::about(snapshot, index),
        SymbolKind::Signature(signature) => catalogue::signature(&snapshot.catalogue, signature),
        SymbolKind::Operation(signature, operation) => catalogue::operation(signature, operation),
        SymbolKind::Parameter(signature, parameter) => catalogue::parameter(signature, parameter),
        SymbolKind::Input(index) => input::about(snapshot, index)?,
        SymbolKind::Name { meaning, path, .. } => name::about(snapshot, &meaning, &path, offset)?,
        SymbolKind::Field { meaning, reference, field, path } => {
            name::field(snapshot, &meaning, reference, field, &path)?
        }
        SymbolKind::Function(function) => catalogue::function(function),
    };
    Some(Hover { span, markdown })
}

/// Names in a row, the first of many.
pub(crate) fn some<T: AsRef<str>>(all: &[T]) -> String {
    const MOST: usize = 12;
    let words: Vec<&str> = all.iter().take(MOST).map(AsRef::as_ref).collect();
    match all.len().checked_sub(MOST) {
        Some(more @ 1..) => format!("{} and {more} more", words.join(", ")),
        _ => words.join(", "),
    }
}

/// What a step reads or does, for those who list it.
pub(crate) fn quoted(id: &str) -> String {
    if id.is_empty() { "(no id)".to_owned() } else { format!("`{id}`") }
}

/// What a value is, in the words of its type.
pub(crate) fn gives(snapshot: &Snapshot, step: &pipeline::Step) -> Option<String> {
    let fields: Vec<String> = facts::promised(step)
        .into_iter()
        .map(|it| it.name)
        .chain(facts::own_fields(snapshot, step).into_iter().map(|it| it.name.to_owned()))
        .map(|it| format!("`{it}`"))
        .collect();
    (!fields.is_empty()).then(|| some(&fields))
}
