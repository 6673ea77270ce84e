//! What may be typed at the cursor.

mod auto;
mod context;
mod expression;
mod key;
mod outline;
mod skeleton;
mod value;

use syntax::Span;

use crate::Snapshot;
use context::Context;

/// A proposal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Item {
    /// What is shown, and typed where `insert` is plain.
    pub label: String,
    /// What it is.
    pub kind: ItemKind,
    /// A few words beside the label.
    pub detail: String,
    /// Markdown.
    pub doc: String,
    /// What is typed.
    pub insert: Insert,
    /// What it replaces, absolute: what is typed already.
    pub replace: Span,
}

/// What a proposal types.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Insert {
    /// This text.
    Plain(String),
    /// A snippet in the editor's syntax, and the text for editors without snippets. Further lines are indented relative to
    /// the indentation of the line at the cursor.
    Snippet {
        /// With tab stops.
        snippet: String,
        /// Without.
        plain: String,
    },
}

/// Kinds of proposals.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ItemKind {
    /// A key of the language or of a tool.
    Key,
    /// A tool or action.
    Tool,
    /// An operation of a tool.
    Operation,
    /// One of a closed set of words.
    Word,
    /// A step.
    Step,
    /// A name in scope.
    Name,
    /// A field behind a name.
    Field,
    /// A filter, test or function.
    Function,
}

/// What may be typed at `offset`, in the order of documentation.
#[must_use]
pub fn completion(snapshot: &Snapshot, offset: u32) -> Vec<Item> {
    match context::at(snapshot, offset) {
        Some(Context::Key(place)) => key::items(snapshot, &place),
        Some(Context::Value(place)) => value::items(snapshot, offset, &place),
        Some(Context::Expression { braces, before }) => {
            expression::items(snapshot, offset, braces, &before)
        }
        Some(Context::AutoAttribute { before }) => auto::items(offset, &before),
        None => Vec::new(),
    }
}
