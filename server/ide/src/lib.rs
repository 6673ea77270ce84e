//! Editor features as plain data in byte offsets: Snapshot in, data out. No LSP, no I/O.

mod completion;
mod definition;
mod enclosing;
mod expression;
mod facts;
mod fixes;
mod folds;
pub mod graph;
mod hover;
mod inputs;
mod lenses;
mod lines;
mod links;
mod references;
mod snapshot;
mod symbol;
mod symbols;
#[cfg(test)]
mod tests;
mod tokens;

pub use completion::{Insert, Item, ItemKind, completion};
pub use definition::{Definition, Target, definition};
pub use fixes::{Action, fix_all, fixes};
pub use folds::folds;
pub use hover::{Hover, hover};
pub use inputs::{Question, inputs};
pub use lenses::{Lens, Start, lenses};
pub use links::{Link, links};
pub use references::{Access, Occurrence, references};
pub use snapshot::{Analyst, Snapshot};
pub use symbols::{Outline, OutlineKind, symbols};
pub use tokens::{Modifier, Modifiers, Token, TokenKind, TokenMemo, Tokens, tokens_in};
